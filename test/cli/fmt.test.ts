/** `rollcall fmt` and `rollcall schema` as users meet them. */
import { spawn } from "node:child_process";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { check } from "../../src/cli/commands/check.ts";
import { fmt } from "../../src/cli/commands/fmt.ts";
import { schema } from "../../src/cli/commands/schema.ts";
import { format } from "../../src/core/format/format.ts";
import { readWorkspace } from "../../src/io/workspace/read-workspace.ts";
import { type Company, openCompany, personFile } from "../support/company.ts";

let company: Company;
beforeEach(async () => {
  company = await openCompany(
    { wiki: { connector: "memory" } },
    {
      ...personFile("ada", ["roles: [sre] # on trial"]),
      "identities/roles/sre.yaml": "description: Keeps it running\ngrants:\n  - wiki/space/docs:editor\n",
    },
  );
});
afterEach(async () => company.close());

const read = async (path: string): Promise<string> => readFile(join(company.dir, path), "utf8");
const ada = "identities/people/ada.yaml";
const modeline = "# yaml-language-server: $schema=../.schema/person.json\n";

describe("fmt", () => {
  test("writes every file in the house's spelling, says which, and a second time nothing", async () => {
    await company.write({ [ada]: "roles:  [sre]   # on trial\nname: Ada\n" });
    const first = await company.run(async (c) => fmt(c, [], {}));
    expect(first).toMatchObject({ code: 0, err: "" });
    expect(first.out).toContain(`formatted  ${ada}\n`);
    expect(await read(ada)).toBe(`${modeline}name: Ada\nroles: [sre] # on trial\n`);
    expect(await company.run(async (c) => fmt(c, [], {}))).toMatchObject({ code: 0, out: "", err: "" });
    expect((await company.run(check)).code).toBe(0);
  });

  test("--check writes nothing, lists the files, and exits 2", async () => {
    const before = await company.digest();
    const ran = await company.run(async (c) => fmt(c, [ada], { check: true }));
    expect(ran).toMatchObject({ code: 2, out: `${ada}\n`, err: "1 file is not formatted; run: rollcall fmt\n" });
    expect(await company.digest()).toBe(before);
  });

  test("only what is asked for: a file, a folder; a path that is neither is a mistake", async () => {
    await company.run(async (c) => fmt(c, ["identities/roles"], {}));
    expect(await read("identities/roles/sre.yaml")).toMatch(/^# yaml-language-server/);
    expect(await read(ada)).not.toMatch(/^# yaml-language-server/);
    for (const path of ["identities/people/adaa.yaml", "/etc", "README.md"])
      expect(await company.run(async (c) => fmt(c, [path], {})), path).toMatchObject({ code: 3, err: expect.stringContaining(path) });
  });

  test("a file that cannot be read is left as it is and shown with its place; the others are formatted; exit 3", async () => {
    const broken = "name: Bob\nroles: [sre\n";
    await company.write({ "identities/people/bob.yaml": broken });
    const ran = await company.run(async (c) => fmt(c, [], {}));
    expect(ran.code).toBe(3);
    expect(ran.err).toContain("error[YAML_SYNTAX]");
    expect(ran.err).toContain("identities/people/bob.yaml:");
    expect(await read("identities/people/bob.yaml")).toBe(broken);
    expect(await read(ada)).toMatch(/^# yaml-language-server/);
    expect((await company.run(async (c) => fmt(c, [], { check: true }))).code).toBe(3);
  });

  test("no secret of a broken file is shown", async () => {
    await company.write({ "identities/apps/x.yaml": "connector: memory\ncredentials: { token: ghp_0123456789abcdef0123 \n" });
    const ran = await company.run(async (c) => fmt(c, [], {}));
    expect(ran.code).toBe(3);
    expect(ran.out + ran.err).not.toContain("ghp_0123456789");
  });

  test("--prune takes out what has ended everywhere on earth, and files of allowances that have; never people", async () => {
    company.now = new Date("2026-06-10T11:00:00Z"); // still the 9th on Baker Island
    const bob =
      "name: Bob\nlast-day: 2020-01-01\ngrants:\n  - { grant: wiki/member, until: 2026-06-08 }\n  - { grant: wiki/admin, until: 2026-06-09 }\n";
    await company.write({
      "identities/people/bob.yaml": bob,
      "policies/allow-a.yaml": "kind: allowance\nname: a\napp: wiki\nexpect: { stops: 1 }\nexpires: 2026-06-08\nbecause: a\n",
      "policies/allow-b.yaml": "kind: allowance\nname: b\napp: wiki\nexpect: { stops: 1 }\nexpires: 2026-06-09\nbecause: b\n",
    });
    const looked = await company.run(async (c) => fmt(c, ["policies"], { check: true, prune: true }));
    expect(looked).toMatchObject({ code: 2, err: expect.stringContaining("rollcall fmt --prune") });
    const ran = await company.run(async (c) => fmt(c, [], { prune: true }), { json: true });
    expect(JSON.parse(ran.out)).toMatchObject({ version: 1, removed: ["policies/allow-a.yaml"], written: true });
    expect(await readdir(join(company.dir, "policies"))).toEqual(["allow-b.yaml"]);
    expect(await read("identities/people/bob.yaml")).toBe(
      `${modeline}name: Bob\nlast-day: 2020-01-01\ngrants:\n  - { grant: wiki/admin, until: 2026-06-09 }\n`,
    );
  });

  test("a file that cannot be read is shown where it or its folder is named, and passed over elsewhere", async () => {
    await writeFile(join(company.dir, "identities/people/zoe.yaml"), Buffer.from("name: Zo\xeb\n", "latin1"));
    for (const path of ["identities/people/zoe.yaml", "identities/people", "."]) {
      const ran = await company.run(async (c) => fmt(c, [path], {}));
      expect(ran, path).toMatchObject({ code: 3, err: expect.stringContaining("error[TEXT_ENCODING]") as string });
    }
    expect((await company.run(async (c) => fmt(c, ["identities/roles"], {}))).code).toBe(0);
  });

  test("--stdin formats what an editor sends it, and writes no file", async () => {
    const before = await company.digest();
    const send = async (path: string, text: string | Buffer, ...more: string[]): Promise<{ code: number | null; out: string }> => {
      const child = spawn(process.execPath, ["src/cli/rollcall.js", "-C", company.dir, "fmt", "--stdin", path, ...more], {
        cwd: root,
        stdio: ["pipe", "pipe", "ignore"],
      });
      let out = "";
      child.stdout.on("data", (chunk: Buffer) => (out += chunk.toString()));
      child.stdin.end(text);
      return new Promise((done) => child.on("close", (code) => done({ code, out })));
    };
    expect(await send(ada, "roles: [a]\nname: A\n")).toEqual({ code: 0, out: `${modeline}name: A\nroles: [a]\n` });
    expect(await send(ada, "name: [\n")).toEqual({ code: 3, out: "" });
    expect((await send("elsewhere.yaml", "a: b\n")).code).toBe(3);
    // An editor that saved what came back would lose every letter that is no UTF-8.
    expect(await send(ada, Buffer.from("name: Zo\xeb\n", "latin1"))).toEqual({ code: 3, out: "" });
    expect(await send(ada, "name:  A\n", "--check")).toEqual({ code: 1, out: "" });
    expect(await send(ada, "name: A\n", "rollcall.yaml")).toEqual({ code: 1, out: "" });
    expect(await company.digest()).toBe(before);
  });
});

const root = join(import.meta.dirname, "..", "..");

test("the committed schemas are those of the sample company: if not, run `npm run -s rollcall -- schema`", async () => {
  const ran = await company.run(async (c) => schema(c, { check: true }), { dir: root, now: () => new Date("2026-11-23T12:00:00Z") });
  expect(ran).toEqual({ code: 0, out: "", err: "" });
});

test("the sample company is formatted: if not, run `npm run -s rollcall -- fmt`", async () => {
  const { files } = readWorkspace(root);
  expect(files.length).toBeGreaterThan(25);
  for (const { path, text } of files) expect(format(path, text), path).toEqual({ kind: "formatted", text });
});

describe("schema", () => {
  const folder = "identities/.schema";
  test("writes the schemas, which no other command minds; a second time there is nothing to write", async () => {
    const ran = await company.run(async (c) => schema(c, {}));
    expect(ran).toMatchObject({ code: 0, err: "", out: expect.stringContaining(`wrote    ${folder}/person.json\n`) });
    expect(await company.run(async (c) => schema(c, {}))).toMatchObject({ code: 0, out: "" });
    expect(await company.run(check)).toMatchObject({ code: 0, err: "" });
    expect(await company.run(async (c) => schema(c, { check: true }))).toMatchObject({ code: 0, out: "", err: "" });
  });

  test("--check exits 3 with the command to run as soon as the names are others", async () => {
    await company.run(async (c) => schema(c, {}));
    await company.write(personFile("bob", []));
    const before = await company.digest();
    expect(await company.run(async (c) => schema(c, { check: true }))).toMatchObject({
      code: 3,
      out: `${folder}/names.json\n`,
      err: expect.stringContaining("run: rollcall schema\n"),
    });
    expect(await company.digest()).toBe(before);
    await company.run(async (c) => schema(c, {}));
    expect((await company.run(async (c) => schema(c, { check: true }))).code).toBe(0);
  });

  test("--stdout prints one whole schema and writes nothing", async () => {
    const before = await company.digest();
    const ran = await company.run(async (c) => schema(c, { stdout: "person" }));
    expect(JSON.parse(ran.out)).toMatchObject({
      properties: { manager: { $ref: "#/definitions/person" } },
      definitions: { person: { enum: ["ada"] } },
    });
    expect(await company.digest()).toBe(before);
    expect(await company.run(async (c) => schema(c, { stdout: "persn" }))).toMatchObject({
      code: 3,
      err: expect.stringContaining('did you mean "person"?'),
    });
  });

  test("of files with errors it writes what can be read, shows the errors, and exits 3", async () => {
    await company.write({ "identities/apps/wiki.yaml": "connector: [\n" });
    const ran = await company.run(async (c) => schema(c, {}));
    expect(ran).toMatchObject({ code: 3, err: expect.stringContaining("identities/apps/wiki.yaml:") });
    expect(JSON.parse(await read(`${folder}/names.json`))).toMatchObject({
      definitions: { role: { enum: ["sre"] }, app: { enum: ["wiki"] } },
    });
  });

  test("a file that nobody wrote there with this command is no schema", async () => {
    await company.write({ [`${folder}/eve.yaml`]: "name: Eve\n" });
    expect(await company.run(check)).toMatchObject({ code: 3, err: expect.stringContaining(`${folder}/eve.yaml`) });
  });
});
