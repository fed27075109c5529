/** Holds HTTP exchanges against GitHub's published descriptions (the subsets beside this file). For tests. */
import { readFileSync } from "node:fs";
import { Ajv } from "ajv";
import type { ValidateFunction } from "ajv";
import addFormats from "ajv-formats";
import { buildSchema, Kind, parse, validate } from "graphql";

type Tree = { [key: string]: unknown };

interface Operation {
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly schema: Tree;
    readonly "x-multi-segment"?: boolean;
  }[];
  readonly requestBody?: { readonly content: { readonly "application/json": { readonly schema: Tree } } };
  readonly responses: Readonly<Record<string, { readonly content?: { readonly "application/json"?: { readonly schema: Tree } } }>>;
}

const file = (name: string): string => readFileSync(new URL(name, import.meta.url), "utf8");
const published = JSON.parse(file("rest.json")) as { paths: Record<string, Record<string, Operation>>; components: { schemas: Tree } };
const schema = buildSchema(file("schema.graphql"));

// What GitHub is known to answer and its description leaves out, as of 2026-11: pull requests whose fork was deleted have no repository,
// labels may lack a description in lists of pull requests too.
for (const name of ["pull-request", "pull-request-simple"]) {
  const { head, labels } = (published.components.schemas[name] as { properties: Record<"head" | "labels", Tree> }).properties;
  for (const field of [(head["properties"] as Tree)["repo"], ((labels["items"] as Tree)["properties"] as Tree)["description"]])
    (field as Tree)["nullable"] = true;
}

// Both say in words that they validate.
for (const path of ["/repos/{owner}/{repo}/statuses/{sha}", "/repos/{owner}/{repo}/check-runs"])
  Object.assign(published.paths[path]!["post"]!.responses, { 422: {} });

const ajv = new Ajv({ strict: false, allErrors: true });
// The package is CommonJS: its function is also its `default`.
(addFormats as unknown as { default: (a: Ajv) => void }).default(ajv);
ajv.addFormat("repo.nwo", /^[^/]+\/[^/]+$/);
for (const [name, definition] of Object.entries(published.components.schemas)) ajv.addSchema(toJsonSchema(definition) as Tree, name);

export interface Conforming {
  /** A fetch that notes every breach and passes everything on. */
  readonly fetch: typeof fetch;
  /** Each as a sentence; empty = everything said was as published. */
  readonly breaches: string[];
  /** Operations spoken, as `GET /orgs/{org}`. */
  readonly spoken: Set<string>;
}

export function conforming(): Conforming {
  const breaches: string[] = [];
  const spoken = new Set<string>();
  return {
    breaches,
    spoken,
    fetch: async (input, init) => {
      const request = new Request(input, init);
      const text = request.body === null ? "" : await request.clone().text();
      const response = await fetch(request);
      const answer = await response.clone().text();
      breaches.push(...judge(request.method, new URL(request.url), text, response.status, answer, spoken));
      return response;
    },
  };
}

function judge(method: string, url: URL, body: string, status: number, answer: string, spoken: Set<string>): string[] {
  if (url.pathname === "/graphql") return judgeGraphql(body, spoken);
  const path = url.pathname
    .replace(/^\/repositories\/\d+(?=\/|$)/, "/repos/OWNER/NAME")
    .replace(/^\/organizations\/\d+(?=\/|$)/, "/orgs/ORG")
    .replace(/^\/orgs\/ORG\/team\/\d+(?=\/|$)/, "/orgs/ORG/teams/SLUG");
  const verb = method.toLowerCase();
  const fitting = Object.entries(published.paths).flatMap(([p, item]) => (item[verb] && matches(p, path, item[verb]) ? [p] : []));
  // Where a branch's name may have slashes, the longer template says what is meant.
  const template = fitting.sort((a, b) => b.split("/").length - a.split("/").length)[0];
  if (template === undefined) return [`${method} ${url.pathname} is not published`];
  const name = `${method} ${template}`;
  spoken.add(name);
  const operation = published.paths[template]![verb]!;
  const found: string[] = [];
  for (const [key, value] of url.searchParams) {
    const parameter = operation.parameters?.find((p) => p.in === "query" && p.name === key);
    const type = parameter?.schema["type"];
    const typed: unknown =
      type === "integer" ? Number(value) : type === "boolean" && /^(true|false)$/.test(value) ? value === "true" : value;
    if (!parameter) found.push(`${name}: there is no query parameter ${key}`);
    else found.push(...against(parameter.schema, typed, `${name} ?${key}`));
  }
  const wanted = operation.requestBody?.content["application/json"].schema;
  if (body !== "" && !wanted) found.push(`${name} takes no body`);
  else if (body !== "" && wanted)
    found.push(...against(wanted, JSON.parse(body), `${name} body`), ...unknownFields(wanted, JSON.parse(body), name));
  const documented = operation.responses[String(status)];
  const shape = documented?.content?.["application/json"]?.schema;
  // Refusals and outages may come from anywhere, with GitHub's plain error.
  if (!documented && status < 500 && ![401, 403, 404, 429].includes(status)) found.push(`${name}: status ${status} is not published`);
  else if (shape) found.push(...against(shape, JSON.parse(answer), `${name} ${status}`));
  else if (status >= 400) found.push(...against({ $ref: "basic-error" }, JSON.parse(answer), `${name} ${status}`));
  else if (answer !== "") found.push(`${name}: ${status} has no body`);
  return found;
}

function judgeGraphql(body: string, spoken: Set<string>): string[] {
  const { query } = JSON.parse(body) as { query: string };
  const document = parse(query);
  for (const d of document.definitions) if (d.kind === Kind.OPERATION_DEFINITION) spoken.add(`POST /graphql ${d.name?.value ?? ""}`.trim());
  return validate(schema, document).map((e) => `GraphQL: ${e.message}`);
}

/** Names of branches have slashes: the description says of which parameters they may be part. */
const matches = (template: string, path: string, operation: Operation): boolean => {
  const want = template.split("/");
  const long = want.findIndex((part) => operation.parameters?.some((p) => p["x-multi-segment"] === true && `{${p.name}}` === part));
  const parts = path.split("/");
  const more = Math.max(0, parts.length - want.length);
  const have = long < 0 ? parts : [...parts.slice(0, long), parts.slice(long, long + more + 1).join("/"), ...parts.slice(long + more + 1)];
  return want.length === have.length && want.every((part, n) => (part.startsWith("{") ? have[n] !== "" : part === have[n]));
};

/** A client that sends fields nobody published would go unnoticed: OpenAPI lets them pass. */
function unknownFields(shape: Tree, body: unknown, name: string): string[] {
  const known = fieldsOf(shape);
  const sent = typeof body === "object" && body !== null && !Array.isArray(body) ? Object.keys(body) : [];
  return sent.filter((key) => !known.includes(key)).map((key) => `${name}: the body has no field ${key}`);
}

function fieldsOf(shape: Tree): string[] {
  const others = ["oneOf", "anyOf", "allOf"].flatMap((key) => (shape[key] ?? []) as Tree[]);
  return [...Object.keys(shape["properties"] ?? {}), ...others.flatMap(fieldsOf)];
}

const compiled = new Map<string, ValidateFunction>();

function against(shape: Tree, value: unknown, place: string): string[] {
  const key = JSON.stringify(shape);
  const check = compiled.get(key) ?? ajv.compile(toJsonSchema(shape) as Tree);
  compiled.set(key, check);
  return check(value) ? [] : (check.errors ?? []).slice(0, 3).map((e) => `${place}${e.instancePath}: ${e.message ?? "invalid"}`);
}

/** OpenAPI 3.0 says `nullable` where JSON Schema says null; its `oneOf` of users overlap, so one fit is enough. */
function toJsonSchema(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(toJsonSchema);
  if (typeof node !== "object" || node === null) return node;
  const { nullable, oneOf, discriminator: _named, ...rest } = node as Tree;
  const reference = rest["$ref"];
  const plain: Tree =
    typeof reference === "string"
      ? { $ref: reference.split("/").at(-1) }
      : Object.fromEntries(Object.entries(rest).map(([key, child]) => [key, toJsonSchema(child)]));
  if (oneOf !== undefined) plain["anyOf"] = toJsonSchema(oneOf);
  return nullable === true ? { anyOf: [plain, { type: "null" }] } : plain;
}
