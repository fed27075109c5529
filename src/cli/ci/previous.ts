import { canonicalRecord } from "../../core/record/canonical.ts";
import { contradiction, isNoted } from "../../core/record/goes-on.ts";
import { type NotedHead, notesOn } from "../../core/record/heads.ts";
import type { RunRecord } from "../../core/record/record.ts";
import { lineOf } from "../../io/git/line.ts";
import type { Records } from "../../io/state/record-files.ts";
import { sha256 } from "../records.ts";
import { told } from "../versions.ts";
import type { Ci } from "./ci.ts";

/** Commits below the tip that are asked for notes where no record says up to where there are some. */
const mostBelow = 100;
/** Runs in a row that may have ended between record and note. */
const mostUnnoted = 20;
const atOnce = 8;

/**
 * The record that this run goes on from; null: this is the first. What a record says was approved, or is outstanding, warrants gains, and who may
 * write to the repository may write to the state: so a record counts where a run has noted it on the commit that it answers for.
 *
 * | records | this run |
 * |---|---|
 * | the last one is noted | goes on from it |
 * | it is not, an earlier one is (a run ended in between; or somebody added to them) | goes on from that: what came since is judged again |
 * | there is one alone, and no note near the tip | goes on from it: the first run ended before it could note anything |
 * | none, or by hand alone, and no note near the tip | is the first |
 * | a note says otherwise: cut off, written anew, led to another place by rollcall.yaml | believes none of them: gives nobody anything, and goes on taking away |
 */
export async function previousOf(ci: Ci, records: Pick<Records, "last" | "all">, tip: string): Promise<Previous> {
  const notes = new Notes(ci);
  const line = (await told(lineOf(ci.context.dir, tip, ci.context.now()))).commits.map((c) => c.id);
  try {
    const record = await believed(ci, records, line, notes);
    return { record, doubt: null, from: record?.commits.to ?? ci.env.before ?? tip };
  } catch (error) {
    if (!(error instanceof Disbelief)) throw error;
    const near = line.slice(0, mostBelow);
    await notes.read(near);
    const noted = new Set(notes.heads.map((head) => head.where));
    return { record: null, doubt: error.message, from: near.findLast((commit) => noted.has(commit)) ?? ci.env.before ?? tip };
  }
}

/** What a run goes on from. */
interface Previous {
  readonly record: RunRecord | null;
  /** Why what lies beside the state is not believed; null: it is. */
  readonly doubt: string | null;
  /**
   * History is judged from this commit on. In doubt from far back: who approved what came since must be known again, or what somebody once pushed
   * would lead credentials elsewhere now.
   */
  readonly from: string;
}

/** Ends the search through records, and nothing else. */
class Disbelief extends Error {}

async function believed(ci: Ci, records: Pick<Records, "last" | "all">, line: readonly string[], notes: Notes): Promise<RunRecord | null> {
  const last = await records.last();
  const answered = last?.commits.to ?? null;
  const place = answered === null ? -1 : line.indexOf(answered);
  await notes.read([...line.slice(0, place === -1 ? mostBelow : place), ...(answered === null ? [] : [answered])]);
  notes.against(last === null ? [] : [last]);
  if (last === null) return null;
  if (isNoted(last, notes.heads)) return whole(last);

  const all = await records.all();
  const runs = all.filter((r) => r.run.trigger !== "manual");
  for (const record of runs.slice(-mostUnnoted).toReversed()) {
    if (record.commits.to !== null) await notes.read([record.commits.to]);
    notes.against(all);
    if (!isNoted(record, notes.heads)) continue;
    const newer = runs.filter((r) => r.sequence > record.sequence).map((r) => r.sequence);
    if (newer.length > 0) ci.context.err(`records: ${newer.join(", ")} not noted at the forge; going on from ${record.sequence}\n`);
    return whole(record);
  }
  await notes.read(line.slice(0, mostBelow));
  notes.against(all);
  if (runs.length === 0) return null;
  if (runs.length === 1) return whole(runs[0]!);
  throw refused(`none of the last ${Math.min(runs.length, mostUnnoted)} records is noted at the forge`);
}

/** What runs noted: services alone, or whoever this run is. Anybody else's note is `rollcall audit verify`'s to tell. */
class Notes {
  readonly heads: NotedHead[] = [];
  private readonly asked = new Set<string>();
  private readonly ci: Ci;

  constructor(ci: Ci) {
    this.ci = ci;
  }

  async read(commits: readonly string[]): Promise<void> {
    const { forge } = this.ci;
    const me = (await forge.viewer()).id;
    const fresh = commits.filter((c) => !this.asked.has(c));
    for (let i = 0; i < fresh.length; i += atOnce) {
      const found = await Promise.all(
        fresh.slice(i, i + atOnce).map(async (commit) => {
          const own = (await forge.statuses(commit)).filter((s) => s.author !== null && (s.author.kind === "bot" || s.author.id === me));
          return notesOn(commit, own).heads;
        }),
      );
      this.heads.push(...found.flat());
    }
    for (const commit of fresh) this.asked.add(commit);
  }

  against(known: readonly RunRecord[]): void {
    const why = contradiction(known, this.heads);
    if (why !== null) throw refused(why);
  }
}

function whole(record: RunRecord): RunRecord {
  if (sha256(canonicalRecord(record)) !== record.hash) throw refused(`record ${record.sequence} is not what its hash was made of`);
  return record;
}

const refused = (why: string): Disbelief =>
  new Disbelief(
    `the records are not what runs left here: ${why}. \`rollcall audit verify\` says more; where the state was moved on purpose, bring its records along`,
  );
