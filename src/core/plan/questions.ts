import type { Desired } from "../model/desired.ts";
import type { Manifest } from "../model/manifest.ts";
import { type MatchKey, matchKeyText, type ObservedAccount, type Ref, refKey, type Snapshot } from "../model/observed.ts";
import type { AppState } from "../model/state.ts";
import { isComplete } from "./evidence.ts";
import { keysOf } from "./match.ts";

/** What to ask a vendor by key or id beside the lists, before a plan is made. */
export interface Questions {
  /** Accounts state knows and the lists did not show: read afresh, since lists lag behind and absence must be proven. */
  readonly refs: readonly Ref[];
  /** Newcomers whose absence the lists cannot prove. */
  readonly keys: readonly MatchKey[];
}

/** More than this many by one-by-one look-ups cost more than they prove; what is left stays unknown in this run. */
const most = 200;

/** Pure. With `person`, the plan is about one principal and rests on look-ups alone. */
export function questionsFor(
  app: string,
  desired: Desired,
  state: AppState,
  snapshot: Snapshot,
  manifest: Manifest,
  person?: string,
): Questions {
  const seen = new Set(snapshot.accounts.map((a) => refKey(a.ref)));
  const refs: Ref[] = [];
  for (const record of state.accounts.values()) {
    if (person !== undefined ? record.person !== person && !formerly(desired, person).includes(record.person) : record.status === "absent")
      continue;
    const key = refKey(record.ref);
    if (!seen.has(key) && !snapshot.fresh.has(key) && record.ref.kind === manifest.kinds[0]) refs.push(record.ref);
  }
  const keys: MatchKey[] = [];
  if (person !== undefined || !isComplete(snapshot, "accounts")) {
    const known = keysSeen(snapshot.accounts);
    for (const account of desired.accounts.get(app)?.values() ?? []) {
      if (person !== undefined && account.person !== person) continue;
      const record = state.accounts.get(account.person);
      if (person === undefined && record && record.status !== "absent" && record.status !== "pending") continue;
      for (const key of keysOf(account, manifest)) if (!known.has(matchKeyText(key))) keys.push(key);
    }
    if (person !== undefined && !desired.accounts.get(app)?.has(person)) {
      const standing = desired.standings.get(person);
      const hint = standing?.accounts.get(app);
      if (standing && hint) keys.push(...keysOf({ hint, ...(standing.email === undefined ? {} : { email: standing.email }) }, manifest));
    }
  }
  return { refs: refs.slice(0, most), keys: keys.slice(0, most) };
}

const formerly = (desired: Desired, person: string): readonly string[] => desired.standings.get(person)?.formerly ?? [];

/** Keys to which an account of the lists answers, by matchKeyText. An address that is not verified answers nothing. */
function keysSeen(accounts: readonly ObservedAccount[]): Set<string> {
  const keys = new Set<string>();
  for (const { ref, login, emails, status } of accounts) {
    keys.add(matchKeyText({ by: "id", value: ref.id }));
    if (login !== undefined) keys.add(matchKeyText({ by: "login", value: login }));
    const invited = status === "pending" || status === "expired";
    for (const { address, verified } of emails) if (verified || invited) keys.add(matchKeyText({ by: "email", value: address }));
  }
  return keys;
}
