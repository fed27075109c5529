import { describe, expect, test } from "vitest";
import { loadWith, placesOf } from "../small-company.ts";

const ada = "identities/people/ada.yaml";
const forge = "identities/apps/forge.yaml";

test("the small company loads without a problem", () => {
  const { organization, diagnostics } = loadWith();
  expect(diagnostics).toEqual([]);
  expect(organization?.people.get("ada")).toMatchObject({
    kind: "person",
    type: "employee",
    manager: "grace",
    origin: { file: ada, line: 1, column: 1 },
  });
  expect(organization?.people.get("ada")?.roles).toEqual([{ role: "sre", origin: { file: ada, line: 5, column: 9 } }]);
  expect(organization?.apps.get("forge")?.credentials).toEqual({ read: { token: "env:FORGE_TOKEN" }, write: { token: "env:FORGE_TOKEN" } });
});

describe("each breach is found at its place", () => {
  const cases: [name: string, changes: Record<string, string | null>, expected: string[]][] = [
    ["unknown role", { [ada]: "name: Ada\nroles: [sr]\n" }, [`ROLE_UNKNOWN ${ada}:2:9`]],
    ["included role missing", { "identities/roles/sre.yaml": "includes:\n  - enginer\n" }, ["ROLE_UNKNOWN identities/roles/sre.yaml:2:5"]],
    ["unknown app in a grant", { [ada]: "name: Ada\ngrants: [forg/member]\n" }, [`APP_UNKNOWN ${ada}:2:10`]],
    ["unknown app under accounts", { [ada]: "name: Ada\naccounts: { forg: x }\n" }, [`APP_UNKNOWN ${ada}:2:13`]],
    ["unknown entitlement", { [ada]: "name: Ada\ngrants: [forge/tem/x]\n" }, [`ENTITLEMENT_UNKNOWN ${ada}:2:10`]],
    ["unknown level", { [ada]: "name: Ada\ngrants: [forge/team/x:owner]\n" }, [`LEVEL_UNKNOWN ${ada}:2:10`]],
    ["level where there is none", { [ada]: "name: Ada\ngrants: [badges/door/lab:x]\n" }, [`LEVEL_UNKNOWN ${ada}:2:10`]],
    ["entitlement that cannot be written", { [ada]: "name: Ada\ngrants: [forge/rule/all]\n" }, [`ENTITLEMENT_READ_ONLY ${ada}:2:10`]],
    ["malformed address", { [ada]: "name: Ada\ngrants: [Forge/x]\n" }, [`GRANT_MALFORMED ${ada}:2:10`]],
    [
      "outside the catalogue",
      { [forge]: "connector: forge\nsettings: { organization: a }\nentitlements: { team/infr: null }\n" },
      ["ENTITLEMENT_UNKNOWN identities/roles/sre.yaml:3:5", "ENTITLEMENT_UNKNOWN identities/services/bot.yaml:3:10"],
    ],
    ["unknown manager", { [ada]: "name: Ada\nmanager: garce\n" }, [`PERSON_UNKNOWN ${ada}:2:10`]],
    ["own manager", { [ada]: "name: Ada\nmanager: ada\n" }, [`MANAGER_SELF ${ada}:2:10`]],
    [
      "unknown owner of a service",
      { "identities/services/bot.yaml": "name: Bot\nowner: greta\n" },
      ["PERSON_UNKNOWN identities/services/bot.yaml:2:8"],
    ],
    ["unknown connector", { [forge]: "connector: forgee\n" }, [`CONNECTOR_UNKNOWN ${forge}:1:12`]],
    ["wrong settings", { [forge]: "connector: forge\nsettings:\n  organization: 5\n" }, [`SETTINGS_INVALID ${forge}:3:17`]],
    [
      "unknown credential",
      { [forge]: "connector: forge\nsettings: { organization: a }\ncredentials: { tokn: env:A }\n" },
      [`CREDENTIAL_UNKNOWN ${forge}:3:16`],
    ],
    [
      "group that cannot be managed",
      { "identities/apps/badges.yaml": "connector: byhand\nentitlements:\n  door/lab: { manage: true }\n" },
      ["ENTITLEMENT_NOT_MANAGED identities/apps/badges.yaml:3:3"],
    ],
    [
      "grant of what shall be absent",
      {
        [forge]:
          "connector: forge\nsettings: { organization: a }\nentitlements:\n  team/infra: null\n  team/old: { manage: true, status: absent }\n",
        [ada]: "name: Ada\ngrants: [forge/team/old:maintainer]\n",
      },
      [`ENTITLEMENT_ABSENT ${ada}:2:10`],
    ],
    [
      "absent, but nobody manages it",
      { [forge]: "connector: forge\nsettings: { organization: a }\nentitlements:\n  team/infra: null\n  team/old: { status: absent }\n" },
      [`ENTITLEMENT_ABSENT_UNMANAGED ${forge}:5:3`],
    ],
    ["role cycle", { "identities/roles/engineer.yaml": "includes: [sre]\n" }, ["ROLE_CYCLE identities/roles/engineer.yaml:1:12"]],
    [
      "same e-mail in other capitals",
      { [ada]: "name: Ada\nemail: Grace@ACME.example\n" },
      ["EMAIL_DUPLICATE identities/people/grace.yaml:2:8"],
    ],
    [
      "same login in other capitals",
      { "identities/services/bot.yaml": "name: Bot\nowner: grace\naccounts: { forge: AdaLove }\n" },
      ["ACCOUNT_DUPLICATE identities/services/bot.yaml:3:13"],
    ],
    [
      "same id",
      {
        [ada]: "name: Ada\naccounts: { forge: { id: 7 } }\n",
        "identities/people/grace.yaml": 'name: G\naccounts: { forge: { id: "7" } }\n',
      },
      ["ACCOUNT_DUPLICATE identities/people/grace.yaml:2:13"],
    ],
    ["account without login and id", { [ada]: "name: Ada\naccounts: { forge: {} }\n" }, [`ACCOUNT_EMPTY ${ada}:2:13`]],
    [
      "person and service of one key",
      { "identities/services/ada.yaml": "name: A\nowner: grace\n" },
      ["KEY_SHARED identities/services/ada.yaml:1:1"],
    ],
    ["last day before start", { [ada]: "name: Ada\nstart: 2026-02-01\nlast-day: 2026-01-31\n" }, [`LAST_DAY_BEFORE_START ${ada}:3:11`]],
    [
      "leave that ends before it begins",
      { [ada]: "name: Ada\nleave: { from: 2026-02-01, to: 2026-01-31 }\n" },
      [`LEAVE_RANGE ${ada}:2:32`],
    ],
    ["former key that lives", { [ada]: "name: Ada\nformerly: bot\n" }, [`FORMERLY_LIVE ${ada}:2:11`]],
    [
      "former key claimed twice",
      { [ada]: "name: Ada\nformerly: augusta\n", "identities/people/grace.yaml": "name: G\nformerly: [augusta]\n" },
      ["FORMERLY_TAKEN identities/people/grace.yaml:2:11"],
    ],
    [
      "after an unknown app",
      { "identities/apps/badges.yaml": "connector: byhand\nafter: [forg]\n" },
      ["APP_UNKNOWN identities/apps/badges.yaml:2:9"],
    ],
    [
      "apps in a circle",
      {
        "identities/apps/badges.yaml": "connector: byhand\nafter: [forge]\n",
        [forge]: "connector: forge\nsettings: { organization: a }\nprovisioned-by: badges\n",
      },
      ["APP_CYCLE identities/apps/badges.yaml:2:9"],
    ],
    [
      "provisioned by itself",
      { "identities/apps/badges.yaml": "connector: byhand\nprovisioned-by: badges\n" },
      ["APP_CYCLE identities/apps/badges.yaml:2:17"],
    ],
    [
      "provisioned in a circle",
      {
        "identities/apps/badges.yaml": "connector: byhand\nprovisioned-by: forge\n",
        [forge]: "connector: forge\nsettings: { organization: a }\nprovisioned-by: { app: badges, grant: badges/door/lab }\n",
      },
      ["APP_CYCLE identities/apps/badges.yaml:2:17"],
    ],
    [
      "provisioned by an unknown app",
      { "identities/apps/badges.yaml": "connector: byhand\nprovisioned-by: { app: forg }\n" },
      ["APP_UNKNOWN identities/apps/badges.yaml:2:24"],
    ],
    [
      "an assignment that is no entitlement of the provisioner",
      { "identities/apps/badges.yaml": "connector: byhand\nprovisioned-by: { app: forge, grant: forge/tem/x }\n" },
      ["ENTITLEMENT_UNKNOWN identities/apps/badges.yaml:2:38"],
    ],
    [
      "an assignment of another app",
      { "identities/apps/badges.yaml": "connector: byhand\nprovisioned-by: { app: forge, grant: badges/door/lab }\n" },
      ["ASSIGNMENT_ELSEWHERE identities/apps/badges.yaml:2:38"],
    ],
    [
      "an assignment that is the account itself",
      { "identities/apps/badges.yaml": "connector: byhand\nprovisioned-by: { app: forge, grant: forge/member }\n" },
      ["ASSIGNMENT_ACCOUNT identities/apps/badges.yaml:2:38"],
    ],
    [
      "an assignment that may be held for a while only",
      {
        "identities/apps/badges.yaml": "connector: byhand\nprovisioned-by: { app: forge, grant: forge/team/infra }\n",
        [forge]: "connector: forge\nsettings: { organization: a }\nentitlements:\n  team/infra: { max: 30d }\n",
        "identities/roles/sre.yaml": "grants: []\n",
        "identities/services/bot.yaml": "name: Bot\nowner: grace\n",
      },
      ["ASSIGNMENT_LIMITED identities/apps/badges.yaml:2:38"],
    ],
    [
      "jit with an assignment",
      { "identities/apps/badges.yaml": "connector: byhand\nprovisioned-by: { app: jit, grant: forge/team/infra }\n" },
      ["PROVISIONER_INVALID identities/apps/badges.yaml:2:24"],
    ],
    [
      "a time that is none",
      { "identities/apps/badges.yaml": "connector: byhand\nprovisioned-by: { app: forge, settles: soon }\n" },
      ["VALUE_INVALID identities/apps/badges.yaml:2:40"],
    ],
    [
      "carried by an app that provisions nothing",
      { "identities/apps/badges.yaml": "connector: byhand\nentitlements:\n  door/lab: { through: forge/team/infra }\n" },
      ["THROUGH_UNPROVISIONED identities/apps/badges.yaml:3:15"],
    ],
    [
      "carried, and exclusive",
      {
        "identities/apps/badges.yaml":
          "connector: byhand\nprovisioned-by: forge\nentitlements:\n  door/lab: { through: forge/team/infra, members: exclusive }\n",
      },
      ["THROUGH_OWNED identities/apps/badges.yaml:4:15"],
    ],
    [
      "carried at a level that there is not",
      {
        "identities/apps/badges.yaml": "connector: byhand\n",
        [forge]:
          "connector: forge\nsettings: { organization: a }\nprovisioned-by: badges\nentitlements:\n  team/infra: { through: { member: badges/door/lab, maintainr: badges/door/roof, maintainer: badges/door/roof } }\n",
      },
      [`LEVEL_UNKNOWN ${forge}:5:53`],
    ],
    [
      "granted at a level that nothing carries",
      {
        [forge]:
          "connector: forge\nsettings: { organization: a }\nprovisioned-by: badges\nentitlements:\n  team/infra: { through: badges/door/lab }\n",
      },
      ["GRANT_NOT_CARRIED identities/roles/sre.yaml:3:5"],
    ],
    [
      "an app called like a word of ours",
      { "identities/apps/jit.yaml": "connector: byhand\n" },
      ["APP_KEY_RESERVED identities/apps/jit.yaml:1:1"],
    ],
    ["limits of an unknown app", { "policies/a.yaml": "kind: limits\napp: forg\n" }, ["APP_UNKNOWN policies/a.yaml:2:6"]],
    [
      "two limits of one app",
      { "policies/a.yaml": "kind: limits\n", "policies/b.yaml": "kind: limits\n" },
      ["LIMITS_DUPLICATE policies/b.yaml:1:1"],
    ],
    [
      "protected person unknown",
      { "policies/a.yaml": "kind: protected\naccounts:\n  - { app: forge, person: eve }\n" },
      ["PERSON_UNKNOWN policies/a.yaml:3:27"],
    ],
    [
      "two policies of approval",
      {
        "policies/a.yaml": "kind: approval\nown-access: 1\nadmin-grants: 1\nowners: { a/: [ada] }\n",
        "policies/b.yaml": "kind: approval\nown-access: 1\nadmin-grants: 1\nowners: { a/: [ada] }\n",
      },
      ["APPROVAL_DUPLICATE policies/b.yaml:1:1"],
    ],
    [
      "an owner who is nobody",
      { "policies/a.yaml": "kind: approval\nowners:\n  policies/: [grace, ada, graec]\n" },
      ["PERSON_UNKNOWN policies/a.yaml:3:27"],
    ],
    [
      "a service cannot approve",
      { "policies/a.yaml": "kind: approval\nowners:\n  policies/: [grace, ada, bot]\n" },
      ["PERSON_UNKNOWN policies/a.yaml:3:27"],
    ],
    [
      "reviews with accounts of an unknown app",
      { "rollcall.yaml": "organization: Acme\ndomains: [acme.example]\npull-requests: { accounts: forg }\n" },
      ["APP_UNKNOWN rollcall.yaml:3:28"],
    ],
    [
      "register of an app with an API",
      { "identities/registers/forge.yaml": "accounts: []\n" },
      ["REGISTER_UNUSED identities/registers/forge.yaml:1:1"],
    ],
    [
      "register lists an id twice",
      { "identities/registers/badges.yaml": 'accounts:\n  - id: "1"\n  - id: 1\n' },
      ["REGISTER_DUPLICATE identities/registers/badges.yaml:3:9"],
    ],
    [
      "endless condition",
      { "identities/roles/engineer.yaml": "when: '[1,2,3].map(x, [1,2,3].map(y, [1,2,3].map(z, z)))'\n" },
      ["EXPRESSION_FORBIDDEN identities/roles/engineer.yaml:1:8"],
    ],
    ["missing settings file", { "rollcall.yaml": null }, ["SETTINGS_MISSING rollcall.yaml:1:1"]],
    ["yml file", { "identities/people/bob.yml": "name: Bob\n" }, ["FILE_UNKNOWN identities/people/bob.yml:1:1"]],
    ["nested folder", { "identities/people/uk/bob.yaml": "name: Bob\n" }, ["FILE_UNKNOWN identities/people/uk/bob.yaml:1:1"]],
    ["mistyped folder", { "identities/peple/bob.yaml": "name: Bob\n" }, ["FILE_UNKNOWN identities/peple/bob.yaml:1:1"]],
    ["file name that is no key", { "identities/people/Bob.yaml": "name: Bob\n" }, ["FILE_NAME identities/people/Bob.yaml:1:1"]],
  ];
  test.each(cases)("%s", (_name, changes, expected) => {
    const result = loadWith(changes);
    expect(placesOf(result)).toEqual(expected);
    expect(result.organization).toBeNull();
  });
});

describe("what only time brings about is a warning, and the files still load", () => {
  const cases: [name: string, changes: Record<string, string>, expected: string[]][] = [
    ["expired grant", { [ada]: "name: Ada\ngrants:\n  - { grant: forge/member, until: 2026-11-22 }\n" }, [`GRANT_EXPIRED ${ada}:3:5`]],
    ["expired role", { [ada]: "name: Ada\nroles:\n  - { role: sre, until: 2026-11-22 }\n" }, [`GRANT_EXPIRED ${ada}:3:5`]],
    [
      "expired allowance",
      { "policies/a.yaml": "kind: allowance\napp: forge\nexpect: { stops: 9 }\nexpires: 2026-11-22\nbecause: move\n" },
      ["ALLOWANCE_EXPIRED policies/a.yaml:4:10"],
    ],
    [
      "owner who left",
      { "identities/people/grace.yaml": "name: G\nlast-day: 2026-11-22\n" },
      ["SERVICE_OWNER_LEFT identities/services/bot.yaml:2:8"],
    ],
    [
      "approver who left",
      {
        "identities/people/ada.yaml": "name: Ada\nlast-day: 2026-11-22\n",
        "policies/a.yaml": "kind: approval\nown-access: 1\nadmin-grants: 1\nowners:\n  policies/: [grace, ada]\n",
      },
      ["APPROVER_LEFT policies/a.yaml:5:22"],
    ],
    [
      "fewer owners than approvals",
      { "policies/a.yaml": "kind: approval\nadmin-grants: 3\nowners:\n  policies/: [grace, ada]\n" },
      ["OWNERS_TOO_FEW policies/a.yaml:2:15"],
    ],
    [
      "fewer owners who are here than approvals, also where the number is the usual one",
      {
        "identities/people/ada.yaml": "name: Ada\nstart: 2026-11-24\n",
        "policies/a.yaml": "kind: approval\nadmin-grants: 1\nowners:\n  policies/: [grace, ada]\n",
      },
      ["OWNERS_TOO_FEW policies/a.yaml:1:1"],
    ],
    ["employee with a foreign address", { [ada]: "name: Ada\nemail: ada@other.example\n" }, [`EMAIL_FOREIGN ${ada}:2:8`]],
  ];
  test.each(cases)("%s", (_name, changes, expected) => {
    const result = loadWith(changes);
    expect(placesOf(result)).toEqual(expected);
    expect(result.organization).not.toBeNull();
  });

  test("a grant holds through its last day", () => {
    expect(loadWith({ [ada]: "name: Ada\ngrants:\n  - { grant: forge/member, until: 2026-11-23 }\n" }).diagnostics).toEqual([]);
  });
});

test("an approver whose name is mistyped is asked about", () => {
  const { diagnostics } = loadWith({ "policies/a.yaml": "kind: approval\nowners:\n  policies/: [graec]\n" });
  expect(diagnostics.find((d) => d.code === "PERSON_UNKNOWN")?.fix).toBe('Did you mean "grace"?');
});

describe("max of an entitlement", () => {
  const limited = (rest: Record<string, string>) =>
    loadWith({
      [forge]: "connector: forge\nsettings: { organization: a }\nentitlements:\n  team/infra: { max: 30d }\n",
      "identities/services/bot.yaml": "name: B\nowner: grace\n",
      ...rest,
    });

  test("a grant beyond it, one without an end, a role held without an end and a condition are all refused", () => {
    const result = limited({
      [ada]: "name: Ada\nroles: [sre]\ngrants:\n  - { grant: forge/team/infra, until: 2026-12-24 }\n  - forge/team/infra\n",
      "identities/roles/all.yaml": 'when: "true"\ngrants: [forge/team/infra]\n',
    });
    expect(placesOf(result)).toEqual([
      `GRANT_TOO_LONG ${ada}:2:9`,
      `GRANT_TOO_LONG ${ada}:4:5`,
      `GRANT_TOO_LONG ${ada}:5:5`,
      "GRANT_TOO_LONG identities/roles/all.yaml:2:10",
    ]);
  });

  test("a grant and a role held up to it pass", () => {
    const result = limited({
      [ada]: "name: Ada\nroles: [{ role: sre, until: 2026-12-23 }]\ngrants: [{ grant: forge/team/infra, until: 2026-12-23 }]\n",
    });
    expect(result.diagnostics).toEqual([]);
  });
});

test("fixes name the nearest name, swapped letters included", () => {
  const { diagnostics } = loadWith({ [ada]: "name: Ada\nmanager: garce\nroles: [ser]\n" });
  expect(diagnostics.map((d) => d.fix)).toEqual(['Did you mean "grace"?', 'Did you mean "sre"?']);
});

test("the path of a role cycle is printed, with the line of every step", () => {
  const { diagnostics } = loadWith({
    "identities/roles/a.yaml": "includes: [b]\n",
    "identities/roles/b.yaml": "includes: [c]\n",
    "identities/roles/c.yaml": "includes: [a]\n",
  });
  expect(diagnostics[0]?.summary).toContain("a -> b -> c -> a");
  expect(diagnostics[0]?.where.map((p) => p.file)).toEqual(["a", "b", "c"].map((k) => `identities/roles/${k}.yaml`));
});

test("a reference to a file that is broken itself is not called unknown", () => {
  expect(placesOf(loadWith({ "identities/roles/sre.yaml": "grants: [\n" }))).toEqual([
    expect.stringMatching(/^YAML_SYNTAX identities\/roles\/sre.yaml/),
  ]);
});

test("an entitlement that only an identity provider can write may be granted once it is said what carries it", () => {
  const { organization, diagnostics } = loadWith({
    [ada]: "name: Ada\ngrants: [forge/rule/all]\n",
    [forge]:
      "connector: forge\nsettings: { organization: a }\nprovisioned-by: { app: badges, grant: badges/door/forge, settles: 2d, stops: provisioner }\nentitlements:\n  rule/all: { through: badges/door/all }\n  team/infra: {}\n",
  });
  expect(diagnostics).toEqual([]);
  expect(organization!.apps.get("forge")).toMatchObject({
    provisionedBy: { name: "badges", grant: "badges/door/forge", settles: 2880, stops: "provisioner", origin: { file: forge, line: 3 } },
  });
  expect(organization!.apps.get("forge")!.entitlements!.get("rule/all")!.through).toEqual(new Map([["", "badges/door/all"]]));
  expect(organization!.apps.get("badges")!.provisionedBy).toMatchObject({ name: "rollcall", settles: 60, stops: "both" });
});

test.each([
  ["60m", 60],
  ["24h", 1440],
  ["first-login", null],
] as const)("settles: %s", (settles, minutes) => {
  const { organization } = loadWith({
    "identities/apps/badges.yaml": `connector: byhand\nprovisioned-by: { app: forge, settles: ${settles} }\n`,
  });
  expect(organization!.apps.get("badges")!.provisionedBy.settles).toBe(minutes);
});
