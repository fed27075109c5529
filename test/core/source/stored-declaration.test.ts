import { expect, test } from "vitest";
import type { Declaration } from "../../../src/core/source/declaration.ts";
import { fromStored, toStored } from "../../../src/core/source/stored-declaration.ts";
import { loadWith } from "../small-company.ts";

const rich = {
  "identities/people/ada.yaml": [
    "name: Ada Lovelace",
    "email: ada@acme.example",
    "type: contractor",
    "title: Engineer",
    "manager: grace",
    "department: platform",
    "location: London",
    "start: 2026-01-05",
    "last-day: 2027-12-31",
    "timezone: Europe/Paris",
    "leave: { from: 2026-12-01, to: 2026-12-31 }",
    "formerly: [adalove]",
    "roles: [engineer, { role: sre, until: 2027-01-31 }, { role: oncall, reason: Q4 }, { role: deputy, until: 2027-02-28, reason: Q1 }]",
    "grants: [forge/member, { grant: forge/team/red, until: 2027-03-31 }, { grant: forge/team/blue, reason: INC-1 }]",
    "accounts: { badges: { id: 7 }, forge: { login: adalove, id: 583231 } }",
    "",
  ].join("\n"),
  "identities/people/grace.yaml": "name: Grace Hopper\nleave: { from: 2026-12-01 }\naccounts: { forge: gh }\n",
  "identities/roles/oncall.yaml": "owners: [grace]\n",
  "identities/roles/deputy.yaml": "formerly: vice\n",
  "identities/services/bot.yaml": "name: Bot\ndescription: builds\nowner: grace\nroles: [engineer]\ngrants: [forge/team/infra]\n",
  "identities/apps/forge.yaml":
    "connector: forge\nsettings: { organization: acme }\nprovisioned-by: { app: badges, grant: badges/door/lab, settles: first-login }\nafter: [badges]\nentitlements:\n  team/infra: { risk: high, manage: true }\n  team/red:\n  team/blue: { formerly: team/green }\n  team/brown: { max: 365d }\n  team/grey: { through: { member: badges/door/lab, maintainer: badges/door/roof } }\n",
  "identities/registers/badges.yaml": "accounts: [{ id: 7, name: Ada, grants: { door/lab: } }]\n",
  "policies/limits.yaml": "kind: limits\nstops: { count: 1, percent: 2 }\n",
  "policies/founders.yaml": "kind: protected\naccounts: [{ app: forge, person: grace }]\n",
};

test("every kind of declaration is the same after it was stored, as JSON, and read again", () => {
  const { declarations, diagnostics } = loadWith(rich);
  expect(diagnostics).toEqual([]);
  const kinds = new Set<Declaration["kind"]>();
  for (const [path, declaration] of declarations) {
    kinds.add(declaration.kind);
    expect(fromStored(JSON.parse(JSON.stringify(toStored(declaration))), path)).toStrictEqual(declaration);
  }
  expect([...kinds].sort()).toEqual(["apps", "people", "policies", "registers", "roles", "services", "settings"]);
});

test("a company that is known is the company that was read, and the rest of its problems are found at their places", () => {
  const read = loadWith(rich);
  const known = { known: (path: string) => read.declarations.get(path) };
  expect(loadWith(rich, "2026-11-23", known)).toMatchObject({ organization: read.organization, diagnostics: [] });
  // What one file breaks in another is told there, though the other was not parsed.
  const broken = { ...rich, "identities/roles/engineer.yaml": null };
  const afresh = loadWith(broken);
  expect(afresh.diagnostics.map((d) => d.code)).toContain("ROLE_UNKNOWN");
  expect(loadWith(broken, "2026-11-23", known).diagnostics).toEqual(afresh.diagnostics);
  // Places that no declaration carries (a manager, an owner) are looked up in the text.
  const leaderless = { ...rich, "identities/people/grace.yaml": null };
  expect(loadWith(leaderless, "2026-11-23", known).diagnostics).toEqual(loadWith(leaderless).diagnostics);
});

test("a file about which any problem speaks declares nothing that may be known", () => {
  const { declarations } = loadWith({
    "identities/people/ada.yaml": "name: Ada\nroles: [sre, nope]\n",
    "identities/people/bob.yaml": "name: Bob\nemail: bob@elsewhere.example\n",
    "identities/people/eve.yaml": `name: Eve\ntitle: ghp_${"a1B2".repeat(9)}\n`,
  });
  expect([...declarations.keys()].filter((path) => path.includes("/people/"))).toEqual(["identities/people/grace.yaml"]);
});
