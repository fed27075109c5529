/** Files that were read before: commands that tell something may rest on them, and nothing they say ever depends on it (law 16). */
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { apply } from "../../src/cli/commands/apply.ts";
import { check } from "../../src/cli/commands/check.ts";
import { explainCommand } from "../../src/cli/commands/explain.ts";
import { preview } from "../../src/cli/commands/preview.ts";
import { who } from "../../src/cli/commands/who.ts";
import { type Company, openCompany, personFile, type Ran } from "../support/company.ts";

let company: Company;
let cache: string;

beforeEach(async () => {
  company = await openCompany(
    { wiki: { connector: "memory", census: { accounts: [], groups: [{ entitlement: "space/docs", members: [] }] } } },
    {
      ...personFile("ada", ["roles: [sre]"]),
      ...personFile("bob", ["grants: [wiki/member]"]),
      "identities/roles/sre.yaml": "grants: [wiki/space/docs:editor]\n",
    },
  );
  cache = join(company.dir, "..", "cache");
});
afterEach(async () => company.close());

const all = async (): Promise<Ran[]> => [
  await company.run(check),
  await company.run(check, { json: true }),
  await company.run(async (c) => preview(c, { format: "terminal" }), { json: true }),
  await company.run(async (c) => who(c, "wiki/space/docs")),
  await company.run(async (c) => explainCommand(c, "ada", undefined)),
];
const kept = async (): Promise<string> => join(cache, (await readdir(cache))[0]!);

/** The people of what is kept, as the cache spells them. */
const peopleKept = async (): Promise<string[]> => {
  const text = await readFile(await kept(), "utf8");
  const entries = JSON.parse(text.slice(text.indexOf("\n") + 1)) as [string, [string, { key?: string }]][];
  return entries.flatMap(([, [kind, value]]) => (kind === "people" ? [value.key!] : [])).sort();
};

test("all commands say the same bytes without what was kept, with it, with it damaged, and with somebody else's", async () => {
  const cold = await all();
  expect(await peopleKept()).toEqual(["ada", "bob"]);
  expect(await all()).toEqual(cold);
  const text = await readFile(await kept());
  await writeFile(await kept(), text.subarray(0, text.length - 40));
  expect(await all()).toEqual(cold);
  await writeFile(await kept(), "rollcall-files of-another-rollcall x\n[]");
  expect(await all()).toEqual(cold);
  await rm(cache, { recursive: true });
  await writeFile(cache, "no folder");
  expect(await all()).toEqual(cold);
  await rm(cache);
  await mkdir(cache);
});

test("files with problems say the same, and are never kept; a mended file is read", async () => {
  await company.write({
    "identities/people/bob.yaml": "name: Bob\nroles: [ser]\n",
    "identities/roles/sre.yaml": "grants: [wiki/space/dcos]\nwen: x\n",
  });
  const cold = await company.run(check);
  expect([cold.code, cold.err]).toEqual([3, expect.stringContaining("ROLE_UNKNOWN")]);
  expect(await company.run(check)).toEqual(cold);
  expect(await peopleKept()).toEqual(["ada"]);
  await company.write({ ...personFile("bob", ["roles: [sre]"]), "identities/roles/sre.yaml": "grants: [wiki/space/docs]\n" });
  expect((await company.run(async (c) => who(c, "wiki/space/docs"))).out).toContain("bob");
});

test("what was kept and is wrong, by whatever mischance, reaches what is told and never what is done", async () => {
  await company.run(check);
  const text = await readFile(await kept(), "utf8");
  const head = text.slice(0, text.indexOf("\n"));
  const body = text.slice(head.length + 1).replace('"wiki/space/docs:editor"', '"wiki/admin"');
  const { createHash } = await import("node:crypto");
  const [name, version] = head.split(" ");
  await writeFile(await kept(), `${name} ${version} ${createHash("sha256").update(body).digest("base64url")}\n${body}`);
  // The lie is believed by those who only tell something: this is what makes the test sharp.
  expect((await company.run(async (c) => who(c, "wiki/admin"))).out).toContain("ada");
  await company.run(async (c) => apply(c, { yes: true }));
  const { accounts, groups } = company.apps["wiki"]!.census();
  expect(accounts.find((a) => a.login === "ada")).not.toHaveProperty("admin");
  expect(groups[0]!.members).toHaveLength(1);
});

test("with --verbose it is said why nothing was known; otherwise it is not", async () => {
  await company.run(check);
  await writeFile(await kept(), "damaged");
  expect((await company.run(check)).err).toBe("");
  await writeFile(await kept(), "damaged");
  expect((await company.run(check, { verbose: true })).err).toContain("known files: ");
});
