import type { DesiredAccount } from "../model/desired.ts";
import type { Manifest } from "../model/manifest.ts";
import { type MatchKey, type ObservedAccount, fold, refKey, sameRef } from "../model/observed.ts";
import type { AccountRecord } from "../model/state.ts";
import type { World } from "./evidence.ts";

/**
 * Which observed account is this principal's (law 6). The first row that applies decides. "Invited": state knows an invitation whose
 * account is not known yet. "Absent": state knows that the account is gone.
 *
 * | state | file | world | answer |
 * |---|---|---|---|
 * | any | login | several accounts carry it | ambiguous |
 * | ref | id of another account | | ambiguous: re-binding is a decision of people |
 * | ref | login of another account, no id | | ambiguous: a recycled or mistyped login |
 * | ref | | that ref exists | found |
 * | ref | | an open or expired invitation for its login | found: invited again |
 * | invited | | the file's id, or the invited login or verified address, belongs to an account | found: accepted |
 * | invited | another login than the invited | exists | found |
 * | invited, by e-mail | | invitation gone, accounts nobody claims | ambiguous: never by elimination |
 * | ref, invited | | else | none |
 * | none, absent | id and login | two different accounts | ambiguous |
 * | none, absent | id | exists | found |
 * | none, absent | id | does not exist | an invitation for the login, else none |
 * | none, absent | login | exists | found |
 * | none, absent | login | does not exist | none |
 * | none, absent | | one account with the verified address | found; if it is an admin: ambiguous |
 * | none, absent | | several accounts with the verified address | ambiguous |
 * | none, absent | | an account with the address, unverified | ambiguous |
 */
export type Match =
  | { readonly kind: "found"; readonly account: ObservedAccount; readonly by: "state" | "id" | "login" | "email" | "invitation" }
  | { readonly kind: "none" }
  /** `candidates`: accounts that may be this principal's, so that nothing is done to them; "any": whatever nobody else claims. */
  | { readonly kind: "ambiguous"; readonly why: string; readonly candidates: readonly ObservedAccount[] | "any" };

const none: Match = { kind: "none" };

/** Keys by which a newcomer may be asked for at the vendor, strongest first. */
export function keysOf(principal: Pick<DesiredAccount, "hint" | "email">, manifest: Manifest): MatchKey[] {
  const { hint, email } = principal;
  return manifest.matchKeys.flatMap((by): MatchKey[] => {
    const value = by === "id" ? hint?.id : by === "login" ? hint?.login : email;
    return value === undefined ? [] : [{ by, value }];
  });
}

/** `unclaimed`: whether there are settled accounts that neither state nor a file's id names. */
export function matchAccount(
  principal: Pick<DesiredAccount, "hint" | "email">,
  record: AccountRecord | undefined,
  world: World,
  manifest: Manifest,
  unclaimed: () => boolean,
): Match {
  const { hint } = principal;
  const named = hint?.login === undefined ? nobody : carrying(world, hint.login, hint.id);
  if (named.several) return ambiguous(`several accounts carry the login ${hint!.login}`, named.several);
  const own = record && world.byRef.get(refKey(record.ref));
  // An account that is gone for good comes back as a new one: it is joined like a newcomer's.
  if (!record || (record.status === "absent" && !own)) return matchNewcomer(principal, named.account, world, manifest);
  return matchKnown(principal, record, own, named.account, world, manifest, unclaimed);
}

function matchNewcomer(
  principal: Pick<DesiredAccount, "hint" | "email">,
  byLogin: ObservedAccount | undefined,
  world: World,
  manifest: Manifest,
): Match {
  const { hint, email } = principal;
  if (hint?.id !== undefined) {
    const byId = find(world, hint.id, manifest);
    if (byLogin && !isInvitation(byLogin) && byLogin.ref.id !== hint.id) {
      return ambiguous(
        `the login ${hint.login} belongs to the account with id ${byLogin.ref.id}, the file says id ${hint.id}`,
        byId ? [byLogin, byId] : [byLogin],
      );
    }
    if (byId) return { kind: "found", account: byId, by: "id" };
    return byLogin ? { kind: "found", account: byLogin, by: "login" } : none; // a known id rules out a match by address
  }
  if (byLogin) return { kind: "found", account: byLogin, by: "login" };
  if (hint?.login !== undefined || email === undefined || !manifest.matchKeys.includes("email")) return none;
  return matchEmail(email, world);
}

function matchKnown(
  { hint, email }: Pick<DesiredAccount, "hint" | "email">,
  record: AccountRecord,
  own: ObservedAccount | undefined,
  byLogin: ObservedAccount | undefined,
  world: World,
  manifest: Manifest,
  unclaimed: () => boolean,
): Match {
  const invited = record.pending !== undefined && record.ref.kind !== manifest.kinds[0];
  const candidates = (...more: (ObservedAccount | undefined)[]): ObservedAccount[] => [own, ...more].filter((a) => a !== undefined);
  if (hint?.id !== undefined && !invited && record.ref.id !== hint.id) {
    return ambiguous(`state knows id ${record.ref.id}, the file says id ${hint.id}`, candidates(find(world, hint.id, manifest), byLogin));
  }
  if (byLogin && hint?.id === undefined && !isInvitation(byLogin) && !invited && !sameRef(byLogin.ref, record.ref)) {
    return ambiguous(
      `the login ${hint!.login} belongs to another account (id ${byLogin.ref.id}) than the one state knows (id ${record.ref.id})`,
      candidates(byLogin),
    );
  }
  if (own && own.outside === undefined) return { kind: "found", account: own, by: "state" };

  // An invitation and its account have different ids at many vendors: they are joined by the id, login or address that was invited.
  const byId = invited && hint?.id !== undefined ? find(world, hint.id, manifest) : undefined;
  if (byId) return { kind: "found", account: byId, by: "invitation" };
  const login = own?.login ?? record.login ?? hint?.login;
  const named = login === undefined ? nobody : carrying(world, login, undefined);
  if (named.several) return ambiguous(`several accounts carry the login ${login}`, named.several);
  if (named.account && (isInvitation(named.account) || invited)) return { kind: "found", account: named.account, by: "invitation" };
  if (own) return { kind: "found", account: own, by: "state" };
  if (!invited) return none;
  // Invited under another login than the file has by now: the file's account is hers as any newcomer's is.
  if (byLogin && !isInvitation(byLogin)) return { kind: "found", account: byLogin, by: "login" };
  const match = email === undefined ? none : matchEmail(email, world);
  if (match.kind === "found") return { ...match, by: "invitation" };
  if (match.kind === "ambiguous") return match;
  return login === undefined && unclaimed()
    ? ambiguous("the invitation is gone and there are accounts nobody claims: one of them may be hers", "any")
    : none;
}

function matchEmail(email: string, world: World): Match {
  const candidates = world.byEmail.get(fold(email)) ?? [];
  const settled = candidates.filter((a) => !isInvitation(a));
  if (settled.length > 1) return ambiguous(`${settled.length} accounts have the verified address ${email}`, settled);
  const account = settled[0] ?? candidates.find((a) => a.status === "pending") ?? candidates[0];
  if (account?.admin) {
    return ambiguous(`an account with admin rights matches by e-mail only (login ${account.login ?? "unknown"}, id ${account.ref.id})`, [
      account,
    ]);
  }
  if (account) return { kind: "found", account, by: "email" };
  const unverified = world.byUnverifiedEmail.get(fold(email)) ?? [];
  if (unverified.length === 0) return none;
  const who = unverified.map((a) => `${a.login ?? "unknown"} (id ${a.ref.id})`).join(", ");
  return ambiguous(`the address ${email} is on an account but not verified by the vendor: ${who}`, unverified);
}

const ambiguous = (why: string, candidates: readonly ObservedAccount[] | "any"): Match => ({ kind: "ambiguous", why, candidates });

/** Invited, and nobody's account yet. */
export const isInvitation = (a: ObservedAccount): boolean => a.status === "pending" || a.status === "expired";

function find(world: World, id: string, manifest: Manifest): ObservedAccount | undefined {
  for (const kind of manifest.kinds) {
    const account = world.byRef.get(refKey({ kind, id }));
    if (account && account.status !== "expired" && !(account.status === "pending" && kind !== manifest.kinds[0])) return account;
  }
  return undefined;
}

interface Named {
  readonly account: ObservedAccount | undefined;
  /** More than one, and nothing tells which. */
  readonly several?: readonly ObservedAccount[];
}

const nobody: Named = { account: undefined };

/**
 * The account with a login: the settled one; an open invitation only where there is none or it is an outsider's; else one that ran out.
 * Of several settled ones the id decides.
 */
function carrying(world: World, login: string, id: string | undefined): Named {
  const list = world.byLogin.get(fold(login)) ?? [];
  const invitation = list.find((a) => a.status === "pending");
  const settled = list.filter((a) => !isInvitation(a) && a.outside === undefined);
  const outsiders = list.filter((a) => !isInvitation(a) && a.outside !== undefined);
  const group = settled.length > 0 || invitation ? settled : outsiders;
  if (group.length > 1) {
    const account = group.find((a) => a.ref.id === id);
    return account ? { account } : { account, several: group };
  }
  return { account: group[0] ?? invitation ?? list[0] };
}
