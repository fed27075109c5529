import { describe, expect, test } from "vitest";
import { conditionHolds } from "../../../src/core/expression/holds.ts";
import type { Organization } from "../../../src/core/model/organization.ts";
import { accessDiff } from "../../../src/core/plan/access-diff.ts";
import { eventualAccess } from "../../../src/core/review/eventual-access.ts";
import { manifests } from "../../support/manifests.ts";
import { app, organization, person, type PersonSketch, role, type RoleSketch } from "../../support/organization.ts";

const now = new Date("2026-06-10T12:00:00Z");
const infra = "forge/team/infra";
const company = (ada: PersonSketch, grants: Parameters<typeof role>[1] = {}): Organization =>
  organization({ people: [person("ada", ada), person("bob")], roles: [role("sre", grants)], apps: [app("forge")] });
const input = (base: Organization, head: Organization) => ({
  base: { organization: base, holds: conditionHolds() },
  head: { organization: head, holds: conditionHolds() },
  manifests,
  now,
});
const told = (base: Organization, head: Organization): string[] =>
  eventualAccess(input(base, head)).changes.map((c) => `${c.direction} ${c.person} ${c.app}/${c.target}`);

describe("what changes on any day", () => {
  const grant = (until?: string) => ({ grants: [until === undefined ? infra : { grant: infra, until }] });
  const roles = (until: string): PersonSketch => ({ roles: [{ role: "sre", until } satisfies RoleSketch] });
  const both = ["ada forge/account", "ada forge/team/infra"];
  const cases: [name: string, base: Organization, head: Organization, expected: string[]][] = [
    ["a later end of a grant is a gain", company(grant("2026-07-01")), company(grant("2026-12-31")), both.map((b) => `gain ${b}`)],
    ["an earlier end is a loss", company(grant("2026-12-31")), company(grant("2026-07-01")), both.map((b) => `loss ${b}`)],
    ["an end that is taken away is a gain", company(grant("2026-07-01")), company(grant()), both.map((b) => `gain ${b}`)],
    [
      "a later last day is a gain",
      company({ ...grant(), lastDay: "2026-07-01" }),
      company({ ...grant(), lastDay: "2026-08-01" }),
      both.map((b) => `gain ${b}`),
    ],
    [
      "a role held for longer is a gain",
      company(roles("2026-07-01"), { grants: [infra] }),
      company(roles("2026-08-01"), { grants: [infra] }),
      both.map((b) => `gain ${b}`),
    ],
    [
      "what a role gives for longer is a gain of whoever holds it",
      company({ roles: ["sre"] }, { grants: [{ grant: infra, until: "2026-07-01" }] }),
      company({ roles: ["sre"] }, { grants: [{ grant: infra, until: "2026-08-01" }] }),
      both.map((b) => `gain ${b}`),
    ],
    [
      "who starts later gains",
      company({ start: "2026-09-01" }),
      company({ start: "2026-09-01", ...grant() }),
      both.map((b) => `gain ${b}`),
    ],
    [
      "what a role gives more, whoever is on leave gains",
      company({ roles: ["sre"], leave: { from: "2026-06-01", to: "2026-12-31" } }),
      company({ roles: ["sre"], leave: { from: "2026-06-01", to: "2026-12-31" } }, { grants: [infra] }),
      both.map((b) => `gain ${b}`),
    ],
    [
      "an earlier start is a gain",
      company({ start: "2026-09-01", ...grant() }),
      company({ start: "2026-07-01", ...grant() }),
      both.map((b) => `gain ${b}`),
    ],
    ["a title is nothing", company({ title: "a", ...grant("2026-07-01") }), company({ title: "b", ...grant("2026-07-01") }), []],
  ];
  test.each(cases)("%s", (_name, base, head, expected) => {
    expect(told(base, head)).toEqual(expected);
  });

  test("none of it shows in a look at today alone", () => {
    expect(accessDiff(input(company(grant("2026-07-01")), company(grant("2026-12-31")))).changes).toEqual([]);
  });
});
