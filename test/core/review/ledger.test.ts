import { describe, expect, test } from "vitest";
import { eventually } from "../../../src/core/review/eventually.ts";
import { dueOn, enter, enterLate, entryFor, stillOutstanding } from "../../../src/core/review/ledger.ts";
import type { Outstanding } from "../../../src/core/record/record.ts";
import { manifests } from "../../support/manifests.ts";
import { organization, type OrganizationSketch, person } from "../../support/organization.ts";
import { codes, compileAt, operationOf, planFrom, type PlanSketch } from "../../support/plan.ts";
import { account, record } from "../../support/world.ts";

const by = { kind: "pull", pull: 1, commit: "c", approvers: ["grace"] } as const;
const entry = (target: string, after: string | null, who = "ada", pull = 1): Outstanding => ({
  app: "vault",
  person: who,
  target,
  after,
  by: { ...by, pull },
});
const change = (target: string, after: string | null) => ({ app: "vault", person: "ada", target, after });

const left = (ledger: readonly Outstanding[], sketch: PlanSketch & OrganizationSketch, done: readonly string[] = []) => {
  const org = organization(sketch);
  const plan = planFrom({ manifest: { attributes: [] }, ...sketch });
  const now = { desired: compileAt(org), eventual: compileAt(eventually(org)), plan, manifests, done: new Set(done) };
  return stillOutstanding(ledger, now).map((e) => `${e.target} ${e.after}`);
};

describe("what is entered", () => {
  test("a newer review takes the place of an older one, and an unapproved change takes it away", () => {
    expect(enter([entry("badge/a", "")], [change("badge/a", null)], { ...by, pull: 2 })).toEqual([entry("badge/a", null, "ada", 2)]);
    expect(enter([entry("badge/a", ""), entry("badge/b", "")], [change("badge/a", null)], null)).toEqual([entry("badge/b", "")]);
  });

  test("an approval that comes late does not speak over what came after it", () => {
    expect(enterLate([entry("badge/a", null, "ada", 5)], [change("badge/a", ""), change("badge/b", "")], by)).toEqual([
      entry("badge/a", null, "ada", 5),
      entry("badge/b", ""),
    ]);
  });
});

describe("what fits an operation", () => {
  const files = [person("ada", { grants: ["vault/member", "vault/badge/a"] })];
  const grant = operationOf(
    planFrom({ people: files, records: [record("vault", "ada", "ada")], world: { accounts: [account("ada")] } }),
    "grant",
    "badge/a",
  );

  test("a grant by the review of that grant, not by that of its end or of another", () => {
    expect(entryFor([entry("badge/a", "")], grant)).toBeDefined();
    for (const other of [entry("badge/a", null), entry("badge/b", ""), entry("account", "active"), entry("badge/a", "", "bob")]) {
      expect(entryFor([other], grant)).toBeUndefined();
    }
  });
});

describe("what is still to be done", () => {
  const wants: PlanSketch = {
    people: [person("ada", { grants: ["vault/member", "vault/badge/a"] })],
    records: [record("vault", "ada", "ada")],
    world: { accounts: [account("ada")] },
  };

  test("as long as the world does not show it", () => {
    expect(left([entry("badge/a", "")], wants)).toEqual(["badge/a "]);
    expect(left([entry("badge/a", "")], { ...wants, world: { ...wants.world, edges: [["ada", "badge/a"]] } })).toEqual([]);
  });

  test("done in this run is done", () => {
    const { id } = operationOf(planFrom(wants), "grant", "badge/a");
    expect(left([entry("badge/a", "")], wants, [id])).toEqual([]);
  });

  test("no longer asked for is forgotten, whatever the world shows", () => {
    expect(left([entry("badge/a", "")], { ...wants, people: [person("ada", { grants: ["vault/member"] })] })).toEqual([]);
  });

  test("an invitation that is not accepted keeps what hangs on it", () => {
    const invited = { ...wants, world: { accounts: [account("ada", { status: "pending" as const })] } };
    expect(left([entry("account", "active"), entry("badge/a", "")], invited)).toEqual(["account active", "badge/a "]);
  });

  test("a first day to come keeps it, and so does the end of a leave", () => {
    const later = { ...wants, records: [], world: { accounts: [] } };
    const starts = person("ada", { start: "2026-09-01", grants: ["vault/member", "vault/badge/a"] });
    expect(left([entry("account", "active"), entry("badge/a", "")], { ...later, people: [starts] })).toEqual([
      "account active",
      "badge/a ",
    ]);
    const away = person("ada", { leave: { from: "2026-06-01", to: "2026-09-01" }, grants: ["vault/member"] });
    expect(left([entry("account", "active")], { ...wants, people: [away] })).toEqual(["account active"]);
  });

  test("an app that could not be read says nothing about it", () => {
    expect(
      left([entry("badge/a", "")], {
        ...wants,
        world: { ...wants.world, edges: [["ada", "badge/a"]], failure: { kind: "auth", message: "no" } },
      }),
    ).toEqual(["badge/a "]);
  });

  test("what was done is no standing order, also where lists never end", () => {
    const partial = { ...wants, world: { ...wants.world, incomplete: ["groups"] } };
    const { id } = operationOf(planFrom({ manifest: { attributes: [] }, ...partial }), "grant", "badge/a");
    expect(left([entry("badge/a", "")], partial, [id])).toEqual([]);
    const there = { ...partial, world: { ...partial.world, edges: [["ada", "badge/a"] as const] } };
    expect(left([entry("badge/a", "")], there)).toEqual([]);
  });

  test("a grant waits for a group that is not there yet", () => {
    const team = { ...wants, people: [person("ada", { grants: ["vault/member", "vault/team/red"] })] };
    expect(codes(planFrom(team))).toContain("GROUP_MISSING");
    expect(left([entry("team/red", "reader")], team)).toEqual(["team/red reader"]);
  });

  test("what comes back after a leave waits for it to begin", () => {
    const away = { ...wants, people: [person("ada", { grants: ["vault/member"], leave: { from: "2026-07-01", to: "2026-09-01" } })] };
    const back = { ...entry("account", "active"), since: "2026-07-01" };
    expect(left([back], away)).toEqual(["account active"]);
    expect(dueOn([back], "2026-06-30")).toEqual([]);
    expect(dueOn([back], "2026-07-01")).toEqual([back]);
  });
});

test("ten thousand operations are looked up among ten thousand entries in no time", () => {
  const grant = operationOf(
    planFrom({
      people: [person("ada", { grants: ["vault/member", "vault/badge/a"] })],
      records: [record("vault", "ada", "ada")],
      world: { accounts: [account("ada")] },
    }),
    "grant",
    "badge/a",
  );
  const keys = Array.from({ length: 10_000 }, (_, i) => `p${i}`);
  let asked = 0;
  const ledger = keys.map((k) =>
    Object.defineProperty(entry("badge/a", "", k), "target", { get: () => ((asked += 1), "badge/a"), enumerable: true }),
  );
  expect(keys.every((k) => entryFor(ledger, { ...grant, person: k }))).toBe(true);
  expect(asked).toBeLessThan(100_000);
});
