import { describe, expect, test } from "vitest";
import { mayBeSlip } from "../../../src/core/source/slip.ts";
import { loadWith } from "../small-company.ts";

const forge = "identities/apps/forge.yaml";
const bob = "identities/people/bob.yaml";
/** Where, about what, and which address is proposed. */
const alarms = (changes: Record<string, string>): string[] =>
  loadWith(changes)
    .diagnostics.filter((d) => d.code === "ENTITLEMENT_ALIKE")
    .map((d) => `${d.where[0]!.file} ${/"(.*?)"/.exec(d.fix!)![1]}`);
const granting = (...grants: string[]): string => `name: B\ngrants:\n${grants.map((g) => `  - ${g}\n`).join("")}`;

describe("in an app without a catalogue", () => {
  test("a name on one line alone that is nearly one in use is a warning at its line, with the whole address", () => {
    const changes = { [bob]: granting("forge/team/infar:maintainer") };
    expect(alarms(changes)).toEqual([`${bob} forge/team/infra:maintainer`]);
    const { organization, diagnostics } = loadWith(changes);
    expect(organization, "a warning: it may be new").not.toBeNull();
    expect(diagnostics.map((d) => d.severity)).toEqual(["warning"]);
  });

  test("the colon forgotten makes a valid name, and is found too", () => {
    expect(alarms({ [bob]: granting("forge/team/inframaintainer") })).toEqual([`${bob} forge/team/infra:maintainer`]);
  });

  test("a name on two lines is meant", () => {
    expect(alarms({ [bob]: granting("forge/team/infar"), "identities/people/cat.yaml": granting("forge/team/infar") })).toEqual([]);
  });

  test("of two names on one line each, one is asked about: not the one that a role has", () => {
    expect(alarms({ [bob]: granting("forge/team/paymnets"), "identities/roles/pay.yaml": "grants: [forge/team/payments]\n" })).toEqual([
      `${bob} forge/team/payments`,
    ]);
    expect(alarms({ [bob]: granting("forge/team/payments", "forge/team/paymnets") })).toHaveLength(1);
  });

  test("names that people number or letter are no slips of each other", () => {
    expect(
      alarms({
        [bob]: granting("forge/team/infra-1", "forge/team/infra-2", "forge/team/site-a", "forge/team/site-b", "forge/team/infra9"),
      }),
    ).toEqual([]);
  });
});

test("with a catalogue there is nothing to wonder about", () => {
  const catalogue = "connector: forge\nsettings: { organization: a }\nentitlements: { team/infra: null, team/infar: null }\n";
  expect(alarms({ [forge]: catalogue, [bob]: granting("forge/team/infar") })).toEqual([]);
});

describe("an error proposes the whole address", () => {
  const fix = (grant: string, changes: Record<string, string> = {}): string | undefined =>
    loadWith({ ...changes, [bob]: granting(grant) }).diagnostics.find((d) => d.where[0]?.file === bob)?.fix;
  test.each([
    ["the app", "forg/team/infra:maintainer", "forge/team/infra:maintainer"],
    ["the kind of entitlement", "forge/taem/infra", "forge/team/infra"],
    ["the level", "forge/team/infra:maintaner", "forge/team/infra:maintainer"],
    ["the slash", "forgeteam/infra", "forge/team/infra"],
    ["what the vendor fixes", "forge/membr", "forge/member"],
    ["the app of a new name", "forg/team/brand-new", "forge/team/brand-new"],
    ["the level of a new name", "forge/team/brand-new:membre", "forge/team/brand-new:member"],
  ])("where %s is mistyped", (_, typed, meant) => {
    expect(fix(typed)).toBe(`Did you mean "${meant}"?`);
  });

  test("and none where nothing is near, or what is near cannot be granted", () => {
    expect(fix("forge/quite/else")).toBe("Write it like forge/member, forge/team/infra, forge/rule/all.");
    const catalogue =
      "connector: forge\nsettings: { organization: a }\nentitlements:\n  team/infra: null\n  team/payments: { manage: true, status: absent }\n";
    expect(fix("forge/team/paymnts", { [forge]: catalogue })).toBe(`Add it to the entitlements of ${forge}, or correct the name.`);
  });
});

test.each([
  ["infar", "infra", true],
  ["Infra", "infra", true],
  ["infrs", "infra", true],
  ["infr", "infra", true],
  ["serverroom", "server-room", true],
  ["infra-1x2", "infra-12", true],
  ["infra-x12", "infra-12", true],
  ["dkba", "dba", true],
  ["infra-12b", "infra-12", false],
  ["infra-1", "infra-2", false],
  ["infra1", "infra", false],
  ["site-a", "site-b", false],
  ["dbt", "dba", false],
  ["apps", "app", false],
  ["v2", "v1", false],
  ["design", "engine", false],
  ["infra", "infra", false],
])("%s for %s: a slip is %s", (typed, meant, expected) => {
  expect(mayBeSlip(typed, meant)).toBe(expected);
  if (!/\dx|x\d/.test(typed)) expect(mayBeSlip(meant, typed)).toBe(expected);
});
