/** Every GraphQL document the connector sends. All are queries; rollcall never sends GitHub a mutation. */
import { pageSizes } from "./manifest.ts";

export const probeQuery = `query Probe($org: String!) {
  viewer { databaseId login }
  organization(login: $org) { databaseId login name viewerCanAdminister samlIdentityProvider { id } }
  rateLimit { cost limit remaining resetAt }
}`;

const user = `databaseId login name organizationVerifiedDomainEmails(login: $org)`;
const paging = `pageInfo { hasNextPage endCursor }`;
/** `membership` defaults to ALL, which mixes in the members of nested teams (GitHub GraphQL docs, 2026-08). */
const teamMembers = (page: string): string =>
  `members(first: ${pageSizes["team members"]}, ${page}membership: IMMEDIATE) { ${paging} edges { role node { databaseId } } }`;

export const membersQuery = `query Members($org: String!, $after: String) {
  organization(login: $org) {
    membersWithRole(first: ${pageSizes.members}, after: $after) { ${paging} edges { role node { ${user} } } }
  }
}`;

export const teamsQuery = `query Teams($org: String!, $after: String) {
  organization(login: $org) {
    teams(first: ${pageSizes.teams}, after: $after, orderBy: { field: NAME, direction: ASC }) {
      ${paging}
      nodes { databaseId slug name description parentTeam { slug } ${teamMembers("")} }
    }
  }
}`;

export const teamMembersQuery = `query TeamMembers($org: String!, $slug: String!, $after: String) {
  organization(login: $org) { team(slug: $slug) { databaseId slug ${teamMembers("after: $after, ")} } }
}`;

/** One person's direct team memberships. `userLogins` also finds teams by a nested team, so each team is asked for its own members. */
export const subjectQuery = `query Subject($org: String!, $login: String!, $after: String) {
  user(login: $login) { ${user} }
  organization(login: $org) {
    teams(first: 100, after: $after, userLogins: [$login]) {
      ${paging}
      nodes { databaseId slug members(first: 100, query: $login, membership: IMMEDIATE) { ${paging} edges { role node { databaseId } } } }
    }
  }
}`;

export const identityByEmailQuery = `query IdentityByEmail($org: String!, $email: String!) {
  organization(login: $org) {
    samlIdentityProvider { externalIdentities(first: 10, userName: $email) { nodes { user { databaseId login } samlIdentity { nameId } } } }
  }
}`;

/** The SAML identities of these logins, as i0, i1, ... */
export function identitiesQuery(count: number): string {
  return `query Identities($org: String!, ${variables(count)}) {
  organization(login: $org) { samlIdentityProvider {
${aliases(count, (n) => `    i${n}: externalIdentities(first: 5, login: $l${n}) { nodes { user { databaseId } samlIdentity { nameId emails { value } } } }`)}
  } }
}`;
}

/** The ids of these logins, as u0, u1, ..., and whether each is a member already. */
export function inviteesQuery(count: number): string {
  return `query Invitees($org: String!, ${variables(count)}) {
${aliases(count, (n) => `  u${n}: user(login: $l${n}) { databaseId login organization(login: $org) { id } }`)}
}`;
}

/** Variables l0, l1, ... of the two queries above. */
export const loginVariables = (logins: readonly string[]): Record<string, string> =>
  Object.fromEntries(logins.map((login, n) => [`l${n}`, login]));

const variables = (count: number): string => Array.from({ length: count }, (_, n) => `$l${n}: String!`).join(", ");
const aliases = (count: number, one: (n: number) => string): string => Array.from({ length: count }, (_, n) => one(n)).join("\n");
