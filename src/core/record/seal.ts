import { instantOf, timeOf } from "../compile/day.ts";
import { canonicalRecord } from "./canonical.ts";
import type { RunRecord } from "./record.ts";

/** Lower-case hex of the SHA-256 of a text's UTF-8 bytes; the core has no hashing of its own. */
export type Sha256 = (text: string) => string;

/** What a run has to say, before it is a link of the chain. */
export type RecordDraft = Omit<RunRecord, "sequence" | "previous" | "hash">;

/** Machines' clocks differ, and a run that lost a race is sealed again behind one that began later: so much is evened out. */
const evened = 3_600_000;

/**
 * Makes a draft the link after `previous` (null: the first). Where its time lies up to an hour before the previous record's it is given that
 * one's, so that a chain made by honest machines never runs backwards; what lies further back is left as it is, for `verifyChain` to say.
 */
export function seal(draft: RecordDraft, previous: RunRecord | null, sha256: Sha256): RunRecord {
  const back = previous === null ? 0 : instantOf(previous.at) - instantOf(draft.at);
  const unhashed = {
    ...draft,
    at: timeOf(back > 0 && back <= evened ? instantOf(previous!.at) : instantOf(draft.at)),
    sequence: (previous?.sequence ?? 0) + 1,
    previous: previous?.hash ?? null,
  };
  return { ...unhashed, hash: sha256(canonicalRecord(unhashed)) };
}
