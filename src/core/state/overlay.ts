import { secondsSince } from "../compile/day.ts";
import { isAdmin, kindOf } from "../compile/entitlement-kind.ts";
import type { OperationOutcome } from "../engine.ts";
import { compareText } from "../diagnostic.ts";
import type { Manifest } from "../model/manifest.ts";
import {
  fold,
  type ObservedAccount,
  type ObservedEdge,
  type ObservedGroup,
  type Ref,
  refKey,
  sameRef,
  type Snapshot,
} from "../model/observed.ts";
import type { JournalEntry, JournalOperation } from "./journal.ts";

/**
 * Own writes laid over what was observed, for as long as the vendor's lists may not show them yet (`settles` seconds of the verb, from the
 * moment the write was answered). An observation that agrees already is left; an account read afresh, by id or by a look-up, is never laid
 * over: it says more than the journal. Pure; `now` is the moment of reading.
 */
export function overlay(snapshot: Snapshot, entries: readonly JournalEntry[], manifest: Manifest, now: Date): Snapshot {
  const writes = snapshot.failure ? [] : unsettledWrites(entries, manifest, now);
  if (writes.length === 0) return snapshot;
  const layer = new Layer(snapshot, manifest, accountsMade(entries));
  for (const write of writes) layer.lay(write);
  return layer.result();
}

interface Write {
  readonly operation: JournalOperation;
  readonly outcome: OperationOutcome;
  readonly at: string;
}

/**
 * Which entries a journal has to keep once everything is in the checkpoint, by `seq`: those whose writes the vendor may not show yet, and the
 * creates that tell which account they were about.
 */
export function unsettledEntries(entries: readonly JournalEntry[], manifest: Manifest, now: Date): Set<number> {
  const begun = new Map(entries.flatMap((e) => (e.type === "begin" ? [[e.seq, e.operation] as const] : [])));
  const ends = entries.flatMap((e) => {
    const operation = e.type === "end" ? begun.get(e.of) : undefined;
    return e.type === "end" && operation ? [{ ...e, operation }] : [];
  });
  const recent = new Set(ends.filter((e) => isUnsettled(e.operation, e.at, manifest, now)));
  const newcomers = new Set([...recent].filter((e) => e.operation.ref === null).map((e) => e.operation.person));
  const kept = ends.filter((e) => recent.has(e) || (e.operation.verb === "create" && newcomers.has(e.operation.person)));
  return new Set(kept.flatMap((e) => [e.of, e.seq]));
}

/** Whether the vendor's lists may not show yet what an operation that ended at `at` did. */
function isUnsettled(operation: JournalOperation, at: string, manifest: Manifest, now: Date): boolean {
  const { verb } = operation;
  if (verb === "adopt" || verb === "record") return false;
  // A lowered level is brought about by granting the lower one.
  const settles = manifest.verbs[verb === "revoke" && operation.after !== null ? "grant" : verb]?.settles ?? 0;
  // A clock that was set back makes a negative age: such a write is recent as far as anybody can tell.
  return secondsSince(at, now) < settles;
}

function unsettledWrites(entries: readonly JournalEntry[], manifest: Manifest, now: Date): Write[] {
  const begun = new Map(entries.flatMap((e) => (e.type === "begin" ? [[e.seq, e.operation] as const] : [])));
  return entries.flatMap((e) => {
    if (e.type !== "end") return [];
    const operation = begun.get(e.of);
    const { status } = e.outcome;
    const wrote = status === "done" || status === "already" || (status === "invited" && operation?.verb === "create");
    return operation && wrote && isUnsettled(operation, e.at, manifest, now) ? [{ operation, outcome: e.outcome, at: e.at }] : [];
  });
}

/** Refs of accounts that the journal saw being made, by person: operations that followed in the same run do not name them. */
function accountsMade(entries: readonly JournalEntry[]): Map<string, Ref> {
  const people = new Map(
    entries.flatMap((e) => (e.type === "begin" && e.operation.verb === "create" ? [[e.seq, e.operation.person] as const] : [])),
  );
  const made = new Map<string, Ref>();
  for (const e of entries) {
    const person = e.type === "end" ? people.get(e.of) : undefined;
    if (e.type === "end" && person !== null && person !== undefined && e.outcome.ref) made.set(person, e.outcome.ref);
  }
  return made;
}

/** A snapshot being laid over; rows are kept by account, so that a run of thousands of writes stays quick. */
class Layer {
  private readonly accounts = new Map<string, ObservedAccount[]>();
  private readonly edges = new Map<string, ObservedEdge[]>();
  private readonly logins = new Set<string>();
  private groups: ObservedGroup[];
  private scopes: Snapshot["scopes"];
  private readonly snapshot: Snapshot;
  private readonly manifest: Manifest;
  private readonly made: ReadonlyMap<string, Ref>;
  private readonly fresh: ReadonlySet<string>;

  constructor(snapshot: Snapshot, manifest: Manifest, made: ReadonlyMap<string, Ref>) {
    this.snapshot = snapshot;
    this.manifest = manifest;
    this.made = made;
    for (const account of snapshot.accounts) this.addAccount(account);
    for (const edge of snapshot.edges) push(this.edges, refKey(edge.account), edge);
    this.groups = [...snapshot.groups];
    this.scopes = snapshot.scopes;
    this.fresh = new Set([...snapshot.fresh.keys(), ...[...snapshot.lookups.values()].flat().map(refKey)]);
  }

  result(): Snapshot {
    const edges = [...this.edges.values()].flat();
    return { ...this.snapshot, accounts: [...this.accounts.values()].flat(), edges, groups: this.groups, scopes: this.scopes };
  }

  lay(write: Write): void {
    const { operation: o, outcome } = write;
    if (o.verb === "createGroup" || o.verb === "updateGroup" || o.verb === "deleteGroup") return this.layGroup(o, outcome);
    if (o.verb === "create") return this.layAccount(write);
    const ref = o.ref ?? (o.person === null ? undefined : this.made.get(o.person));
    if (!ref || this.fresh.has(refKey(ref)) || !this.accounts.has(refKey(ref))) return;
    switch (o.verb) {
      case "grant":
        return this.setEdge(ref, o.target, o.after ?? "");
      case "revoke":
        return this.setEdge(ref, o.target, o.after);
      case "suspend":
        return this.change(ref, (a) => (a.status === "active" ? { ...a, status: "suspended" } : a));
      case "restore":
        return this.change(ref, (a) => (a.status === "suspended" ? { ...a, status: "active" } : a));
      case "update":
        return this.change(ref, (a) => ({ ...a, attributes: attributesWith(a.attributes, o.target, o.after) }));
      case "delete":
        this.accounts.delete(refKey(ref));
        this.edges.delete(refKey(ref));
        return;
      default:
        return; // sessions, tokens, transfers: no list shows them
    }
  }

  private addAccount(account: ObservedAccount): void {
    push(this.accounts, refKey(account.ref), account);
    if (account.login !== undefined) this.logins.add(fold(account.login));
  }

  private change(ref: Ref, to: (account: ObservedAccount) => ObservedAccount): void {
    this.accounts.set(refKey(ref), (this.accounts.get(refKey(ref)) ?? []).map(to));
  }

  private layAccount({ operation, outcome, at }: Write): void {
    const { ref } = outcome;
    const { payload } = operation;
    if (!ref || this.fresh.has(refKey(ref)) || this.accounts.has(refKey(ref))) return;
    const login = outcome.login ?? payload?.login;
    // An invitation that was accepted meanwhile is an account of the same login: what was seen says more.
    if (login !== undefined && this.logins.has(fold(login))) return;
    const invited = outcome.status === "invited";
    this.addAccount({
      ref,
      ...(login === undefined ? {} : { login }),
      emails: payload?.email === undefined ? [] : [{ address: payload.email, verified: false }],
      ...(payload === undefined ? {} : { name: payload.name }),
      status: invited ? "pending" : "active",
      admin: false,
      attributes: payload?.attributes ?? {},
      ...(invited ? { since: at } : {}),
    });
  }

  /** Brings the direct edge to `level` ("" without levels), or takes it away (null). Derived edges are the vendor's own affair. */
  private setEdge(account: Ref, entitlement: string, level: string | null): void {
    const rows = this.edges.get(refKey(account)) ?? [];
    const direct = rows.filter((e) => e.entitlement === entitlement && e.derived === undefined);
    if (level === null ? direct.length === 0 : direct.length === 1 && (direct[0]!.level ?? "") === level) return;
    const others = rows.filter((e) => !direct.includes(e));
    const laid = [...others, ...(level === null ? [] : [{ account, entitlement, ...(level === "" ? {} : { level }) }])];
    this.edges.set(refKey(account), laid);
    // The guards count admins by the account's own flag: it has to follow the edges that were laid.
    if (kindOf(this.manifest, entitlement)?.admin === undefined) return;
    const admin = laid.some((e) => isAdmin(this.manifest, e.entitlement, e.level ?? ""));
    this.change(account, (a) => ({ ...a, admin }));
  }

  private layGroup(o: JournalOperation, outcome: OperationOutcome): void {
    const ref = outcome.ref ?? o.ref;
    if (!ref) return;
    const description = o.payload?.description;
    const named = { entitlement: o.target, ...(description === undefined ? {} : { description }) };
    const seen = this.groups.find((g) => sameRef(g.ref, ref));
    if (o.verb === "deleteGroup") {
      this.groups = this.groups.filter((g) => g !== seen);
    } else if (!seen) {
      if (o.verb === "createGroup" && !this.groups.some((g) => g.entitlement === o.target)) this.groups.push({ ref, ...named });
    } else if (o.verb === "updateGroup") {
      this.groups = this.groups.map((g) => (g === seen ? { ...g, ...named } : g));
      if (seen.entitlement !== o.target) this.renameGroup(seen.entitlement, o.target);
    }
  }

  /** A rename the list does not show yet: its edges, and the proof that they are all, go under the new name. */
  private renameGroup(former: string, name: string): void {
    for (const [key, rows] of this.edges) {
      this.edges.set(
        key,
        rows.map((e) => (e.entitlement === former ? { ...e, entitlement: name } : e)),
      );
    }
    this.scopes = this.scopes.map((s) => (s.entitlement === former ? { ...s, entitlement: name } : s));
    this.groups = this.groups.map((g) => (g.parent === former ? { ...g, parent: name } : g));
  }
}

function push<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}

function attributesWith(attributes: Readonly<Record<string, string>>, name: string, value: string | null): Record<string, string> {
  const entries = Object.entries(attributes).filter(([key]) => key !== name);
  if (value !== null) entries.push([name, value]);
  return Object.fromEntries(entries.sort(([a], [b]) => compareText(a, b)));
}
