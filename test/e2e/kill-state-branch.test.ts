/** An apply whose state is on a branch, killed between its first push and its last: law 9 without the machine that died. */
import { describe, expect, test } from "vitest";
import { apply } from "../../src/cli/commands/apply.ts";
import type { AppState } from "../../src/core/model/state.ts";
import { type Company, personFile } from "../support/company.ts";
import { git } from "../support/git.ts";
import { type BranchCompany, putOnBranch } from "../support/on-branch.ts";
import { invited, made, openMixedCompany, stopped } from "./mixed-company.ts";
import { type Blow, meaning, memory, seeded, struck } from "./striking.ts";

const appsOf = (company: Company): string[] => Object.keys(company.apps);
const applyIn = (company: Company, dir: string) => company.run((context) => apply(context, { yes: true }), { dir });

interface Reference {
  readonly writes: number;
  readonly worlds: Readonly<Record<string, unknown>>;
  readonly states: Readonly<Record<string, AppState>>;
}

async function outcomeOf(company: BranchCompany): Promise<Reference> {
  const entries = await Promise.all(appsOf(company).map(async (app) => [app, await company.state(app)] as const));
  return {
    writes: company.mutating().length,
    worlds: Object.fromEntries(appsOf(company).map((app) => [app, meaning(company.apps[app]!.census())])),
    states: Object.fromEntries(entries),
  };
}

/** Everything is as if nobody had been killed: nothing forgotten, nothing done twice, and a further run has nothing to do. */
async function sameAs(reference: Reference, company: BranchCompany, dir: string): Promise<void> {
  const { worlds, states } = await outcomeOf(company);
  for (const app of appsOf(company)) {
    expect(worlds[app], `the world of ${app}`).toEqual(reference.worlds[app]);
    expect(memory(states[app]!), `the state of ${app}`).toEqual(memory(reference.states[app]!));
    for (const person of stopped) {
      const record = states[app]!.accounts.get(person);
      if (record) expect(record.stoppedByUs, `${person} in ${app} was stopped by us`).toBe(true);
    }
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
  expect(company.stateFile("lease.json")).toBeNull();
  company.forget();
  const further = await applyIn(company, dir);
  expect(further.code, further.err).toBe(0);
  expect(company.mutating()).toEqual([]);
}

describe("an apply with state on a branch that is killed", () => {
  test("is carried to its end by a fresh checkout, which lacks the journal, and by its own, which has it", async () => {
    let branch: BranchCompany | null = null;
    const company = (await openMixedCompany(1, async (c) => void (branch = await putOnBranch(c)))) as BranchCompany;
    expect(branch).toBe(company);
    try {
      const random = seeded(20261125);
      const head = (): string => git(company.remote, "rev-parse", "rollcall-state");
      const [begin, start] = [await company.keep(), head()];
      const again = async (): Promise<void> => {
        await begin();
        git(company.remote, "update-ref", "refs/heads/rollcall-state", start);
      };
      const whole = await applyIn(company, company.dir);
      expect(whole.code, whole.err).toBe(0);
      const reference = await outcomeOf(company);
      expect(reference.writes).toBeGreaterThan(200);
      // Early, among the stops; somewhere; and when everything is done and only the last push is missing.
      const blows: Blow[] = [{ atWrite: 1 }, { atWrite: 8 }, { atWrite: 20 + Math.floor(random() * 150) }, { atWrite: reference.writes }];
      for (const [n, blow] of blows.entries()) {
        for (const fresh of [true, false]) {
          await again();
          const { code } = await struck(company, blow, "SIGKILL");
          expect(code, `blow ${n}`).toBe(-1);
          expect(company.stateFile("lease.json"), "died while holding").not.toBeNull();
          const dir = fresh ? company.clone() : company.dir;
          const rerun = await applyIn(company, dir);
          expect(rerun.code, rerun.err).toBe(0);
          expect(/going on with what the run/.test(rerun.err)).toBe(!fresh);
          await sameAs(reference, company, dir);
        }
      }
      // A stop that is known to be ours is undone for somebody who comes back; one that is not would stay (law 4).
      await again();
      await struck(company, { atWrite: 8 }, "SIGKILL");
      const [person] = stopped;
      const clone = company.clone();
      expect((await applyIn(company, clone)).code).toBe(0);
      await company.write(personFile(person!, [`accounts: { forge: user-${person} }`, "grants: [wiki/member]"]));
      const back = await applyIn(company, company.clone());
      expect(back.code, back.err).toBe(0);
      expect(company.apps["wiki"]!.census().accounts.find((a) => a.login === person)!.status).toBe("active");
    } finally {
      await company.close();
    }
  });
});
