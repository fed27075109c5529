import type { App } from "../model/app.ts";
import type { Desired } from "../model/desired.ts";
import type { Manifest } from "../model/manifest.ts";
import type { AccountRecord } from "../model/state.ts";
import { planAccount } from "./account.ts";
import { Carries } from "./carries.ts";
import { ended } from "./claims.ts";
import { Draft } from "./draft.ts";
import type { World } from "./evidence.ts";
import { absentUpstream } from "./upstream.ts";
import { matchAccount } from "./match.ts";
import { decideClaim, type Normalise } from "./plan-app.ts";

export interface SeenInput {
  readonly app: App;
  readonly manifest: Manifest;
  readonly desired: Desired;
  readonly world: World;
  readonly normalise: Normalise;
  /** In the organisation's time zone. */
  readonly today: string;
  /** The moment of reading, RFC 3339. */
  readonly now: string;
  /** All apps of the organisation, by key. */
  readonly apps: ReadonlyMap<string, App>;
}

/**
 * One record brought up to what was seen, as the plan's state-only operation would do it: for an engine that refreshes resources one by one.
 * Anything that is not this record's own affair (claims of others, guards, what is to be done) is left to the plan. In mode observe, and for
 * somebody whom no file has, it stays as it is: that state knows more than the world must not be forgotten.
 */
export function seenRecord(input: SeenInput, record: AccountRecord): AccountRecord {
  const { app, manifest, desired, world, today } = input;
  const standing = desired.standings.get(record.person);
  if (!standing) return record;
  const wish = desired.accounts.get(app.key)?.get(record.person) ?? ended(app, standing, record, desired);
  const draft = new Draft({
    app,
    manifest,
    unavailable: {},
    carries: new Carries(app.key, input.apps, manifest),
    now: input.now,
    upstream: absentUpstream,
  });
  const match = matchAccount(wish, record, world, manifest, () => true);
  const decision = decideClaim({ app, manifest, failure: null, today, now: input.now, upstream: absentUpstream }, world, {
    desired: wish,
    record,
    formerKey: undefined,
    match,
    collision: null,
  });
  const { attributes, grants } = input.normalise({
    status: wish.status,
    attributes: wish.attributes,
    grants: Object.fromEntries([...wish.grants.values()].map((g) => [g.entitlement, g.level])),
  });
  planAccount(draft, world, {
    desired: wish,
    attributes,
    levels: grants,
    record,
    stored: record,
    formerKey: undefined,
    decision,
    joinsByEmail: false,
    heir: null,
    today,
    // What hangs on edges here is for a plan of all apps to judge.
    assignments: record.assignments,
  });
  return draft.operations.find((o) => o.phase === "state" && o.refused === undefined)?.next ?? record;
}
