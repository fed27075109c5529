/** Joining logins to ids and work addresses. */
import { z } from "zod";
import { notFound } from "./api.ts";
import type { Context } from "./context.ts";
import type { UserNode } from "./convert.ts";
import { id } from "./convert.ts";
import { identitiesQuery, identityByEmailQuery, inviteesQuery, loginVariables } from "./queries.ts";

const identityNode = z.object({
  user: z.object({ databaseId: id }).nullable(),
  samlIdentity: z.object({ nameId: z.string().nullable(), emails: z.array(z.object({ value: z.string() })).nullable() }).nullable(),
});
const identities = z.object({
  organization: z.object({ samlIdentityProvider: z.record(z.string(), z.object({ nodes: z.array(identityNode) })).nullable() }),
});

/** By user id, the addresses that the organisation's identity provider asserts for these users. One request. */
export async function workAddresses(context: Context, users: readonly UserNode[]): Promise<Map<string, readonly string[]>> {
  if (users.length === 0) return new Map();
  const variables = { org: context.org, ...loginVariables(users.map((u) => u.login)) };
  const { organization } = await context.api.query(identitiesQuery(users.length), variables, identities);
  const byUser = new Map<string, string[]>();
  for (const { nodes } of Object.values(organization.samlIdentityProvider ?? {})) {
    for (const { user, samlIdentity } of nodes) {
      if (!user || !samlIdentity) continue;
      const found = [samlIdentity.nameId, ...(samlIdentity.emails ?? []).map((e) => e.value)].filter((a) => a !== null);
      byUser.set(user.databaseId, [...(byUser.get(user.databaseId) ?? []), ...found]);
    }
  }
  return byUser;
}

/** Logins of the users whose SAML identity has this name. One request. */
export async function loginsByWorkAddress(context: Context, email: string): Promise<string[]> {
  const shape = z.object({
    organization: z.object({
      samlIdentityProvider: z
        .object({ externalIdentities: z.object({ nodes: z.array(z.object({ user: z.object({ login: z.string() }).nullable() })) }) })
        .nullable(),
    }),
  });
  const { organization } = await context.api.query(identityByEmailQuery, { org: context.org, email }, shape);
  return (organization.samlIdentityProvider?.externalIdentities.nodes ?? []).flatMap((n) => (n.user ? [n.user.login] : []));
}

export interface Invitee {
  readonly id: string;
  readonly login: string;
  readonly member: boolean;
}

/** By login as asked, the user behind it; logins that nobody has any more are missing. One request, none for no logins. */
export async function invitees(context: Context, logins: readonly string[]): Promise<Map<string, Invitee>> {
  if (logins.length === 0) return new Map();
  const shape = z.record(
    z.string(),
    z.object({ databaseId: id, login: z.string(), organization: z.object({ id: z.string() }).nullable() }).nullable(),
  );
  const answer = await context.api.query(inviteesQuery(logins.length), { org: context.org, ...loginVariables(logins) }, shape, notFound);
  const found = new Map<string, Invitee>();
  logins.forEach((login, n) => {
    const user = answer[`u${n}`];
    if (user) found.set(login, { id: user.databaseId, login: user.login, member: user.organization !== null });
  });
  return found;
}
