import type { Tenant } from "../../../connector/contract.ts";
import { type MatchKey, fold, matchKeyText, type Ref, refKey, type Snapshot, type Subject } from "../../../core/model/observed.ts";
import { Gathered } from "./gather.ts";

/** Keys asked for in one `find`. */
const chunk = 20;

/**
 * Asks for subjects by key and lays them over the lists. An empty answer is proof, and is kept as such; a fault is no answer, and leaves the
 * key unasked: what rests on it stays unknown.
 */
export async function lookUp(snapshot: Snapshot, tenant: Tenant, keys: readonly MatchKey[], calls: () => number): Promise<Snapshot> {
  const gathered = new Gathered(snapshot);
  const lookups = new Map(snapshot.lookups);
  const fresh = new Map(snapshot.fresh);
  for (let i = 0; i < keys.length; i += chunk) {
    const some = keys.slice(i, i + chunk);
    let subjects: readonly Subject[];
    try {
      subjects = await tenant.find(some);
    } catch {
      continue; // unasked is unknown, and unknown stops what rests on it; the vendor's trouble shows in what cannot be concluded
    }
    for (const subject of subjects) {
      gathered.replace(subject);
      fresh.set(refKey(subject.account.ref), true);
    }
    for (const key of some) lookups.set(matchKeyText(key), subjects.filter((s) => answers(s, key)).map((s) => s.account.ref));
  }
  return { ...snapshot, ...gathered.result(), lookups, fresh, calls: calls() };
}

/** Reads accounts afresh by id: what lists do not show yet, or no longer. A fault leaves the ref unasked. */
export async function refresh(snapshot: Snapshot, tenant: Tenant, refs: readonly Ref[], calls: () => number): Promise<Snapshot> {
  const gathered = new Gathered(snapshot);
  const fresh = new Map(snapshot.fresh);
  for (const ref of refs) {
    try {
      const subject = await tenant.get(ref);
      fresh.set(refKey(ref), subject !== null);
      if (subject) gathered.replace(subject);
      else gathered.remove(refKey(ref));
    } catch {
      continue; // as above: no answer proves nothing
    }
  }
  return { ...snapshot, ...gathered.result(), fresh, calls: calls() };
}

function answers({ account }: Subject, key: MatchKey): boolean {
  switch (key.by) {
    case "id":
      return account.ref.id === key.value;
    case "login":
      return account.login !== undefined && fold(account.login) === fold(key.value);
    case "email":
      return account.emails.some((e) => fold(e.address) === fold(key.value));
  }
}
