import type { NotedHead } from "./heads.ts";
import type { RunRecord } from "./record.ts";

type Link = Pick<RunRecord, "sequence" | "hash">;

/**
 * Why records are not what runs left, by the heads that runs noted; null: nothing speaks against them. `known`: the records at hand, of which
 * the last one is the chain's last; none: there is no record.
 */
export function contradiction(known: readonly Link[], heads: readonly NotedHead[]): string | null {
  const hashes = new Map(known.map((r) => [r.sequence, r.hash]));
  const last = known.at(-1)?.sequence ?? 0;
  for (const { sequence, hash, where } of heads) {
    const at = `${sequence} (${hash.slice(0, 12)}…), which is noted on ${where.slice(0, 12)}`;
    if (sequence > last) return `record ${at}, is not there: ${last === 0 ? "there is none" : `the last one is ${last}`}`;
    if (hashes.has(sequence) && hashes.get(sequence) !== hash) return `record ${sequence} is not ${at}`;
  }
  return null;
}

/** Whether a run noted just this record. */
export const isNoted = ({ sequence, hash }: Link, heads: readonly NotedHead[]): boolean =>
  heads.some((head) => head.sequence === sequence && head.hash === hash);

/** Pull requests whose approval was used: by records up to `until`. */
export const spentIn = (records: readonly RunRecord[], until: number): Set<number> =>
  new Set(
    records
      .filter((r) => r.sequence <= until)
      .flatMap((r) => r.segments.flatMap(({ provenance }) => (provenance.kind === "approved" ? [provenance.pull] : []))),
  );
