import { z } from "zod";
import { compareText } from "../diagnostic.ts";
import { appFile } from "../model/app.schema.ts";
import type { Manifest } from "../model/manifest.ts";
import { settingsFile } from "../model/organization.schema.ts";
import { personFile, serviceFile } from "../model/person.schema.ts";
import { policyKinds } from "../model/policy.schema.ts";
import { registerFile } from "../model/register.schema.ts";
import { roleFile } from "../model/role.schema.ts";
import { namePattern } from "./address-pattern.ts";
import { draft07, type JsonSchema, onCondition } from "./json-schema.ts";
import { schemaFolder, type SchemaName, schemaNames } from "./modeline.ts";
import { vocabulary, type VocabularySource } from "./vocabulary.ts";

export interface SchemaInput extends VocabularySource {
  /** `settings:` by connector, as JSON Schema; a connector that is missing takes any. */
  readonly settings: ReadonlyMap<string, JsonSchema>;
}

const comment = "Written by `rollcall schema`. Do not edit.";

/**
 * The files of `identities/.schema/`: one schema for each kind of file, and `names.json`, which they all refer to. The names stand in a file
 * of their own so that a newcomer changes one line of one file. Pure; sorted, so that the same organisation gives the same bytes.
 */
export function schemaFiles(input: SchemaInput): { readonly path: string; readonly text: string }[] {
  const names = { $schema: draft07, $comment: comment, definitions: vocabulary(input) };
  const kinds = schemaNames.map((name) => ({ name, schema: schemaOf(name, input, "names.json#/definitions/") }));
  const files = [...kinds, { name: "names", schema: names }].map(({ name, schema }) => ({
    path: `${schemaFolder}/${name}.json`,
    text: `${JSON.stringify(schema, null, 2)}\n`,
  }));
  // Reviews fold what nobody wrote.
  return [...files, { path: `${schemaFolder}/.gitattributes`, text: "*.json linguist-generated=true\n" }].sort((a, b) =>
    compareText(a.path, b.path),
  );
}

/** One schema as a whole, the names with it, for readers that take a single file. */
export const wholeSchema = (name: SchemaName, input: SchemaInput): JsonSchema => ({
  ...schemaOf(name, input, "#/definitions/"),
  definitions: vocabulary(input),
});

/** @param names where the definitions of names are found. */
function schemaOf(name: SchemaName, input: SchemaInput, names: string): JsonSchema {
  return { $schema: draft07, $comment: comment, ...withNames(bodyOf(name, input), names) };
}

function bodyOf(name: SchemaName, input: SchemaInput): JsonSchema {
  switch (name) {
    case "settings":
      return fromZod(settingsFile);
    case "person":
      return fromZod(personFile);
    case "service":
      return fromZod(serviceFile);
    case "role":
      return fromZod(roleFile);
    case "register":
      return fromZod(registerFile);
    case "app":
      return appSchema(input);
    case "policy":
      return policySchema();
  }
}

function fromZod(schema: z.ZodType): JsonSchema {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { target: "draft-7", io: "input", unrepresentable: "any" }) as JsonSchema;
  return rest;
}

/** Nodes that name something of the organisation, replaced by a reference to the names. */
function withNames(node: JsonSchema, at: string): JsonSchema {
  const walk = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(walk);
    if (typeof value !== "object" || value === null) return value;
    const { names, description, markdownDescription } = value as Record<string, unknown>;
    const told = {
      ...(description === undefined ? {} : { description }),
      ...(markdownDescription === undefined ? {} : { markdownDescription }),
    };
    // A property that happens to be called `names` holds a schema, not the name of a kind.
    if (typeof names === "string") return { ...told, $ref: `${at}${names}` };
    return Object.fromEntries(Object.entries(value).map(([keyword, child]) => [keyword, walk(child)]));
  };
  return walk(node) as JsonSchema;
}

/** What each connector takes, on condition that the file names it. */
function appSchema({ manifests, settings }: SchemaInput): JsonSchema {
  const body = fromZod(appFile) as { properties: Record<string, JsonSchema> } & JsonSchema;
  // What a connector takes is said below; beside that, an editor would offer "any name".
  const open = Object.fromEntries(["settings", "credentials"].map((name) => [name, { ...told(body.properties[name]!), type: "object" }]));
  const conditions = [...manifests.values()]
    .sort((a, b) => compareText(a.name, b.name))
    .map((manifest) =>
      onCondition(
        { properties: { connector: { const: manifest.name } }, required: ["connector"] },
        connectorSchema(manifest, settings.get(manifest.name), body.properties),
      ),
    );
  return { ...body, properties: { ...body.properties, ...open }, allOf: conditions };
}

/** The hover texts of a schema alone. */
const told = ({ description, markdownDescription }: JsonSchema): JsonSchema => ({ description, markdownDescription });

function connectorSchema(manifest: Manifest, settings: JsonSchema | undefined, base: Readonly<Record<string, JsonSchema>>): JsonSchema {
  const { $schema: _, ...shape } = settings ?? {};
  const secret = (base["credentials"]!["additionalProperties"] as { anyOf: readonly JsonSchema[] }).anyOf[0]!;
  const secrets = Object.fromEntries(manifest.secrets.map((s) => [s.name, { ...secret, description: s.purpose }]));
  const purposes = Object.fromEntries(
    (["read", "write"] as const).map((purpose) => [
      purpose,
      {
        type: "object",
        description: purpose === "read" ? "For check, preview, drift and import." : "For apply.",
        properties: secrets,
        additionalProperties: false,
      },
    ]),
  );
  return {
    properties: {
      ...(settings ? { settings: { ...told(base["settings"]!), ...shape } } : {}),
      credentials: { ...told(base["credentials"]!), type: "object", properties: { ...purposes, ...secrets }, additionalProperties: false },
      entitlements: {
        type: "object",
        propertyNames: {
          pattern: namePattern(manifest.entitlements),
          errorMessage: `${manifest.label} has no entitlement of this form; write it like ${manifest.entitlements.map((k) => k.example).join(", ")}.`,
        },
      },
    },
    ...(Array.isArray(shape["required"]) && shape["required"].length > 0 ? { required: ["settings"] } : {}),
  };
}

/** By kind, on condition that the file names it: an editor then speaks of one kind only. */
function policySchema(): JsonSchema {
  const kinds = Object.entries(policyKinds).map(([kind, schema]) => {
    const body = fromZod(schema) as { properties: Record<string, JsonSchema> } & JsonSchema;
    return { kind, body, told: String(body.properties["kind"]!["description"]) };
  });
  return {
    type: "object",
    properties: {
      kind: {
        type: "string",
        description: "What kind of rule it is.",
        enum: kinds.map((k) => k.kind),
        enumDescriptions: kinds.map((k) => k.told),
      },
    },
    required: ["kind"],
    allOf: kinds.map(({ kind, body }) => onCondition({ properties: { kind: { const: kind } }, required: ["kind"] }, body)),
  };
}
