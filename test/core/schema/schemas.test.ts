import { Ajv } from "ajv";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { modelineOf, withModeline } from "../../../src/core/schema/modeline.ts";
import { schemaFiles, type SchemaInput, wholeSchema } from "../../../src/core/schema/schemas.ts";
import { addressPattern } from "../../../src/core/schema/address-pattern.ts";
import { company, loadWith, manifests } from "../small-company.ts";

const settings = new Map([
  ["forge", z.toJSONSchema(z.strictObject({ organization: z.string() }), { target: "draft-7" }) as Record<string, unknown>],
]);
const inputOf = (changes: Readonly<Record<string, string | null>> = {}): SchemaInput => ({ ...loadWith(changes), manifests, settings });

const ajv = (): Ajv => new Ajv({ strict: false, allErrors: true });
/** Whether a value is accepted as the file of a kind. */
const accepts = (input: SchemaInput, kind: Parameters<typeof wholeSchema>[0], value: unknown): boolean =>
  ajv().validate(wholeSchema(kind, input), value);
const granting = (grant: string): unknown => ({ name: "A", grants: [grant] });

test("every schema is a schema, alone and with the names beside it", () => {
  const files = new Map(schemaFiles(inputOf()).map((f) => [f.path.split("/").at(-1)!, f.text]));
  expect([...files.keys()]).toEqual([
    ".gitattributes",
    "app.json",
    "names.json",
    "person.json",
    "policy.json",
    "register.json",
    "role.json",
    "service.json",
    "settings.json",
  ]);
  const together = ajv();
  for (const [name, text] of files) if (name.endsWith(".json")) together.addSchema(JSON.parse(text) as object, name);
  expect(together.validate("person.json", { name: "A", roles: ["sre"], manager: "grace", grants: ["forge/member"] })).toBe(true);
  expect(together.validate("person.json", { name: "A", roles: ["sr"] })).toBe(false);
});

test("the same organisation gives the same bytes, in whatever order its files come", () => {
  const backwards = Object.fromEntries(Object.entries(company).toReversed());
  expect(schemaFiles(inputOf(backwards))).toEqual(schemaFiles(inputOf()));
});

test("a newcomer changes two lines of one file", () => {
  const before = new Map(schemaFiles(inputOf()).map((f) => [f.path, f.text]));
  const after = schemaFiles(inputOf({ "identities/people/bob.yaml": "name: Bob\n" }));
  const changed = after.filter((f) => before.get(f.path) !== f.text);
  expect(changed.map((f) => f.path)).toEqual(["identities/.schema/names.json"]);
  expect(changed[0]!.text.split("\n").length - before.get(changed[0]!.path)!.split("\n").length).toBe(2);
});

describe("addresses", () => {
  test("of an app without a catalogue: whatever its vendor could have, and nothing that cannot be written", () => {
    const input = inputOf();
    for (const grant of ["forge/member", "forge/team/infra", "forge/team/brand-new:maintainer"])
      expect(accepts(input, "person", granting(grant)), grant).toBe(true);
    for (const grant of ["forge/team/infra:owner", "forge/tem/infra", "forge/rule/all", "forg/member", "forge"])
      expect(accepts(input, "person", granting(grant)), grant).toBe(false);
  });

  test("of an app with a catalogue: what the catalogue has", () => {
    const input = inputOf({
      "identities/apps/forge.yaml":
        "connector: forge\nsettings: { organization: a }\nentitlements: { team/infra: null, team/gone: { manage: true, status: absent } }\n",
    });
    for (const grant of ["forge/member", "forge/team/infra", "forge/team/infra:member"])
      expect(accepts(input, "person", granting(grant)), grant).toBe(true);
    for (const grant of ["forge/team/other", "forge/team/gone"]) expect(accepts(input, "person", granting(grant)), grant).toBe(false);
  });

  test("of an app whose file is broken, or whose connector is unknown: any, for the mistake is elsewhere", () => {
    for (const text of ["connector: [\n", "connector: unheard-of\n"]) {
      const input = inputOf({ "identities/apps/forge.yaml": text });
      expect(accepts(input, "person", granting("forge/what/ever:x"))).toBe(true);
      expect(accepts(input, "person", granting("forg/what/ever"))).toBe(false);
      expect(accepts(input, "role", { grants: ["badges/door/lab"] })).toBe(true);
    }
  });

  test("anchors and bars in a manifest's pattern do not escape from it", () => {
    const kind = { name: "k", levels: [], example: "a", description: "" };
    const pattern = new RegExp(
      addressPattern("a.b", [
        { ...kind, pattern: "^x|y$" },
        { ...kind, pattern: "[$^]z\\$" },
      ]),
      "u",
    );
    for (const address of ["a.b/x", "a.b/y", "a.b/$z$"]) expect(pattern.test(address), address).toBe(true);
    for (const address of ["acb/x", "a.b/xy", "x", "a.b/x/"]) expect(pattern.test(address), address).toBe(false);
  });
});

test("a file with errors still gives its key, and the rest of the organisation what it has", () => {
  const input = inputOf({ "identities/people/grace.yaml": "name: [\n", "identities/roles/engineer.yaml": "grnts: []\n" });
  expect(accepts(input, "person", { name: "A", manager: "grace", roles: ["engineer", "sre"] })).toBe(true);
});

test("an organisation without anything has schemas that refuse every name", () => {
  const nothing = Object.fromEntries(Object.keys(company).map((path) => [path, null]));
  const input = inputOf({ ...nothing, "rollcall.yaml": "organization: A\n" });
  expect(accepts(input, "person", { name: "A" })).toBe(true);
  expect(accepts(input, "person", { name: "A", roles: ["x"] })).toBe(false);
  expect(accepts(input, "person", granting("a/b"))).toBe(false);
});

test("every key of every file has a text to show", () => {
  const silent: string[] = [];
  const look = (node: unknown, path: string): void => {
    if (typeof node !== "object" || node === null) return;
    for (const [keyword, child] of Object.entries(node)) {
      if (keyword === "properties" && !path.endsWith("/if"))
        for (const [key, property] of Object.entries(child as Record<string, { description?: string }>)) {
          if (!property.description && !path.includes("/then/properties/settings")) silent.push(`${path}/${key}`);
        }
      look(child, `${path}/${keyword}`);
    }
  };
  for (const kind of ["settings", "person", "service", "role", "register", "policy"] as const) {
    const { definitions: _, ...schema } = wholeSchema(kind, inputOf());
    look(schema, kind);
  }
  expect(silent).toEqual([]);
});

describe("the modeline", () => {
  test("leads from each kind of file to its schema", () => {
    expect(modelineOf("rollcall.yaml")).toBe("# yaml-language-server: $schema=identities/.schema/settings.json");
    expect(modelineOf("identities/people/ada.yaml")).toBe("# yaml-language-server: $schema=../.schema/person.json");
    expect(modelineOf("policies/limits.yaml")).toBe("# yaml-language-server: $schema=../identities/.schema/policy.json");
    expect(modelineOf("identities/.schema/names.json")).toBeNull();
    expect(modelineOf("elsewhere/a.yaml")).toBeNull();
  });

  test("is added once, corrected where the file has moved, and left where it leads elsewhere", () => {
    const once = withModeline("policies/a.yaml", "# why\nkind: limits\n");
    expect(once).toBe("# yaml-language-server: $schema=../identities/.schema/policy.json\n# why\nkind: limits\n");
    expect(withModeline("policies/a.yaml", once)).toBe(once);
    expect(withModeline("identities/people/a.yaml", "# why\n# yaml-language-server: $schema=../.schema/service.json\nname: A\n")).toBe(
      "# yaml-language-server: $schema=../.schema/person.json\n# why\nname: A\n",
    );
    for (const own of ["# yaml-language-server: $schema=https://example.com/s.json\nname: A\n", "# $schema: ./mine.json\nname: A\n"])
      expect(withModeline("identities/people/a.yaml", own)).toBe(own);
  });
});
