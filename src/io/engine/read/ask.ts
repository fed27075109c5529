import type { Tenant } from "../../../connector/contract.ts";
import { type Fault, toFault } from "../../../connector/fault.ts";
import { compareText } from "../../../core/diagnostic.ts";
import { type MatchKey, fold, matchKeyText, type Ref, refKey, type Snapshot, type Subject } from "../../../core/model/observed.ts";
import { Gathered } from "./gather.ts";

/** Keys asked for in one `find`. */
const chunk = 20;
/** Accounts read afresh at once; the HTTP room paces beneath. */
const sideBySide = 4;

type Redact = (text: string) => string;
const unchanged: Redact = (text) => text;

/** Faults of one key that say nothing about the others asked for with it. */
const ofOneKey: ReadonlySet<Fault["kind"]> = new Set(["forbidden", "notFound", "conflict", "invalid", "unsupported"]);

/**
 * Asks for subjects by key and lays them over the lists. An empty answer is proof, and is kept as such; a fault is no answer: its keys are
 * `unanswered`, and what rests on them stays unknown. Ends early where the credential is refused.
 */
export async function lookUp(
  snapshot: Snapshot,
  tenant: Tenant,
  keys: readonly MatchKey[],
  calls: () => number,
  redact: Redact = unchanged,
): Promise<Snapshot> {
  const asking = new Asking(snapshot, redact);
  const unique = [...new Map(keys.map((key) => [matchKeyText(key), key])).values()];
  for (let i = 0; i < unique.length; i += chunk) await askFor(asking, tenant, unique.slice(i, i + chunk));
  return asking.result(calls());
}

/** Reads accounts afresh by id: what lists do not show yet, or no longer. null is proof that one is gone; a fault proves nothing. */
export async function refresh(
  snapshot: Snapshot,
  tenant: Tenant,
  refs: readonly Ref[],
  calls: () => number,
  redact: Redact = unchanged,
): Promise<Snapshot> {
  const asking = new Asking(snapshot, redact);
  const unique = [...new Map(refs.map((ref) => [refKey(ref), ref])).values()];
  for (let i = 0; i < unique.length; i += sideBySide) {
    const some = unique.slice(i, i + sideBySide);
    const answers = await Promise.all(some.map((ref) => attempt(asking, () => tenant.get(ref))));
    some.forEach((ref, n) => {
      const answer = answers[n]!;
      if ("fault" in answer) asking.fail([refKey(ref)], answer.fault);
      else if (answer.value) asking.found(answer.value, ref);
      else asking.gone(ref);
    });
  }
  return asking.result(calls());
}

async function askFor(asking: Asking, tenant: Tenant, keys: readonly MatchKey[]): Promise<void> {
  const answer = await attempt(asking, () => tenant.find(keys));
  const oneByOne = async (some: readonly MatchKey[]): Promise<void> => {
    for (const key of some) await askFor(asking, tenant, [key]);
  };
  if ("fault" in answer) {
    if (keys.length > 1 && ofOneKey.has(answer.fault.kind)) return oneByOne(keys);
    return asking.fail(keys.map(matchKeyText), answer.fault);
  }
  const subjects = answer.value;
  for (const subject of subjects) asking.found(subject);
  const byKey = keys.map((key) => ({ key, subjects: subjects.filter((subject) => answersTo(subject, key)) }));
  const stray = subjects.some((subject) => !keys.some((key) => answersTo(subject, key)));
  const open = byKey.filter((k) => k.subjects.length === 0).map((k) => k.key);
  // The vendor hides by which key it found somebody (an e-mail address nobody may see): asked alone, a key has no other answer than its own.
  if (stray && keys.length > 1) {
    for (const k of byKey) if (k.subjects.length > 0) asking.answered(k.key, k.subjects);
    return oneByOne(open);
  }
  for (const k of byKey) asking.answered(k.key, keys.length === 1 ? subjects : k.subjects);
}

/** A snapshot that answers are laid over. */
class Asking {
  /** Set once the credential is refused: nothing more is asked. */
  refused: Fault | null = null;
  private readonly snapshot: Snapshot;
  private readonly gathered: Gathered;
  private readonly lookups: Map<string, readonly Ref[]>;
  private readonly fresh: Map<string, boolean>;
  private readonly unanswered: Map<string, string>;

  private readonly redact: Redact;

  constructor(snapshot: Snapshot, redact: Redact) {
    this.snapshot = snapshot;
    this.redact = redact;
    this.gathered = new Gathered(snapshot);
    this.lookups = new Map(snapshot.lookups);
    this.fresh = new Map(snapshot.fresh);
    this.unanswered = new Map(snapshot.unanswered?.map((u) => [u.asked, u.reason]));
  }

  /** Somebody read afresh, by key or as `asked`: an account that answers under another ref does not prove that the one asked for is there. */
  found(subject: Subject, asked?: Ref): void {
    const key = refKey(subject.account.ref);
    this.gathered.replace(subject);
    this.fresh.set(key, true);
    this.unanswered.delete(key);
    if (asked && refKey(asked) !== key) this.unanswered.set(refKey(asked), `the vendor answered with ${key}`);
  }

  gone(ref: Ref): void {
    this.gathered.remove(refKey(ref));
    this.fresh.set(refKey(ref), false);
    this.unanswered.delete(refKey(ref));
  }

  answered(key: MatchKey, subjects: readonly Subject[]): void {
    const refs = subjects.map((subject) => subject.account.ref).sort((a, b) => compareText(refKey(a), refKey(b)));
    this.lookups.set(matchKeyText(key), refs);
    this.unanswered.delete(matchKeyText(key));
  }

  fail(asked: readonly string[], fault: Fault): void {
    for (const one of asked) this.unanswered.set(one, this.redact(fault.message));
  }

  result(calls: number): Snapshot {
    const { unanswered: _, ...before } = this.snapshot;
    const unanswered = [...this.unanswered].map(([asked, reason]) => ({ asked, reason })).sort((a, b) => compareText(a.asked, b.asked));
    return {
      ...before,
      ...this.gathered.result(),
      lookups: sortedMap(this.lookups),
      fresh: sortedMap(this.fresh),
      ...(unanswered.length === 0 ? {} : { unanswered }),
      calls,
    };
  }
}

async function attempt<T>(asking: Asking, ask: () => Promise<T>): Promise<{ value: T } | { fault: Fault }> {
  if (asking.refused) return { fault: asking.refused };
  try {
    return { value: await ask() };
  } catch (error) {
    const fault = toFault(error);
    if (fault.kind === "auth") asking.refused = fault;
    return { fault };
  }
}

function answersTo({ account }: Subject, key: MatchKey): boolean {
  switch (key.by) {
    case "id":
      return account.ref.id === key.value;
    case "login":
      return account.login !== undefined && fold(account.login) === fold(key.value);
    case "email":
      return account.emails.some((e) => fold(e.address) === fold(key.value));
  }
}

const sortedMap = <T>(map: ReadonlyMap<string, T>): Map<string, T> => new Map([...map].sort(([a], [b]) => compareText(a, b)));
