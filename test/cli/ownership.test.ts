/** Once CI owns the state, nobody writes it from a laptop; for a folder and for a branch the same. */
import { afterEach, describe, expect, test, vi } from "vitest";
import { apply } from "../../src/cli/commands/apply.ts";
import { importCommand } from "../../src/cli/commands/import.ts";
import { preview } from "../../src/cli/commands/preview.ts";
import { forget, list, releaseState } from "../../src/cli/commands/state.ts";
import type { Context } from "../../src/cli/command.ts";
import { readable, verifyChain } from "../../src/core/record/verify-chain.ts";
import { processFacts } from "../../src/io/state/process-facts.ts";
import { recordValues, sha256 } from "../../src/cli/records.ts";
import { openEngine } from "../../src/cli/engine.ts";
import { silent } from "../../src/cli/progress.ts";
import { openRepository } from "../../src/cli/repository.ts";
import { planRun } from "../../src/cli/session.ts";
import { type AppSketch, type Company, openCompany, personFile } from "../support/company.ts";
import { openBranchCompany } from "../support/on-branch.ts";

const apps: Record<string, AppSketch> = {
  wiki: {
    connector: "memory",
    census: { accounts: [{ id: "1", login: "root", status: "active", admin: true }], groups: [] },
  },
};
const people = { ...personFile("ada", ["grants: [wiki/member]"]), ...personFile("bob", ["grants: [wiki/member]"]) };

vi.setConfig({ testTimeout: 90_000 });

let company: Company;
afterEach(() => company.close());

/** What `ci apply` does with the state. */
const ciApply = (repository = "acme/identities") =>
  company.run(async (context: Context) => {
    const repo = await openRepository(context);
    const engine = await openEngine(context, repo, ["wiki"], { kind: "ci", repository, url: "https://ci.example/1" });
    try {
      await engine.carryOut(await planRun(context, repo, engine, silent), silent);
      return 0;
    } finally {
      await engine.release();
    }
  });
const applyHere = (more: Partial<Context> = {}) => company.run((c) => apply(c, { yes: true }), more);

describe.each([
  ["a folder", () => openCompany(apps, people)],
  ["a branch", () => openBranchCompany(apps, people)],
])("state in %s", (_, open) => {
  test("is anybody's until CI has applied; then a laptop is refused in one line that says whose it is and what to do", async () => {
    company = await open();
    expect((await applyHere()).code).toBe(0);
    await company.write(personFile("eve", ["grants: [wiki/member]"]));
    const ci = await ciApply();
    expect(ci.code, ci.err).toBe(0);
    await company.write(personFile("mallory", ["grants: [wiki/member]"]));
    company.forget();
    const before = await company.state("wiki");
    // No variable makes a laptop CI.
    const pretending = { env: { ...company.surroundings, CI: "true", GITHUB_ACTIONS: "true", GITHUB_REPOSITORY: "acme/identities" } };
    for (const ran of [
      await applyHere(),
      await applyHere(pretending),
      await company.run((c) => forget(c, "wiki/ada", { yes: true })),
      await company.run((c) => importCommand(c, "wiki", {})),
    ]) {
      expect(ran.code).toBe(7);
      expect(ran.err).toMatch(
        /^CI of acme\/identities owns this state since \S+Z: open a pull request there; in an emergency `rollcall state release`[^\n]*$/,
      );
    }
    expect(company.mutating()).toEqual([]);
    expect(await company.state("wiki")).toEqual(before);
    expect((await company.run((c) => preview(c, { format: "terminal" }))).code).toBe(0);
    expect((await company.run((c) => list(c))).out).toContain("eve");
  });

  test("has what an apply by hand did as a link of the chain of records, by whose word and from which lines", async () => {
    company = await open();
    expect((await applyHere()).code).toBe(0);
    expect((await applyHere()).code).toBe(0); // nothing to do: nothing to record
    await company.write(personFile("bob", ["grants: [wiki/member]", "last-day: 2026-06-01"]));
    expect((await applyHere()).code).toBe(0);
    let values: readonly unknown[] = [];
    await company.run(async (c) => ((values = await recordValues(c, await openRepository(c))), 0));
    expect(verifyChain(values, sha256)).toEqual([]);
    const [first, second, ...more] = readable(values);
    expect(more).toEqual([]);
    expect(second).toMatchObject({
      sequence: 2,
      previous: first!.hash,
      run: { trigger: "manual", actor: processFacts().user, url: null },
      commits: { from: null, to: null },
      result: 0,
    });
    expect(second!.operations.find((o) => o.verb === "suspend")).toMatchObject({
      app: "wiki",
      person: "bob",
      outcome: "done",
      origin: "lifecycle",
      by: { kind: "person", who: processFacts().user },
      because: expect.arrayContaining([expect.stringMatching(/^identities\/people\/bob\.yaml:\d+$/)]) as string[],
      ref: expect.stringMatching(/^account:\d+$/) as string,
      request: expect.stringMatching(/^req-/) as string,
      fault: null,
      reread: "unread",
    });
  });

  test("is CI's of one repository alone", async () => {
    company = await open();
    expect((await ciApply()).code).toBe(0);
    const other = await ciApply("mallory/identities");
    expect(other.code).toBe(7);
    expect(other.err).toContain("CI of acme/identities owns this state");
    expect((await ciApply()).code).toBe(0);
  });

  test("is taken back by a person who says yes, until the next run of CI", async () => {
    company = await open();
    expect((await ciApply()).code).toBe(0);
    expect((await company.run((c) => releaseState(c, {}))).code).toBe(1);
    const asked: string[] = [];
    const answer = (text: string) => ({ interactive: true, ask: async (q: string) => (asked.push(q), text) });
    expect((await company.run((c) => releaseState(c, {}), answer("no"))).code).toBe(1);
    expect((await applyHere()).code).toBe(7);
    const released = await company.run((c) => releaseState(c, {}), answer("yes"));
    expect(released.code, released.err).toBe(0);
    expect(asked).toHaveLength(2);
    await company.write(personFile("eve", ["grants: [wiki/member]"]));
    expect((await applyHere()).code).toBe(0);
    expect((await ciApply()).code).toBe(0);
    expect((await applyHere()).code).toBe(7);
  });
});
