/** What an editor makes of the files: the real YAML language server, the committed schemas, the sample company. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { withModeline } from "../../src/core/schema/modeline.ts";
import { type LanguageServer, startLanguageServer } from "../support/language-server.ts";

const root = join(import.meta.dirname, "..", "..");
const ada = "identities/people/ada.yaml";
const github = "identities/apps/github.yaml";
const sre = "identities/roles/sre.yaml";
const limits = "policies/limits.yaml";

let server: LanguageServer;
beforeAll(async () => {
  server = await startLanguageServer(root);
});
afterAll(async () => server.close());

const problems = async (path: string, text: string): Promise<string[]> =>
  (await server.problems(path, withModeline(path, text))).map((p) => p.message);
const offered = async (path: string, text: string): Promise<string[]> =>
  (await server.complete(path, withModeline(path, text))).map((c) => c.label);

/** Every file of the sample company. */
async function sampleFiles(): Promise<string[]> {
  const below = await Promise.all(
    ["identities", "policies"].map(async (dir) => (await readdir(join(root, dir), { recursive: true })).map((name) => `${dir}/${name}`)),
  );
  return ["rollcall.yaml", ...below.flat().filter((path) => path.endsWith(".yaml"))].sort();
}

describe("completes", () => {
  test("roles, in a list, in brackets, and in an entry with a date", async () => {
    for (const text of ["name: A\nroles:\n  - ‸\n", "name: A\nroles: [sre, ‸]\n", "name: A\nroles:\n  - role: ‸\n"]) {
      expect(await offered(ada, text), text).toEqual(expect.arrayContaining(["badge-holder", "engineer", "oncall", "sre"]));
    }
    expect(await offered(sre, "includes: [‸]\n")).toContain("engineer");
  });

  test("addresses with their levels: catalogues, names in use, and what the vendor fixes", async () => {
    for (const [path, text] of [
      [ada, "name: A\ngrants:\n  - ‸\n"],
      [ada, "name: A\ngrants:\n  - grant: ‸\n"],
      [sre, "grants:\n  - gith‸\n"],
    ] as const) {
      const labels = await offered(path, text);
      expect(labels, text).toEqual(
        expect.arrayContaining(["github/owner", "github/team/infra", "github/team/infra:maintainer", "wiki/space/runbooks:editor"]),
      );
      expect(labels, "the connectors' own examples are no names of this organisation").not.toContain("wiki/space/docs");
    }
  });

  test("people, with their names beside the keys", async () => {
    const people = await server.complete(ada, withModeline(ada, "name: A\nmanager: ‸\n"));
    expect(people.map((c) => c.label)).toEqual(expect.arrayContaining(["grace", "marie"]));
    expect(people.find((c) => c.label === "grace")?.documentation).toBe("Grace Hopper, Head of Engineering");
    expect(await offered(github, "connector: github\nleavers:\n  transfer-to: ‸\n")).toEqual(expect.arrayContaining(["manager", "grace"]));
  });

  test("keys that are not there yet, apps under accounts, and departments that others have", async () => {
    const keys = await offered(ada, "name: A\nemail: a@acme.example\n‸\n");
    expect(keys).toEqual(expect.arrayContaining(["manager", "roles", "grants", "last-day", "leave"]));
    expect(keys).not.toContain("email");
    expect(await offered(ada, "name: A\naccounts:\n  ‸\n")).toEqual(expect.arrayContaining(["badges", "github", "wiki"]));
    expect(await offered(ada, "name: A\ndepartment: ‸\n")).toContain("platform");
  });

  test("connectors, and the settings and credentials of the one that is named", async () => {
    expect(await offered(github, "connector: ‸\n")).toEqual(expect.arrayContaining(["github", "manual", "scim"]));
    expect(await offered(github, "connector: github\nsettings:\n  ‸\n")).toContain("organization");
    const scim = await offered(github, "connector: scim\nsettings:\n  ‸\n");
    expect(scim).toContain("profile");
    expect(scim).not.toContain("organization");
    expect(await offered(github, "connector: scim\nsettings:\n  profile: ‸\n")).toContain("standard");
    expect(await offered(github, "connector: github\ncredentials:\n  read:\n    ‸\n")).toContain("token");
  });

  test("kinds of policy, and the keys of the one that is named", async () => {
    expect(await offered(limits, "kind: ‸\n")).toEqual(expect.arrayContaining(["limits", "protected", "allowance"]));
    const keys = await offered(limits, "kind: allowance\n‸\n");
    expect(keys).toEqual(expect.arrayContaining(["expect", "expires"]));
    expect(keys).not.toContain("stops");
  });

  test("what a register holds", async () => {
    expect(await offered("identities/registers/badges.yaml", 'accounts:\n  - id: "1"\n    grants:\n      ‸\n')).toContain("door/main");
  });
});

describe("finds", () => {
  test("nothing in any file of the sample company", async () => {
    const files = await sampleFiles();
    expect(files.length).toBeGreaterThan(25);
    const found = await Promise.all(files.map(async (path) => problems(path, await readFile(join(root, path), "utf8"))));
    expect(Object.fromEntries(files.map((path, i) => [path, found[i]]))).toEqual(Object.fromEntries(files.map((path) => [path, []])));
  });

  const role = "There is no role of this name; `rollcall check` says which one is near.";
  const address = "No app has this address; `rollcall check` says which one is near.";
  const person = "There is no person of this key; `rollcall check` says which one is near.";
  const cases: [what: string, path: string, text: string, expected: string[]][] = [
    ["a key with two letters swapped", ada, "name: A\nemial: a@acme.example\n", ["Property emial is not allowed."]],
    ["a role that nobody declared", ada, "name: A\nroles: [sres]\n", [role]],
    ["such a role with an end", ada, "name: A\nroles:\n  - { role: sres, until: 2026-12-31 }\n", [role]],
    ["an address outside a closed catalogue", ada, "name: A\ngrants: [wiki/space/runbook]\n", [address]],
    ["such an address with an end", ada, "name: A\ngrants:\n  - { grant: wiki/space/runbook, until: 2026-12-31 }\n", [address]],
    ["a level that the vendor does not have", ada, "name: A\ngrants: [github/team/infra:owner]\n", [address]],
    ["an app that is not there", ada, "name: A\ngrants: [gitlab/group/x]\n", [address]],
    ["nothing wrong with a new name in an app without a catalogue", ada, "name: A\ngrants: [github/team/brand-new:maintainer]\n", []],
    ["nothing wrong with a day", ada, "name: A\nstart: 2026-01-05\nlast-day: 2027-01-05\n", []],
    [
      "a day that is not written as one",
      ada,
      "name: A\nstart: 2026-1-5\n",
      ["A date is written YYYY-MM-DD and must exist in the calendar."],
    ],
    ["nothing wrong with a quoted login of digits", ada, 'name: A\naccounts: { github: "123" }\n', []],
    ["a login of digits without quotes", ada, "name: A\naccounts: { github: 123 }\n", ['Incorrect type. Expected "string | object".']],
    ["a manager who is not there", ada, "name: A\nmanager: garce\n", [person]],
    [
      "an heir who is not there, without a list of everybody",
      github,
      "connector: github\nsettings: { organization: a }\nleavers: { transfer-to: garce }\n",
      [person],
    ],
    ["a condition that is no text", sre, "when: true\n", ['A condition is text: write when: "true" in quotes.']],
    [
      "a setting of another connector",
      github,
      "connector: memory\nsettings: { organization: a }\n",
      ["Property organization is not allowed."],
    ],
    ["a setting that is missing", github, "connector: github\n", ['Missing property "settings".']],
    [
      "a key of another kind of policy",
      limits,
      "kind: protected\naccounts: [{ app: github, login: a }]\nstops: 3\n",
      ["Property stops is not allowed."],
    ],
  ];
  /** Each as a file of its own beside the one it is like, all opened at once. */
  let found: string[][];
  beforeAll(async () => {
    found = await Promise.all(cases.map(async ([, path, text], i) => problems(path.replace(".yaml", `-${i}.yaml`), text)));
  });
  test.each(cases.map(([what, , , expected], i) => [what, i, expected] as const))("%s", (_, i, expected) => {
    expect(found[i]).toEqual(expected);
  });
});

test("tells what a key means, and who is behind a name", async () => {
  expect(await server.hover(ada, withModeline(ada, "name: A\nlast-‸day: 2027-01-05\n"))).toContain("leaving is a state, not an absence");
  expect(await server.hover(ada, withModeline(ada, "name: A\nmanager: gra‸ce\n"))).toContain("Grace Hopper, Head of Engineering");
});

test("all of it without a network", () => {
  expect(server.connections).toEqual([]);
});
