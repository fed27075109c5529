/** The commands as a user meets them: what they print, what they write, and the exit code. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { apply } from "../../src/cli/commands/apply.ts";
import { check } from "../../src/cli/commands/check.ts";
import { connectors } from "../../src/cli/commands/connectors.ts";
import { explainCommand } from "../../src/cli/commands/explain.ts";
import { fmt } from "../../src/cli/commands/fmt.ts";
import { init } from "../../src/cli/commands/init.ts";
import { preview } from "../../src/cli/commands/preview.ts";
import { rename } from "../../src/cli/commands/rename.ts";
import { schema } from "../../src/cli/commands/schema.ts";
import { forget, list } from "../../src/cli/commands/state.ts";
import { who } from "../../src/cli/commands/who.ts";
import type { Context } from "../../src/cli/command.ts";
import { type Company, openCompany, personFile, type Ran } from "../support/company.ts";

const terminal = { format: "terminal" } as const;
let company: Company;

/** Ada is there already, Bob is not; the sre role gives a space. */
beforeEach(async () => {
  company = await openCompany(
    {
      wiki: {
        connector: "memory",
        census: {
          accounts: [
            { id: "1", login: "root", status: "active", admin: true },
            { id: "2", login: "ada", email: "ada@acme.example", status: "active" },
          ],
          groups: [{ entitlement: "space/docs", members: [{ id: "2", level: "reader" }] }],
        },
      },
    },
    {
      ...personFile("ada", ["# the first programmer", "roles: [sre]"]),
      ...personFile("bob", ["roles: [sre] # on trial"]),
      "identities/roles/sre.yaml": "description: Keeps it running\ngrants:\n  # what they write\n  - wiki/space/docs:editor\n",
      "identities/services/robot.yaml": "name: Robot\nowner: ada\ngrants: [wiki/member]\n",
    },
  );
});
afterEach(async () => company.close());

const read = async (path: string): Promise<string> => readFile(join(company.dir, path), "utf8");
const show = async (more: Partial<Context> = {}): Promise<Ran> =>
  company.run(async (c) => preview(c, { ...terminal, detailedExitcode: true }), more);
const carryOut = async (): Promise<Ran> => company.run(async (c) => apply(c, { yes: true }));
// eslint-disable-next-line typescript/no-unnecessary-type-parameters -- the caller names the shape it then asserts on
const parsed = (ran: Ran): unknown => JSON.parse(ran.out);

describe("preview and apply", () => {
  test("a preview names gains and why, exits 2 only where asked to, and the apply leaves nothing", async () => {
    const plan = await show();
    expect(plan.code).toBe(2);
    expect(plan.out).toContain("+ create account bob@acme.example\n");
    expect(plan.out).toContain("± raise wiki/space/docs reader → editor\n        role sre (identities/roles/sre.yaml:4)");
    expect((await company.run(async (c) => preview(c, terminal))).code).toBe(0);
    expect((await carryOut()).code).toBe(0);
    expect(await show()).toMatchObject({ code: 0, out: expect.stringContaining("no changes") });
    company.forget();
    await carryOut();
    expect(company.mutating()).toEqual([]);
  });

  test("as JSON a plan is one value, with nothing beside it on standard error", async () => {
    const ran = await show({ json: true });
    expect(ran).toMatchObject({ code: 2, err: "" });
    expect(parsed(ran) as { version: number; digest: string; operations: unknown[] }).toMatchObject({
      version: 1,
      digest: expect.stringMatching(/^[0-9a-f]{16}$/),
    });
  });

  test("as Markdown it is a comment", async () => {
    expect((await company.run(async (c) => preview(c, { format: "markdown" }))).out).toMatch(/^### Access plan\n/);
  });

  test("for one person it shows that person's account and grants, and nobody else's", async () => {
    const { out } = await show({ person: "bob" });
    expect(out).toContain("+ create account bob@acme.example");
    expect(out).toContain("+ grant wiki/space/docs:editor");
    expect(out).not.toMatch(/ada|robot|raise/);
  });

  test("asks, and applies on yes alone", async () => {
    const ask = (answer: string) => ({
      interactive: true,
      ask: (question: string) => (expect(question).toMatch(/Apply \d operations\?/), Promise.resolve(answer)),
    });
    for (const answer of ["", "y", "no"]) {
      expect(await company.run(async (c) => apply(c, {}), ask(answer))).toMatchObject({
        code: 1,
        err: expect.stringContaining("nothing was applied"),
      });
    }
    expect(company.mutating()).toEqual([]);
    expect((await company.run(async (c) => apply(c, {}), ask("yes"))).code).toBe(0);
    expect(company.mutating()).not.toEqual([]);
  });

  test("a reviewed plan is applied as it is, and refused with 5 once files or world say otherwise", async () => {
    const plan = join(company.dir, "plan.json");
    const make = async (): Promise<unknown> => company.run(async (c) => preview(c, { ...terminal, out: plan }));
    await make();
    await company.write(personFile("cat", ["roles: [sre]"]));
    const changed = await company.run(async (c) => apply(c, { plan }));
    expect(changed).toMatchObject({ code: 5, err: expect.stringMatching(/changed since the plan was made .*; preview again$/m) });
    expect(company.mutating()).toEqual([]);
    await make();
    expect((await company.run(async (c) => apply(c, { plan }))).code).toBe(0);
    expect(company.mutating()).not.toEqual([]);
    expect((await company.run(async (c) => apply(c, { plan }))).code).toBe(5);
  });
});

describe("who and explain", () => {
  test("answer with the lines that say so", async () => {
    const holders = await company.run(async (c) => who(c, "wiki/space/docs"));
    expect(holders.out).toBe(
      "ada  Ada  wiki/space/docs:editor\n    role sre (identities/roles/sre.yaml:4)\nbob  Bob  wiki/space/docs:editor\n    role sre (identities/roles/sre.yaml:4)\n",
    );
    const one = await company.run(async (c) => explainCommand(c, "ada", undefined));
    expect(one.out).toContain(
      "ada  Ada  active\n  wiki: active (not in state)\n    wiki/space/docs:editor\n        role sre (identities/roles/sre.yaml:4)\n",
    );
    await carryOut();
    expect((await company.run(async (c) => explainCommand(c, "ada", "wiki"))).out).toContain("id 2, active)");
    expect((parsed(await company.run(async (c) => who(c, "wiki"), { json: true })) as { holders: unknown[] }).holders).toHaveLength(3);
  });

  test("nobody is an answer, not an error", async () => {
    expect(await company.run(async (c) => who(c, "wiki/space/none"))).toEqual({ code: 0, out: "", err: "nobody holds wiki/space/none\n" });
  });
});

describe("rename keeps accounts, comments and because", () => {
  beforeEach(async () => {
    await carryOut();
    company.forget();
  });

  /** After a rename nobody gains or loses anything, and an apply calls nobody. */
  const expectQuiet = async (): Promise<void> => {
    expect(await company.run(check)).toMatchObject({ code: 0 });
    const plan = parsed(await show({ json: true })) as { operations: { verb: string }[] };
    expect(plan.operations.filter((o) => o.verb !== "record")).toEqual([]);
    expect((await carryOut()).code).toBe(0);
    expect(company.mutating()).toEqual([]);
    expect((await show()).code).toBe(0);
  };

  test("of a person", async () => {
    await company.run(async (c) => rename(c, "person", "ada", "ada-king"));
    expect(await read("identities/people/ada-king.yaml")).toContain("# the first programmer");
    expect(await read("identities/services/robot.yaml")).toContain("owner: ada-king");
    await expectQuiet();
    expect((await company.state("wiki")).accounts.get("ada-king")?.ref.id).toBe("2");
    expect((await company.state("wiki")).accounts.has("ada")).toBe(false);
  });

  test("of a service", async () => {
    const { code } = await company.run(async (c) => rename(c, "service", "robot", "automaton"));
    expect(code).toBe(0);
    await expectQuiet();
  });

  test("of a role", async () => {
    await company.run(async (c) => rename(c, "role", "sre", "reliability"));
    expect(await read("identities/people/bob.yaml")).toContain("roles: [reliability] # on trial");
    expect(await read("identities/roles/reliability.yaml")).toContain("  # what they write\n");
    await expectQuiet();
    expect((await company.run(async (c) => who(c, "wiki/space/docs"))).out).toContain("role reliability");
  });

  test("of an entitlement, which is renamed at the vendor where rollcall manages it", async () => {
    const wiki = await read("identities/apps/wiki.yaml");
    await company.write({ "identities/apps/wiki.yaml": `${wiki}entitlements:\n  # all of it\n  space/docs: { manage: true }\n` });
    await carryOut();
    company.forget();
    await company.run(async (c) => rename(c, "entitlement", "wiki/space/docs", "wiki/space/library"));
    expect(await read("identities/apps/wiki.yaml")).toContain("  # all of it\n");
    expect(await read("identities/roles/sre.yaml")).toContain("  # what they write\n  - wiki/space/library:editor\n");
    const plan = parsed(await show({ json: true })) as { operations: { verb: string }[] };
    expect(plan.operations.map((o) => o.verb).filter((v) => v !== "record")).toEqual(["updateGroup"]);
    expect((await carryOut()).code).toBe(0);
    expect(await show()).toMatchObject({ code: 0 });
    expect(company.apps["wiki"]!.census().groups).toMatchObject([
      { entitlement: "space/library", members: [{}, { id: "2", level: "editor" }] },
    ]);
  });
});

describe("state", () => {
  test("lists what is known, and forgets on demand without a call to the vendor", async () => {
    await carryOut();
    expect((await company.run(list)).out).toContain("  ada  ada  account/2  active  wiki/space/docs:editor\n");
    company.forget();
    expect((await company.run(async (c) => forget(c, "wiki/ada", { yes: true }))).code).toBe(0);
    expect((await company.state("wiki")).accounts.has("ada")).toBe(false);
    expect(company.mutating()).toEqual([]);
    const again = parsed(await show({ json: true })) as { operations: { verb: string; person: string }[] };
    expect(again.operations.filter((o) => o.person === "ada").map((o) => o.verb)).toContain("adopt");
  });
});

describe("init", () => {
  test("makes a repository that checks clean, and keeps every file that exists", async () => {
    const dir = join(company.dir, "new");
    const made = await company.run(async (c) =>
      init(c, "new", { organization: "Acme", domain: ["acme.example"], connector: ["github", "memory", "manual"] }),
    );
    expect(made.code).toBe(0);
    expect(await company.run(check, { dir })).toMatchObject({ code: 0, out: "ok: 0 people, 0 services, 1 role, 3 apps, 1 policy\n" });
    expect(await company.run(async (c) => schema(c, { check: true }), { dir })).toMatchObject({ code: 0, out: "", err: "" });
    expect(await company.run(async (c) => fmt(c, [], { check: true }), { dir })).toMatchObject({ code: 0, out: "", err: "" });
    await company.write({ "new/rollcall.yaml": "organization: Mine\ndomains: [mine.example]\n" });
    const again = await company.run(async (c) => init(c, "new", { organization: "Other" }), { json: true });
    const { made: more, kept } = parsed(again) as { made: string[]; kept: string[] };
    expect(more).toEqual([]);
    expect(kept).toContain("rollcall.yaml");
    expect(await read("new/rollcall.yaml")).toContain("organization: Mine");
  });

  test("makes nothing of a name or domain that would not check clean, and takes a domain in any case", async () => {
    const before = await company.digest();
    const ran = await company.run(async (c) => init(c, "bad", { organization: "", domain: ["acme.example", "not a domain"] }));
    expect(ran).toMatchObject({ code: 3, out: "" });
    expect(ran.err).toContain("--domain not a domain: ");
    expect(ran.err).toContain("--organization: ");
    expect(await company.digest()).toBe(before);
    await company.run(async (c) => init(c, "loud", { organization: "Acme", domain: ["ACME.Example"] }));
    expect((await company.run(check, { dir: join(company.dir, "loud") })).code).toBe(0);
  });

  test("says so where the .gitignore that is there lets state into Git", async () => {
    const hint = async (text: string): Promise<boolean> => {
      await company.write({ "new/.gitignore": text });
      return (await company.run(async (c) => init(c, "new", {}))).err.includes(".gitignore does not name .rollcall/");
    };
    expect([await hint("node_modules\n"), await hint("# .rollcall/\n")]).toEqual([true, true]);
    expect([await hint(".rollcall/\n"), await hint("dist\r\n/.rollcall\r\n"), await hint(".rollcall/**\n")]).toEqual([false, false, false]);
  });
});

describe("connectors", () => {
  test("lists each folder of providers/, and describes one with its settings and credentials", async () => {
    const { connectors: all } = parsed(await company.run(async (c) => connectors(c, undefined), { json: true })) as {
      connectors: { name: string }[];
    };
    const folders = await readdir(join(import.meta.dirname, "..", "..", "providers"));
    expect(all.map((c) => c.name)).toEqual(folders.toSorted());
    const { out } = await company.run(async (c) => connectors(c, "github"));
    expect(out).toMatch(/^ {2}organization +string, required$/m);
    expect(out).toMatch(/^secret token: /m);
  });

  test("are all in the table of the README, with their pages", async () => {
    const root = join(import.meta.dirname, "..", "..");
    const readme = await readFile(join(root, "README.md"), "utf8");
    for (const folder of await readdir(join(root, "providers")))
      expect(readme).toContain(`[providers/${folder}](providers/${folder}/README.md)`);
  });
});
