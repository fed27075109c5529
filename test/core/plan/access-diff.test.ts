import { describe, expect, test } from "vitest";
import type { Organization } from "../../../src/core/model/organization.ts";
import { type AccessChange, accessDiff } from "../../../src/core/plan/access-diff.ts";
import { conditionHolds } from "../../../src/core/expression/holds.ts";
import { app, organization, type OrganizationSketch, person, role, service } from "../../support/organization.ts";
import { manifests } from "../../support/manifests.ts";
import { now } from "../../support/plan.ts";

const between = (base: Organization, head: Organization): readonly AccessChange[] =>
  accessDiff({
    base: { organization: base, holds: conditionHolds() },
    head: { organization: head, holds: conditionHolds() },
    manifests,
    now,
  }).changes;

/** `person app: - target before → after @ file:line`, and `!` for administrative rights. */
const told = (base: OrganizationSketch, head: OrganizationSketch): string[] =>
  between(organization(base), organization(head)).map(
    (c) =>
      `${c.person} ${c.app}: ${c.direction === "gain" ? "+" : "-"}${c.admin ? "!" : ""} ${c.target} ${c.before} → ${c.after} @ ${c.because
        .map((b) => `${b.origin.file.split("/").slice(1).join("/")}:${b.origin.line}`)
        .join(", ")}`,
  );

const ada = (s: Parameters<typeof person>[1] = {}) => ({ people: [person("ada", s)] });

describe("what changes for whom", () => {
  test("somebody who comes gains an account and what her lines ask for, because of those lines at head", () => {
    expect(told({ people: [] }, ada({ grants: ["vault/team/red:editor", "vault/badge/a"] }))).toEqual([
      "ada vault: + account null → active @ people/ada.yaml:10, people/ada.yaml:11",
      "ada vault: + badge/a null →  @ people/ada.yaml:11",
      "ada vault: + team/red null → editor @ people/ada.yaml:10",
    ]);
  });

  test("a line that goes takes its grant, because of that line at base; the account goes with the last one", () => {
    expect(told(ada({ grants: ["vault/badge/a", "vault/badge/b"] }), ada({ grants: ["vault/badge/b"] }))).toEqual([
      "ada vault: - badge/a  → null @ people/ada.yaml:10",
    ]);
    expect(told(ada({ grants: ["vault/badge/a"] }), ada())).toEqual([
      "ada vault: - account active → null @ people/ada.yaml:10",
      "ada vault: - badge/a  → null @ people/ada.yaml:10",
    ]);
  });

  test("a last day that is past stops the account because of that day, and takes every grant", () => {
    expect(told(ada({ grants: ["vault/team/red"] }), ada({ grants: ["vault/team/red"], lastDay: "2026-06-01" }))).toEqual([
      "ada vault: - account active → suspended @ people/ada.yaml:1",
      "ada vault: - team/red reader → null @ people/ada.yaml:10",
    ]);
  });

  test("a leave stops the account and keeps the grants, and its end gives it back", () => {
    const away = ada({ grants: ["vault/team/red"], leave: { from: "2026-06-01" } });
    const here = ada({ grants: ["vault/team/red"] });
    expect(told(here, away)).toEqual(["ada vault: - account active → suspended @ people/ada.yaml:50"]);
    expect(told(away, here)).toEqual(["ada vault: + account suspended → active @ people/ada.yaml:10"]);
  });

  test("a higher level is a gain, a lower one a loss, and where a level administers it is marked", () => {
    const at = (level: string) => ada({ grants: [`vault/team/red:${level}`] });
    expect(told(at("reader"), at("keeper"))).toEqual(["ada vault: +! team/red reader → keeper @ people/ada.yaml:10"]);
    expect(told(at("keeper"), at("editor"))).toEqual(["ada vault: -! team/red keeper → editor @ people/ada.yaml:10"]);
    expect(told(at("reader"), at("editor"))).toEqual(["ada vault: + team/red reader → editor @ people/ada.yaml:10"]);
  });

  test("a role that changes changes everybody who holds it, by whatever way; services too", () => {
    const granting = (grants: string[]): OrganizationSketch => ({
      people: [person("ada", { roles: ["sre"] }), person("bob", { department: "platform" }), person("eve")],
      services: [service("bot", "ada", { roles: ["sre"] })],
      roles: [
        role("engineer", { grants }),
        role("platform", { when: 'person.department == "platform"', includes: ["engineer"] }),
        role("sre", { includes: ["engineer"] }),
      ],
    });
    expect(told(granting(["vault/badge/a"]), granting(["vault/badge/a", "vault/badge/b"]))).toEqual([
      "ada vault: + badge/b null →  @ roles/engineer.yaml:11",
      "bob vault: + badge/b null →  @ roles/engineer.yaml:11",
      "bot vault: + badge/b null →  @ roles/engineer.yaml:11",
    ]);
  });

  test("what only time changes is no change, and neither is a line that says the same elsewhere", () => {
    const dated = ada({ grants: [{ grant: "vault/badge/a", until: "2026-06-01" }, "vault/badge/b"] });
    expect(told(dated, dated)).toEqual([]);
    expect(told(dated, ada({ grants: ["vault/badge/b"] }))).toEqual([]);
    const byRole = { people: [person("ada", { roles: ["r"] })], roles: [role("r", { grants: ["vault/badge/b"] })] };
    expect(told(ada({ grants: ["vault/badge/b"] }), byRole)).toEqual([]);
  });

  test("who, what or where is renamed keeps what it has", () => {
    const base = ada({ grants: ["vault/team/red:editor"] });
    expect(told(base, { people: [person("ada.l", { formerly: ["ada"], grants: ["vault/team/red:editor"] })] })).toEqual([]);
    const renamed = [app("vault", { entitlements: { "team/crimson": { formerly: ["team/red"] } } })];
    expect(told(base, { ...ada({ grants: ["vault/team/crimson:editor"] }), apps: renamed })).toEqual([]);
    expect(told(base, { ...ada({ grants: ["vault/team/crimson:reader"] }), apps: renamed })).toEqual([
      "ada vault: - team/crimson editor → reader @ people/ada.yaml:10",
    ]);
  });

  test("an app that goes takes everything in it", () => {
    expect(told({ ...ada({ grants: ["vault/badge/a"] }), apps: [app("vault")] }, { ...ada(), apps: [app("forge")] })).toEqual([
      "ada vault: - account active → null @ people/ada.yaml:10",
      "ada vault: - badge/a  → null @ people/ada.yaml:10",
    ]);
  });
});

describe("the short way round", () => {
  const people = Array.from({ length: 20 }, (_, i) => person(`p${i}`, { roles: ["r"], grants: [`vault/badge/b${i}`] }));
  const roles = [role("r", { grants: ["vault/team/red"] })];
  const base = organization({ people, roles });
  const changed = person("p7", { roles: ["r"], grants: ["vault/badge/other"] });

  test("through shared declarations says what the long one says", () => {
    const head: Organization = { ...base, people: new Map([...base.people, ["p7", changed]]) };
    const copied = structuredClone(base);
    expect(between(base, head)).toEqual(between(copied, head));
    expect(between(base, head).map((c) => c.person)).toEqual(["p7", "p7"]);
  });

  test("does not compile those whom no difference reaches, and all of them where a role differs", () => {
    let asked = 0;
    const counting = [role("r", { grants: ["vault/team/red"] }), role("w", { when: "true", grants: ["vault/badge/w"] })];
    const before = organization({ people, roles: counting });
    const of = (head: Organization): number => {
      asked = 0;
      const holds = () => (asked++, true);
      accessDiff({ base: { organization: before, holds }, head: { organization: head, holds }, manifests, now });
      return asked;
    };
    expect(of({ ...before, people: new Map([...before.people, ["p7", changed]]) })).toBe(2);
    expect(of({ ...before, roles: new Map([...before.roles, ["r", role("r", { grants: [] })]]) })).toBe(40);
    expect(of(before)).toBe(0);
  });
});
