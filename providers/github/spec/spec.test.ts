import { readFileSync } from "node:fs";
import { assertValidSchema, buildSchema, parse, validate } from "graphql";
import { describe, expect, test } from "vitest";
import * as queries from "../queries.ts";
import { extract } from "./extract.ts";
import { conforming } from "./conform.ts";
import simulator from "../simulator.ts";

const file = (name: string): string => readFileSync(new URL(name, import.meta.url), "utf8");
const specs = process.env["ROLLCALL_SPECS"];

describe("GitHub's published descriptions", () => {
  test("the checked-in subsets are what the published packages say", (context) => {
    if (specs === undefined || specs === "")
      return context.skip("ROLLCALL_SPECS names no folder with @octokit/openapi and @octokit/graphql-schema");
    const fresh = extract(specs);
    expect(fresh.rest).toBe(file("rest.json"));
    expect(fresh.schema).toBe(file("schema.graphql"));
  });

  test("every GraphQL document of the connector fits the published schema", () => {
    const schema = buildSchema(file("schema.graphql"));
    assertValidSchema(schema);
    const documents = Object.values(queries).flatMap((q) => (typeof q === "string" ? [q] : []));
    documents.push(queries.identitiesQuery(3), queries.inviteesQuery(100));
    expect(documents.length).toBe(8);
    for (const text of documents) expect([text, ...validate(schema, parse(text))]).toEqual([text]);
  });

  test("the check sees a wrong field, a wrong path and a wrong query", async () => {
    const github = await simulator.start({ world: simulator.fromCensus({ accounts: [], groups: [] }, simulator.settings) });
    const { fetch, breaches } = conforming();
    const headers = { authorization: "Bearer t" };
    await fetch(`${github.url}/orgs/acme/memberships/nobody`, { method: "PUT", headers, body: JSON.stringify({ roles: "admin" }) });
    await fetch(`${github.url}/orgs/acme/member`, { headers });
    await fetch(`${github.url}/graphql`, { method: "POST", headers, body: JSON.stringify({ query: "{ viewer { shoeSize } }" }) });
    await github.close();
    expect(breaches).toEqual([
      "PUT /orgs/{org}/memberships/{username}: the body has no field roles",
      "GET /orgs/acme/member is not published",
      'GraphQL: Cannot query field "shoeSize" on type "User".',
    ]);
  });
});
