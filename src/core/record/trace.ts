import { instantOf } from "../compile/day.ts";
import type { Outstanding, RecordedOperation, RunRecord } from "./record.ts";

/** An operation with the run it belongs to. `at` is the run's time: records know no finer one. */
export interface Traced {
  readonly operation: RecordedOperation;
  readonly sequence: number;
  readonly at: string;
}

/** What records say of a wish: whether the world was made to follow it. */
export type Trace =
  /** Carried out, by the first run that did. */
  | { readonly kind: "done"; readonly by: Traced; readonly attempts: number }
  /** Tried, or begun, and not done: the last attempt. */
  | { readonly kind: "open"; readonly by: Traced; readonly attempts: number }
  /** A run left it alone, and why. */
  | { readonly kind: "left"; readonly sequence: number; readonly at: string; readonly why: string }
  /** Reviewed; the next run goes on with it. */
  | { readonly kind: "outstanding"; readonly sequence: number; readonly at: string; readonly by: Outstanding["by"] }
  /** No run tells of it: made before runs were recorded, found there already, or overtaken before any run came to it. */
  | { readonly kind: "none" };

export type Direction = "gain" | "loss";

const directions: Readonly<Partial<Record<RecordedOperation["verb"], Direction>>> = {
  create: "gain",
  restore: "gain",
  grant: "gain",
  adopt: "gain",
  suspend: "loss",
  delete: "loss",
  revoke: "loss",
};

/** What an operation does to the access of its person; null of what gives and takes none. */
export const directionOf = ({ verb }: Pick<RecordedOperation, "verb">): Direction | null => directions[verb] ?? null;

const successes: ReadonlySet<RecordedOperation["outcome"]> = new Set(["done", "already", "invited"]);

/** It did what it was to do; of an invitation, that it was sent. */
export const succeeded = ({ outcome }: Pick<RecordedOperation, "outcome">): boolean => successes.has(outcome);

/** Operations about one principal, under any of the keys, in the order they were carried out. */
export const operationsOf = (records: readonly RunRecord[], keys: ReadonlySet<string>): Traced[] =>
  records.flatMap(({ sequence, at, operations }) =>
    operations.filter(({ person }) => person !== null && keys.has(person)).map((operation) => ({ operation, sequence, at })),
  );

/** Something wanted of one principal's account in one app. */
export interface Wish {
  readonly app: string;
  readonly target: string;
  readonly direction: Direction;
  /** RFC 3339. */
  readonly at: string;
  /** When another wish about the same thing took its place; null: it stands. */
  readonly until: string | null;
  /** The commit that brought it; null where a date did. */
  readonly commit: string | null;
}

/** Clocks of those who commit and of those who apply differ. */
const tolerance = 600_000;

/**
 * What became of a wish. Operations that are taken for it are put into `used`, so that none is taken for two. The first success ends the search: what
 * repairs the same access later is a matter of its own.
 */
export function traceOf(
  wish: Wish,
  keys: ReadonlySet<string>,
  all: readonly Traced[],
  records: readonly RunRecord[],
  used: Set<Traced>,
): Trace {
  const [from, until] = [instantOf(wish.at) - tolerance, wish.until === null ? Infinity : instantOf(wish.until)];
  const timely = (at: string): boolean => instantOf(at) >= from && instantOf(at) < until;
  let attempts = 0;
  let last: Traced | null = null;
  for (const traced of all) {
    const { operation } = traced;
    if (used.has(traced) || operation.app !== wish.app || operation.target !== wish.target) continue;
    if (directionOf(operation) !== wish.direction) continue;
    const named = wish.commit !== null && operation.by.kind !== "state" && "commit" in operation.by && operation.by.commit === wish.commit;
    if (!named && !timely(traced.at)) continue;
    used.add(traced);
    attempts += 1;
    last = traced;
    if (succeeded(operation)) return { kind: "done", by: traced, attempts };
  }
  if (last !== null) return { kind: "open", by: last, attempts };
  return asLeft(
    wish,
    keys,
    records.filter((r) => timely(r.at)),
  );
}

function asLeft(wish: Wish, keys: ReadonlySet<string>, records: readonly RunRecord[]): Trace {
  const newest = records.at(-1);
  const reviewed = newest?.outstanding.find(
    (o) => o.since === undefined && o.app === wish.app && o.target === wish.target && o.person !== null && keys.has(o.person),
  );
  if (newest && reviewed) return { kind: "outstanding", sequence: newest.sequence, at: newest.at, by: reviewed.by };
  for (const { sequence, at, left } of records.toReversed()) {
    // An id is `app person verb target`; of these the target alone can hold blanks.
    const found = left.find(({ app, person, id }) => {
      const [, , verb = "", ...target] = id.split(" ");
      return (
        app === wish.app &&
        person !== null &&
        keys.has(person) &&
        target.join(" ") === wish.target &&
        directionOf({ verb: verb as RecordedOperation["verb"] }) === wish.direction
      );
    });
    if (found) return { kind: "left", sequence, at, why: found.why };
  }
  return { kind: "none" };
}
