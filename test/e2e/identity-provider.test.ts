/**
 * Two apps and whoever stands between them: rollcall grants in the identity provider, the test plays the provider that provisions the wiki
 * after a while or not at all, and rollcall verifies. Through the commands, with the clock in hand.
 */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { apply } from "../../src/cli/commands/apply.ts";
import { explainCommand } from "../../src/cli/commands/explain.ts";
import { preview } from "../../src/cli/commands/preview.ts";
import { who } from "../../src/cli/commands/who.ts";
import { memoryOf, provision as play } from "../support/play-provider.ts";
import { censusLines } from "../scenarios/scenario.ts";
import { type Company, openCompany, personFile, type Ran } from "../support/company.ts";

let company: Company;

const root = { id: "1", login: "root", status: "active", admin: true } as const;
const wikiFile = [
  "provisioned-by: { app: okta, grant: okta/space/wiki-users, settles: 60m }",
  "entitlements:",
  "  space/docs: { through: okta/space/wiki-docs }",
  "  space/data: {}",
  "",
].join("\n");
const adas = ["grants: [wiki/space/docs:reader, wiki/space/data:editor]"];

beforeEach(async () => {
  company = await openCompany(
    {
      okta: {
        connector: "memory",
        census: {
          accounts: [root],
          groups: [
            { entitlement: "space/wiki-users", members: [] },
            { entitlement: "space/wiki-docs", members: [] },
          ],
        },
      },
      wiki: {
        connector: "memory",
        more: wikiFile,
        census: {
          accounts: [root],
          groups: [
            { entitlement: "space/docs", members: [] },
            { entitlement: "space/data", members: [] },
          ],
        },
      },
    },
    {
      ...personFile("ada", adas),
      "identities/roles/everyone.yaml": 'description: Everybody\nwhen: "true"\ngrants: [okta/member]\n',
    },
  );
});
afterEach(async () => company.close());

const later = (minutes: number): void => void (company.now = new Date(company.now.getTime() + minutes * 60_000));
const carryOut = async (): Promise<Ran> => company.run(async (c) => apply(c, { yes: true }));
const show = async (format: "terminal" | "markdown" = "terminal"): Promise<Ran> => company.run(async (c) => preview(c, { format }));
const holds = (app: string): string[] => censusLines(memoryOf(company, app)).filter((l) => !l.startsWith("root"));

const provision = (): void => play(company, { provider: "okta", app: "wiki", users: "wiki-users", spaces: { docs: "wiki-docs" } });

describe("a joiner", () => {
  test("is assigned, awaited, provisioned by the provider, and given what the provider does not carry", async () => {
    const plan = await show();
    expect(plan.out).toContain("then okta provisions wiki");
    expect(plan.out.indexOf("okta (acme)")).toBeLessThan(plan.out.indexOf("wiki (acme)"));
    expect(plan.out).toContain("identities/people/ada.yaml:3, for wiki/space/docs:reader (identities/apps/wiki.yaml:4)");
    expect((await show("markdown")).out).toContain("then okta provisions wiki");

    expect((await carryOut()).code).toBe(0);
    expect(holds("okta")).toEqual(["ada active space/wiki-docs:reader space/wiki-users:reader"]);
    expect(holds("wiki")).toEqual([]);
    expect((await company.state("okta")).accounts.get("ada")!.assignments).toEqual({
      "space/wiki-docs": { held: true, since: "2026-06-10T12:00:00.000Z" },
      "space/wiki-users": { held: true, since: "2026-06-10T12:00:00.000Z" },
    });

    later(20);
    company.forget();
    const waiting = await carryOut();
    expect(waiting).toMatchObject({
      code: 0,
      out: expect.stringMatching(
        /AWAITED Ada: assigned in okta .*; 40 min left to provision wiki; then rollcall grants wiki\/space\/data:editor/,
      ),
    });
    expect(company.mutating()).toEqual([]);

    provision();
    expect((await carryOut()).code).toBe(0);
    expect(holds("wiki")).toEqual(["ada active space/data:editor space/docs:reader"]);
    company.forget();
    const quiet = await carryOut();
    expect(quiet.out).not.toMatch(/AWAITED|NOT_/);
    expect(company.mutating()).toEqual([]);
    // What the provider carries is not rollcall's, and the provider's next run finds nothing to undo.
    expect((await company.state("wiki")).accounts.get("ada")!.owned).toEqual({ "space/data": "editor" });
    provision();
    company.forget();
    await carryOut();
    expect(company.mutating()).toEqual([]);
  });

  test("whom the provider does not provision is said after 60 minutes, with what to look at, and written nowhere", async () => {
    await carryOut();
    later(59);
    expect((await carryOut()).out).not.toContain("NOT_PROVISIONED");
    later(1);
    company.forget();
    const ran = await carryOut();
    expect(ran.code).toBe(0);
    expect(ran.out).toMatch(
      /\* look in okta why wiki is not provisioned for Ada: .*assigned since 2026-06-10T12:00:00.000Z, absent in wiki after 60 min/,
    );
    expect(company.mutating()).toEqual([]);
  });

  test("whose provider cannot be read is not concluded about", async () => {
    await carryOut();
    later(500);
    memoryOf(company, "okta").plant({ kind: { answer: 403 }, times: 1000 });
    const ran = await carryOut();
    expect(ran.code).toBe(8);
    expect(ran.out).not.toContain("NOT_PROVISIONED");
    expect(ran.out).toContain("whether okta shall provision it is not known");
  });
});

/** Ada has been provisioned, an hour and more ago. */
async function settled(): Promise<void> {
  await carryOut();
  provision();
  await carryOut();
  later(120);
  company.forget();
}

describe("somebody employed whom no line asks for any more", () => {
  const without = personFile("ada", []);

  test("loses the assignment, once, and the provider ends the account; rollcall's own grants go at once", async () => {
    await settled();
    await company.write(without);
    const plan = await show();
    expect(plan.out).toContain("then okta ends the account in wiki");
    expect(plan.out).toContain("AWAITED Ada: okta ends it once this plan has revoked okta/space/wiki-users");
    expect((await carryOut()).code).toBe(0);
    expect(holds("okta")).toEqual(["ada active"]);
    expect(holds("wiki")).toEqual(["ada active space/docs:reader"]);
    later(30);
    expect(await carryOut()).toMatchObject({ code: 0, out: expect.stringContaining("30 min left to end wiki") });
    provision();
    const done = await carryOut();
    expect(done.code).toBe(0);
    expect(done.out).not.toMatch(/AWAITED|NOT_/);
    expect(holds("wiki")).toEqual(["ada suspended"]);
    company.forget();
    await carryOut();
    expect(company.mutating()).toEqual([]);
  });

  test("and whom the provider does not end after 60 minutes: access remains, the apply exits 6 until it is so", async () => {
    await settled();
    await company.write(without);
    await carryOut();
    later(60);
    company.forget();
    const ran = await carryOut();
    expect(ran.code).toBe(6);
    expect(ran.out).toMatch(
      /! end the access of Ada in wiki in okta, which provisions it: taken away in okta .* still active in wiki after 60 min/,
    );
    expect(company.mutating()).toEqual([]);
    expect((await carryOut()).code).toBe(6);
    provision();
    expect((await carryOut()).code).toBe(0);
  });

  test("may come back: assigned again, let in again by the provider, none made anew", async () => {
    await settled();
    await company.write(without);
    await carryOut();
    provision();
    await carryOut();
    await company.write(personFile("ada", adas));
    await carryOut();
    expect(holds("wiki")).toEqual(["ada suspended"]);
    provision();
    expect((await carryOut()).code).toBe(0);
    expect(holds("wiki")).toEqual(["ada active space/data:editor space/docs:reader"]);
  });
});

describe("a leaver", () => {
  const left = personFile("ada", [...adas, "last-day: 2026-06-09"]);

  test("is stopped in both apps by the same run, and the provider finds nothing to object to", async () => {
    await settled();
    await company.write(left);
    const ran = await carryOut();
    expect(ran.code).toBe(0);
    expect(holds("okta")).toEqual(["ada suspended"]);
    expect(holds("wiki")).toEqual(["ada suspended space/docs:reader"]);
    provision();
    company.forget();
    expect((await carryOut()).code).toBe(0);
    expect(company.mutating()).toEqual([]);
    expect(holds("wiki")).toEqual(["ada suspended"]);
  });

  test("is stopped in the app although the provider cannot be read", async () => {
    await settled();
    await company.write(left);
    memoryOf(company, "okta").plant({ kind: { answer: 403 }, times: 1000 });
    expect((await carryOut()).code).toBe(8);
    expect(holds("wiki")).toEqual(["ada suspended space/docs:reader"]);
  });

  test("is stopped in the app although the provider refuses to take the assignment away, and that is said", async () => {
    await settled();
    await company.write(left);
    memoryOf(company, "okta").onWrite(null);
    for (const method of ["PUT", "PATCH", "DELETE", "POST"])
      memoryOf(company, "okta").plant({ method, kind: { answer: 403 }, times: 1000 });
    expect((await carryOut()).code).toBe(6);
    expect(holds("wiki")).toEqual(["ada suspended space/docs:reader"]);
  });

  test("who comes back is let in by rollcall where rollcall stopped her", async () => {
    await settled();
    await company.write(left);
    await carryOut();
    await company.write(personFile("ada", adas));
    expect((await carryOut()).code).toBe(0);
    provision();
    expect((await carryOut()).code).toBe(0);
    expect(holds("wiki")).toEqual(["ada active space/data:editor space/docs:reader"]);
    expect(holds("okta")).toEqual(["ada active space/wiki-docs:reader space/wiki-users:reader"]);
  });
});

describe("answers", () => {
  const explain = async (app?: string): Promise<string> => (await company.run(async (c) => explainCommand(c, "ada", app))).out;

  test("explain shows through what, because of which lines, and how far it is", async () => {
    const first = await explain();
    expect(first.indexOf("  okta:")).toBeLessThan(first.indexOf("  wiki:"));
    expect(first).toContain(
      [
        "  wiki: active (not in state)",
        "    account: provisioned by okta through okta/space/wiki-users",
        "        whether okta shall provision it is not known: no run has seen okta/space/wiki-users held in okta yet",
        "        held because of identities/people/ada.yaml:3",
        "        held because of identities/people/ada.yaml:3",
        "    wiki/space/data:editor",
        "        identities/people/ada.yaml:3",
        "    wiki/space/docs:reader  through okta/space/wiki-docs",
        "        identities/people/ada.yaml:3",
        "",
      ].join("\n"),
    );
    await carryOut();
    later(15);
    expect(await explain("wiki")).toContain(
      "assigned in okta (okta/space/wiki-users) since 2026-06-10T12:00:00.000Z; 45 min left to provision wiki",
    );
    later(60);
    expect(await explain("wiki")).toContain("absent in wiki after 60 min");
    provision();
    await carryOut();
    expect(await explain("wiki")).toContain("verified: the account was there when it was last read");
    await company.write(personFile("ada", []));
    await carryOut();
    expect(await explain("wiki")).toContain("60 min left to end wiki");
  });

  test("as JSON too", async () => {
    const { out } = await company.run(async (c) => explainCommand(c, "ada", "wiki"), { json: true });
    expect(JSON.parse(out).apps[0]).toMatchObject({
      app: "wiki",
      provisioned: { by: "okta", through: "okta/space/wiki-users", verification: expect.stringContaining("not known") },
      waits: [],
      grants: [
        { address: "wiki/space/data:editor", through: null },
        { address: "wiki/space/docs:reader", through: "okta/space/wiki-docs" },
      ],
    });
  });

  test("who names those who hold an assignment, and for what", async () => {
    const { out } = await company.run(async (c) => who(c, "okta/space/wiki-users"));
    expect(out).toBe(
      [
        "ada  Ada  okta/space/wiki-users:reader",
        "    identities/people/ada.yaml:3, for wiki/space/docs:reader (identities/apps/wiki.yaml:4)",
        "    identities/people/ada.yaml:3, for wiki/space/data:editor (identities/apps/wiki.yaml:4)",
        "",
      ].join("\n"),
    );
    expect((await company.run(async (c) => who(c, "wiki/space/docs"))).out).toContain("ada  Ada  wiki/space/docs:reader");
  });
});

describe("a vendor that lets the provider alone write", () => {
  test("is answered with the setting that says so", async () => {
    await company.write({
      "identities/apps/wiki.yaml": (await company.files("identities/apps/wiki.yaml")).replace(/provisioned-by[^]*/, ""),
    });
    memoryOf(company, "wiki").plant({
      method: "POST",
      match: "/accounts",
      kind: { answer: 403, body: { error: { code: "forbidden", message: "Accounts here are managed by Okta" } } },
    });
    const ran = await carryOut();
    expect(ran.code).toBe(6);
    expect(ran.out).toContain("another system manages it: name its app under provisioned-by in identities/apps/wiki.yaml");
    expect(holds("wiki")).toEqual([]);
  });
});

describe("an app that the first login makes accounts in", () => {
  test("assigns nothing, grants once the account is there, and rollcall ends it", async () => {
    const wiki = await company.files("identities/apps/wiki.yaml");
    await company.write({ "identities/apps/wiki.yaml": wiki.replace(/provisioned-by[^]*/, "provisioned-by: jit\n") });
    await carryOut();
    expect(holds("okta")).toEqual(["ada active"]);
    later(60 * 24 * 30);
    expect(await carryOut()).toMatchObject({
      code: 0,
      out: expect.stringContaining("appears in wiki when Ada signs in for the first time"),
    });
    const world = structuredClone(memoryOf(company, "wiki").world());
    world.accounts.push({ ...world.accounts[0]!, id: "w-9", login: "ada", email: "ada@acme.example", admin: false });
    memoryOf(company, "wiki").load(world);
    expect((await carryOut()).code).toBe(0);
    expect(holds("wiki")).toEqual(["ada active space/data:editor space/docs:reader"]);
    await company.write(personFile("ada", []));
    expect((await carryOut()).code).toBe(0);
    expect(holds("wiki")).toEqual(["ada suspended"]);
  });
});
