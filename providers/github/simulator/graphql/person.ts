/** Users, invitations and work identities as GraphQL sees them. Lists are functions of their arguments. */
import { nodeId } from "../rest/shape.ts";
import type { Invitation, Organization, User } from "../world.ts";
import { isMember, isOwner, organizationByLogin, userById } from "../world.ts";
import type { Paging } from "./connection.ts";
import { connection, numericKey, refuse } from "./connection.ts";
import type { Ask } from "./ask.ts";

export function userObject(ask: Ask, u: User): Record<string, unknown> {
  return {
    __typename: "User",
    id: nodeId("U", u.id),
    databaseId: u.id,
    login: u.login,
    name: u.name,
    email: u.email ?? "",
    createdAt: u.createdAt,
    url: `https://github.com/${u.login}`,
    isViewer: u.id === ask.viewer.id,
    organization: ({ login }: { login: string }) => {
      const o = organizationByLogin(ask.live, login);
      return o && isMember(o, u.id) ? ask.organization(o) : null;
    },
    organizationVerifiedDomainEmails: ({ login }: { login: string }) => {
      const o = organizationByLogin(ask.live, login);
      if (!o) throw refuse("NOT_FOUND", `Could not resolve to an Organization with the login of '${login}'.`);
      if (!isMember(o, u.id) || !isMember(o, ask.viewer.id)) return [];
      return u.verifiedEmails.filter((a) => o.verifiedDomains.some((d) => a.toLowerCase().endsWith(`@${d.toLowerCase()}`)));
    },
  };
}

const invitationRoles = {
  direct_member: "DIRECT_MEMBER",
  admin: "ADMIN",
  billing_manager: "BILLING_MANAGER",
  reinstate: "REINSTATE",
} as const;

export function invitationObject(ask: Ask, o: Organization, i: Invitation): Record<string, unknown> {
  const someone = (id: number | null) => () => {
    const u = userById(ask.live, id);
    return u ? userObject(ask, u) : null;
  };
  return {
    __typename: "OrganizationInvitation",
    id: nodeId("OI", i.id),
    createdAt: i.createdAt,
    email: i.email,
    invitationType: i.user === null ? "EMAIL" : "USER",
    invitee: someone(i.user),
    inviterActor: someone(i.inviter),
    organization: () => ask.organization(o),
    role: invitationRoles[i.role],
  };
}

type IdentityArguments = Paging & { login?: string; userName?: string; membersOnly?: boolean };

/** The identity provider of an organisation, shown to owners only. */
export function identityProvider(ask: Ask, o: Organization): Record<string, unknown> | null {
  if (!o.saml || !isOwner(o, ask.viewer.id)) return null;
  return {
    __typename: "OrganizationIdentityProvider",
    id: nodeId("IP", o.id),
    issuer: "https://sso.example/saml",
    ssoUrl: "https://sso.example/saml/login",
    organization: () => ask.organization(o),
    externalIdentities: (args: IdentityArguments) => {
      const rows = (o.saml?.identities ?? []).map((identity, place) => ({ identity, place, user: userById(ask.live, identity.user) }));
      const wanted = rows.filter(
        ({ identity, user }) =>
          (args.login === undefined || user?.login.toLowerCase() === args.login.toLowerCase()) &&
          (args.userName === undefined || identity.nameId.toLowerCase() === args.userName.toLowerCase()) &&
          (args.membersOnly !== true || (user !== undefined && isMember(o, user.id))),
      );
      const edges = wanted.map(({ identity, place, user }) => ({
        key: numericKey(place),
        node: {
          __typename: "ExternalIdentity",
          id: nodeId("EI", o.id * 100_000 + place),
          guid: `guid-${o.id}-${place}`,
          organizationInvitation: null,
          samlIdentity: {
            nameId: identity.nameId,
            username: identity.nameId,
            emails: [{ primary: true, type: "work", value: identity.nameId }],
          },
          user: user ? userObject(ask, user) : null,
        },
      }));
      return connection("externalIdentities", edges, args);
    },
  };
}
