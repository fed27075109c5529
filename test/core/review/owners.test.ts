import { describe, expect, test } from "vitest";
import { ownersOf } from "../../../src/core/review/owners.ts";
import { app, approvals, organization, person } from "../../support/organization.ts";

const now = new Date("2026-06-10T12:00:00Z");

const people = [
  ...["ada", "grace", "hal", "isaac", "mary", "zoe"].map((key) => person(key)),
  person("left", { lastDay: "2026-06-09" }),
  person("lastday", { lastDay: "2026-06-10" }),
  person("future", { start: "2026-06-11" }),
  person("away", { leave: { from: "2026-06-01" } }),
];
const apps = [
  app("forge", { owners: ["grace", "left"], entitlements: { vault: { approvers: ["isaac"] }, gone: { approvers: ["left"] } } }),
  app("wiki", { owners: ["isaac"] }),
  app("orphan", { owners: ["left", "future", "away"] }),
  app("bare"),
];
const of = (owners: Readonly<Record<string, readonly string[]>> | null, path: string): readonly string[] =>
  ownersOf(organization({ people, apps, policies: owners === null ? [] : [approvals(owners)] }), now).path(path).people;

const hr = { "identities/people/": ["mary"], "policies/": ["zoe", "hal"], ".github/": ["ada"] };

describe("owners of a path", () => {
  const cases: [path: string, without: string[], withPolicy: string[]][] = [
    ["identities/people/ada.yaml", ["grace", "isaac"], ["mary"]],
    ["identities/services/bot.yaml", ["grace", "isaac"], ["grace", "isaac"]],
    ["identities/roles/sre.yaml", ["grace", "isaac"], ["grace", "isaac"]],
    ["identities/registers/wiki.yaml", ["isaac"], ["isaac"]],
    ["identities/registers/bare.yaml", ["grace", "isaac"], ["grace", "isaac"]],
    ["identities/apps/wiki.yaml", ["isaac"], ["isaac"]],
    ["identities/apps/forge.yaml", ["grace"], ["grace"]],
    ["identities/apps/bare.yaml", ["grace", "isaac"], ["hal", "zoe"]],
    ["identities/apps/orphan.yaml", ["grace", "isaac"], ["hal", "zoe"]],
    ["identities/apps/new.yaml", ["grace", "isaac"], ["hal", "zoe"]],
    ["identities/.schema/names.json", ["grace", "isaac"], ["ada", "grace", "hal", "isaac", "mary", "zoe"]],
    ["identities/.schema/deep/names.json", ["grace", "isaac"], ["hal", "zoe"]],
    ["policies/limits.yaml", ["grace", "isaac"], ["hal", "zoe"]],
    ["rollcall.yaml", ["grace", "isaac"], ["hal", "zoe"]],
    [".github/workflows/rollcall.yml", ["grace", "isaac"], ["ada"]],
    ["CODEOWNERS", ["grace", "isaac"], ["hal", "zoe"]],
    ["providers/github/api.ts", ["grace", "isaac"], ["hal", "zoe"]],
    ["../elsewhere", ["grace", "isaac"], ["hal", "zoe"]],
    ["Identities/People/ada.yaml", ["grace", "isaac"], ["hal", "zoe"]],
    ["identities/people", ["grace", "isaac"], ["hal", "zoe"]],
  ];
  test.each(cases)("%s", (path, without, withPolicy) => {
    expect(of(null, path)).toEqual(without);
    expect(of(hr, path)).toEqual(withPolicy);
  });

  test("of several entries the last that fits holds, and a folder is not its namesake", () => {
    expect(of({ "identities/people/": ["mary"], "identities/people/ada.yaml": ["zoe"] }, "identities/people/ada.yaml")).toEqual(["zoe"]);
    expect(of({ "identities/people/ada.yaml": ["zoe"], "identities/people/": ["mary"] }, "identities/people/ada.yaml")).toEqual(["mary"]);
    expect(of({ "identities/people/ada.yaml": ["zoe"] }, "identities/people/ada.yaml.bak")).toEqual(["grace", "isaac"]);
    expect(of({ "src/": ["zoe"], "policies/": ["hal"] }, "srcs/a.ts")).toEqual(["hal"]);
  });

  test("who has left, has not begun or is on leave owns nothing; the last day still counts", () => {
    expect(of({ "identities/people/": ["left", "lastday", "future", "away", "nobody"] }, "identities/people/ada.yaml")).toEqual([
      "lastday",
    ]);
    expect(of({ "identities/people/": ["left"] }, "identities/people/ada.yaml")).toEqual(["grace", "isaac"]);
    expect(of({ "policies/": ["left"] }, "policies/limits.yaml")).toEqual(["grace", "isaac"]);
  });

  test("where nobody owns anything, nobody can say yes", () => {
    const owners = ownersOf(organization({ people, apps: [app("bare")] }), now);
    expect(owners.path("identities/people/ada.yaml").people).toEqual([]);
    expect(owners.access("bare", "account").people).toEqual([]);
    expect([...owners.anything]).toEqual([]);
  });
});

test("access is given by the entitlement's approvers, else the app's owners, else those of policies", () => {
  const owners = ownersOf(organization({ people, apps, policies: [approvals(hr)] }), now);
  expect(owners.access("forge", "vault").people).toEqual(["isaac"]);
  expect(owners.access("forge", "gone").people).toEqual(["grace"]);
  expect(owners.access("forge", "account").people).toEqual(["grace"]);
  expect(owners.access("orphan", "account").people).toEqual(["hal", "zoe"]);
  expect(owners.access("new", "account").people).toEqual(["hal", "zoe"]);
});
