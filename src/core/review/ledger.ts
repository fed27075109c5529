import type { Desired } from "../model/desired.ts";
import type { Manifest } from "../model/manifest.ts";
import { kindOf } from "../compile/entitlement-kind.ts";
import type { Day } from "../model/person.ts";
import type { Operation } from "../plan/operation.ts";
import type { Plan } from "../plan/plan.ts";
import type { Outstanding } from "../record/record.ts";

/**
 * What was reviewed and the world does not show yet: an invitation that is not accepted, a call that failed, a first day to come. A run begins
 * with what the last one left, adds what newly approved segments ask for, and leaves what is still to be done.
 */
export type Ledger = readonly Outstanding[];

/** Something that a change asks for. */
export type Asked = Omit<Outstanding, "by">;

const keyOf = (e: Pick<Outstanding, "app" | "person" | "target">): string => JSON.stringify([e.app, e.person, e.target]);

/** What a segment says anew takes the place of what was outstanding, approved or not: an older review must not bring it back. */
export function enter(ledger: Ledger, changes: readonly Asked[], by: Outstanding["by"] | null): Ledger {
  const said = new Set(changes.map(keyOf));
  return [
    ...ledger.filter((e) => !said.has(keyOf(e))),
    ...(by === null
      ? []
      : changes.map(({ app, person, target, after, since }): Outstanding => ({
          app,
          person,
          target,
          after,
          by,
          ...(since === undefined ? {} : { since }),
        }))),
  ];
}

/** Operations of approved segments that no access diff speaks of: attributes, groups, sessions. */
export const enterOperations = (ledger: Ledger, operations: readonly Operation[], by: Outstanding["by"]): Ledger =>
  enter(
    ledger,
    operations.filter((o) => !speaksOfAccess(o)),
    by,
  );

const speaksOfAccess = (o: Operation): boolean =>
  ["create", "restore", "suspend", "delete", "grant", "revoke", "adopt", "record"].includes(o.verb);

/**
 * The entry by which an operation was reviewed. Of an edge the level may differ: what a vendor makes of a wish (owners are maintainers) is not
 * in the files, and the wish itself is held against the files by `stillWanted`.
 */
export function entryFor(ledger: Ledger, o: Operation): Outstanding | undefined {
  return holdersOf(ledger)
    .get(holderOf(o))
    ?.find((e) => fits(e, o));
}

/** What may be done by it on a day. */
export const dueOn = (ledger: Ledger, today: Day): Ledger => ledger.filter((e) => e.since === undefined || e.since <= today);

const holderOf = (of: Pick<Outstanding, "app" | "person">): string => JSON.stringify([of.app, of.person]);

const byHolder = new WeakMap<Ledger, ReadonlyMap<string, readonly Outstanding[]>>();

/** A ledger is never changed, and asked once for each operation. */
function holdersOf(ledger: Ledger): ReadonlyMap<string, readonly Outstanding[]> {
  let known = byHolder.get(ledger);
  if (!known) byHolder.set(ledger, (known = Map.groupBy(ledger, holderOf)));
  return known;
}

function fits(e: Outstanding, o: Operation): boolean {
  const gone = e.after === null || e.after === "absent";
  switch (o.verb) {
    case "create":
    case "restore":
    case "adopt":
      return e.target === "account" && e.after === "active";
    case "suspend":
    case "delete":
    case "endSessions":
    case "revokeCredentials":
    case "transfer":
      return e.target === "account" && e.after !== "active";
    case "grant":
      return e.target === o.target && !gone;
    // A lowered level is wanted at that level; a revocation asks for nothing.
    case "revoke":
      return (e.target === o.target && gone === (o.after === null)) || (e.target === "account" && e.after !== "active");
    case "record":
      return false;
    default:
      return e.target === o.target && e.after === o.after;
  }
}

export interface Standing {
  /** What the files ask for once everybody has arrived (eventually.ts). */
  readonly eventual: Desired;
  /** What they ask for today. */
  readonly desired: Desired;
  readonly plan: Plan;
  /** By app. */
  readonly manifests: ReadonlyMap<string, Manifest>;
  /** Ids of operations that are done for good: `done`, `already`. */
  readonly done: ReadonlySet<string>;
}

/** What of it the files still ask for: a later change, reviewed or not, must not be undone by an older review. */
export const wantedOf = (ledger: Ledger, files: Pick<Standing, "eventual" | "manifests">): Ledger =>
  ledger.filter((e) => stillWanted(e, files));

/** Of a segment that is approved only now, what nothing newer has spoken about since. */
export const enterLate = (ledger: Ledger, changes: Parameters<typeof enter>[1], by: Outstanding["by"]): Ledger => {
  const said = new Set(ledger.map(keyOf));
  return [
    ...ledger,
    ...enter(
      [],
      changes.filter((c) => !said.has(keyOf(c))),
      by,
    ),
  ];
};

/** What is still to be done after a run: wanted by the files, and not shown by the world. */
export function stillOutstanding(ledger: Ledger, now: Standing): Outstanding[] {
  const { plan } = now;
  const [done, open] = [true, false].map((is) =>
    Map.groupBy(
      plan.operations.filter((o) => now.done.has(o.id) === is),
      holderOf,
    ),
  );
  const unread = new Set(plan.apps.filter((a) => a.failure !== null).map((a) => a.app));
  const unsettled = new Set([
    ...plan.apps.flatMap((a) => a.accounts.filter((v) => unsettledSituations.has(v.situation)).map((v) => holderOf({ ...v, app: a.app }))),
    ...plan.findings.filter((f) => unsettledFindings.has(f.code)).map(holderOf),
  ]);
  const read = new Set(plan.apps.map((a) => a.app));
  return ledger.filter((e) => {
    const holder = holderOf(e);
    const about = (all: ReadonlyMap<string, readonly Operation[]> | undefined): boolean =>
      all?.get(holder)?.some((o) => fits(e, o)) === true;
    if (!stillWanted(e, now)) return false;
    if (e.since !== undefined && e.since > plan.today) return true;
    if (!read.has(e.app) || unread.has(e.app) || about(open)) return true;
    if (e.person !== null && isToCome(e, now)) return true;
    // Done is done: of what is not shown to the end, no list will ever prove it.
    return unsettled.has(holder) && !about(done);
  });
}

/** Nothing can be concluded yet about what such an account holds. */
const unsettledSituations: ReadonlySet<string> = new Set([
  "create",
  "pending",
  "awaited",
  "unknown",
  "ambiguous",
  "collision",
  "vanished",
  "recentlyDeleted",
]);

/** Likewise of an edge: its list was not read to the end, or its group is not there yet. */
const unsettledFindings: ReadonlySet<string> = new Set(["UNKNOWN", "GROUP_MISSING"]);

/** Whether the files, as they are now, still ask for what was reviewed. */
function stillWanted(e: Outstanding, { eventual, manifests }: Pick<Standing, "eventual" | "manifests">): boolean {
  if (e.person === null) return true; // a group's own life: settled where no operation is left about it
  const account = eventual.accounts.get(e.app)?.get(e.person);
  if (e.target === "account") return (account?.status ?? null) === e.after || (e.after === null && account === undefined);
  const manifest = manifests.get(e.app);
  if (manifest && kindOf(manifest, e.target) === undefined) return true; // an attribute: its operation is there as long as it differs
  return (account?.grants.get(e.target)?.level ?? null) === e.after;
}

/** Asked for, but not today: a first day to come, a leave. */
function isToCome(e: Outstanding, { desired, eventual }: Standing): boolean {
  const [today, then] = [desired, eventual].map((d) => d.accounts.get(e.app)?.get(e.person!)?.status);
  return today !== "active" && then === "active";
}
