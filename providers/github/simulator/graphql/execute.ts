/** GitHub's GraphQL endpoint over a world. */
import { readFileSync } from "node:fs";
import type { DocumentNode, GraphQLFormattedError } from "graphql";
import { buildSchema, execute, GraphQLError, parse, validate } from "graphql";
import type { Reply } from "../../../../src/connector/simulation/serve.ts";
import type { Rates } from "../rate.ts";
import type { Replica } from "../replica.ts";
import type { User, World } from "../world.ts";
import { organizationByLogin, userByLogin } from "../world.ts";
import type { Ask } from "./ask.ts";
import { refuse } from "./connection.ts";
import type { Cost } from "./cost.ts";
import { costOf, nodeLimit } from "./cost.ts";
import { organizationObject, teamObject } from "./organization.ts";
import { invitationObject, userObject } from "./person.ts";

export interface Prepared {
  readonly document: DocumentNode;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly operation: string | undefined;
  readonly cost: Cost;
}

const schema = buildSchema(readFileSync(new URL("../../spec/schema.graphql", import.meta.url), "utf8"));

/** The question in a body, or the answer to one that cannot be asked. Errors come with 200, as GitHub sends them. */
export function prepare(body: unknown): Prepared | Reply {
  const { query, variables, operationName } = (typeof body === "object" && body !== null ? body : {}) as Record<string, unknown>;
  if (typeof query !== "string") return { status: 400, body: { message: "A query attribute must be specified and must be a string." } };
  const given = (typeof variables === "object" && variables !== null ? variables : {}) as Record<string, unknown>;
  let document: DocumentNode;
  try {
    document = parse(query);
  } catch (error) {
    return { status: 200, body: { errors: [{ message: error instanceof Error ? error.message : String(error) }] } };
  }
  const wrong = validate(schema, document);
  if (wrong.length > 0) return { status: 200, body: { errors: wrong.map(asGitHubSays) } };
  const cost = costOf(document, given);
  if (cost.nodes > nodeLimit) {
    const message = `This query requests up to ${cost.nodes} possible nodes which exceeds the maximum limit of 500,000.`;
    return { status: 200, body: { errors: [{ type: "MAX_NODE_LIMIT_EXCEEDED", message }] } };
  }
  return { document, variables: given, operation: typeof operationName === "string" ? operationName : undefined, cost };
}

export async function answerGraphql(prepared: Prepared, viewer: User, replica: Replica, rates: Rates): Promise<Reply> {
  let listed: World | null = null;
  const ask: Ask = {
    viewer,
    live: replica.live,
    listed: () => (listed ??= replica.list()),
    organization: (o) => organizationObject(ask, o),
  };
  const result = await execute({
    schema,
    document: prepared.document,
    variableValues: prepared.variables,
    ...(prepared.operation === undefined ? {} : { operationName: prepared.operation }),
    rootValue: root(ask, prepared.cost, rates),
  });
  return {
    status: 200,
    body: {
      ...(result.data === undefined ? {} : { data: result.data }),
      ...(result.errors ? { errors: result.errors.map(asGitHubSays) } : {}),
    },
  };
}

function root(ask: Ask, cost: Cost, rates: Rates): Record<string, unknown> {
  return {
    __typename: "Query",
    id: "Q",
    viewer: () => userObject(ask, ask.viewer),
    user: ({ login }: { login: string }) => {
      const found = userByLogin(ask.live, login);
      if (!found) throw refuse("NOT_FOUND", `Could not resolve to a User with the login of '${login}'.`);
      return userObject(ask, found);
    },
    organization: ({ login }: { login: string }) => {
      const found = organizationByLogin(ask.live, login);
      if (!found) throw refuse("NOT_FOUND", `Could not resolve to an Organization with the login of '${login}'.`);
      return organizationObject(ask, found);
    },
    node: ({ id }: { id: string }) => node(ask, id),
    rateLimit: () => {
      const { limit, used, remaining, reset } = rates.standing("graphql", ask.viewer.id);
      return { cost: cost.points, nodeCount: cost.nodes, limit, used, remaining, resetAt: new Date(reset * 1000).toISOString() };
    },
  };
}

function node(ask: Ask, id: string): Record<string, unknown> {
  const [kind, number] = Buffer.from(id.slice(id.indexOf("_") + 1), "base64url")
    .toString("utf8")
    .split(":");
  const wanted = Number(number);
  if (kind === "U") {
    const u = ask.live.users.find((x) => x.id === wanted);
    if (u) return userObject(ask, u);
  }
  for (const o of ask.live.organizations) {
    if (kind === "O" && o.id === wanted) return organizationObject(ask, o);
    const t = kind === "T" ? o.teams.find((x) => x.id === wanted) : undefined;
    if (t) return teamObject(ask, o, t);
    const i = kind === "OI" ? o.invitations.find((x) => x.id === wanted) : undefined;
    if (i) return invitationObject(ask, o, i);
  }
  throw refuse("NOT_FOUND", `Could not resolve to a node with the global id of '${id}'`);
}

/** The type beside the message; unknown fields in GitHub's words. */
function asGitHubSays(error: GraphQLError): GraphQLFormattedError & { type?: string } {
  const { message, path, locations } = error.toJSON();
  const { type } = error.extensions;
  const unknown = /^Cannot query field "(\w+)" on type "(\w+)"/.exec(message);
  return {
    ...(typeof type === "string" ? { type } : {}),
    ...(path === undefined ? {} : { path }),
    ...(unknown ? { extensions: { code: "undefinedField", typeName: unknown[2], fieldName: unknown[1] } } : {}),
    ...(locations === undefined ? {} : { locations }),
    message: unknown ? `Field '${unknown[1]}' doesn't exist on type '${unknown[2]}'` : message,
  };
}
