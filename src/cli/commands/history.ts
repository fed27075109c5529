import { startOfDay } from "../../core/compile/day.ts";
import { isKey } from "../../core/model/key.ts";
import type { Manifest } from "../../core/model/manifest.ts";
import { day } from "../../core/model/text.schema.ts";
import { excerpts, formerKeys, ownFiles, reaching } from "../../core/record/excerpt.ts";
import { type HistoryEntry, historyOf } from "../../core/record/history.ts";
import { principalOf, stepsOf, type VersionOf } from "../../core/record/steps.ts";
import { type HistoryReport, jsonHistory, terminalHistory } from "../../core/report/history.ts";
import type { KnownFiles } from "../../core/source/declaration.ts";
import { type FileVersions, fileVersions } from "../../io/git/file-versions.ts";
import { type Line, lineOf } from "../../io/git/line.ts";
import { type CommandResult, type Context, UsageError } from "../command.ts";
import { hinted } from "../hinted.ts";
import { openKnownFiles } from "../known-files.ts";
import { styleFor } from "../palette.ts";
import { knownRecords } from "../records.ts";
import { openRepository, type Repository } from "../repository.ts";
import { told } from "../versions.ts";

export interface HistoryOptions {
  /** YYYY-MM-DD: from the beginning of that day in the organisation's time zone. */
  readonly since?: string;
  /** Entries shown, newest first. */
  readonly limit?: number;
}

/** Versions of the files that are gone through at most, newest first. */
const most = 10_000;

/** `rollcall history ada`: what she was meant to have and what was done about it, from Git and from the records of runs. No app is asked. */
export async function history(context: Context, asked: string, options: HistoryOptions): Promise<CommandResult> {
  const { since, limit = 100 } = options;
  if (since !== undefined && !day.safeParse(since).success) throw new UsageError(`--since ${since} is no day: write YYYY-MM-DD`, 3);
  const repository = await openRepository(context, "known");
  const { organization } = repository;
  const person = presentKey(repository, asked);
  for (const key of context.apps) {
    if (!organization.apps.has(key)) throw new UsageError(`there is no app ${key}${hinted(key, [...organization.apps.keys()])}`, 3);
  }
  const zone = organization.settings.timezone;
  const from = since === undefined ? null : startOfDay(since, zone).getTime();
  const known = openKnownFiles(context)?.files;
  const keys = await keysOf(context, person, known);
  const [line, found] = await told(
    Promise.all([lineOf(context.dir, "HEAD", context.now()), fileVersions(context.dir, "HEAD", reaching(keys), most)]),
  );
  const read = versionsOf(found, line, known);
  const newest = read.versions.findLast(({ organization: o }) => o !== null && [...keys].some((key) => principalOf(o, key)));
  if (!newest) {
    const near = hinted(asked, [...organization.people.keys(), ...organization.services.keys()]);
    throw new UsageError(`${asked} is no person or service, neither now nor in the history that is here${near}`, 3);
  }
  const { versions, cut } = since === undefined ? read : after(read, from!);
  const steps = stepsOf({ person, versions, cut, manifests: repository.manifests, now: context.now() });
  const { records, remarks } = await knownRecords(context, repository);
  const all = historyOf({ steps, keys, records, line: line.commits.map((c) => c.id) })
    .map((entry) => about(context, entry))
    .filter((entry) => entry !== null)
    .filter(({ at }) => from === null || Date.parse(at) >= from);
  const principal = [...keys].map((key) => principalOf(newest.organization!, key)).find((p) => p !== undefined)!;
  const report: HistoryReport = {
    person,
    name: principal.name,
    formerly: [...keys].filter((key) => key !== person),
    zone,
    entries: all.slice(0, limit),
    omitted: Math.max(0, all.length - limit),
    records: records.length,
    remarks: [
      ...(person === asked ? [] : [`${asked} is ${person} now.`]),
      ...remarks,
      ...remarksOn(found, read.versions, repository.manifests),
    ],
  };
  if (context.json) context.out(jsonHistory(report));
  else context.out(terminalHistory(report, { width: context.interactive ? context.width : 0, style: styleFor(context.colour.out) }));
  return 0;
}

/** The key that somebody asked about under another one has now. */
function presentKey({ organization }: Repository, asked: string): string {
  if (!isKey(asked)) throw new UsageError(`${asked} is no key of a person or service`, 3);
  if (principalOf(organization, asked)) return asked;
  const all = [...organization.people.values(), ...organization.services.values()];
  return all.find(({ formerly }) => formerly.includes(asked))?.key ?? asked;
}

/** Every key that she ever had: those that her files name, in any version of any of them. */
async function keysOf(context: Context, person: string, known: KnownFiles | undefined): Promise<Set<string>> {
  const keys = new Set([person]);
  for (let before = 0; before < keys.size;) {
    before = keys.size;
    const { versions } = await told(fileVersions(context.dir, "HEAD", ownFiles(keys), most));
    for (const { files } of versions) for (const key of formerKeys(files ?? [], known)) keys.add(key);
  }
  return keys;
}

interface Read {
  /** Oldest first. */
  readonly versions: readonly VersionOf[];
  readonly cut: boolean;
}

function versionsOf({ versions, cut }: FileVersions, line: Line, known: KnownFiles | undefined): Read {
  const times = new Map(line.commits.map((c) => [c.id, c.at]));
  const read = excerpts(known);
  return {
    cut: cut !== null,
    versions: versions.map(({ commit, files }) => ({
      commit: {
        id: commit.id,
        at: times.get(commit.id) ?? commit.at,
        dated: commit.at,
        author: commit.author.name,
        subject: commit.subject,
      },
      organization: files && read(files),
    })),
  };
}

/** The versions since a moment, and the one that held then. */
function after({ versions, cut }: Read, from: number): Read {
  const first = versions.findIndex(({ commit }) => Date.parse(commit.at) >= from);
  const begin = Math.max(0, (first === -1 ? versions.length : first) - 1);
  const base = versions.slice(0, begin + 1).findLastIndex((v) => v.organization !== null);
  return base <= 0 ? { versions, cut } : { versions: versions.slice(base), cut: true };
}

/** An entry with what is about the apps asked for; null where nothing is. */
function about({ apps }: Context, entry: HistoryEntry): HistoryEntry | null {
  if (apps.length === 0) return entry;
  if (entry.kind === "run") {
    const operations = entry.operations.filter((o) => apps.includes(o.app));
    return operations.length === 0 ? null : { ...entry, operations };
  }
  const changes = entry.changes.filter((c) => apps.includes(c.app));
  return changes.length === 0 ? null : { ...entry, changes };
}

function remarksOn(
  { versions: found, cut }: FileVersions,
  versions: readonly VersionOf[],
  manifests: ReadonlyMap<string, Manifest>,
): string[] {
  const remarks: string[] = [];
  const [first] = found;
  if (cut === "shallow" && first)
    remarks.push(
      `This clone is shallow and begins with commit ${first.commit.id.slice(0, 12)} of ${first.commit.at.slice(0, 10)}: what was before is not seen (git fetch --unshallow).`,
    );
  if (cut === "limit" && first)
    remarks.push(`Only the newest ${most} commits that could reach her were looked at: those since ${first.commit.at.slice(0, 10)}.`);
  const broken = versions.filter((v) => v.organization === null).map((v) => v.commit.id.slice(0, 12));
  if (broken.length > 0) remarks.push(`Commits that left files with errors, from which nothing followed: ${listed(broken)}.`);
  const unknown = new Set(
    versions.flatMap(({ organization }) =>
      [...(organization?.apps.values() ?? [])].filter((a) => !manifests.has(a.connector)).map((a) => `${a.key} (connector ${a.connector})`),
    ),
  );
  if (unknown.size > 0)
    remarks.push(`Apps whose connector this rollcall does not have, of which nothing is told: ${listed([...unknown].sort())}.`);
  return remarks;
}

const listed = (all: readonly string[]): string =>
  all.length <= 10 ? all.join(", ") : `${all.slice(0, 10).join(", ")} and ${all.length - 10} more`;
