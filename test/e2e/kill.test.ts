import { rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { apply } from "../../src/cli/commands/apply.ts";
import { preview } from "../../src/cli/commands/preview.ts";
import type { AppState } from "../../src/core/model/state.ts";
import { type Company, personFile } from "../support/company.ts";
import { everybody, invited, made, openMixedCompany, stopped } from "./mixed-company.ts";
import { type Blow, meaning, memory, seeded, struck } from "./striking.ts";

const applyYes = (company: Company) => company.run((context) => apply(context, { yes: true }));

interface Reference {
  readonly writes: number;
  readonly worlds: Readonly<Record<string, unknown>>;
  readonly states: Readonly<Record<string, AppState>>;
}

const appsOf = (company: Company): string[] => Object.keys(company.apps);

async function referenceOf(company: Company): Promise<Reference> {
  const ran = await applyYes(company);
  expect(ran.code, ran.err).toBe(0);
  return {
    writes: company.mutating().length,
    worlds: Object.fromEntries(appsOf(company).map((app) => [app, meaning(company.apps[app]!.census())])),
    states: Object.fromEntries(await Promise.all(appsOf(company).map(async (app) => [app, await company.state(app)] as const))),
  };
}

/** One more run, and everything is as if there had been no interruption: nothing forgotten, nothing done twice. */
async function converges(company: Company, reference: Reference): Promise<void> {
  const rerun = await applyYes(company);
  expect(rerun.code, rerun.err + rerun.out).toBe(0);
  for (const app of appsOf(company)) {
    expect(meaning(company.apps[app]!.census()), `the world of ${app}`).toEqual(reference.worlds[app]);
    expect(memory(await company.state(app)), `the state of ${app}`).toEqual(memory(reference.states[app]!));
  }
  const wiki = company.apps["wiki"]!.seen.filter((r) => r.mutating && r.status < 400);
  const forge = company.apps["forge"]!.seen.filter((r) => r.mutating && r.status < 400);
  expect(wiki.filter((r) => r.method === "POST" && r.path === "/accounts")).toHaveLength(made.length);
  expect(forge.filter((r) => r.method === "PUT" && r.path.startsWith("/orgs/acme/memberships/"))).toHaveLength(invited.length);
  const rest = [...wiki, ...forge].filter((r) => r.method !== "POST").map((r) => `${r.method} ${r.path}`);
  expect(
    rest.filter((r, i) => rest.indexOf(r) !== i),
    "done twice",
  ).toEqual([]);
  company.forget();
  const third = await applyYes(company);
  expect(third.code, third.err).toBe(0);
  expect(company.mutating()).toEqual([]);
}

const points = 20;

/** Two companies side by side, so that one is checked while the other is being killed. */
describe.concurrent("an apply of over 200 operations that is killed", () => {
  /** Answers how many of the runs died at their work; asserts the rest as it goes. */
  const half = async (seed: number): Promise<number> => {
    const random = seeded(seed);
    const company = await openMixedCompany(1);
    try {
      const begin = await company.keep();
      const reference = await referenceOf(company);
      expect(reference.writes).toBeGreaterThan(200);
      let killed = 0;
      for (let n = 0; n < points / 2; n++) {
        await begin();
        const blow: Blow = n % 5 < 3 ? { atWrite: 1 + Math.floor(random() * reference.writes) } : { after: random() * 900 };
        const { code } = await struck(company, blow, "SIGKILL");
        if (code === -1) killed++;
        const seen = company.mutating().length;
        const dead = await keepSeen(company);
        await converges(company, reference);
        await dead();
        await rm(join(company.dir, ".rollcall", "state", "journal"), { recursive: true });
        expect(company.mutating().length).toBe(seen);
        await converges(company, reference);
      }
      await stopsAreOurs(company);
      return killed;
    } finally {
      await company.close();
    }
  };
  test("converges in one run, with its journal and without, at ten points", async () =>
    expect(await half(20260610)).toBeGreaterThanOrEqual(points / 4));
  test("and at ten others", async () => expect(await half(7)).toBeGreaterThanOrEqual(points / 4));
});

/** Like `keep`, and what the vendors have seen so far goes on to count. */
async function keepSeen(company: Company): Promise<() => Promise<void>> {
  const back = await company.keep();
  const before = Object.fromEntries(appsOf(company).map((app) => [app, [...company.apps[app]!.seen]]));
  return async () => {
    await back();
    for (const app of appsOf(company)) (company.apps[app]!.seen as unknown[]).push(...before[app]!);
  };
}

/** After a kill and a lost journal: a re-hire is let in again, because the stop is known to be ours. */
async function stopsAreOurs(company: Company): Promise<void> {
  const [person] = stopped;
  await company.write(personFile(person!, [`accounts: { forge: user-${person} }`, "grants: [wiki/member]"]));
  const ran = await applyYes(company);
  expect(ran.code, ran.err).toBe(0);
  expect(company.apps["wiki"]!.census().accounts.find((a) => a.login === person)!.status).toBe("active");
}

describe("one company", () => {
  let company: Company;
  let begin: () => Promise<void>;
  let reference: Reference;
  beforeAll(async () => {
    company = await openMixedCompany(2);
    begin = await company.keep();
    reference = await referenceOf(company);
  });
  afterAll(() => company.close());

  test.each(["SIGINT", "SIGTERM"] as const)(
    "%s: what is under way ends, state is saved, the exit code is 130, the next run finishes",
    async (signal) => {
      await begin();
      const { code, err } = await struck(company, { atWrite: 90 }, signal);
      expect(code, err).toBe(130);
      const seen = company.mutating().length;
      expect(seen).toBeGreaterThanOrEqual(90);
      expect(seen).toBeLessThan(reference.writes);
      const known = await company.state("wiki");
      for (const account of company.apps["wiki"]!.census().accounts.filter((a) => a.login !== "root")) {
        const record = [...known.accounts.values()].find((r) => r.ref.id === account.id);
        expect(record?.status, account.login).toBe(account.status);
      }
      await converges(company, reference);
    },
  );

  test("an interruption while the apps are being read ends with 130 and changes nothing", async () => {
    await begin();
    const before = await company.run((context) => preview(context, { format: "terminal" }));
    company.forget();
    const child = company.child("apply", "--yes");
    while (Object.values(company.apps).every((s) => s.seen.length === 0)) await sleep(1);
    child.process.kill("SIGINT");
    expect((await child.ended).code).toBe(130);
    expect(company.mutating()).toEqual([]);
    expect((await company.run((context) => preview(context, { format: "terminal" }))).out).toBe(before.out);
  });

  test("of two applies at once one works, and the other ends with 7 and names the one that holds the lock", async () => {
    await begin();
    const first = company.child("apply", "--yes");
    while (company.mutating().length === 0) await sleep(1);
    first.process.kill("SIGSTOP"); // holds its lock for as long as the second needs
    const seen = company.mutating().length;
    const second = await company.child("apply", "--yes").ended;
    expect(second.code).toBe(7);
    expect(second.err).toMatch(/locked by rollcall/);
    expect(second.err).toContain(`process ${first.process.pid}`);
    expect(company.mutating().length - seen).toBeLessThan(10);
    first.process.kill("SIGCONT");
    expect((await first.ended).code).toBe(0);
    await converges(company, reference);
    expect((await company.state("wiki")).accounts.size).toBe(everybody.length);
  });
});
