import type { DesiredAccount, Standing } from "../model/desired.ts";
import type { Manifest } from "../model/manifest.ts";
import { type MatchKey, type ObservedAccount, fold, refKey, sameRef } from "../model/observed.ts";
import type { AccountRecord } from "../model/state.ts";
import type { World } from "./evidence.ts";

/**
 * Which observed account is this principal's (law 6). The first row that applies decides.
 *
 * | state | file | world | answer |
 * |---|---|---|---|
 * | ref | id of another account | | ambiguous: re-binding is a decision of people |
 * | ref | login of another account, no id | | ambiguous: a recycled or mistyped login |
 * | ref | | that ref exists | found |
 * | invited | | the invitation's login or verified address belongs to an account | found: accepted |
 * | invited, by e-mail | | invitation gone, unknown newcomers | ambiguous: never by elimination |
 * | none | id and login | two different accounts, or only the login exists | ambiguous |
 * | none | id | exists | found |
 * | none | login | exists | found |
 * | none | | one account with the verified address | found; if it is an admin: ambiguous |
 * | none | | several accounts with the verified address | ambiguous |
 * | none | | an account with the address, unverified | ambiguous |
 */
export type Match =
  | { readonly kind: "found"; readonly account: ObservedAccount; readonly by: "state" | "id" | "login" | "email" | "invitation" }
  | { readonly kind: "none" }
  | { readonly kind: "ambiguous"; readonly why: string; readonly admin?: true };

const none: Match = { kind: "none" };

/** Keys by which a newcomer may be asked for at the vendor, strongest first. */
export function keysOf(principal: Pick<DesiredAccount, "hint" | "email">, manifest: Manifest): MatchKey[] {
  const { hint, email } = principal;
  return manifest.matchKeys.flatMap((by): MatchKey[] => {
    const value = by === "id" ? hint?.id : by === "login" ? hint?.login : email;
    return value === undefined ? [] : [{ by, value }];
  });
}

export function matchAccount(
  principal: DesiredAccount | (Standing & { hint?: DesiredAccount["hint"] }),
  record: AccountRecord | undefined,
  world: World,
  manifest: Manifest,
  unclaimed: () => boolean,
): Match {
  const hint = principal.hint;
  const byId = hint?.id === undefined ? undefined : find(world, hint.id, manifest);
  const byLogin = hint?.login === undefined ? undefined : single(world.byLogin.get(fold(hint.login)), hint.id);
  if (byLogin === "several") return { kind: "ambiguous", why: `several accounts carry the login ${hint!.login}` };

  if (record) return matchKnown(principal, record, world, manifest, hint, byLogin, unclaimed);

  if (hint?.id !== undefined) {
    if (byLogin && byLogin.status !== "pending" && byLogin.ref.id !== hint.id) {
      return { kind: "ambiguous", why: `the login ${hint.login} belongs to the account with id ${byLogin.ref.id}, the file says id ${hint.id}` };
    }
    if (byId) return { kind: "found", account: byId, by: "id" };
    if (byLogin) return { kind: "found", account: byLogin, by: "login" };
    return none; // a known id rules out a match by address
  }
  if (byLogin) return { kind: "found", account: byLogin, by: "login" };
  if (hint?.login !== undefined) return none;
  return principal.email === undefined || !manifest.matchKeys.includes("email") ? none : matchEmail(principal.email, world);
}

function matchKnown(
  principal: { readonly email?: string },
  record: AccountRecord,
  world: World,
  manifest: Manifest,
  hint: DesiredAccount["hint"],
  byLogin: ObservedAccount | undefined,
  unclaimed: () => boolean,
): Match {
  const invitation = record.pending !== undefined && record.ref.kind !== manifest.kinds[0];
  if (hint?.id !== undefined && !invitation && record.ref.id !== hint.id) {
    return { kind: "ambiguous", why: `state knows id ${record.ref.id}, the file says id ${hint.id}` };
  }
  const found = world.byRef.get(refKey(record.ref));
  if (byLogin && hint?.id === undefined && byLogin.status !== "pending" && !invitation && !sameRef(byLogin.ref, record.ref)) {
    return { kind: "ambiguous", why: `the login ${hint!.login} belongs to another account (id ${byLogin.ref.id}) than the one state knows (id ${record.ref.id})` };
  }
  if (found) return { kind: "found", account: found, by: "state" };

  // An invitation and its account have different ids at many vendors: they are joined by the login or address that was invited.
  const login = record.login ?? hint?.login;
  const named = login === undefined ? undefined : single(world.byLogin.get(fold(login)), undefined);
  if (named === "several") return { kind: "ambiguous", why: `several accounts carry the login ${login}` };
  if (named && (named.status === "pending" || named.status === "expired" || invitation)) return { kind: "found", account: named, by: "invitation" };
  if (!invitation) return none;
  if (principal.email !== undefined) {
    const match = matchEmail(principal.email, world);
    if (match.kind !== "none") return match.kind === "found" ? { ...match, by: "invitation" } : match;
  }
  return login === undefined && unclaimed()
    ? { kind: "ambiguous", why: "the invitation is gone and there are accounts nobody claims: one of them may be hers" }
    : none;
}

function matchEmail(email: string, world: World): Match {
  const candidates = world.byEmail.get(fold(email)) ?? [];
  const settled = candidates.filter((a) => a.status !== "pending" && a.status !== "expired");
  if (settled.length > 1) return { kind: "ambiguous", why: `${settled.length} accounts have the verified address ${email}` };
  const [account] = settled.length === 1 ? settled : candidates;
  if (account) {
    if (account.admin) {
      return { kind: "ambiguous", why: `an account with admin rights matches by e-mail only (login ${account.login ?? "unknown"}, id ${account.ref.id})`, admin: true };
    }
    return { kind: "found", account, by: "email" };
  }
  const unverified = world.byUnverifiedEmail.get(fold(email)) ?? [];
  if (unverified.length > 0) {
    const who = unverified.map((a) => `${a.login ?? "unknown"} (id ${a.ref.id})`).join(", ");
    return { kind: "ambiguous", why: `the address ${email} is on an account but not verified by the vendor: ${who}` };
  }
  return none;
}

function find(world: World, id: string, manifest: Manifest): ObservedAccount | undefined {
  for (const kind of manifest.kinds) {
    const account = world.byRef.get(refKey({ kind, id }));
    if (account && account.status !== "pending" && account.status !== "expired") return account;
  }
  return undefined;
}

/** Of accounts with one login, the settled one; an invitation only where there is none. */
function single(list: readonly ObservedAccount[] | undefined, id: string | undefined): ObservedAccount | "several" | undefined {
  if (!list || list.length === 0) return undefined;
  const settled = list.filter((a) => a.status !== "pending" && a.status !== "expired");
  if (settled.length > 1) return settled.find((a) => a.ref.id === id) ?? "several";
  return settled[0] ?? list.find((a) => a.status === "pending") ?? list[0];
}
