import type { Desired } from "../model/desired.ts";
import { type ObservedAccount, fold, refKey } from "../model/observed.ts";
import type { Draft } from "./draft.ts";
import { planEdges } from "./edges.ts";
import type { World } from "./evidence.ts";

/**
 * Accounts that exist and that no principal claims (law 4).
 *
 * | account | situation | reaction |
 * |---|---|---|
 * | outside what the app manages | outOfScope | report |
 * | rollcall's own, or protected by policy | protected | nothing |
 * | a hint in a file names it, no line asks | orphan, of that person | report |
 * | else | orphan | report; with `orphans: suspend`, a complete list and complete files: stop |
 *
 * Edges of an orphan go only from groups with `members: exclusive`.
 */
export function planUnclaimed(draft: Draft, world: World, desired: Desired, claimed: ReadonlySet<string>, untouchable: (a: ObservedAccount, person: null) => string | null): void {
  const { app, manifest } = draft;
  const hints = new Map<string, string>();
  for (const standing of desired.standings.values()) {
    const hint = standing.accounts.get(app.key);
    if (hint?.id !== undefined) hints.set(`id:${hint.id}`, standing.person);
    if (hint?.login !== undefined) hints.set(`login:${fold(hint.login)}`, standing.person);
  }
  for (const account of world.snapshot.accounts) {
    if (claimed.has(refKey(account.ref)) || account.status === "expired") continue;
    const login = account.login ?? null;
    const named = account.login ?? account.emails[0]?.address ?? account.ref.id;
    const view = (situation: "outOfScope" | "protected" | "orphan", detail: string, person: string | null = null): void => {
      draft.accounts.push({ person, ref: account.ref, login, situation, detail });
    };
    const reason = untouchable(account, null);
    if (account.outside !== undefined) {
      view("outOfScope", account.outside);
      draft.findings.push({ code: "OUT_OF_SCOPE", app: app.key, person: null, login, summary: `${named} is ${account.outside}; no line can ask for that` });
      continue;
    }
    if (reason !== null) {
      view("protected", reason);
      continue;
    }
    const person = hints.get(`id:${account.ref.id}`) ?? (account.login === undefined ? undefined : hints.get(`login:${fold(account.login)}`));
    const what = account.status === "pending" ? "an invitation" : account.status === "suspended" ? "a suspended account" : "an account";
    view("orphan", person === undefined ? `${what} no line claims` : `${what} of ${person}; no line asks for it`, person ?? null);
    const stop = app.orphans === "suspend" && person === undefined && account.status !== "suspended" && account.status !== "unknown" && world.accountsComplete;
    draft.findings.push({
      code: "ORPHAN",
      app: app.key,
      person: person ?? null,
      login,
      summary: person === undefined ? `${named} has ${what} that no line claims` : `${named} has ${what}; the file of ${person} names it, but no line asks for ${app.key}`,
      ...(stop ? {} : { fix: person === undefined ? `add accounts.${app.key} to a person's file, or remove it at the vendor` : `grant ${person} something in ${app.key}, or remove the account at the vendor` }),
    });
    if (stop) {
      const removes = manifest.stop === "delete" || account.status === "pending";
      draft.add({
        verb: removes ? "delete" : "suspend",
        person: null,
        account,
        target: "account",
        before: account.status,
        after: removes ? "absent" : "suspended",
        origin: "drift",
        admin: account.admin,
        evidence: { kind: "absent", scopes: ["files"] },
      });
    } else if (person === undefined) planExclusive(draft, world, account);
  }
}

/** Only the edges that the app's file puts under rollcall's care; the others were reported with the account. */
function planExclusive(draft: Draft, world: World, account: ObservedAccount): void {
  const exclusive = [...world.held(account).keys()].filter((e) => draft.app.entitlements?.get(e)?.members === "exclusive");
  if (exclusive.length === 0) return;
  const findings = draft.findings.length;
  planEdges(draft, world, account, null, {}, undefined);
  draft.findings.splice(findings);
}
