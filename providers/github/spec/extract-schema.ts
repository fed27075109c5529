import { Kind, parse, print, visit } from "graphql";
import type { DefinitionNode, DocumentNode, FieldDefinitionNode } from "graphql";

const connection = ["edges", "nodes", "pageInfo", "totalCount"];

/** What is spoken, by type and field. Enums, scalars and inputs that these need come along whole. */
const wanted: Readonly<Record<string, readonly string[]>> = {
  Query: ["id", "node", "organization", "rateLimit", "user", "viewer"],
  Node: ["id"],
  RateLimit: ["cost", "limit", "nodeCount", "remaining", "resetAt", "used"],
  PageInfo: ["endCursor", "hasNextPage", "hasPreviousPage", "startCursor"],
  Organization: [
    "createdAt",
    "databaseId",
    "description",
    "id",
    "login",
    "membersWithRole",
    "name",
    "pendingMembers",
    "samlIdentityProvider",
    "team",
    "teams",
    "url",
    "viewerCanAdminister",
    "viewerIsAMember",
  ],
  User: ["createdAt", "databaseId", "email", "id", "isViewer", "login", "name", "organization", "organizationVerifiedDomainEmails", "url"],
  UserConnection: connection,
  UserEdge: ["cursor", "node"],
  OrganizationMemberConnection: connection,
  OrganizationMemberEdge: ["cursor", "node", "role"],
  Team: [
    "childTeams",
    "combinedSlug",
    "databaseId",
    "description",
    "id",
    "invitations",
    "members",
    "name",
    "organization",
    "parentTeam",
    "privacy",
    "slug",
    "url",
    "viewerCanAdminister",
  ],
  TeamConnection: connection,
  TeamEdge: ["cursor", "node"],
  TeamMemberConnection: connection,
  TeamMemberEdge: ["cursor", "node", "role"],
  OrganizationInvitationConnection: connection,
  OrganizationInvitationEdge: ["cursor", "node"],
  OrganizationInvitation: ["createdAt", "email", "id", "invitationType", "invitee", "inviterActor", "organization", "role"],
  OrganizationIdentityProvider: ["externalIdentities", "id", "issuer", "organization", "ssoUrl"],
  ExternalIdentityConnection: connection,
  ExternalIdentityEdge: ["cursor", "node"],
  ExternalIdentity: ["guid", "id", "organizationInvitation", "samlIdentity", "user"],
  ExternalIdentitySamlAttributes: ["emails", "nameId", "username"],
  UserEmailMetadata: ["primary", "type", "value"],
};

/** A pruned schema as SDL, sorted by type, without descriptions. */
export function extractSchema(text: string): string {
  const published = new Map(
    parse(text, { noLocation: true }).definitions.flatMap((d) => ("name" in d && d.name ? [[d.name.value, d] as const] : [])),
  );
  const kept = new Map<string, DefinitionNode>();
  const take = (name: string): void => {
    if (kept.has(name)) return;
    const definition = published.get(name);
    if (!definition) return; // A scalar that GraphQL itself defines.
    const trimmed = trim(definition, name);
    kept.set(name, trimmed);
    visit(trimmed, { NamedType: (node) => take(node.name.value) });
  };
  for (const name of Object.keys(wanted)) take(name);
  const definitions = [...kept].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, d]) => d);
  const document: DocumentNode = { kind: Kind.DOCUMENT, definitions };
  return `${print(visit(document, { enter: (node) => ("description" in node && node.description ? { ...node, description: undefined } : undefined) }))}\n`;
}

function trim(definition: DefinitionNode, name: string): DefinitionNode {
  if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION && definition.kind !== Kind.INTERFACE_TYPE_DEFINITION) return definition;
  const fields = wanted[name];
  if (!fields) throw new Error(`Type ${name} is needed by a wanted field, and none of its own fields is wanted.`);
  const present = new Map((definition.fields ?? []).map((f) => [f.name.value, f] as const));
  const missing = fields.filter((f) => !present.has(f));
  if (missing.length > 0) throw new Error(`The published schema has no ${missing.map((f) => `${name}.${f}`).join(", ")}.`);
  return {
    ...definition,
    directives: [],
    interfaces: (definition.interfaces ?? []).filter((i) => i.name.value in wanted),
    fields: fields.map((f) => ({ ...present.get(f)!, directives: [] }) satisfies FieldDefinitionNode),
  };
}
