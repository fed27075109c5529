/**
 * Cuts the parts of GitHub's published interface descriptions that the connector and its simulator speak, so that tests can hold both to
 * them without installing 385 MB. Run after `npm install --prefix DIR @octokit/openapi@23.0.2 @octokit/graphql-schema@15.26.1`:
 *
 *     ROLLCALL_SPECS=DIR node providers/github/spec/extract.ts      # or: node providers/github/spec/extract.ts DIR
 */
import { readFileSync, writeFileSync } from "node:fs";
import { extractRest } from "./extract-rest.ts";
import { extractSchema } from "./extract-schema.ts";

/** Both subsets as the text of the two files, from a folder into which the two packages were installed. */
export function extract(specs: string): { rest: string; schema: string } {
  const read = (path: string): string => readFileSync(`${specs}/node_modules/@octokit/${path}`, "utf8");
  return {
    rest: extractRest(JSON.parse(read("openapi/generated/api.github.com.json")), JSON.parse(read("openapi/generated/ghec.json"))),
    schema: extractSchema(read("graphql-schema/schema.graphql")),
  };
}

if (import.meta.main) {
  const specs = process.argv[2] ?? process.env["ROLLCALL_SPECS"];
  if (specs === undefined) throw new Error("Give the folder into which @octokit/openapi and @octokit/graphql-schema were installed.");
  const { rest, schema } = extract(specs);
  writeFileSync(new URL("rest.json", import.meta.url), rest);
  writeFileSync(new URL("schema.graphql", import.meta.url), schema);
}
