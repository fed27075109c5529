import type { Desired } from "../model/desired.ts";
import { type ObservedAccount, fold, refKey } from "../model/observed.ts";
import { candidatesOf, type Claim } from "./claims.ts";
import type { Draft } from "./draft.ts";
import { planEdges } from "./edges.ts";
import type { World } from "./evidence.ts";
import { accessRemains, hasLeft } from "./remains.ts";

/**
 * Accounts that exist and that no principal claims (law 4). Rows are tried from the top.
 *
 * | account | situation | reaction |
 * |---|---|---|
 * | outside what the app manages | outOfScope | report |
 * | rollcall's own, or protected by policy | protected | nothing |
 * | may be somebody's whose match is ambiguous | ambiguous, of nobody | nothing; it was reported with that principal |
 * | carries login or address of somebody whose known account was not seen | ambiguous, of nobody | report |
 * | a hint in a file names it, no line asks | orphan, of that person | report |
 * | else | orphan | report; with `orphans: suspend`, a complete list and a known status: stop |
 *
 * Edges of an orphan that is not removed go only from groups with `members: exclusive`, and only while the list of accounts is believed:
 * that an account is nobody's rests on absence (law 3).
 */
export function planUnclaimed(
  draft: Draft,
  world: World,
  desired: Desired,
  claims: readonly Claim[],
  claimed: ReadonlySet<string>,
  untouchable: (a: ObservedAccount, person: null) => string | null,
): void {
  const { app } = draft;
  // Made for the first account that nobody claims: mostly there is none.
  let hints: ReadonlyMap<string, string> | null = null;
  const candidates = candidatesOf(claims, world);
  for (const account of world.accounts) {
    if (claimed.has(refKey(account.ref))) continue;
    const login = account.login ?? null;
    const named = account.login ?? account.emails[0]?.address ?? account.ref.id;
    const view = (situation: "outOfScope" | "protected" | "ambiguous" | "orphan", detail: string, person: string | null = null): void => {
      draft.accounts.push({ person, ref: account.ref, login, situation, detail });
    };
    if (account.outside !== undefined) {
      view("outOfScope", account.outside);
      draft.findings.push({
        code: "OUT_OF_SCOPE",
        app: app.key,
        person: null,
        login,
        summary: `${named} is ${account.outside}; no line can ask for that`,
      });
      continue;
    }
    const reason = untouchable(account, null);
    if (reason !== null) {
      view("protected", reason);
      continue;
    }
    const candidate = candidates.accounts.get(refKey(account.ref));
    if (candidate !== undefined) {
      view("ambiguous", `may be ${candidate}'s`);
      continue;
    }
    const alike = candidates.lookAlikes.get(refKey(account.ref));
    if (alike !== undefined) {
      const { desired: owner, record } = alike;
      const why = `looks like ${owner.name}'s, but state knows that account by another id (${record!.ref.id})`;
      view("ambiguous", why);
      draft.findings.push({
        code: "AMBIGUOUS",
        app: app.key,
        person: owner.person,
        login,
        summary: `${named} (id ${account.ref.id}) ${why}; nothing is written`,
        fix: `if it is hers, run \`rollcall state forget ${app.key}/${owner.person}\` and write its id into accounts.${app.key}.id of the file of ${owner.person}`,
      });
      if (stillIn(account) && hasLeft(owner)) draft.tasks.push(accessRemains(draft, owner, why));
      continue;
    }
    hints ??= hintsOf(app.key, desired);
    const person =
      hints.get(`id:${account.ref.id}`) ?? (account.login === undefined ? undefined : hints.get(`login:${fold(account.login)}`));
    const what = kinds[account.status];
    view("orphan", person === undefined ? `${what} no line claims` : `${what} of ${person}; no line asks for it`, person ?? null);
    const stops =
      app.orphans === "suspend" &&
      person === undefined &&
      candidates.any === null &&
      world.accountsComplete &&
      (account.status === "active" || account.status === "pending");
    draft.findings.push({
      code: "ORPHAN",
      app: app.key,
      person: person ?? null,
      login,
      summary:
        person === undefined
          ? `${named} has ${what} that no line claims`
          : `${named} has ${what}; the file of ${person} names it, but no line asks for ${app.key}`,
      ...(stops
        ? {}
        : {
            fix:
              person === undefined
                ? `add accounts.${app.key} to a person's file, or remove it at the vendor`
                : `grant ${person} something in ${app.key}, or remove the account at the vendor`,
          }),
    });
    const removed = stops && stopOrphan(draft, world, account);
    if (!removed && candidates.any === null && world.accountsComplete) stripOrphan(draft, world, account);
  }
}

const stillIn = (a: ObservedAccount): boolean => a.status !== "suspended" && a.status !== "expired";

const kinds: Readonly<Record<ObservedAccount["status"], string>> = {
  active: "an account",
  unknown: "an account",
  suspended: "a suspended account",
  pending: "an invitation",
  expired: "an invitation that ran out",
};

/** Whom the files name by id or login, whether or not a line asks for the app. */
function hintsOf(app: string, desired: Desired): Map<string, string> {
  const hints = new Map<string, string>();
  for (const { accounts, person } of desired.standings.values()) {
    const hint = accounts.get(app);
    if (hint?.id !== undefined) hints.set(`id:${hint.id}`, person);
    else if (hint?.login !== undefined) hints.set(`login:${fold(hint.login)}`, person);
  }
  return hints;
}

/**
 * It rests on two absences: no line of complete files claims the account (guard `checkout-incomplete`), and the list was read to its end.
 * True where nothing of the account is left.
 */
function stopOrphan(draft: Draft, world: World, account: ObservedAccount): boolean {
  const removes = draft.manifest.stop === "delete" || account.status === "pending";
  draft.add({
    verb: removes ? "delete" : "suspend",
    person: null,
    account,
    target: "account",
    before: account.status,
    after: removes ? "absent" : "suspended",
    origin: "drift",
    admin: account.admin,
    evidence: { kind: "absent", scopes: ["files", ...world.scopesOf("accounts")] },
  });
  return removes;
}

/** Only the edges that the app's file puts under rollcall's care; the others were reported with the account. */
function stripOrphan(draft: Draft, world: World, account: ObservedAccount): void {
  const findings = draft.findings.length;
  planEdges(draft, world, { account, desired: null, levels: {}, record: undefined });
  draft.findings.splice(findings);
}
