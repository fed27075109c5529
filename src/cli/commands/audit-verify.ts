import { FaultError } from "../../connector/fault.ts";
import type { ForgeReader } from "../../core/forge/forge.ts";
import { auditOf } from "../../core/record/audit.ts";
import { checkClaims, type ClaimsChecked, commitsOf, type Facts, pullsOf } from "../../core/record/claims.ts";
import { type NotedHead, notesOn, type OddNote, readHead } from "../../core/record/heads.ts";
import type { RunRecord } from "../../core/record/record.ts";
import { readable } from "../../core/record/verify-chain.ts";
import { jsonAudit, terminalAudit } from "../../core/report/audit.ts";
import { commitsHere, type Line, lineOf } from "../../io/git/line.ts";
import { type CommandResult, type Context, UsageError } from "../command.ts";
import { openForgeFor } from "../forge.ts";
import { styleFor } from "../palette.ts";
import { recordValues, sha256 } from "../records.ts";
import { openRepository } from "../repository.ts";
import { told } from "../versions.ts";

export interface AuditOptions {
  /** `<sequence>:<hash>`, from a run's log. */
  readonly head?: readonly string[];
  /** Commits whose notes are read. */
  readonly commits?: number;
}

type Reader = Pick<ForgeReader, "statuses" | "pull">;

/** Asks the forge about several things at once: each is one call. */
const atOnce = 8;

/**
 * `rollcall audit verify`: the records beside the state, as a chain; against the heads noted on commits at the forge and those the auditor has; and
 * against Git and the forge in what they name. Exit 5 where something is wrong, 8 where something could not be looked at. `openForge` ends with a
 * UsageError where none can be reached.
 */
export async function auditVerify(
  context: Context,
  options: AuditOptions,
  openForge: (context: Context) => Promise<Reader> = (c) => openForgeFor(c, { access: "read" }),
): Promise<CommandResult> {
  const given = (options.head ?? []).map(givenHead);
  const repository = await openRepository(context, "known");
  const values = await recordValues(context, repository);
  const records = readable(values);
  const forge = await orWhy(() => openForge(context));
  const line = await orWhy(() => told(lineOf(context.dir, "HEAD", context.now())));
  const commits = "why" in line ? commitsApplied(records) : commitsWithNotes(records, line.value);
  const asked = commits.slice(0, options.commits ?? 300);
  const notes = "why" in forge ? { heads: [], odd: [], why: forge.why } : await readNotes(forge.value, asked);
  const pulls = pullsOf(records)
    .toReversed()
    .slice(0, options.commits ?? 300);
  const merges = "why" in forge ? { merges: null, why: forge.why } : await readMerges(forge.value, pulls);
  const claims = "why" in line ? null : await claimsOf(context, records, line.value, merges.merges);
  const left = commits.length - asked.length;
  const audit = auditOf({
    values,
    sha256,
    notes: { ...notes, why: notes.why ?? null, commits: asked.length, left },
    given,
    claims,
    whyNoClaims: "why" in line ? line.why : null,
    pulls: merges.merges?.size ?? 0,
    whyNoPulls: pulls.length === 0 ? null : merges.why,
  });
  if (context.json) context.out(jsonAudit(audit));
  else context.out(terminalAudit(audit, { width: context.interactive ? context.width : 0, style: styleFor(context.colour.out) }));
  return audit.result;
}

function givenHead(text: string): NotedHead {
  const head = readHead(text);
  if (!head) throw new UsageError(`--head ${text} is no head: write <sequence>:<hash>, as a run's log has it`, 3);
  return { ...head, where: "--head", at: null, by: null };
}

type OrWhy<T> = { readonly value: T } | { readonly why: string };

/** What cannot be reached is said in the report, and is no end of it. */
async function orWhy<T>(work: () => Promise<T>): Promise<OrWhy<T>> {
  try {
    return { value: await work() };
  } catch (error) {
    if (error instanceof UsageError || error instanceof FaultError) return { why: error.message };
    throw error;
  }
}

/** Commits that runs applied, newest first. */
const commitsApplied = (records: readonly RunRecord[]): string[] => [
  ...new Set(records.toReversed().flatMap(({ commits }) => (commits.to === null ? [] : [commits.to]))),
];

/**
 * Where a head may have been noted, newest first: on every commit of the branch, not on those alone that the records name. Of records that were cut off,
 * or written anew as fewer, nothing here tells which commits the true ones had applied.
 */
const commitsWithNotes = (records: readonly RunRecord[], { commits }: Line): string[] => [
  ...new Set([...commits.map((c) => c.id), ...commitsApplied(records)]),
];

async function readNotes(forge: Reader, commits: readonly string[]): Promise<{ heads: NotedHead[]; odd: OddNote[]; why?: string }> {
  const heads: NotedHead[] = [];
  const odd: OddNote[] = [];
  for (let i = 0; i < commits.length; i += atOnce) {
    const some = commits.slice(i, i + atOnce);
    const read = await orWhy(() => Promise.all(some.map(async (commit) => notesOn(commit, await forge.statuses(commit)))));
    if ("why" in read) return { heads, odd, why: `read of ${i} of ${commits.length} commits: ${read.why}` };
    for (const notes of read.value) {
      heads.push(...notes.heads);
      odd.push(...notes.odd);
    }
  }
  return { heads, odd };
}

/** What the forge says of pull requests, newest first. */
async function readMerges(forge: Reader, pulls: readonly number[]): Promise<{ merges: Facts["merges"]; why: string | null }> {
  const merges = new Map<number, string | null>();
  for (let i = 0; i < pulls.length; i += atOnce) {
    const some = pulls.slice(i, i + atOnce);
    const read = await orWhy(() => Promise.all(some.map(async (n) => [n, (await forge.pull(n))?.merged?.commit ?? null] as const)));
    if ("why" in read) return { merges, why: `the forge told of ${merges.size} of ${pulls.length}: ${read.why}` };
    for (const [number, commit] of read.value) merges.set(number, commit);
  }
  return { merges, why: null };
}

async function claimsOf(
  context: Context,
  records: readonly RunRecord[],
  { commits, cut }: Line,
  merges: Facts["merges"],
): Promise<ClaimsChecked> {
  const line = commits.map((c) => c.id);
  const on = new Set(line);
  const others = [...new Set(records.flatMap(commitsOf))].filter((id) => !on.has(id));
  const elsewhere = await told(commitsHere(context.dir, others));
  return checkClaims(records, { line, shallow: cut, elsewhere, merges });
}
