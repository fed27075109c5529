import type { OperationOutcome } from "../../src/core/engine.ts";
import type { Manifest } from "../../src/core/model/manifest.ts";
import {
  type ObservedAccount,
  type ObservedEdge,
  type ObservedGroup,
  type Ref,
  refKey,
  sameRef,
  type Snapshot,
} from "../../src/core/model/observed.ts";
import type { AppState } from "../../src/core/model/state.ts";
import { applicable } from "../../src/core/plan/make-plan.ts";
import type { Operation } from "../../src/core/plan/operation.ts";
import type { Plan } from "../../src/core/plan/plan.ts";
import { applyOutcome } from "../../src/core/state/apply-outcome.ts";

/**
 * The ideal vendor and the ideal engine: every applicable operation of a plan happens, in order, and state learns of it. A vendor with
 * invitations invites; `accept` turns them into accounts.
 */
export function applyPlan(
  plan: Plan,
  world: Snapshot,
  state: AppState,
  manifest: Manifest,
  at = "2026-06-10T12:00:00.000Z",
): { world: Snapshot; state: AppState } {
  const vendor = new Vendor(world, manifest);
  let known = state;
  for (const operation of applicable(plan).filter((o) => o.app === state.app)) {
    const outcome = operation.phase === "state" ? { id: operation.id, status: "done" as const } : vendor.perform(operation, known);
    known = applyOutcome(known, operation, outcome, { day: plan.today, at });
  }
  return { world: vendor.snapshot(), state: known };
}

/** Everybody accepts: an invitation becomes an account with a number of its own. */
export function accept(world: Snapshot): Snapshot {
  const accounts = world.accounts.map((a): ObservedAccount => {
    if (a.status !== "pending") return a;
    const emails = a.emails.map((e) => ({ ...e, verified: true }));
    return { ...a, ref: a.ref.kind === "invitation" ? { kind: "user", id: `new-${a.ref.id}` } : a.ref, status: "active", emails };
  });
  return { ...world, accounts };
}

class Vendor {
  private accounts: ObservedAccount[];
  private edges: ObservedEdge[];
  private groups: ObservedGroup[];
  private readonly world: Snapshot;
  private readonly manifest: Manifest;

  constructor(world: Snapshot, manifest: Manifest) {
    this.world = world;
    this.manifest = manifest;
    this.accounts = [...world.accounts];
    this.edges = [...world.edges];
    this.groups = [...world.groups];
  }

  snapshot(): Snapshot {
    return { ...this.world, accounts: this.accounts, edges: this.edges, groups: this.groups };
  }

  perform(o: Operation, state: AppState): OperationOutcome {
    const done = (ref?: Ref): OperationOutcome => ({ id: o.id, status: "done", ...(ref ? { ref } : {}) });
    const ref = o.ref ?? (o.person === null ? undefined : state.accounts.get(o.person)?.ref);
    const change = (with_: Partial<ObservedAccount>): OperationOutcome => {
      this.accounts = this.accounts.map((a) => (ref && sameRef(a.ref, ref) ? { ...a, ...with_ } : a));
      return done();
    };
    const drop = (entitlement: string): void => {
      this.edges = this.edges.filter((e) => !(ref && sameRef(e.account, ref) && e.entitlement === entitlement && e.derived === undefined));
    };
    switch (o.verb) {
      case "create":
        return this.create(o);
      case "suspend":
        return change({ status: "suspended" });
      case "restore":
        return change({ status: "active" });
      case "delete":
        this.accounts = this.accounts.filter((a) => !(ref && sameRef(a.ref, ref)));
        this.edges = this.edges.filter((e) => !(ref && sameRef(e.account, ref)));
        return done();
      case "update":
        return change({ attributes: { ...this.accounts.find((a) => ref && sameRef(a.ref, ref))?.attributes, [o.target]: o.after! } });
      case "grant":
        if (this.accounts.some((a) => ref && sameRef(a.ref, ref) && a.status === "pending")) return { id: o.id, status: "pending" };
        drop(o.target);
        this.edges.push({ account: ref!, entitlement: o.target, ...(o.after === "" ? {} : { level: o.after! }) });
        return done();
      case "revoke":
        drop(o.target);
        if (o.after !== null) this.edges.push({ account: ref!, entitlement: o.target, level: o.after });
        return done();
      case "createGroup": {
        const made = { kind: "team", id: `made-${o.target}` };
        this.groups.push({ entitlement: o.target, ref: made, ...described(o) });
        return done(made);
      }
      case "updateGroup": {
        const old = this.groups.find((g) => sameRef(g.ref, o.ref!))!.entitlement;
        this.groups = this.groups.map((g) => (sameRef(g.ref, o.ref!) ? { ...g, entitlement: o.target, ...described(o) } : g));
        this.edges = this.edges.map((e) => (e.entitlement === old ? { ...e, entitlement: o.target } : e));
        return done(o.ref!);
      }
      case "deleteGroup":
        this.groups = this.groups.filter((g) => !sameRef(g.ref, o.ref!));
        return done();
      default:
        return done();
    }
  }

  private create(o: Operation): OperationOutcome {
    const { login, email, id, attributes } = o.payload!;
    const invites = this.manifest.invitations !== undefined;
    const outsider = this.accounts.find((a) => o.ref && sameRef(a.ref, o.ref) && a.outside !== undefined);
    const ref =
      outsider && !invites
        ? outsider.ref
        : { kind: invites ? "invitation" : "user", id: invites ? `${o.person}-${o.payload!.attempts}` : (id ?? `made-${o.person}`) };
    // An invitation that ran out is replaced by the new one; an outsider stays one until she accepts.
    this.accounts = this.accounts.filter((a) => !(o.ref && sameRef(a.ref, o.ref)) || (invites && a.outside !== undefined));
    this.accounts.push({
      ref,
      ...(login === undefined ? {} : { login }),
      emails: email === undefined ? [] : [{ address: email, verified: !invites }],
      status: invites ? "pending" : "active",
      admin: false,
      attributes,
      ...(invites ? { since: "2026-06-10T12:00:00Z" } : {}),
    });
    return invites ? { id: o.id, status: "invited", ref, note: refKey(ref) } : { id: o.id, status: "done", ref };
  }
}

const described = (o: Operation): { description?: string } =>
  o.payload?.description === undefined ? {} : { description: o.payload.description };
