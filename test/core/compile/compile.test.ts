import { describe, expect, test } from "vitest";
import type { Because } from "../../../src/core/model/origin.ts";
import { app, organization, type OrganizationSketch, person, role, service } from "../../support/organization.ts";
import { compileAt } from "../../support/plan.ts";

const desiredOf = (s: OrganizationSketch, key = "ada", of = "vault") => compileAt(organization(s)).accounts.get(of)?.get(key);
const levelsOf = (s: OrganizationSketch, key = "ada"): Record<string, string> =>
  Object.fromEntries([...(desiredOf(s, key)?.grants.values() ?? [])].map((g) => [g.entitlement, g.level]));
const where = (because: readonly Because[]): string[] =>
  because.map((b) => `${b.path.join(" > ")}${b.path.length ? " @ " : ""}${b.origin.file}:${b.origin.line}`);

describe("who is asked for what", () => {
  test("a grant in the person's own file says its file and line", () => {
    const account = desiredOf({ people: [person("ada", { grants: ["vault/badge/gold", "vault/team/red:editor"] })] })!;
    expect(where(account.grants.get("team/red")!.because)).toEqual(["identities/people/ada.yaml:11"]);
    expect(account.grants.get("team/red")!.level).toBe("editor");
  });

  test("roles reach through includes and through when, and the path says how", () => {
    const roles = [
      role("everyone", { when: "true", grants: ["vault/badge/door"] }),
      role("engineer", { grants: ["vault/team/red"] }),
      role("sre", { includes: ["engineer"], grants: ["vault/team/blue"] }),
      role("platform", { when: 'person.department == "platform"', includes: ["engineer"] }),
    ];
    const account = desiredOf({ people: [person("ada", { roles: ["sre"], department: "platform" })], roles })!;
    expect(where(account.grants.get("team/red")!.because)).toEqual([
      "role platform (when) > role engineer @ identities/roles/engineer.yaml:10",
      "role sre > role engineer @ identities/roles/engineer.yaml:10",
    ]);
    expect(where(account.grants.get("team/blue")!.because)).toEqual(["role sre @ identities/roles/sre.yaml:10"]);
    expect(where(account.grants.get("badge/door")!.because)).toEqual(["role everyone (when) @ identities/roles/everyone.yaml:10"]);
  });

  test("a service is seen by no when, but holds the roles it lists", () => {
    const s: OrganizationSketch = {
      people: [person("ada")],
      services: [service("bot", "ada", { grants: ["vault/badge/bot"], roles: ["deploy"] })],
      roles: [role("everyone", { when: "true", grants: ["vault/badge/door"] }), role("deploy", { grants: ["vault/team/red"] })],
    };
    expect(Object.keys(levelsOf(s, "bot"))).toEqual(["badge/bot", "team/red"]);
    expect(Object.keys(levelsOf(s))).toEqual(["badge/door"]);
  });

  test("a cycle of includes ends, although check has refused it", () => {
    const roles = [role("a", { includes: ["b"], grants: ["vault/badge/a"] }), role("b", { includes: ["a"], grants: ["vault/badge/b"] })];
    expect(levelsOf({ people: [person("ada", { roles: ["a"] })], roles })).toEqual({ "badge/a": "", "badge/b": "" });
  });

  test("nobody without a line has an account, and the base entitlement asks for one without an edge", () => {
    expect(desiredOf({ people: [person("ada", { accounts: { vault: { login: "ada" } } })] })).toBeUndefined();
    const member = desiredOf({ people: [person("ada", { grants: ["vault/member"] })] })!;
    expect([member.status, member.grants.size]).toEqual(["active", 0]);
  });

  test("a leaver's account is looked for wherever a line or a hint names it", () => {
    expect(desiredOf({ people: [person("ada", { lastDay: "2026-06-01", accounts: { vault: { login: "ada" } } })] })!.status).toBe(
      "suspended",
    );
    expect(desiredOf({ people: [person("ada", { lastDay: "2026-06-01" })] })).toBeUndefined();
  });

  test("an app whose connector is unknown compiles to nothing", () => {
    expect(desiredOf({ people: [person("ada", { grants: ["other/x"] })], apps: [app("other")] }, "ada", "other")).toBeUndefined();
  });

  test("only the attributes that the manifest manages are wanted", () => {
    const sketch = {
      people: [
        person("ada", {
          name: "Ada Lovelace",
          email: "ada@acme.example",
          title: "Countess",
          department: "x",
          grants: ["vault/member", "forge/member"],
        }),
      ],
    };
    expect(desiredOf(sketch)!.attributes).toEqual({ name: "Ada Lovelace", email: "ada@acme.example", title: "Countess" });
    expect(desiredOf(sketch, "ada", "forge")!.attributes).toEqual({});
  });
});

describe("of several levels", () => {
  const grants = [
    "vault/team/red",
    { grant: "vault/team/red:keeper", until: "2026-06-10" },
    { grant: "vault/team/red:editor", until: "2026-06-12" },
  ];

  test("the highest holds, its reasons come first, and all are named", () => {
    const grant = desiredOf({ people: [person("ada", { grants })] })!.grants.get("team/red")!;
    expect([grant.level, where(grant.because)]).toEqual([
      "keeper",
      ["identities/people/ada.yaml:11", "identities/people/ada.yaml:10", "identities/people/ada.yaml:12"],
    ]);
  });

  test("each holds until its own date, inclusive; then the next lower one", () => {
    const on = (day: string) =>
      compileAt(organization({ people: [person("ada", { grants })] }), new Date(`${day}T12:00:00Z`))
        .accounts.get("vault")!
        .get("ada")!;
    expect(["2026-06-10", "2026-06-11", "2026-06-12", "2026-06-13"].map((d) => on(d).grants.get("team/red")!.level)).toEqual([
      "keeper",
      "editor",
      "editor",
      "reader",
    ]);
    expect(where(on("2026-06-13").expired.get("team/red")!)).toEqual(["identities/people/ada.yaml:11", "identities/people/ada.yaml:12"]);
  });
});

describe("dates on grants", () => {
  test("a role's date and a grant's date both end it; the earlier counts", () => {
    const roles = [role("oncall", { grants: [{ grant: "vault/badge/a", until: "2026-06-01" }, "vault/badge/b"] })];
    const account = desiredOf({ people: [person("ada", { roles: [{ role: "oncall", until: "2026-06-30", reason: "Q2" }] })], roles })!;
    expect([...account.grants.keys()]).toEqual(["badge/b"]);
    expect(account.grants.get("badge/b")!.because).toMatchObject([{ until: "2026-06-30", reason: "Q2" }]);
    expect(account.expired.get("badge/a")).toMatchObject([{ until: "2026-06-01" }]);
  });

  test("where every line is past no account is wanted, and the lines are kept as the reason", () => {
    const desired = compileAt(organization({ people: [person("ada", { grants: [{ grant: "vault/badge/a", until: "2026-06-09" }] })] }));
    expect(desired.accounts.get("vault")!.size).toBe(0);
    expect(where(desired.lapsed.get("vault")!.get("ada")!.get("badge/a")!)).toEqual(["identities/people/ada.yaml:10"]);
  });
});

test("the order of people, roles and apps in the files changes nothing", () => {
  const people = [person("ada", { roles: ["sre"] }), person("bob", { grants: ["forge/member"] })];
  const roles = [
    role("everyone", { when: "true", grants: ["vault/badge/door"] }),
    role("sre", { grants: ["vault/badge/door", "vault/team/red"] }),
  ];
  const apps = [app("forge"), app("vault", { entitlements: { "team/red": { manage: true }, "team/blue": { manage: true } } })];
  const text = (s: OrganizationSketch): string =>
    JSON.stringify(compileAt(organization(s)), (_, v: unknown) => (v instanceof Map ? [...v] : v));
  expect(text({ people: people.toReversed(), roles: roles.toReversed(), apps: apps.toReversed() })).toBe(text({ people, roles, apps }));
});
