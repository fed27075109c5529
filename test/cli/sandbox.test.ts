/** `rollcall sandbox`: simulators in the background, by real processes; one repository, one sandbox. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Company, openCompany, personFile, type Ran } from "../support/company.ts";

let company: Company;
const rollcall = async (...args: string[]): Promise<Ran> => company.child(...args).ended;

beforeEach(async () => {
  company = await openCompany(
    { wiki: { connector: "memory" } },
    { ...personFile("ada", []), "identities/roles/everyone.yaml": 'when: "true"\ngrants: [wiki/member]\n' },
  );
});
afterEach(async () => {
  await rollcall("sandbox", "stop");
  await company.close();
});

test("starts once, serves preview and apply with a state of its own, dumps, loads what fits, and stops", async () => {
  const up = await rollcall("sandbox", "--detach");
  expect(up).toMatchObject({ code: 0, out: expect.stringMatching(/^wiki {2}http:\/\/127\.0\.0\.1:\d+\n$/) });
  expect(await rollcall("sandbox", "--detach")).toMatchObject({
    code: 7,
    err: expect.stringMatching(/run already \(pid \d+\); `rollcall sandbox stop` ends them/),
  });

  expect((await rollcall("preview", "--sandbox", "--detailed-exitcode")).code).toBe(2);
  expect((await rollcall("apply", "--sandbox", "--yes")).code).toBe(0);
  expect((await rollcall("preview", "--sandbox", "--detailed-exitcode")).code).toBe(0);
  // The real app (another simulator here) and the real state have not been touched.
  expect(company.mutating()).toEqual([]);
  expect((await company.state("wiki")).accounts.size).toBe(0);

  const dump = await rollcall("sandbox", "dump", "wiki");
  const world = JSON.parse(dump.out) as { accounts: unknown[] };
  expect(JSON.stringify(world)).toContain("ada@acme.example");

  const file = join(company.dir, "world.json");
  await writeFile(file, JSON.stringify({ ...world, moon: 1 }));
  expect(await rollcall("sandbox", "load", "wiki", file)).toMatchObject({
    code: 3,
    err: expect.stringContaining('rollcall: not loaded: ✖ Unrecognized key: "moon"'),
  });
  await writeFile(file, "{");
  expect(await rollcall("sandbox", "load", "wiki", file)).toMatchObject({ code: 3, err: expect.stringContaining("is not JSON") });
  expect(await rollcall("sandbox", "load", "wiki", "none.json")).toMatchObject({
    code: 3,
    err: expect.stringContaining("none.json cannot be read"),
  });
  expect((await rollcall("sandbox", "dump", "wiki")).out).toBe(dump.out);
  await writeFile(file, dump.out);
  expect((await rollcall("sandbox", "load", "wiki", file)).code).toBe(0);
  expect(await rollcall("sandbox", "dump", "wki")).toMatchObject({ code: 3, err: expect.stringContaining('did you mean "wiki"?') });

  expect(await rollcall("sandbox", "stop")).toEqual({ code: 0, out: "", err: "simulators ended\n" });
  expect((await rollcall("preview", "--sandbox")).code).toBe(1);
});

test("a world that does not fit the schema is refused with its path, and nothing stays behind", async () => {
  await company.write({ "worlds/wiki.json": '{ "workspace": 5 }' });
  const ran = await rollcall("sandbox", "--detach", "--world", "worlds");
  expect(ran.code).toBe(3);
  expect(ran.err).toContain("rollcall: worlds/wiki.json is not a world of memory:\n✖ ");
  await expect(readFile(join(company.dir, ".rollcall", "sandbox.json"))).rejects.toThrow("ENOENT");
});

test("a repository without an app that can be simulated says so instead of running nothing", async () => {
  await company.write({ "identities/apps/wiki.yaml": "connector: manual\n" });
  const ran = await rollcall("sandbox", "--detach");
  expect(ran).toMatchObject({ code: 3, err: expect.stringContaining("no app of this repository has a simulator") });
});

test("stop ends nobody else's process: a number left in the file belongs to whoever has it now", async () => {
  const file = { version: 1, pid: process.pid, apps: { wiki: { connector: "memory", url: "http://127.0.0.1:1" } } };
  await company.write({ ".rollcall/sandbox.json": JSON.stringify(file) });
  expect(await rollcall("sandbox", "stop")).toEqual({ code: 0, out: "", err: "no simulators are running here\n" });
});
