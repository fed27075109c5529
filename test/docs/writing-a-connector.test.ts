/** The page's tables against the code they describe: a field, a fault or a check that comes or goes makes the page wrong. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import packageFile from "../../package.json" with { type: "json" };
import manualConnector from "../../providers/manual/connector.ts";
import memoryConnector from "../../providers/memory/connector.ts";
import memorySimulator from "../../providers/memory/simulator.ts";
import { checksFor, openStrictIo, sampleRegister } from "../../src/connector/conformance/index.ts";
import { faultKinds } from "../../src/connector/fault.ts";
import { manifestSchema } from "../../src/io/connectors/manifest.schema.ts";

const page = readFileSync(join(import.meta.dirname, "../../docs/writing-a-connector.md"), "utf8");

/** Rows of the table whose first heading is `head`, as cells. */
function rows(head: string): string[][] {
  const lines = page.split("\n");
  const start = lines.findIndex((line) => line.startsWith(`| ${head} `));
  const table = lines.slice(start + 2);
  return table
    .slice(
      0,
      table.findIndex((line) => !line.startsWith("|")),
    )
    .map((line) =>
      line
        .slice(1, -1)
        .split(/(?<!\\)\|/)
        .map((cell) => cell.trim().replaceAll("`", "")),
    );
}

interface Schema {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly additionalProperties?: Schema | boolean;
}

/** Every field of a schema with whether it must be there, as `calls.path yes`: lists and records by what they hold. */
function fields(schema: Schema, prefix = ""): string[] {
  const held = schema.items ?? (typeof schema.additionalProperties === "object" ? schema.additionalProperties : schema);
  return Object.entries(held.properties ?? {}).flatMap(([name, property]) => [
    `${prefix}${name} ${held.required?.includes(name) ? "yes" : "no"}`,
    ...fields(property, `${prefix}${name}.`),
  ]);
}

describe("docs/writing-a-connector.md", () => {
  test("explains every field of a manifest, and says which must be there", () => {
    const schema = z.toJSONSchema(manifestSchema, { io: "input", unrepresentable: "any" }) as Schema;
    const described = rows("field").map(([field, must]) => `${field} ${must}`);
    expect(described).toEqual(fields(schema));
    expect(described.length).toBeGreaterThan(50);
  });

  test("lists the faults as the contract has them", () => {
    expect(rows("fault").map(([kind]) => kind)).toEqual([...faultKinds]);
  });

  test("lists the kit's checks in their order", () => {
    const checks = [
      ...checksFor({ connector: memoryConnector, simulator: memorySimulator }),
      ...checksFor({ connector: manualConnector, register: sampleRegister }).filter((check) => check.needs === "register"),
    ];
    expect(rows("check").map(([name]) => name)).toEqual(checks.map((check) => check.name));
  });

  test("lists what a simulator offers", async () => {
    const running = await memorySimulator.start({});
    onTestFinished(() => running.close());
    const duties = (of: string): string[] =>
      rows("member")
        .filter((row) => row[1] === of)
        .map((row) => row[0]!);
    expect(duties("simulator").sort()).toEqual(Object.keys(memorySimulator).sort());
    expect(duties("running").sort()).toEqual(Object.keys(running).sort());
  });

  test("lists the methods of a tenant, the optional ones marked", async () => {
    const { io } = openStrictIo({ connector: memoryConnector, baseUrl: "http://127.0.0.1:9", access: "read", token: "t" });
    const required = Object.keys(await memoryConnector.open({}, io));
    const listed = rows("method");
    expect(listed.filter(([, says]) => !says!.startsWith("optional")).map(([name]) => name)).toEqual(required);
  });

  test("names the imports that the package offers to connectors", () => {
    const offered = Object.keys(packageFile.exports).filter((path) => path.startsWith("./connector"));
    expect(rows("import").map(([name]) => name)).toEqual(offered.map((path) => path.replace(".", packageFile.name)));
  });
});
