type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
type Tree = { [key: string]: Json };

/** What is spoken, by path. Credential authorisations exist only in the description of Enterprise Cloud. */
const wanted: Readonly<Record<string, readonly string[]>> = {
  "/user": ["get"],
  "/user/{account_id}": ["get"],
  "/users/{username}": ["get"],
  "/user/memberships/orgs": ["get"],
  "/user/memberships/orgs/{org}": ["get", "patch"],
  "/orgs/{org}": ["get"],
  "/orgs/{org}/members": ["get"],
  "/orgs/{org}/members/{username}": ["get", "delete"],
  "/orgs/{org}/memberships/{username}": ["get", "put", "delete"],
  "/orgs/{org}/invitations": ["get", "post"],
  "/orgs/{org}/invitations/{invitation_id}": ["delete"],
  "/orgs/{org}/invitations/{invitation_id}/teams": ["get"],
  "/orgs/{org}/failed_invitations": ["get"],
  "/orgs/{org}/outside_collaborators": ["get"],
  "/orgs/{org}/outside_collaborators/{username}": ["delete"],
  "/orgs/{org}/teams": ["get", "post"],
  "/orgs/{org}/teams/{team_slug}": ["get", "patch", "delete"],
  "/orgs/{org}/teams/{team_slug}/members": ["get"],
  "/orgs/{org}/teams/{team_slug}/memberships/{username}": ["get", "put", "delete"],
  "/orgs/{org}/teams/{team_slug}/invitations": ["get"],
  "/orgs/{org}/teams/{team_slug}/teams": ["get"],
  "/teams/{team_id}": ["get"],
  "/rate_limit": ["get"],
  "/repos/{owner}/{repo}": ["get"],
  "/repos/{owner}/{repo}/activity": ["get"],
  "/repos/{owner}/{repo}/actions/organization-secrets": ["get"],
  "/repos/{owner}/{repo}/actions/permissions/workflow": ["get"],
  "/repos/{owner}/{repo}/actions/secrets": ["get"],
  "/repos/{owner}/{repo}/branches/{branch}": ["get"],
  "/repos/{owner}/{repo}/branches/{branch}/protection": ["get"],
  "/repos/{owner}/{repo}/check-runs": ["post"],
  "/repos/{owner}/{repo}/check-runs/{check_run_id}": ["get", "patch"],
  "/repos/{owner}/{repo}/check-runs/{check_run_id}/annotations": ["get"],
  "/repos/{owner}/{repo}/collaborators": ["get"],
  "/repos/{owner}/{repo}/collaborators/{username}/permission": ["get"],
  "/repos/{owner}/{repo}/commits/{commit_sha}/pulls": ["get"],
  "/repos/{owner}/{repo}/commits/{ref}": ["get"],
  "/repos/{owner}/{repo}/commits/{ref}/check-runs": ["get"],
  "/repos/{owner}/{repo}/commits/{ref}/statuses": ["get"],
  "/repos/{owner}/{repo}/environments": ["get"],
  "/repos/{owner}/{repo}/environments/{environment_name}": ["get"],
  "/repos/{owner}/{repo}/environments/{environment_name}/deployment-branch-policies": ["get"],
  "/repos/{owner}/{repo}/environments/{environment_name}/secrets": ["get"],
  "/repos/{owner}/{repo}/git/ref/{ref}": ["get"],
  "/repos/{owner}/{repo}/issues": ["get", "post"],
  "/repos/{owner}/{repo}/issues/comments/{comment_id}": ["get", "patch", "delete"],
  "/repos/{owner}/{repo}/issues/{issue_number}": ["get", "patch"],
  "/repos/{owner}/{repo}/issues/{issue_number}/comments": ["get", "post"],
  "/repos/{owner}/{repo}/issues/{issue_number}/labels": ["get", "post", "put", "delete"],
  "/repos/{owner}/{repo}/issues/{issue_number}/labels/{name}": ["delete"],
  "/repos/{owner}/{repo}/labels": ["get", "post"],
  "/repos/{owner}/{repo}/labels/{name}": ["get", "patch", "delete"],
  "/repos/{owner}/{repo}/pulls": ["get", "post"],
  "/repos/{owner}/{repo}/pulls/{pull_number}": ["get", "patch"],
  "/repos/{owner}/{repo}/pulls/{pull_number}/commits": ["get"],
  "/repos/{owner}/{repo}/pulls/{pull_number}/files": ["get"],
  "/repos/{owner}/{repo}/pulls/{pull_number}/merge": ["get", "put"],
  "/repos/{owner}/{repo}/pulls/{pull_number}/reviews": ["get", "post"],
  "/repos/{owner}/{repo}/pulls/{pull_number}/reviews/{review_id}": ["get"],
  "/repos/{owner}/{repo}/pulls/{pull_number}/reviews/{review_id}/dismissals": ["put"],
  "/repos/{owner}/{repo}/pulls/{pull_number}/reviews/{review_id}/events": ["post"],
  "/repos/{owner}/{repo}/rules/branches/{branch}": ["get"],
  "/repos/{owner}/{repo}/rulesets": ["get"],
  "/repos/{owner}/{repo}/rulesets/{ruleset_id}": ["get"],
  "/repos/{owner}/{repo}/statuses/{sha}": ["post"],
  "/repos/{owner}/{repo}/teams": ["get"],
  "/orgs/{org}/credential-authorizations": ["get"],
  "/orgs/{org}/credential-authorizations/{credential_id}": ["delete"],
};

/** Words for readers; nothing in them can be checked. */
const prose = new Set([
  "description",
  "summary",
  "example",
  "examples",
  "externalDocs",
  "tags",
  "headers",
  "x-github",
  "x-octokit",
  "title",
]);

/** A pruned OpenAPI document as text: the wanted operations, with the schemas they refer to. */
export function extractRest(cloud: unknown, enterprise: unknown): string {
  const documents = [cloud, enterprise] as readonly Tree[];
  const schemas: Tree = {};
  const paths: Tree = {};
  for (const [path, methods] of Object.entries(wanted)) {
    const document = documents.find((d) => path in (d["paths"] as Tree));
    if (!document) throw new Error(`The published description has no path ${path}.`);
    const item = (document["paths"] as Tree)[path] as Tree;
    const kept: Tree = {};
    for (const method of methods) {
      if (!(method in item)) throw new Error(`The published description has no ${method} ${path}.`);
      const { operationId, parameters, requestBody, responses } = item[method] as Tree;
      const operation = prune({ operationId, parameters, requestBody, responses } as Tree, document, schemas) as Tree;
      // Parts of a path are text; worth knowing is only which of them may have slashes.
      const told = (operation["parameters"] as Tree[] | undefined)?.filter((p) => p["in"] !== "path" || p["x-multi-segment"] === true);
      kept[method] = told === undefined ? operation : { ...operation, parameters: told };
    }
    paths[path] = kept;
  }
  const sorted = Object.fromEntries(Object.entries(schemas).sort(([a], [b]) => (a < b ? -1 : 1)));
  const info = documents[0]!["info"] as Tree;
  return `${JSON.stringify({ openapi: "3.0.3", info: { title: info["title"], version: info["version"], license: info["license"] }, paths, components: { schemas: sorted } }, null, 1)}\n`;
}

/** Without prose; references to parameters and answers are resolved in place, those to schemas are kept and followed. */
function prune(value: Json, document: Tree, schemas: Tree, named = false): Json {
  if (Array.isArray(value)) return value.map((v: Json) => prune(v, document, schemas));
  if (value === null || typeof value !== "object") return value;
  const tree = value as Tree;
  const reference = tree["$ref"];
  if (typeof reference === "string") {
    const [, room, kind, name] = reference.split("/") as [string, string, string, string];
    const target = ((document[room] as Tree)[kind] as Tree)[name]!;
    if (kind !== "schemas") return prune(target, document, schemas);
    const twin = name.replace(/^nullable-/, "");
    if (twin !== name && isNullable(target as Tree, ((document[room] as Tree)[kind] as Tree)[twin])) {
      return { ...(prune({ $ref: `#/components/schemas/${twin}` }, document, schemas) as Tree), nullable: true };
    }
    if (!(name in schemas)) {
      schemas[name] = null;
      schemas[name] = prune(target, document, schemas);
    }
    return { $ref: reference };
  }
  const kept: Tree = {};
  for (const [key, child] of Object.entries(tree)) {
    // Below `properties` the keys are names of fields, which may well be "description".
    if (child === undefined || (!named && prose.has(key))) continue;
    kept[key] = prune(child, document, schemas, !named && (key === "properties" || key === "responses"));
  }
  return kept;
}

/** Many schemas are published twice, the second time as `nullable-NAME`: one of the two is enough. */
function isNullable(schema: Tree, twin: Json | undefined): boolean {
  const bare = (tree: Tree): string =>
    JSON.stringify({ ...tree, nullable: null }, (key, value: Json) => (prose.has(key) ? undefined : value));
  return (
    twin !== undefined && schema["nullable"] === true && bare({ nullable: null, ...(twin as Tree) }) === bare({ nullable: null, ...schema })
  );
}
