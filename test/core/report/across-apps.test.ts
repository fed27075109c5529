/** One person's way through apps that depend on each other, in every form of a plan. */
import { describe, expect, test } from "vitest";
import { jsonPlan } from "../../../src/core/report/json.ts";
import { markdownPlan } from "../../../src/core/report/markdown.ts";
import { terminalPlan } from "../../../src/core/report/terminal.ts";
import type { Operation } from "../../../src/core/plan/operation.ts";
import type { AppPlan } from "../../../src/core/plan/plan.ts";
import { because, everything, operation, plan } from "./plans.ts";

const [sample] = everything.apps;
const appPlan = (key: string, dependsOn: readonly string[] = []): AppPlan => ({ ...sample!, app: key, dependsOn, unread: [] });
const line = because("identities/people/ada.yaml", 5);
const grant = operation({
  verb: "grant",
  app: "okta",
  target: "group/github-users",
  after: "",
  because: [{ ...line, via: [{ by: "github/team/infra", origin: because("identities/apps/github.yaml", 4).origin }] }],
  carries: [
    { through: "group/github-users", gives: "github" },
    { through: "group/github-users", gives: "github/team/all" },
  ],
});
const create = operation({
  verb: "create",
  app: "github",
  after: "active",
  ref: null,
  because: [line],
  waits: [{ for: "okta/ada", why: "invited, not yet accepted", operation: null }],
});
const both = (operations: readonly Operation[]) =>
  plan(operations, { apps: [appPlan("github", ["okta"]), appPlan("okta")], findings: [], tasks: [] });

describe("one person's way through two apps", () => {
  test("reads in the order in which it is gone, for a terminal", () => {
    const text = terminalPlan(both([grant, create]));
    expect(text).toMatch(/^okta [^]*\ngithub /);
    expect(text).toContain(
      [
        "    + grant okta/group/github-users",
        "        identities/people/ada.yaml:5, for github/team/infra (identities/apps/github.yaml:4)",
        "        then okta provisions github",
        "        then okta gives github/team/all",
      ].join("\n"),
    );
    expect(text).toContain(
      "    + create account\n        waits for okta/ada: invited, not yet accepted\n        identities/people/ada.yaml:5\n",
    );
    expect(text).toMatch(/\n1 person: 1 grant; 1 waiting for another app\n$/);
  });

  test("and as Markdown", () => {
    const text = markdownPlan(both([grant, create]), { digest: "abc" });
    expect(text.indexOf("| ada | okta |")).toBeGreaterThan(0);
    expect(text.indexOf("| ada | okta |")).toBeLessThan(text.indexOf("| ada | github |"));
    expect(text).toContain("then okta provisions github");
    expect(text).toContain("waits for okta/ada");
  });

  test("what is taken away is said the other way round, what is refused has no consequence", () => {
    const revoke = { ...grant, verb: "revoke" as const, phase: "revoke" as const, before: "", after: null, id: "r" };
    expect(terminalPlan(both([revoke]))).toMatch(/then okta ends the account in github\n\s+then okta takes away github\/team\/all/);
    expect(terminalPlan(both([{ ...revoke, refused: "guard removals" }]))).not.toContain("then okta");
  });

  test("programs get the same as data", () => {
    const value = JSON.parse(jsonPlan(both([grant, create]), "abc"));
    expect(value.apps.map((a: { app: string; dependsOn: string[] }) => [a.app, a.dependsOn])).toEqual([
      ["github", ["okta"]],
      ["okta", []],
    ]);
    expect(value.summary).toMatchObject({ creations: 0, grants: 1, waiting: 1 });
    expect(value.operations[0]).toMatchObject({
      carries: [],
      waits: [{ for: "okta/ada", why: "invited, not yet accepted", operation: null }],
    });
    expect(value.operations[1]).toMatchObject({
      carries: grant.carries,
      waits: [],
      because: [{ via: [{ by: "github/team/infra", file: "identities/apps/github.yaml", line: 4 }] }],
    });
  });
});
