/** Look-ups of single people, read afresh with their edges. */
import { z } from "zod";
import type { MatchKey, ObservedEdge, Ref, Subject } from "../../src/connector/index.ts";
import { FaultError, fold, refKey } from "../../src/connector/index.ts";
import type { Context } from "./context.ts";
import type { Membership } from "./convert.ts";
import {
  invitation,
  invitedAddress,
  memberAccount,
  membership,
  outsideAccount,
  ownerEdge,
  pageInfo,
  pendingAccount,
  simpleUser,
  slugOf,
  teamEdges,
  teamEntitlement,
  teamMembers,
  userNode,
} from "./convert.ts";
import { loginsByWorkAddress, workAddresses } from "./identity.ts";
import { openInvitation, wholeList } from "./read-door.ts";
import { cursorOf } from "./read.ts";
import { subjectQuery } from "./queries.ts";

/** Letters, digits and dashes; an underscore before an enterprise's short code (GitHub docs, 2026-08). */
const loginShape = /^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/;

export async function find(context: Context, keys: readonly MatchKey[]): Promise<readonly Subject[]> {
  const found = new Map<string, Subject>();
  for (const key of keys) {
    for (const subject of await findOne(context, key)) found.set(refKey(subject.account.ref), subject);
  }
  return [...found.values()];
}

/** null: neither a member nor invited nor an outside collaborator. */
export async function get(context: Context, ref: Ref): Promise<Subject | null> {
  if (ref.kind === "invitation") return invitationSubject(context, (row) => row.id === ref.id);
  if (ref.kind !== "user") return null;
  const login = await currentLogin(context, ref.id);
  return login === null ? null : byLogin(context, login);
}

async function findOne(context: Context, key: MatchKey): Promise<readonly Subject[]> {
  switch (key.by) {
    case "id":
      return present([await get(context, { kind: "user", id: key.value })]);
    case "login":
      return present([await byLogin(context, key.value)]);
    case "email":
      return byEmail(context, key.value);
  }
}

const present = (subjects: readonly (Subject | null)[]): Subject[] => subjects.filter((s) => s !== null);

/** The login that this user has now; null where the user left GitHub, and for what is no id of a user. */
export async function currentLogin(context: Context, userId: string): Promise<string | null> {
  if (!/^[1-9]\d{0,18}$/.test(userId)) return null;
  const found = await context.api.look("GET /user/{account_id}", { account_id: userId }, simpleUser);
  return found?.data.login ?? null;
}

/** The membership, open invitation included, of whoever has this login now. Nobody has what is no login. */
export async function membershipOf(context: Context, login: string): Promise<Membership | null> {
  if (!loginShape.test(login)) return null;
  const found = await context.api.look("GET /orgs/{org}/memberships/{username}", { org: context.org, username: login }, membership);
  return found?.data ?? null;
}

async function byLogin(context: Context, login: string): Promise<Subject | null> {
  if (!loginShape.test(login)) return null;
  const held = await membershipOf(context, login);
  if (held?.state === "active") return memberSubject(context, held);
  if (held) {
    const account = pendingAccount(held.user);
    return { account, edges: held.role === "admin" ? [ownerEdge(account.ref)] : [] };
  }
  const outsiders = await wholeList(context, "outside", simpleUser);
  const outsider = outsiders.find((user) => fold(user.login) === fold(login));
  return outsider ? { account: outsideAccount(outsider), edges: [] } : null;
}

/**
 * By addresses that prove something: SAML identities, and the address an open invitation went to. GitHub has no look-up by verified
 * domain address; those match in the list of members only. The public profile address proves nothing and is never asked for.
 */
async function byEmail(context: Context, email: string): Promise<readonly Subject[]> {
  const { saml } = await context.facts();
  const logins = saml ? await loginsByWorkAddress(context, email) : [];
  const members: (Subject | null)[] = [];
  for (const login of logins) members.push(await byLogin(context, login));
  return present([...members, await invitationSubject(context, (row) => row.email !== null && fold(row.email) === fold(email))]);
}

async function invitationSubject(context: Context, matches: (row: z.infer<typeof invitation>) => boolean): Promise<Subject | null> {
  const row = await openInvitation(context, matches);
  if (!row) return null;
  if (row.login !== null) return byLogin(context, row.login);
  const account = invitedAddress(row, "pending");
  return { account, edges: row.role === "admin" ? [ownerEdge(account.ref)] : [] };
}

async function memberSubject(context: Context, held: Membership): Promise<Subject> {
  const facts = await context.facts();
  const { login } = held.user;
  let user: z.infer<typeof userNode> | null = null;
  const edges: ObservedEdge[] = [];
  // Somebody in over a hundred teams needs a second page: the contract has no cursor for one person, so it is followed here.
  for (let after: string | null = null, more = true; more; more = after !== null) {
    const answer: z.infer<typeof subjectAnswer> = await context.api.query(subjectQuery, { org: context.org, login, after }, subjectAnswer);
    if (answer.user.databaseId !== held.user.id) {
      throw new FaultError({ kind: "conflict", message: `The login ${login} changed hands while it was looked up.` });
    }
    user = answer.user;
    for (const team of answer.organization.teams.nodes) edges.push(...ownEdges(team, held.user.id, login));
    after = cursorOf(answer.organization.teams.pageInfo);
  }
  const work = facts.saml ? await workAddresses(context, [user!]) : new Map<string, readonly string[]>();
  const account = memberAccount(user!, held.role === "admin" ? "ADMIN" : "MEMBER", work.get(held.user.id) ?? [], facts.viewer.id);
  return { account, edges: account.admin ? [ownerEdge(account.ref), ...edges] : edges };
}

const subjectTeam = z.object({ databaseId: z.unknown(), slug: z.string(), members: teamMembers });
const subjectAnswer = z.object({
  user: userNode,
  organization: z.object({ teams: z.object({ pageInfo, nodes: z.array(subjectTeam) }) }),
});

/** `query` matches parts of logins and names, so the team's answer is searched by id. */
function ownEdges(team: z.infer<typeof subjectTeam>, userId: string, login: string): ObservedEdge[] {
  const edges = teamEdges(team.slug, team.members).filter((e) => e.account.id === userId);
  if (edges.length === 0 && team.members.pageInfo.hasNextPage) {
    throw new FaultError({
      kind: "unsupported",
      message: `Over 100 members of ${teamEntitlement(team.slug)} have names like ${login}; whether ${login} is one of them cannot be looked up.`,
    });
  }
  return edges;
}

/** The slug of a target, or a fault where the entitlement is not a team. */
export function teamSlug(name: string): string {
  const slug = slugOf(name);
  if (slug === null || slug === "") throw new FaultError({ kind: "invalid", message: `"${name}" is not a team of a GitHub organisation.` });
  return slug;
}
