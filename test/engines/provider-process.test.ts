/** Every scenario through the SDK's own dynamic-provider process, over its wire, without a command line. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Context } from "../../src/cli/command.ts";
import { apply } from "../../src/cli/commands/apply.ts";
import { render } from "../../src/cli/commands/preview.ts";
import { appGraph } from "../../src/cli/pulumi/graph-of.ts";
import { noteTold } from "../../src/cli/pulumi/own-writes.ts";
import { runFolder } from "../../src/cli/pulumi/run-folder.ts";
import { silent } from "../../src/cli/progress.ts";
import { openRepository } from "../../src/cli/repository.ts";
import { planRun } from "../../src/cli/session.ts";
import { folderStore } from "../../src/cli/state.ts";
import { byHand } from "../../src/cli/state-store.ts";
import { applicable } from "../../src/core/plan/make-plan.ts";
import { providerKey, providerText } from "../../src/core/state/layout.ts";
import { type Company, openCompany, personFile } from "../support/company.ts";
import { censusLines, type Scenario } from "../scenarios/scenario.ts";
import { peopleScenarios } from "../scenarios/worlds/people.ts";
import { vendorScenarios } from "../scenarios/worlds/vendors.ts";
import { type Brought, bring, startPlugin } from "./plugin-host.ts";

const environment = (context: Context): Record<string, string> => ({
  ...Object.fromEntries(Object.entries(context.env).filter((e): e is [string, string] => e[1] !== undefined)),
  ROLLCALL_ROOT: context.dir,
  ROLLCALL_NOW: context.now().toISOString(),
});

/** What `rollcall apply --engine pulumi` does, with the plugin process alone in the place of Pulumi. */
async function applyThroughPlugin(company: Company): Promise<{ plan: string; brought: Brought[] }> {
  let plan = "";
  const brought: Brought[] = [];
  await company.run(async (context) => {
    const repository = await openRepository(context);
    const locked = await folderStore(context, repository).lock([...repository.organization.apps.keys()], byHand);
    try {
      const planned = await planRun(context, repository, locked, silent);
      plan = render(context, planned.plan, planned.digest, "terminal");
      for (const seen of planned.seen.values()) {
        if (seen.snapshot.failure) continue;
        const { graph, handOver } = appGraph(
          seen,
          applicable(planned.plan),
          planned.desired,
          planned.plan.today,
          seen.state.accounts.size > 0,
        );
        const host = await startPlugin(environment(context));
        try {
          const folder = runFolder(context.dir, seen.app.key, host.engine);
          await folder.handOver(handOver);
          const result = await bring(host, graph, seen.state, seen.state.accounts.size > 0);
          for (const r of graph.resources) expect(result.steps[`${r.kind} ${r.name}`], `${r.kind} ${r.name}`).toBe(r.step);
          await locked.open(seen.app.key).save(result.state);
          await locked.release();
          await noteTold(context, repository, handOver, await folder.told());
          brought.push(result);
        } finally {
          await host.close();
        }
      }
    } finally {
      await locked.release();
    }
    return 0;
  });
  return { plan, brought };
}

const golden = (name: string): Promise<string> => readFile(join(import.meta.dirname, "..", "scenarios", "golden", `${name}.txt`), "utf8");

describe.concurrent("the plugin process", () => {
  const scenarios = [...peopleScenarios, ...vendorScenarios].filter((s) => Object.keys(s.apps).length === 1);
  test.for(scenarios.map((s) => [s.name, s] as const))("%s", async ([name, s]: readonly [string, Scenario]) => {
    const company = await openCompany(s.apps, s.before);
    try {
      if (s.first !== undefined) company.now = new Date(`${s.first}T12:00:00Z`);
      const first = await company.run((context) => apply(context, { yes: true }));
      expect(first.code, first.err).toBe(0);
      company.now = new Date("2026-06-10T12:00:00Z");
      await company.write(s.change ?? {});
      s.meanwhile?.(company);
      const { plan, brought } = await applyThroughPlugin(company);
      expect(plan).toBe(await golden(name));
      expect(brought.flatMap((b) => b.errors)).toEqual([]);
      for (const [app, lines] of Object.entries(s.world)) expect(censusLines(company.apps[app]!)).toEqual([...lines].sort());
      company.forget();
      const again = await company.run((context) => apply(context, { yes: true }));
      expect(again.code, again.out + again.err).toBe(s.codes?.again ?? 0);
      expect(company.mutating(), again.out).toEqual([]);
    } finally {
      await company.close();
    }
  });
});

test("64 accounts at once on one provider that no program told anything: one list is read, each is made once", async () => {
  const keys = Array.from({ length: 64 }, (_, i) => `p${String(i).padStart(2, "0")}`);
  const company = await openCompany(
    {
      wiki: {
        connector: "memory",
        census: {
          accounts: [{ id: "1", login: "root", status: "active", admin: true }],
          groups: [{ entitlement: "space/docs", members: [] }],
        },
      },
    },
    Object.assign({}, ...keys.map((key) => personFile(key, ["grants: [wiki/space/docs:reader]"]))),
  );
  let env: Record<string, string> = {};
  await company.run((context) => {
    env = environment(context);
    return Promise.resolve(0);
  });
  const host = await startPlugin(env);
  try {
    const made = await Promise.all(
      keys.map((person) =>
        host.create({
          app: "wiki",
          person,
          status: "active",
          attributes: {},
          grants: { "space/docs": "reader" },
          [providerKey]: providerText("memory", "Account"),
        }),
      ),
    );
    expect(made.filter((m) => m.error !== null)).toEqual([]);
    expect(new Set(made.map((m) => (m.outs!["ref"] as { id: string }).id)).size).toBe(64);
    expect(company.mutating().filter((call) => call === "wiki POST /accounts")).toHaveLength(64);
    expect(company.apps["wiki"]!.census().groups[0]!.members).toHaveLength(64);
    expect(company.apps["wiki"]!.seen.filter((r) => !r.mutating).length).toBeLessThan(10);
    // What is there already is adopted, not made again.
    const again = await host.create({
      app: "wiki",
      person: "p00",
      status: "active",
      attributes: {},
      grants: { "space/docs": "reader" },
      [providerKey]: providerText("memory", "Account"),
    });
    expect(again.error).toBeNull();
    expect(company.mutating().filter((call) => call === "wiki POST /accounts").length).toBeLessThanOrEqual(65);
  } finally {
    await host.close();
    await company.close();
  }
});
