import type { Manifest } from "../model/manifest.ts";
import { fold, type ObservedAccount, refKey } from "../model/observed.ts";
import type { Organization } from "../model/organization.ts";
import type { Principal } from "../model/person.ts";

/** Whose an account is. `new`: nobody whom the files know. `left`: nothing is concluded, for this reason. */
export type Joining =
  | { readonly kind: "joined"; readonly person: string; readonly by: "id" | "login" | "email" }
  | { readonly kind: "new" }
  | { readonly kind: "left"; readonly reason: string };

/**
 * Joins accounts to the people and services of the files (law 6). The first row that applies decides:
 *
 * | account | answer |
 * |---|---|
 * | its id is in a file, its login in another one's | left |
 * | its id is in a file | joined by id |
 * | its login is in a file that names another id | left: a recycled login |
 * | its login is in a file | joined by login |
 * | a verified address of it, or the one it was invited by, is several people's | left |
 * | … is of somebody whom the file binds to another account | left |
 * | … is somebody's, and it has admin rights or the vendor's addresses prove nothing | left |
 * | … is somebody's | joined by e-mail |
 * | an unverified address of it is somebody's | left |
 * | it shares an address with another account that nobody claims | left |
 * | else | new |
 *
 * Of several accounts for one person the one with the best reason is joined, an account before an invitation; of equal ones none. By `refKey`.
 */
export function joinAccounts(
  app: string,
  manifest: Manifest,
  organization: Organization,
  accounts: readonly ObservedAccount[],
): Map<string, Joining> {
  const index = indexPrincipals(app, organization);
  const result = new Map(accounts.map((a) => [refKey(a.ref), joinOne(app, manifest, index, a)]));
  settleRivals(accounts, result);
  settleNewcomers(accounts, result);
  return result;
}

interface Index {
  readonly ids: ReadonlyMap<string, Principal>;
  readonly logins: ReadonlyMap<string, Principal>;
  readonly emails: ReadonlyMap<string, readonly Principal[]>;
}

function indexPrincipals(app: string, organization: Organization): Index {
  const ids = new Map<string, Principal>();
  const logins = new Map<string, Principal>();
  const emails = new Map<string, Principal[]>();
  for (const principal of [...organization.people.values(), ...organization.services.values()]) {
    const hint = principal.accounts.get(app);
    if (hint?.id !== undefined) ids.set(hint.id, principal);
    if (hint?.login !== undefined) logins.set(fold(hint.login), principal);
    if (principal.email !== undefined) emails.set(fold(principal.email), [...(emails.get(fold(principal.email)) ?? []), principal]);
  }
  return { ids, logins, emails };
}

const left = (reason: string): Joining => ({ kind: "left", reason });

function joinOne(app: string, manifest: Manifest, index: Index, account: ObservedAccount): Joining {
  const settled = account.ref.kind === manifest.kinds[0];
  const byId = settled ? index.ids.get(account.ref.id) : undefined;
  const byLogin = account.login === undefined ? undefined : index.logins.get(fold(account.login));
  if (byId && byLogin && byId !== byLogin) return left(`the file of ${byId.key} names its id, the file of ${byLogin.key} its login`);
  if (byId) return { kind: "joined", person: byId.key, by: "id" };
  if (byLogin) {
    const id = byLogin.accounts.get(app)?.id;
    if (settled && id !== undefined) return left(`the file of ${byLogin.key} names its login, and another id (${id})`);
    return { kind: "joined", person: byLogin.key, by: "login" };
  }
  const owners = (addresses: readonly string[]): Principal[] => [...new Set(addresses.flatMap((a) => index.emails.get(fold(a)) ?? []))];
  const proven = owners(provenAddresses(account));
  const [one] = proven;
  if (proven.length > 1) return left(`its addresses are those of ${proven.map((p) => p.key).join(" and ")}`);
  if (one) {
    if (one.accounts.has(app)) return left(`its address is ${one.key}'s, whose file names another account`);
    if (account.admin) return left(`it has admin rights, and nothing but its address says that it is ${one.key}'s`);
    if (!manifest.matchKeys.includes("email")) return left(`its address is ${one.key}'s, but addresses prove nothing at this vendor`);
    return { kind: "joined", person: one.key, by: "email" };
  }
  const [unproven] = owners(account.emails.map((e) => e.address));
  return unproven ? left(`its address is ${unproven.key}'s, but the vendor has not verified it`) : { kind: "new" };
}

/** Addresses that the vendor has verified; of an invitation, those it went to. */
export const provenAddresses = (account: ObservedAccount): string[] =>
  account.emails.filter((e) => e.verified || isInvitation(account)).map((e) => e.address);

const isInvitation = (account: ObservedAccount): boolean => account.status === "pending" || account.status === "expired";

const called = (account: ObservedAccount): string => account.login ?? account.emails[0]?.address ?? account.ref.id;

/** One person, one account. */
function settleRivals(accounts: readonly ObservedAccount[], result: Map<string, Joining>): void {
  const strength = { id: 3, login: 2, email: 1 } as const;
  const rivals = new Map<string, { account: ObservedAccount; rank: number }[]>();
  for (const account of accounts) {
    const joining = result.get(refKey(account.ref))!;
    if (joining.kind !== "joined") continue;
    const rank = 2 * strength[joining.by] + (isInvitation(account) ? 0 : 1);
    rivals.set(joining.person, [...(rivals.get(joining.person) ?? []), { account, rank }]);
  }
  for (const [person, all] of rivals) {
    if (all.length === 1) continue;
    const top = Math.max(...all.map((r) => r.rank));
    const best = all.filter((r) => r.rank === top);
    for (const { account, rank } of all) {
      if (rank === top && best.length === 1) continue;
      const reason =
        best.length === 1 ? `${person} is joined to ${called(best[0]!.account)} already` : `${best.length} accounts could be ${person}'s`;
      result.set(refKey(account.ref), left(reason));
    }
  }
}

/** Accounts with one address are one person's, and a file has room for one of them: people decide which. */
function settleNewcomers(accounts: readonly ObservedAccount[], result: Map<string, Joining>): void {
  const holders = new Map<string, ObservedAccount[]>();
  for (const account of accounts) {
    if (result.get(refKey(account.ref))!.kind !== "new") continue;
    for (const address of new Set(provenAddresses(account).map(fold))) holders.set(address, [...(holders.get(address) ?? []), account]);
  }
  for (const all of holders.values()) {
    if (all.length === 1) continue;
    const settled = all.filter((a) => !isInvitation(a));
    for (const account of all) {
      if (settled.length === 1 && account === settled[0]) continue;
      const others = all.filter((a) => a !== account).map(called);
      result.set(refKey(account.ref), left(`it shares an address with ${others.join(" and ")}`));
    }
  }
}
