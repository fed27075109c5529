/** Apps that depend on each other: an identity provider that provisions another app, and one account that has to be there before another. */
import { expect } from "vitest";
import github from "../../../providers/github/simulator.ts";
import { apply } from "../../../src/cli/commands/apply.ts";
import { rename } from "../../../src/cli/commands/rename.ts";
import { type AppSketch, type Company, type Files, personFile } from "../../support/company.ts";
import { provision } from "../../support/play-provider.ts";
import { censusLines, type Scenario } from "../scenario.ts";
import { account, addUser, forge, quiet, wiki } from "./small.ts";

const space = (name: string) => ({ entitlement: `space/${name}`, members: [] });
const root = account(1, "root", { admin: true });

const provisioned: Readonly<Record<string, AppSketch>> = {
  okta: { connector: "memory", census: { accounts: [root], groups: [space("wiki-users"), space("wiki-docs")] } },
  wiki: {
    connector: "memory",
    census: { accounts: [root], groups: [space("docs"), space("data")] },
    more: "provisioned-by: { app: okta, grant: okta/space/wiki-users }\nentitlements:\n  space/docs: { through: okta/space/wiki-docs }\n  space/data: {}\n",
  },
};
const everyone: Files = { "identities/roles/everyone.yaml": 'description: Everybody\nwhen: "true"\ngrants: [okta/member]\n' };
const ada = (...lines: string[]): Files => personFile("ada", [...lines, "grants: [wiki/space/docs:reader, wiki/space/data:editor]"]);
const act = (company: Company): void =>
  provision(company, { provider: "okta", app: "wiki", users: "wiki-users", spaces: { docs: "wiki-docs" } });
const inOkta = ["ada active space/wiki-docs:reader space/wiki-users:reader", "root active admin"];

export const identityScenarios: readonly Scenario[] = [
  {
    name: "provisioned-joiner",
    apps: provisioned,
    before: everyone,
    change: ada(),
    world: { okta: inOkta, wiki: ["root active admin"] },
    async also(company) {
      act(company);
      expect((await company.run((c) => apply(c, { yes: true }))).code).toBe(0);
      expect(censusLines(company.apps["wiki"]!)).toEqual(["ada active space/data:editor space/docs:reader", "root active admin"]);
    },
  },
  {
    name: "provisioned-not",
    apps: provisioned,
    before: { ...everyone, ...ada() },
    first: "2026-06-09",
    world: { okta: inOkta, wiki: ["root active admin"] },
  },
  {
    name: "provisioned-mover",
    apps: provisioned,
    before: { ...everyone, ...ada() },
    first: "2026-06-09",
    meanwhile: act,
    change: personFile("ada", []),
    world: { okta: ["ada active", "root active admin"], wiki: ["ada active space/docs:reader", "root active admin"] },
    async also(company) {
      company.now = new Date("2026-06-10T14:00:00Z");
      // No run saw the account between its making and the end of its reason, and still it is not forgotten.
      const ran = await company.run((c) => apply(c, { yes: true }));
      expect([ran.code, ran.out]).toEqual([6, expect.stringContaining("still active in wiki after 60 min")]);
      act(company);
      expect((await company.run((c) => apply(c, { yes: true }))).code).toBe(0);
    },
  },
  {
    name: "provisioned-leaver",
    apps: provisioned,
    before: { ...everyone, ...ada("accounts: { wiki: ada }") },
    first: "2026-06-09",
    meanwhile: act,
    change: ada("accounts: { wiki: ada }", "last-day: 2026-06-09"),
    world: { okta: ["ada suspended", "root active admin"], wiki: ["ada suspended space/docs:reader", "root active admin"] },
  },
  {
    name: "after-an-invitation",
    apps: { ...forge, ...wiki({ more: "after: [forge]\n" }) },
    before: personFile("ada", ["accounts: { forge: ada-gh }", "grants: [forge/team/core, wiki/space/docs:editor]"]),
    meanwhile: (company) => addUser(company, 9, "dan-gh"),
    change: personFile("dan", ["accounts: { forge: dan-gh }", "grants: [forge/team/core, wiki/space/docs:reader]"]),
    world: {
      forge: ["ada-gh active team/core:member", "boss active admin", "dan-gh pending"],
      wiki: quiet,
    },
    async also(company) {
      github.acceptInvitations(company.apps["forge"] as never);
      expect((await company.run((c) => apply(c, { yes: true }))).code).toBe(0);
      expect(censusLines(company.apps["wiki"]!)).toContain("dan active space/docs:reader");
    },
  },
  {
    name: "app-renamed",
    apps: wiki({ more: "leavers: { delete-after: never }\n" }),
    before: personFile("ada", ["accounts: { wiki: ada }", "grants: [wiki/space/docs:editor]"]),
    change: personFile("ada", ["accounts: { wiki: ada }", "grants: [wiki/space/docs:editor, wiki/space/data:reader]"]),
    world: { wiki: ["ada active space/data:reader space/docs:editor", ...quiet.slice(1)] },
    async also(company) {
      expect((await company.run((c) => rename(c, "app", "wiki", "handbook"))).code).toBe(0);
      company.endpoint("handbook", "wiki");
      company.forget();
      const ran = await company.run((c) => apply(c, { yes: true }));
      expect(ran.code, ran.err + ran.out).toBe(0);
      expect(ran.out).toMatch(/handbook .*no changes/s);
      expect(company.mutating()).toEqual([]);
      expect((await company.state("handbook")).accounts.get("ada")).toMatchObject({ ref: { id: "2" }, inputs: { app: "handbook" } });
    },
  },
];
