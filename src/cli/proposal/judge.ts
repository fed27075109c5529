import { compareText, type Diagnostic } from "../../core/diagnostic.ts";
import type { Edit } from "../../core/edit/edit.ts";
import { conditionHolds } from "../../core/expression/holds.ts";
import type { AccessReport } from "../../core/report/access-diff.ts";
import { accessKeys } from "../../core/report/pull/keys-only.ts";
import { eventualAccess } from "../../core/review/eventual-access.ts";
import { schemaFiles } from "../../core/schema/schemas.ts";
import type { Context } from "../command.ts";
import { checked, type Repository } from "../repository.ts";
import { keepsSchemas, schemaInput } from "../schemas.ts";

/** A change to the files, checked as a whole. */
export type Judged =
  | {
      readonly kind: "sound";
      readonly edit: Edit;
      /** Who gains and loses what, today or on a day that the files name. */
      readonly report: AccessReport;
      /** The same as the forge may show it: with keys for names, where rollcall.yaml says so. */
      readonly told: AccessReport;
      /** The edit's files and the schemas that change with them, in order of path. */
      readonly files: ReadonlyMap<string, string>;
      /** What there was nothing to warn about before. */
      readonly warnings: readonly Diagnostic[];
    }
  | { readonly kind: "faulty"; readonly diagnostics: readonly Diagnostic[] };

/** Loads the repository as it would be with the edit in it. Writes nothing. `base`: what the report calls the files as they are. */
export async function judge(context: Context, repository: Repository, edit: Edit, base: string): Promise<Judged> {
  const merged = new Map(repository.files.map((f) => [f.path, f]));
  for (const [path, text] of edit.files) merged.set(path, { path, text });
  const after = checked(context, { ...repository, files: [...merged.values()] }, []);
  if (!after.organization) return { kind: "faulty", diagnostics: after.diagnostics };

  const diff = eventualAccess({
    base: { organization: repository.organization, holds: conditionHolds() },
    head: { organization: after.organization, holds: conditionHolds() },
    manifests: repository.manifests,
    now: context.now(),
  });
  const known = new Set(repository.diagnostics.map(nameOf));
  const report: AccessReport = {
    base,
    head: "the proposal",
    files: [...edit.files.keys()]
      .sort(compareText)
      .map((path) => ({ path, change: repository.files.some((f) => f.path === path) ? "changed" : "added" })),
    diff,
  };
  const schemas = new Map(schemaFiles(schemaInput(repository)).map((f) => [f.path, f.text]));
  const kept = await keepsSchemas(context.dir);
  const stale = kept ? schemaFiles(schemaInput(after)).filter((f) => schemas.get(f.path) !== f.text) : [];
  const files = [...edit.files, ...stale.map((f) => [f.path, f.text] as const)].sort(([a], [b]) => compareText(a, b));
  const told = repository.organization.settings.pullRequests.comments === "keys" ? { ...report, diff: accessKeys(diff) } : report;
  return { kind: "sound", edit, report, told, files: new Map(files), warnings: after.diagnostics.filter((d) => !known.has(nameOf(d))) };
}

/** Lines move; what is wrong in which file does not. */
const nameOf = (d: Diagnostic): string => JSON.stringify([d.code, d.summary, d.where[0]?.file ?? ""]);
