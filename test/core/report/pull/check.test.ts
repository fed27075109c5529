import { describe, expect, test } from "vitest";
import type { PullReport } from "../../../../src/core/report/pull/pull-report.ts";
import { annotationsOf, checkOf, mostAnnotations, rollcall } from "../../../../src/core/report/pull/check.ts";
import { jsonPull } from "../../../../src/core/report/pull/json.ts";
import { labelsOf, pullLabels } from "../../../../src/core/report/pull/labels.ts";
import { because, operation, plan } from "../plans.ts";
import { change, file, invalid, joiner, keysOnly, large, leaver, live, mover, report, risky, starter, worlds } from "./reports.ts";

const conclusion = (r: PullReport): string => checkOf(r).conclusion;

describe("the check of a pull request", () => {
  test("has the name that branch protection asks for", () => {
    expect(rollcall).toBe("rollcall");
  });

  test("fails where the files do not check, and where a guard refuses part of the change", () => {
    expect(conclusion(invalid)).toBe("failure");
    expect(conclusion(large)).toBe("failure");
    expect(checkOf(large).title).toContain("Guards refuse part of it; 200 people lose access, 700 people gain access");
    expect(checkOf(invalid).title).toBe("2 errors in the files");
  });

  test("fails where only the policies of the change would refuse it", () => {
    const trip = { guard: "stops" as const, app: "github", summary: "", detail: "", fix: "", refuses: ["github ada revoke team/web"] };
    expect(conclusion(mover)).toBe("success");
    expect(conclusion({ ...mover, live: { ...mover.live!, headTrips: [trip] } })).toBe("failure");
  });

  test("does not fail for what a guard refuses of the world's own needs", () => {
    const trip = { guard: "stops" as const, app: "github", summary: "", detail: "", fix: "", refuses: ["github bob suspend account"] };
    expect(conclusion({ ...mover, live: { ...mover.live!, plan: { ...mover.live!.plan, trips: [trip] } } })).toBe("success");
  });

  test("is neutral where it could not look, and succeeds with an approval to come", () => {
    expect(conclusion(risky)).toBe("neutral");
    expect(conclusion(leaver)).toBe("neutral");
    expect(conclusion(joiner)).toBe("success");
    expect(checkOf(joiner).title).toBe("Hedy Lamarr gains access; 1 person: 5 gains; 1 step that cannot be undone; still to be approved");
  });

  test("does not fail for a warning", () => {
    expect(conclusion({ ...mover, problems: invalid.problems.filter((p) => p.severity === "warning") })).toBe("success");
  });

  test("has a summary within what the forge takes", () => {
    for (const r of Object.values(worlds)) expect(checkOf(r).summary.length).toBeLessThan(65_535);
  });
});

describe("annotations", () => {
  test("stand at problems, risks and administrative rights, with the files that the change touches first", () => {
    const r = {
      ...mover,
      problems: invalid.problems,
      files: [file("identities/people/ada.yaml"), file("identities/people/alan.yaml"), file("identities/people/hedy.yaml", "removed")],
    };
    const { shown, omitted } = annotationsOf(r);
    expect(omitted).toBe(0);
    expect(shown.map((a) => `${a.level} ${a.path}:${a.line} ${a.title}`)).toEqual([
      "warning identities/people/ada.yaml:9 Gives administrative rights",
      "warning identities/people/alan.yaml:9 GRANT_EXPIRED",
      "failure identities/people/hedy.yaml:2 EMAIL_TAKEN",
      "failure identities/people/hedy.yaml:7 ROLE_UNKNOWN",
    ]);
    expect(shown[0]!.message).toBe("ada: grant aws/prod/Admin");
  });

  test("are the same for the same report in another order, each once", () => {
    const twice = { ...invalid, problems: [...invalid.problems, ...invalid.problems.toReversed()] };
    expect(annotationsOf(twice)).toEqual(annotationsOf(invalid));
  });

  test("are no more than the forge takes at once, with the number of the others", () => {
    const many = {
      ...invalid,
      files: [file("z.yaml")],
      problems: Array.from({ length: 400 }, (_, i) => ({
        ...invalid.problems[0]!,
        where: [{ file: i === 399 ? "z.yaml" : "a.yaml", line: i + 1, column: 1 }],
      })),
    };
    const { shown, omitted } = annotationsOf(many);
    expect(shown).toHaveLength(mostAnnotations);
    expect(shown[0]!.path).toBe("z.yaml");
    expect(omitted).toBe(350);
    expect(checkOf(many).summary).toContain("350 more annotations not shown at the lines.");
  });

  test("show what holds a line break or a mark of direction as text of one line", () => {
    const r = report({ risks: [{ kind: "app", path: "a.yaml", detail: "x\n\u202e::error::y" }], liveMissing: "" });
    expect(annotationsOf(r).shown[0]!.message).toBe("x\\u{a}\\u{202e}::error::y");
  });
});

describe("labels", () => {
  test.each([
    [joiner, ["gains", "needs approval"]],
    [mover, ["admin", "losses", "gains", "needs approval"]],
    [leaver, ["losses"]],
    [large, ["refused", "losses", "gains", "needs approval"]],
    [risky, ["high risk", "admin", "gains", "needs approval"]],
    [invalid, ["invalid", "needs approval"]],
    [starter, []],
    [worlds.nothing, ["no change"]],
  ] as const)("fit the report (%#)", (r, names) => {
    expect(labelsOf(r)).toEqual(names.map((n) => `rollcall: ${n}`));
  });

  test("are as the forge takes them: colours of six digits, descriptions of at most 100 characters", () => {
    for (const l of pullLabels) {
      expect(l.colour).toMatch(/^[0-9a-f]{6}$/);
      expect(l.description.length).toBeLessThanOrEqual(100);
    }
  });
});

describe("the JSON form", () => {
  test("is versioned, has the counts and ids of the comment, and is as the golden file says", async () => {
    const value = JSON.parse(jsonPull(mover)) as Record<string, unknown>;
    expect(value).toMatchObject({
      version: 1,
      privacy: "names",
      counts: { people: 1, losses: 2, gains: 2, adminGains: 1 },
      live: { implied: { length: 5 } },
    });
    await expect(jsonPull(mover)).toMatchFileSnapshot("golden/mover.json");
    await expect(jsonPull(keysOnly)).toMatchFileSnapshot("golden/keys-only.json");
  });

  test("is the same bytes for the same report in another order", () => {
    const turned = {
      ...mover,
      live: { ...mover.live!, plan: { ...mover.live!.plan, operations: mover.live!.plan.operations.toReversed() } },
      access: { changes: mover.access.changes.toReversed() },
    };
    expect(jsonPull(turned)).toBe(jsonPull(mover));
  });
});

describe("a change of the files that no operation stands for", () => {
  const one = (situation: "inSync" | "pending" | null, parts: Partial<ReturnType<typeof plan>> = {}): PullReport =>
    report({
      access: { changes: [change({ person: "ada", name: "Ada", target: "team/x", direction: "gain", because: [because("a.yaml", 1)] })] },
      live: live([], {
        apps: [
          { ...plan([]).apps[0]!, accounts: situation === null ? [] : [{ person: "ada", ref: null, login: null, situation, detail: "" }] },
        ],
        ...parts,
      }),
    });

  test("is nothing to do where the world is so already, and asked for where it will be", () => {
    expect(checkOf(one("inSync")).title).toContain("Nobody's access changes");
    expect(checkOf(one("inSync")).summary).toContain("Asked for, and nothing to do (1 person, 1 gain)");
    expect(checkOf(one("pending")).title).toContain("Ada gains access");
    expect(checkOf(one(null, { tasks: [{ app: "github", person: "ada", task: "x", because: [] }] })).summary).toContain(
      "(for people to do)",
    );
  });

  test("is stood for by an operation in another app that carries it", () => {
    const r = report({
      access: {
        changes: [
          change({ person: "ada", name: "Ada", target: "team/x", direction: "gain" }),
          change({ person: "ada", name: "Ada", target: "account", direction: "gain" }),
        ],
      },
      live: live([
        operation({
          verb: "grant",
          app: "okta",
          target: "group/x",
          after: "",
          carries: [
            { through: "group/x", gives: "github/team/x:member" },
            { through: "group/x", gives: "github" },
          ],
        }),
      ]),
    });
    expect(checkOf(r).title).toContain("1 person: 1 gain");
  });
});
