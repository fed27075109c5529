import { clockIn, dayIn, endOfDay } from "../core/compile/day.ts";
import { hasErrors } from "../core/diagnostic.ts";
import { compileCondition } from "../core/expression/compile.ts";
import type { Organization } from "../core/model/organization.ts";
import { day } from "../core/model/text.schema.ts";
import { renderDiagnostics } from "../core/report/diagnostics.ts";
import { commitAt } from "../io/git/commit-at.ts";
import { lineOf } from "../io/git/line.ts";
import { commitOf } from "../io/git/revision.ts";
import { type Context, UsageError } from "./command.ts";
import { paintFor } from "./palette.ts";
import type { Repository } from "./repository.ts";
import { openVersions, told } from "./versions.ts";

/** The files as the default branch had them, and the moment at which they are asked. */
export interface Then {
  readonly repository: Repository;
  readonly moment: Date;
  readonly commit: string;
  /** When the commit counts as made, RFC 3339 in UTC. */
  readonly since: string;
  /** The files have no error by the rules of today. */
  readonly sound: boolean;
  /** What the answer does not cover, in sentences. */
  readonly remarks: readonly string[];
}

/**
 * `--at`: a day (its end, in the organisation's time zone), an RFC 3339 time, or a commit (when it was made). Read is what HEAD's first-parent line
 * had then, or that commit, by the connectors of today. Ends with exit 3 where that lies ahead, or before anything that is here.
 */
export async function openThen(context: Context, now: Repository, at: string): Promise<Then> {
  const zone = now.organization.settings.timezone;
  const moment = momentOf(at, zone);
  const found = moment === null ? await byCommit(context, at) : await byMoment(context, moment, at);
  // Of a day that is not over yet what is known is now.
  const asked = moment !== null && moment > context.now() && dayIn(moment, zone) === dayIn(context.now(), zone) ? context.now() : moment;
  const instant = asked ?? new Date(found.at);
  if (instant > context.now()) throw new UsageError(`${at} lies ahead: what will be is in the files as they are now`, 3);
  // Checked as of that day: what had not expired then was sound.
  const reader = await openVersions({ ...context, now: () => instant }, "known");
  const version = await reader.at(found.id);
  const { connectors, manifests } = reader;
  const { settings, ...rest } = version.draft;
  if (version.organization === null && settings === null)
    throw new UsageError(`the files of commit ${found.id.slice(0, 12)} have no rollcall.yaml that can be read`, 3);
  const organization: Organization = version.organization ?? { settings: settings!, ...rest, roles: answerable(rest.roles) };
  const remarks: string[] = [];
  if (hasErrors(version.diagnostics)) {
    const texts = new Map(version.files.map((f) => [f.path, f.text]));
    context.err(renderDiagnostics(version.diagnostics, (file) => texts.get(file), paintFor(context.colour.err)));
    remarks.push("These files have errors by the rules of today: what could be read of them is told, and no run would have followed them.");
  }
  for (const app of organization.apps.values()) {
    if (!manifests.has(app.connector))
      remarks.push(`${app.key} used the connector ${app.connector}, which this rollcall does not have: nothing is told of it.`);
  }
  return {
    repository: { ...version, connectors, manifests, organization },
    moment: instant,
    commit: found.id,
    since: found.at,
    sound: !hasErrors(version.diagnostics),
    remarks,
  };
}

/** Of when and of which commit an answer is, on standard error. */
export function sayThen(context: Context, { repository, moment, commit, since }: Then): void {
  const zone = repository.organization.settings.timezone;
  const made = clockIn(since, zone);
  context.err(`as of ${clockIn(moment.toISOString(), zone)} (${zone}): commit ${commit.slice(0, 12)}, in force since ${made}\n`);
}

/** Of files with errors: roles without a condition, and those whose condition can be asked. */
const answerable = (roles: Organization["roles"]): Organization["roles"] =>
  new Map([...roles].filter(([, { when }]) => !when || !("problem" in compileCondition(when.expression))));

/** null: it is to be a commit. */
function momentOf(at: string, zone: string): Date | null {
  if (day.safeParse(at).success) return endOfDay(at, zone);
  if (!/^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:[Zz]|[+-]\d\d:\d\d)$/.test(at)) return null;
  const moment = new Date(at);
  return Number.isNaN(moment.getTime()) ? null : moment;
}

async function byMoment(context: Context, moment: Date, at: string): Promise<{ id: string; at: string }> {
  const found = await told(commitAt(context.dir, "HEAD", moment, context.now()));
  if (found) return found;
  throw new UsageError(`nothing had been committed by ${at}`, 3);
}

async function byCommit(context: Context, revision: string): Promise<{ id: string; at: string }> {
  const id = await told(commitOf(context.dir, revision));
  const line = await told(lineOf(context.dir, "HEAD", context.now()));
  const own = line.commits.find((c) => c.id === id);
  if (own) return own;
  throw new UsageError(`${revision} is no commit of the line of HEAD: what stood on a side branch was never in force`, 3);
}
