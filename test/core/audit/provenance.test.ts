import { describe, expect, test } from "vitest";
import { endOf, provenanceOf } from "../../../src/core/audit/provenance.ts";
import type { AccountRecord } from "../../../src/core/model/state.ts";
import { vault } from "../../support/manifests.ts";
import { app, type AppSketch, organization, person } from "../../support/organization.ts";
import { compileAt, now } from "../../support/plan.ts";
import { record } from "../../support/world.ts";
import { assigned, carried } from "../../support/two-apps.ts";

const ada = person("ada", { grants: ["idp/member", "site/team/red:editor", "site/team/blue"] });
const since = "2026-06-10T11:50:00.000Z";

/** What is told of Ada's account at the site, given what state knows of her. */
function told(site: AppSketch, records: Readonly<Record<string, AccountRecord>> = {}, who = ada) {
  const apps = [app("idp", { connector: "vault" }), app("site", { connector: "vault", ...site })];
  const desired = compileAt(organization({ people: [who], apps }));
  return provenanceOf({
    app: apps[1]!,
    manifest: vault,
    account: desired.accounts.get("site")!.get("ada")!,
    desired,
    recordIn: (key) => records[key],
    now,
  });
}
const idp = (held: boolean) => record("idp", "ada", "i1", { assignments: { "team/site-users": { held, since } } });

describe("what state can tell of an account that another app provisions", () => {
  test("through what the account and each grant come", () => {
    const { provisioned, through } = told(carried);
    expect(provisioned).toMatchObject({ by: "idp", through: "idp/team/site-users" });
    expect([...through]).toEqual([["team/red", "idp/team/site-red-editors"]]);
    expect(told({}).provisioned).toBeNull();
    expect(told({ provisionedBy: "jit" }).provisioned).toMatchObject({ by: "jit", through: null });
  });

  test.each<[string, AppSketch, Readonly<Record<string, AccountRecord>>, RegExp]>([
    ["not seen assigned yet", assigned, {}, /no run has seen idp\/team\/site-users held/],
    ["assigned, not there", assigned, { idp: idp(true) }, /50 min left to provision site/],
    ["there", assigned, { idp: idp(true), site: record("site", "ada", "s1") }, /^verified: the account was there/],
    ["shut by others", assigned, { idp: idp(true), site: record("site", "ada", "s1", { status: "suspended" }) }, /50 min left/],
    ["jit, not there", { provisionedBy: "jit" }, {}, /signs in for the first time/],
  ])("wanted, %s", (_, site, records, words) => {
    expect(told(site, records).provisioned!.verification).toMatch(words);
  });

  test("of a leaver: who ends it, and whether it is done", () => {
    const left = person("ada", { grants: ["idp/member", "site/team/blue"], lastDay: "2026-06-09" });
    const active = { idp: idp(false), site: record("site", "ada", "s1") };
    expect(told(assigned, active, left).provisioned!.verification).toMatch(/^to be ended by rollcall/);
    const theirs = { provisionedBy: { ...assigned.provisionedBy, stops: "provisioner" as const } };
    expect(told(theirs, active, left).provisioned!.verification).toMatch(/50 min left to end site/);
    expect(told(assigned, { idp: idp(false) }, left).provisioned!.verification).toMatch(/^verified: the account was not active/);
  });

  test("of an account that no line asks for, only where another app has to end it", () => {
    const site = app("site", { ...assigned });
    const records: Readonly<Record<string, AccountRecord>> = { idp: idp(false), site: record("site", "ada", "s1") };
    expect(endOf(site, "Ada", (key) => records[key], now)).toMatch(/50 min left to end site/);
    expect(endOf(app("site", { provisionedBy: "jit" }), "Ada", (key) => records[key], now)).toBeNull();
    expect(endOf(app("site"), "Ada", (key) => records[key], now)).toBeNull();
    expect(endOf(site, "Ada", () => undefined, now)).toBeNull();
  });
});

describe("what an account waits for (after)", () => {
  const after = { after: ["idp"] };
  test.each<[string, Readonly<Record<string, AccountRecord>>, string[]]>([
    ["not there", {}, ["waits for idp: account not there yet"]],
    ["invited", { idp: record("idp", "ada", "i1", { status: "pending" }) }, ["waits for idp: invited there, not accepted yet"]],
    ["suspended", { idp: record("idp", "ada", "i1", { status: "suspended" }) }, ["waits for idp: account is suspended there"]],
    ["there", { idp: record("idp", "ada", "i1") }, []],
  ])("%s", (_, records, waits) => {
    expect(told(after, records).waits).toEqual(waits);
  });

  test("nothing where no line asks for an account there, or where access has ended", () => {
    expect(told(after, {}, person("ada", { grants: ["site/team/blue"] })).waits).toEqual([]);
    expect(told(after, {}, person("ada", { grants: ["idp/member", "site/team/blue"], lastDay: "2026-06-09" })).waits).toEqual([]);
  });
});
