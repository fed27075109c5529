import { describe, expect, test } from "vitest";
import type { ApplyResult } from "../../../src/core/engine.ts";
import { jsonOutcomes, markdownOutcomes, outcomesLine, terminalOutcomes } from "../../../src/core/report/outcomes.ts";
import { everything } from "./plans.ts";

const result: ApplyResult = {
  interrupted: false,
  apps: [
    {
      app: "github",
      calls: { read: 4, write: 3 },
      failure: null,
      outcomes: [
        { id: "github bob delete account", status: "done", request: "ABCD:1" },
        {
          id: "github ada revoke team/legacy",
          status: "failed",
          request: "ABCD:2",
          fault: { kind: "forbidden", message: "team is <synced>\nby an @identity provider" },
        },
        { id: "github hedy create account", status: "invited", ref: { kind: "invitation", id: "5" } },
        { id: "github hedy grant team/infra", status: "pending", note: "joins with the invitation" },
        { id: "github grace revoke owner", status: "refused", note: "guard last-admin" },
      ],
    },
    { app: "wiki", calls: { read: 1, write: 0 }, failure: { kind: "auth", message: "the credential was refused" }, outcomes: [] },
  ],
};

describe("what became of a plan", () => {
  test("is shown as the golden files do", async () => {
    await expect(terminalOutcomes(everything, result)).toMatchFileSnapshot("golden/outcomes.txt");
    await expect(markdownOutcomes(everything, result)).toMatchFileSnapshot("golden/outcomes.md");
    await expect(jsonOutcomes(result)).toMatchFileSnapshot("golden/outcomes.json");
  });

  test("does not depend on the order in which answers came", () => {
    const turned: ApplyResult = { ...result, apps: result.apps.map((a) => ({ ...a, outcomes: a.outcomes.toReversed() })).toReversed() };
    expect(terminalOutcomes(everything, turned)).toBe(terminalOutcomes(everything, result));
    expect(markdownOutcomes(everything, turned)).toBe(markdownOutcomes(everything, result));
    expect(jsonOutcomes(turned)).toBe(jsonOutcomes(result));
  });

  test("never counts a human task, an invitation or a skipped step as done", () => {
    expect(
      outcomesLine({
        interrupted: true,
        apps: [
          {
            ...result.apps[0]!,
            outcomes: [
              { id: "a", status: "human" },
              { id: "b", status: "invited" },
              { id: "c", status: "skipped" },
            ],
          },
        ],
      }),
    ).toBe("1 invited, 1 for people to do, 1 skipped; interrupted before everything was tried");
  });

  test("shows a failure outside of details and keeps what the vendor said from meaning anything", () => {
    const outside = markdownOutcomes(everything, result).replace(/<details>[\s\S]*?<\/details>/g, "");
    expect(outside).toContain("#### Failed (1)");
    expect(outside).toContain("&lt;synced&gt;");
    expect(outside).not.toContain("@");
  });

  test("of 10,000 failures keeps within the budget with exact counts", () => {
    const many: ApplyResult = {
      interrupted: false,
      apps: [
        {
          ...result.apps[0]!,
          outcomes: Array.from({ length: 10_000 }, (_, i) => ({
            id: `github p${i} grant x`,
            status: "failed" as const,
            fault: { kind: "transient", message: "x".repeat(2_000) },
          })),
        },
      ],
    };
    const text = markdownOutcomes(everything, many);
    expect(text.length).toBeLessThanOrEqual(60_000);
    const listed = text.match(/^- github: /gm)?.length ?? 0;
    expect(text).toContain(`- and ${10_000 - listed} more`);
    expect(text).toContain("10000 failed");
  });
});
