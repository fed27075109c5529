import { hasErrors } from "../../core/diagnostic.ts";
import { conditionHolds } from "../../core/expression/holds.ts";
import { accessDiff, type AccessDiff } from "../../core/plan/access-diff.ts";
import { type AccessReport, jsonAccess, markdownAccess, terminalAccess } from "../../core/report/access-diff.ts";
import { type CommandResult, type Context, UsageError } from "../command.ts";
import { hinted } from "../hinted.ts";
import { styleFor } from "../palette.ts";
import { reportDiagnostics } from "../repository.ts";
import { loadVersions } from "../versions.ts";

interface DiffOptions {
  readonly detailedExitcode?: true;
  readonly format: "terminal" | "markdown";
}

/**
 * `rollcall diff [base] [head]`: what the change between two commits, or between one and the working tree, would give to whom and take from
 * whom. From the files alone: no app, no credential, no state.
 */
export async function diff(
  context: Context,
  base: string | undefined,
  head: string | undefined,
  options: DiffOptions,
): Promise<CommandResult> {
  const versions = await loadVersions(context, base ?? "HEAD", head);
  let invalid = false;
  for (const version of [versions.base, versions.head]) {
    if (version.organization && !hasErrors(version.diagnostics)) continue;
    context.err(`${version.label}:\n`);
    reportDiagnostics(context, version, "err");
    invalid = true;
  }
  const before = versions.base.organization;
  const after = versions.head.organization;
  if (invalid || !before || !after) throw new UsageError("the files have errors; nothing was compared", 3);
  for (const key of context.apps) {
    if (!after.apps.has(key) && !before.apps.has(key))
      throw new UsageError(`there is no app ${key}${hinted(key, [...after.apps.keys()])}`, 3);
  }
  const whole = accessDiff({
    base: { organization: before, holds: conditionHolds() },
    head: { organization: after, holds: conditionHolds() },
    manifests: versions.manifests,
    now: context.now(),
  });
  const report: AccessReport = {
    base: versions.base.label,
    head: versions.head.label,
    files: versions.files,
    diff: chosen(context, whole),
  };
  context.out(render(context, report, options.format));
  return options.detailedExitcode && report.diff.changes.length > 0 ? 2 : 0;
}

const chosen = ({ apps, person }: Context, { changes }: AccessDiff): AccessDiff => ({
  changes: changes.filter((c) => (apps.length === 0 || apps.includes(c.app)) && (person === undefined || c.person === person)),
});

function render(context: Context, report: AccessReport, format: DiffOptions["format"]): string {
  if (context.json) return jsonAccess(report);
  if (format === "markdown") return markdownAccess(report);
  return terminalAccess(report, { width: context.interactive ? context.width : 0, style: styleFor(context.colour.out) });
}
