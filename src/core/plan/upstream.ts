import { kindOf, rankOf } from "../compile/entitlement-kind.ts";
import { type Address, formatAddress } from "../model/address.ts";
import type { Desired } from "../model/desired.ts";
import type { Manifest } from "../model/manifest.ts";
import { type ObservedAccount, refKey } from "../model/observed.ts";
import type { AccountRecord } from "../model/state.ts";
import { carrierKey } from "./carries.ts";
import type { World } from "./evidence.ts";
import type { Operation } from "./operation.ts";
import type { AccountView } from "./plan.ts";

/** What this run knows of one person's edge in another app, on which access here hangs. */
export type Hold =
  /** Wanted and seen. `since`: RFC 3339; null where state does not know. */
  | { readonly kind: "held"; readonly since: string | null }
  /** Wanted, and this plan grants it. */
  | { readonly kind: "coming" }
  /** Wanted, not there, and this plan does not grant it: why, as a clause. */
  | { readonly kind: "blocked"; readonly why: string }
  /** Not wanted, seen, and this plan takes it away. */
  | { readonly kind: "ending" }
  /** Not wanted, seen, and it stays: why, as a clause. */
  | { readonly kind: "kept"; readonly why: string }
  /** Not wanted, and proven not to be there. */
  | { readonly kind: "gone"; readonly since: string | null }
  /** Nothing is proven: why, as a clause. */
  | { readonly kind: "unknown"; readonly why: string };

/** What this run knows of one person's account in another app. */
export type Presence =
  | { readonly kind: "there" }
  /** No line asks for one. */
  | { readonly kind: "unwanted" }
  /** This plan makes it, or lets it in again: the operation's id. */
  | { readonly kind: "coming"; readonly operation: string; readonly why: string }
  | { readonly kind: "missing"; readonly why: string };

/** An app that was planned before those that wait for it. */
export interface PlannedUpstream {
  readonly app: string;
  readonly manifest: Manifest;
  readonly desired: Desired;
  readonly records: ReadonlyMap<string, AccountRecord>;
  readonly world: World;
  readonly views: readonly AccountView[];
  /** With what the mode and the guards refuse, and what waits, marked. */
  readonly operations: readonly Operation[];
  readonly failure: string | null;
}

/** The answers of one app to those that wait for it. */
export interface Upstream {
  hold(person: string, address: Address): Hold;
  presence(person: string): Presence;
}

/** For an app that is not part of the run: nothing is known of it. */
export const absentUpstream = (app: string): Upstream => {
  const why = `${app} is not part of this run`;
  return { hold: () => ({ kind: "unknown", why }), presence: () => ({ kind: "missing", why }) };
};

export function upstreamOf(planned: PlannedUpstream): Upstream {
  const { app, failure, manifest, world, desired } = planned;
  if (failure !== null) {
    return {
      hold: () => ({ kind: "unknown", why: `${app}: ${failure}` }),
      presence: () => ({ kind: "missing", why: `${app}: ${failure}` }),
    };
  }
  const views = new Map(planned.views.flatMap((v) => (v.person === null ? [] : [[v.person, v] as const])));
  const operations = new Map(planned.operations.map((o) => [o.id, o]));
  const operation = (person: string, verb: Operation["verb"], target = "account"): Operation | undefined =>
    operations.get(`${app} ${person} ${verb} ${target}`);
  const lookUp = (person: string): Subject => {
    const view = views.get(person);
    const account = view?.ref ? world.byRef.get(refKey(view.ref)) : undefined;
    return { person, view, account, record: planned.records.get(person) };
  };

  /** Why an operation of this plan will not happen in this run, or null. */
  const hindrance = (o: Operation | undefined, without: string): string | null => {
    if (!o) return without;
    if (o.refused !== undefined) return `refused there: ${o.refused}`;
    if (manifest.human) return "it is done there by hand";
    const held = o.waits?.find((w) => w.operation === null);
    return held ? `waits for ${held.for} itself` : null;
  };

  const wanted = (s: Subject, address: Address): Hold => {
    const { entitlement, level = "" } = address;
    const { account, view, person } = s;
    const of = formatAddress({ app, entitlement, level });
    const kind = kindOf(manifest, entitlement);
    const edge = account && world.held(account).get(entitlement);
    if (account && edge && rankOf(kind, edge.level) >= rankOf(kind, level)) {
      if (account.status === "active") return { kind: "held", since: sinceOf(s, address, true) };
      if (account.status === "unknown") return { kind: "unknown", why: `${app} does not say whether the account is active` };
      const why = hindrance(operation(person, "restore"), `the account in ${app} is ${account.status}`);
      return why === null ? { kind: "coming" } : { kind: "blocked", why };
    }
    const grant = operation(person, "grant", entitlement);
    const why = hindrance(grant, "");
    if (why === null) return { kind: "coming" };
    if (grant) return { kind: "blocked", why: `${of}: ${why}` };
    if (
      view &&
      (view.situation === "unknown" ||
        (account && settled(account) && world.edgeAbsence(entitlement, account, kind?.group === true) === null))
    )
      return {
        kind: "unknown",
        why: view.situation === "unknown" ? `${app}: ${view.detail}` : `the list of ${of} was not read to its end`,
      };
    return { kind: "blocked", why: view && view.situation !== "inSync" ? `${app}: ${view.detail}` : `${of} cannot be granted` };
  };

  const unwanted = (s: Subject, address: Address): Hold => {
    const { entitlement, level } = address;
    const { account, person } = s;
    const of = formatAddress({ app, entitlement, ...(level === undefined ? {} : { level }) });
    const kind = kindOf(manifest, entitlement);
    const edge = account && world.held(account).get(entitlement);
    if (account && edge && (level === undefined || rankOf(kind, edge.level) >= rankOf(kind, level))) {
      if (ends(operation(person, "delete"), manifest)) return { kind: "ending" };
      const revoke = operation(person, "revoke", world.presentName(entitlement)) ?? operation(person, "revoke", entitlement);
      if (ends(revoke, manifest)) return { kind: "ending" };
      if (revoke)
        return {
          kind: "kept",
          why: `taking ${of} away is ${revoke.refused === undefined ? "work for people there" : `refused: ${revoke.refused}`}`,
        };
      return { kind: "kept", why: edge.derived === undefined ? `rollcall did not grant ${of}` : `${of} is held through ${edge.derived}` };
    }
    const proven = account
      ? world.edgeAbsence(entitlement, account, kind?.group === true) !== null
      : world.accountsComplete || provenGone(s, world);
    return proven
      ? { kind: "gone", since: sinceOf(s, address, false) }
      : { kind: "unknown", why: `whether ${of} is held was not read to its end` };
  };

  return {
    hold(person, address) {
      const s = lookUp(person);
      const wish = desired.accounts.get(app)?.get(person);
      const grant = wish?.status === "active" ? wish.grants.get(address.entitlement) : undefined;
      const kind = kindOf(manifest, address.entitlement);
      if (wish?.lifecycle === "leave") return { kind: "kept", why: "assignments are kept during a leave" };
      const wants = grant !== undefined && (address.level === undefined || rankOf(kind, grant.level) >= rankOf(kind, address.level));
      return wants ? wanted(s, address) : unwanted(s, address);
    },
    presence(person) {
      const wish = desired.accounts.get(app)?.get(person);
      if (!wish || wish.status !== "active") return { kind: "unwanted" };
      const { view } = lookUp(person);
      const by = (verb: "create" | "restore", what: string): Presence => {
        const o = operation(person, verb);
        const why = hindrance(o, view?.detail ?? "it is not known there");
        return why === null ? { kind: "coming", operation: o!.id, why: what } : { kind: "missing", why };
      };
      switch (view?.situation) {
        case "create":
          return by("create", "made by this plan");
        case "adopt":
        case "inSync":
          return { kind: "there" };
        case "drifted":
          return operation(person, "restore") ? by("restore", "restored by this plan") : { kind: "there" };
        default:
          return { kind: "missing", why: view ? view.detail : "it is not known there" };
      }
    },
  };
}

interface Subject {
  readonly person: string;
  readonly view: AccountView | undefined;
  readonly account: ObservedAccount | undefined;
  readonly record: AccountRecord | undefined;
}

const ends = (o: Operation | undefined, manifest: Manifest): boolean => o !== undefined && o.refused === undefined && !manifest.human;

/** Edges of invitations cannot be seen at most vendors: nothing follows from their absence. */
const settled = (a: ObservedAccount): boolean => a.status === "active" || a.status === "suspended";

const provenGone = ({ record }: Subject, world: World): boolean =>
  record !== undefined && (record.status === "absent" || world.snapshot.fresh.get(refKey(record.ref)) === false);

function sinceOf({ record }: Subject, address: Address, held: boolean): string | null {
  const known = record?.assignments?.[carrierKey(address)];
  return known?.held === held ? known.since : null;
}
