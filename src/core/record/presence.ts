import { instantOf } from "../compile/day.ts";
import type { RunRecord } from "./record.ts";
import { directionOf, succeeded, type Traced } from "./trace.ts";

/** Whether something was really there at a moment, as far as records tell. */
export type Presence =
  /** `by` null: a later run found it there when it took it away; since when is not told. */
  | { readonly kind: "there"; readonly level: string | null; readonly by: Traced | null }
  /** An invitation had been sent; records do not tell when it was accepted. */
  | { readonly kind: "invited"; readonly by: Traced }
  /** `by`: what took it away, or the attempt that failed. `later`: the run that made it, after that moment. */
  | { readonly kind: "absent"; readonly by: Traced | null; readonly later: Traced | null }
  | { readonly kind: "unknown" };

export interface PresenceAt {
  /** `target`: `account` or an entitlement. `keys`: those she was known by at that time. */
  of(app: string, keys: readonly string[], target: string): Presence;
  /** Whoever had it by the records, by key at that time, in order of key: for those whom no line of the files names. */
  holders(app: string, target: string): { readonly person: string; readonly presence: Presence & { readonly kind: "there" | "invited" } }[];
  /** What one principal had by the records in an app. */
  held(
    keys: readonly string[],
  ): { readonly app: string; readonly target: string; readonly presence: Presence & { readonly kind: "there" | "invited" } }[];
}

/**
 * The world at a moment, folded from what runs did up to it. What was made or removed by hand, or found there when an app was adopted, no record
 * tells of: that stays unknown, except where the next run shows which way it was.
 *
 * | last success before | next success after | at the moment |
 * |---|---|---|
 * | gave it | any | there, since then |
 * | took it | any | absent, since then |
 * | none | gave it, where nothing was | absent |
 * | none | took it | there |
 * | none, a failed attempt to take it | none | there |
 * | none, a failed attempt to give it | none | absent |
 * | none | none | unknown |
 */
export function presenceAt(records: readonly RunRecord[], moment: number): PresenceAt {
  const index = new Map<string, Map<string, Traced[]>>();
  for (const { sequence, at, operations } of records) {
    for (const operation of operations) {
      const { app, person, target } = operation;
      if (person === null || directionOf(operation) === null) continue;
      const place = placeOf(app, target);
      const people = index.get(place) ?? new Map<string, Traced[]>();
      index.set(place, people);
      people.set(person, [...(people.get(person) ?? []), { operation, sequence, at }]);
    }
  }
  const of = (app: string, keys: readonly string[], target: string): Presence => {
    const told = (what: string): Presence => {
      const people = index.get(placeOf(app, what));
      return fold(
        keys.flatMap((key) => people?.get(key) ?? []).sort((a, b) => a.sequence - b.sequence),
        moment,
      );
    };
    const own = told(target);
    if (target === "account" || own.kind !== "there") return own;
    // An edge of an account that was stopped or deleted gives nothing.
    const account = told("account");
    return account.kind === "absent" && account.by !== null && succeeded(account.by.operation) ? account : own;
  };
  const has = (presence: Presence): presence is Presence & { readonly kind: "there" | "invited" } =>
    presence.kind === "there" || presence.kind === "invited";
  return {
    of,
    holders(app, target) {
      return [...(index.get(placeOf(app, target))?.keys() ?? [])].sort().flatMap((person) => {
        const presence = of(app, [person], target);
        return has(presence) ? [{ person, presence }] : [];
      });
    },
    held(keys) {
      return [...index.keys()].sort().flatMap((place) => {
        const [app, target] = place.split("\u0000") as [string, string];
        const presence = of(app, keys, target);
        return has(presence) ? [{ app, target, presence }] : [];
      });
    },
  };
}

const placeOf = (app: string, target: string): string => `${app}\u0000${target}`;

function fold(own: readonly Traced[], moment: number): Presence {
  const before = own.filter((t) => instantOf(t.at) <= moment);
  const next = own.find((t) => instantOf(t.at) > moment && succeeded(t.operation)) ?? null;
  const last = before.findLast((t) => succeeded(t.operation));
  const failed = before.findLast((t) => !succeeded(t.operation)) ?? null;
  if (last) {
    const { operation } = last;
    if (operation.outcome === "invited") return { kind: "invited", by: last };
    if (directionOf(operation) === "gain") return { kind: "there", level: operation.after, by: last };
    // A level that was lowered is a loss that leaves something.
    if (operation.verb === "revoke" && operation.after !== null) return { kind: "there", level: operation.after, by: last };
    return { kind: "absent", by: failed && failed.sequence > last.sequence ? failed : last, later: next };
  }
  if (next) {
    const { operation } = next;
    if (directionOf(operation) === "loss") return { kind: "there", level: operation.before, by: null };
    // What was adopted had been there before.
    if (operation.verb === "adopt" || operation.outcome === "already") return { kind: "unknown" };
    if (operation.before === null || operation.verb === "restore") return { kind: "absent", by: failed, later: next };
    return { kind: "there", level: operation.before, by: null };
  }
  if (failed === null) return { kind: "unknown" };
  // Whoever tries to take something away has seen it.
  return directionOf(failed.operation) === "loss"
    ? { kind: "there", level: failed.operation.before, by: null }
    : { kind: "absent", by: failed, later: null };
}
