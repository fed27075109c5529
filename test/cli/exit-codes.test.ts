/** Exit codes are API (DESIGN 10): each by a run that earns it, and the order where several hold. */
import { mkdir, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { apply } from "../../src/cli/commands/apply.ts";
import { drift } from "../../src/cli/commands/drift.ts";
import { importCommand } from "../../src/cli/commands/import.ts";
import { preview } from "../../src/cli/commands/preview.ts";
import { worst } from "../../src/cli/exit-code.ts";
import { type Company, openCompany, personFile, type Ran } from "../support/company.ts";

const people = ["ada", "bob", "cat", "dan", "eve", "fay"];
let company: Company;

beforeEach(async () => {
  company = await openCompany(
    { wiki: { connector: "memory" }, forum: { connector: "memory" } },
    {
      ...Object.assign({}, ...people.map((p) => personFile(p, ["roles: [all]"]))),
      "identities/roles/all.yaml": "grants: [wiki/member, forum/member]\n",
    },
  );
});
afterEach(async () => company.close());

const show = async (): Promise<Ran> => company.run(async (c) => preview(c, { format: "terminal", detailedExitcode: true }));
const carryOut = async (): Promise<Ran> => company.run(async (c) => apply(c, { yes: true }));
const refuse = (app: string, status: number): void =>
  company.apps[app]!.plant({ match: "/", times: 10_000, kind: { answer: status, body: { message: "no" } } });

test("where several hold, the first of 130, 1, 3, 7, 4, 5, 6, 8, 2, 0 is the answer", () => {
  const order = [130, 1, 3, 7, 4, 5, 6, 8, 2, 0] as const;
  for (const [i, code] of order.entries()) expect(worst(order.slice(i).toReversed())).toBe(code);
  expect(worst([])).toBe(0);
});

describe("credentials", () => {
  test("4 where every app refuses them, 8 where one does", async () => {
    refuse("wiki", 401);
    expect((await show()).code).toBe(8);
    refuse("forum", 401);
    expect((await show()).code).toBe(4);
    expect((await carryOut()).code).toBe(4);
    expect((await company.run(async (c) => importCommand(c, "wiki", {}))).code).toBe(4);
    expect(company.mutating()).toEqual([]);
  });

  test("a missing variable is named, with nothing of the others", async () => {
    const ran = await company.run(async (c) => preview(c, { format: "terminal" }), { env: {} });
    expect(ran.code).toBe(4);
    expect(ran.out).toContain("not read: auth: the environment variable WIKI_TOKEN is not set (credential token)");
  });
});

describe("guards", () => {
  beforeEach(async () => {
    await carryOut();
    company.forget();
    for (const p of people.slice(0, 5)) await company.write(personFile(p, ["roles: [all]", "last-day: 2026-06-01"]));
  });

  test("5 where one refuses, before 8 where an app could not be read, and before 2", async () => {
    expect((await show()).code).toBe(5);
    refuse("forum", 403);
    expect((await show()).code).toBe(5);
    const ran = await carryOut();
    expect(ran.code).toBe(5);
    expect(company.mutating()).toEqual([]);
  });

  test("5 before 6: something else failed in the same run", async () => {
    await company.write(personFile("zoe", ["roles: [all]"]));
    company.apps["wiki"]!.plant({ method: "POST", match: "/", times: 100, kind: { answer: 422, body: { message: "no" } } });
    expect((await carryOut()).code).toBe(5);
  });
});

test("6 where one operation failed, the others are done, and the next run mends it", async () => {
  company.apps["wiki"]!.plant({ method: "POST", match: "/", times: 1, kind: { answer: 422, body: { message: "no" } } });
  const ran = await carryOut();
  expect(ran.code).toBe(6);
  expect(ran.out).toMatch(/failed +wiki/);
  expect((await carryOut()).code).toBe(0);
  expect((await show()).code).toBe(0);
});

test("7 where another run holds an app, before anything is read; the holder is named", async () => {
  await carryOut();
  let second: Ran | null = null;
  await company.write(personFile("zoe", ["roles: [all]"]));
  company.forget();
  const first = await company.run(async (c) => apply(c, {}), {
    interactive: true,
    ask: async () => {
      second = await carryOut();
      return "no";
    },
  });
  expect(first.code).toBe(1);
  expect(second).toMatchObject({ code: 7, err: expect.stringMatching(/(wiki|forum) is locked by /) });
  expect(company.mutating()).toEqual([]);
});

test("drift: 2 only for what the world changed, 0 for what the files ask for", async () => {
  await carryOut();
  const drifted = async (): Promise<Ran> => company.run(async (c) => drift(c, { detailedExitcode: true }));
  await company.write(personFile("zoe", ["roles: [all]"]));
  expect((await drifted()).code).toBe(0);
  const [first] = company.apps["wiki"]!.census().accounts.filter((a) => a.login === "ada" || a.email === "ada@acme.example");
  const world = JSON.stringify(company.apps["wiki"]!.world());
  expect(first).toBeDefined();
  company.apps["wiki"]!.load(JSON.parse(world.replace('"ada@acme.example"', '"ada@elsewhere.example"')));
  const ran = await drifted();
  expect(ran.out).not.toContain("zoe");
  expect(ran.code).toBe(2);
});

test("a secret is in no output and in no file, whatever the vendor answers", async () => {
  const secret = "s3cr3t-Zm9vYmFyYmF6-0123456789";
  const env = { WIKI_TOKEN: secret, FORUM_TOKEN: secret };
  const endpoints = Object.fromEntries(Object.entries(company.apps).map(([app, s]) => [`ROLLCALL_ENDPOINT_${app.toUpperCase()}`, s.url]));
  for (const s of Object.values(company.apps))
    s.plant({ match: "/", times: 3, kind: { answer: 401, body: { message: `bad token ${secret}` } } });
  const runs: Ran[] = [];
  for (const json of [false, true]) {
    for (let i = 0; i < 3; i++) {
      runs.push(await company.run(async (c) => preview(c, { format: "terminal" }), { env: { ...env, ...endpoints }, json, verbose: true }));
    }
  }
  for (const s of Object.values(company.apps))
    s.plant({ method: "POST", match: "/", times: 2, kind: { answer: 422, body: { message: secret, token: secret } } });
  runs.push(await company.run(async (c) => apply(c, { yes: true }), { env: { ...env, ...endpoints }, verbose: true }));
  expect(runs.some((r) => r.out.includes("not read"))).toBe(true);
  expect(runs.at(-1)!.code).toBe(6);
  for (const { out, err } of runs) expect(out + err).not.toContain(secret);
  await mkdir(join(company.dir, ".rollcall"), { recursive: true });
  const files = (await readdir(company.dir, { recursive: true, withFileTypes: true })).filter((e) => e.isFile());
  for (const f of files) expect(await readFile(join(f.parentPath, f.name), "utf8")).not.toContain(secret);
  expect(files.length).toBeGreaterThan(8);
});

test("6 where a leaver's access remains because rollcall cannot tell which account is hers", async () => {
  await carryOut();
  const list = company.apps["wiki"]!;
  const world = list.world() as { accounts: { id: string; login: string }[] };
  list.load({ ...world, accounts: world.accounts.map((a) => (a.login === "ada" ? { ...a, id: "a-new-one" } : a)) });
  await company.write(personFile("ada", ["roles: [all]", "last-day: 2026-06-01"]));
  const ran = await carryOut();
  expect(ran.code).toBe(6);
  expect(ran.out).toContain("! make sure by hand that Ada has no access in wiki any more");
});
