import type { Status } from "../forge/forge.ts";
import type { RunRecord } from "./record.ts";

const context = "rollcall/records";

/** Fewer than the 1,000 statuses of one context that a commit takes, so that a note may be made again. */
const ofOneContext = 900;

/**
 * Where the head of a chain is noted: as a status of this context on the commit that the run applied. GitHub's API has calls to make a commit status
 * and to list them, none to change or delete one, and takes 1,000 of one context for a commit (REST description in @octokit/openapi-types
 * 27.0.0, read 2026-11-25): hourly runs over a branch to which nothing comes reach that in six weeks, so every 900 records begin another context.
 */
export function notesContext({ sequence }: Pick<RunRecord, "sequence">): string {
  const block = Math.floor(sequence / ofOneContext);
  return block === 0 ? context : `${context}/${block}`;
}

const isNotes = (name: string): boolean => name === context || name.startsWith(`${context}/`);

/** What is noted of a record: `<sequence> <hash>`. 140 characters are allowed, and a hash is 64. */
export const noteOf = ({ sequence, hash }: Pick<RunRecord, "sequence" | "hash">): string => `${sequence} ${hash}`;

/** A head that somebody noted. */
export interface NotedHead {
  readonly sequence: number;
  readonly hash: string;
  /** A commit, or what else it was read from. */
  readonly where: string;
  /** When, by the clock of whoever keeps it; null where that is not known. */
  readonly at: string | null;
  /** By which account; null where that is not known, or is gone. */
  readonly by: string | null;
}

/** A note in rollcall's context that is none. */
export interface OddNote {
  readonly text: string;
  readonly where: string;
  readonly at: string;
  readonly by: string | null;
}

/** `<sequence> <hash>`, as it is noted and printed, or with a colon between; null where the text is no head. */
export function readHead(text: string): Pick<NotedHead, "sequence" | "hash"> | null {
  const m = /^([1-9]\d{0,14})[ :]([0-9a-f]{64})$/.exec(text);
  return m && { sequence: Number(m[1]), hash: m[2]! };
}

/** What the statuses of one commit note, whatever they say of how the run ended. */
export function notesOn(commit: string, statuses: readonly Status[]): { heads: NotedHead[]; odd: OddNote[] } {
  const heads: NotedHead[] = [];
  const odd: OddNote[] = [];
  for (const { context: name, description, at, author } of statuses) {
    if (!isNotes(name)) continue;
    const place = { where: commit, at, by: author?.login ?? null };
    const head = readHead(description);
    if (head) heads.push({ ...head, ...place });
    else odd.push({ text: description, ...place });
  }
  return { heads, odd };
}

export interface HeadProblem {
  readonly code: "HEAD_DISAGREES" | "TAIL_MISSING" | "NOTE_ODD";
  /** null of a note that names none. */
  readonly sequence: number | null;
  readonly summary: string;
}

export interface HeadsCompared {
  readonly problems: readonly HeadProblem[];
  /** The newest head that the chain agrees with: with a whole chain, every record up to it is what it was when it was noted. */
  readonly agrees: NotedHead | null;
}

/**
 * The chain against heads that were noted. Whoever may write to the repository may add a note, and nobody may take one away: so a note that
 * agrees proves that these records stood there when it was made, by whomever; and each one that does not agree is a problem, however many
 * others do. Somebody who writes the chain anew and notes his own head is found by the notes that were there before.
 */
export function compareHeads(records: readonly RunRecord[], heads: readonly NotedHead[], odd: readonly OddNote[]): HeadsCompared {
  const hashes = new Map(records.map((r) => [r.sequence, r.hash]));
  const last = Math.max(0, ...hashes.keys());
  const problems: HeadProblem[] = [];
  let agrees: NotedHead | null = null;
  for (const head of heads) {
    const { sequence } = head;
    const hash = hashes.get(sequence);
    if (hash === head.hash) {
      // Of several notes of one record the first that was made: it proves the most.
      const earlier = agrees !== null && sequence === agrees.sequence && (head.at ?? "~") < (agrees.at ?? "~");
      if (agrees === null || sequence > agrees.sequence || earlier) agrees = head;
    } else if (hash !== undefined) {
      problems.push({
        code: "HEAD_DISAGREES",
        sequence,
        summary: `Record ${sequence} is not the one that ${placeOf(head)}: the records were written anew, or that note is forged.`,
      });
    } else if (sequence > last) {
      problems.push({
        code: "TAIL_MISSING",
        sequence,
        summary: `Record ${sequence}, which ${placeOf(head)}, is not there: ${last === 0 ? "there is no record at all" : `the last one is ${last}`}. Records were cut off, or that note is forged.`,
      });
    } else {
      problems.push({ code: "HEAD_DISAGREES", sequence, summary: `Record ${sequence}, which ${placeOf(head)}, is not there.` });
    }
  }
  for (const { text, where, at, by } of odd) {
    const note = `A note in the name of the records holds no head: ${JSON.stringify(text)}, made ${at} by ${by ?? "an unknown account"} on ${where}.`;
    problems.push({ code: "NOTE_ODD", sequence: null, summary: note });
  }
  return { problems, agrees };
}

const placeOf = ({ where, at, by, hash }: NotedHead): string =>
  `${by === null ? "was noted" : `${by} noted`}${at === null ? "" : ` ${at}`} on ${where} (${hash.slice(0, 12)}…)`;
