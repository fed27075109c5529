import { instantOf } from "../compile/day.ts";
import { canonicalRecord } from "./canonical.ts";
import type { RunRecord } from "./record.ts";
import { recordSchema } from "./record.schema.ts";
import type { Sha256 } from "./seal.ts";

export interface ChainProblem {
  /** The number that the record bears; where it bears none, its place in the file, from 1. */
  readonly sequence: number;
  readonly code: "HASH_MISMATCH" | "PREVIOUS_MISMATCH" | "SEQUENCE_GAP" | "TIME_BACKWARDS" | "SHAPE";
  /** One sentence. */
  readonly summary: string;
}

/**
 * Every problem of a chain, in the order of its records. `records` are values as they were read, of which nothing is known yet; in the order of
 * the files.
 *
 * | what was done to it | what is found |
 * |---|---|
 * | a field altered | HASH_MISMATCH; where its hash was made anew, PREVIOUS_MISMATCH of the next |
 * | a record taken out or put in, two exchanged | SEQUENCE_GAP and PREVIOUS_MISMATCH |
 * | a field added, left out or of another kind | SHAPE |
 * | the end cut off, or everything from some record on written anew | nothing: only a head noted elsewhere shows it (heads.ts) |
 */
export function verifyChain(records: readonly unknown[], sha256: Sha256): ChainProblem[] {
  const problems: ChainProblem[] = [];
  let before: Link = { sequence: 0, hash: null, at: null };
  for (const [index, value] of records.entries()) {
    const claimed = linkOf(value);
    const sequence = claimed.sequence ?? index + 1;
    const add = (code: ChainProblem["code"], summary: string): void => void problems.push({ sequence, code, summary });
    const parsed = recordSchema.safeParse(value);
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      const place = issue!.path.length === 0 ? "" : `${issue!.path.map(String).join(".")}: `;
      add("SHAPE", `Record ${sequence} is not one that this rollcall knows (${place}${issue!.message}).`);
    } else if (sha256(canonicalRecord(parsed.data)) !== parsed.data.hash) {
      add("HASH_MISMATCH", `Record ${sequence} is not what its hash was made of: something in it was altered.`);
    }
    if (before.sequence !== null && sequence !== before.sequence + 1) {
      const place = before.sequence === 0 ? "comes first" : `follows ${before.sequence}`;
      add("SEQUENCE_GAP", `Record ${sequence} ${place}, where ${before.sequence + 1} is due.`);
    }
    if (claimed.previous !== undefined && before.hash !== undefined && claimed.previous !== before.hash) {
      const due = before.hash === null ? "the first record" : `record ${before.sequence}`;
      add("PREVIOUS_MISMATCH", `Record ${sequence} was not written behind ${due} as it stands here.`);
    }
    if (before.at !== null && claimed.at !== null && claimed.at < before.at) {
      add("TIME_BACKWARDS", `Record ${sequence} says that it is older than the one before it.`);
    }
    before = { sequence: claimed.sequence ?? sequence, hash: claimed.hash, at: claimed.at ?? before.at };
  }
  return problems;
}

/** Records that are shaped as records; what else is wrong with them, `verifyChain` says. */
export const readable = (values: readonly unknown[]): RunRecord[] =>
  values.flatMap((value) => {
    const parsed = recordSchema.safeParse(value);
    return parsed.success ? [parsed.data] : [];
  });

interface Link {
  readonly sequence: number | null;
  /** null before the first; undefined where the record has none that could be compared. */
  readonly hash: string | null | undefined;
  readonly at: number | null;
}

/** What a value says about its place in the chain, as far as it says it. */
function linkOf(value: unknown): Link & { readonly hash: string | undefined; readonly previous: string | null | undefined } {
  const fields = typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
  const { sequence, hash, previous, at } = fields;
  const instant = typeof at === "string" ? instantOf(at) : Number.NaN;
  return {
    sequence: Number.isSafeInteger(sequence) ? (sequence as number) : null,
    hash: typeof hash === "string" ? hash : undefined,
    previous: typeof previous === "string" || previous === null ? previous : undefined,
    at: Number.isNaN(instant) ? null : instant,
  };
}
