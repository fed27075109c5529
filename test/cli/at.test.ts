import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { explainCommand } from "../../src/cli/commands/explain.ts";
import { who } from "../../src/cli/commands/who.ts";
import type { Context } from "../../src/cli/command.ts";
import { type Company, type Files, openCompany, personFile, type Ran } from "../support/company.ts";
import { commitOn, gitOn, writeRecords } from "../support/dated-git.ts";
import { byPull, chainOf, commitId, draft, operation } from "../support/records.ts";

let company: Company;

beforeEach(async () => {
  company = await openCompany(
    { wiki: { connector: "memory" } },
    {
      "rollcall.yaml": "organization: Acme\ndomains: [acme.example]\ntimezone: Europe/London\nengine: embedded\nstate: .rollcall/state\n",
      ".gitignore": ".rollcall/\n",
      ...personFile("ada", ["grants: [{ grant: wiki/space/ops, until: 2026-05-31 }]"]),
      ...personFile("bob", ["grants: [wiki/space/ops:editor]"]),
    },
  );
  company.now = new Date("2026-06-10T12:00:00Z");
  gitOn(company.dir, "2026-05-01T10:00:00Z", "init", "--quiet");
  commitOn(company.dir, "2026-05-01T10:00:00Z", "Begin");
  await commit("2026-05-10T22:30:00Z", "Bob goes, Eve comes", {
    "identities/people/bob.yaml": null,
    ...personFile("eve", ["grants: [wiki/space/ops]"]),
  });
});
afterEach(async () => company.close());

const commit = async (when: string, message: string, files: Files): Promise<string> => {
  await company.write(files);
  return commitOn(company.dir, when, message);
};
const asked = async (at: string, address = "wiki/space/ops", more: Partial<Context> = {}): Promise<Ran> =>
  company.run(async (c) => who(c, address, { at }), more);
const explained = async (at: string, person: string, more: Partial<Context> = {}): Promise<Ran> =>
  company.run(async (c) => explainCommand(c, person, undefined, { at }), more);
const people = async (at: string, address?: string): Promise<string[]> => {
  const { code, out, err } = await asked(at, address, { json: true });
  expect([code, err]).toEqual([0, ""]);
  return (JSON.parse(out) as { holders: { person: string }[] }).holders.map((h) => h.person);
};

describe("from the files as they were", () => {
  test("a day is its end where the organisation is: half past eleven at night in London belongs to it", async () => {
    expect(await people("2026-05-09")).toEqual(["ada", "bob"]);
    // Committed 22:30 UTC, which is 23:30 there.
    expect(await people("2026-05-10")).toEqual(["ada", "eve"]);
    expect(await people("2026-05-10T22:29:59Z")).toEqual(["ada", "bob"]);
    expect(await people("2026-05-10T23:30:00+01:00")).toEqual(["ada", "eve"]);
  });
  test("dates in the files count as of that day, to the minute of midnight there", async () => {
    expect(await people("2026-05-31")).toEqual(["ada", "eve"]);
    expect(await people("2026-05-31T22:59:59Z")).toEqual(["ada", "eve"]);
    expect(await people("2026-05-31T23:00:00Z")).toEqual(["eve"]);
  });
  test("a commit is when it was made; the answer says which commit that is", async () => {
    const first = gitOn(company.dir, "2026-06-01T00:00:00Z", "rev-parse", "HEAD~1");
    expect(await people("HEAD~1", "wiki/space/ops:editor")).toEqual(["bob"]);
    const { out, err } = await asked(first);
    expect(err).toMatch(`as of 2026-05-01 11:00 (Europe/London): commit ${first.slice(0, 12)}, in force since 2026-05-01 11:00\n`);
    expect(out).toMatch(/^ada {2}Ada {2}wiki\/space\/ops:reader\n {4}identities\/people\/ada\.yaml:3, until 2026-05-31\nbob /);
    expect(JSON.parse((await asked(first, "wiki", { json: true })).out)).toMatchObject({ at: "2026-05-01T10:00:00.000Z", commit: first });
  });
  test("what lies ahead, before everything, on a side branch or nowhere is refused; today is not", async () => {
    expect(await asked("2026-06-11")).toMatchObject({ code: 3, err: expect.stringContaining("lies ahead") });
    expect(await people("2026-06-10")).toEqual(["eve"]);
    expect(await asked("2026-04-30")).toMatchObject({ code: 3, err: "nothing had been committed by 2026-04-30" });
    expect(await asked("2026-02-30")).toMatchObject({ code: 3, err: expect.stringContaining("names no commit here") });
    gitOn(company.dir, "2026-05-20T10:00:00Z", "checkout", "--quiet", "-b", "side");
    commitOn(company.dir, "2026-05-20T10:00:00Z", "side");
    gitOn(company.dir, "2026-05-20T10:00:00Z", "checkout", "--quiet", "main");
    expect(await asked("side")).toMatchObject({ code: 3, err: expect.stringContaining("side branch was never in force") });
    expect(await asked("--upload-pack=x")).toMatchObject({ code: 3 });
  });
  test("explain: what she had then, under the key she had then", async () => {
    const renamed = personFile("eve-online", ["grants: [wiki/space/ops]", "formerly: [eve]"]);
    await commit("2026-06-01T10:00:00Z", "Rename", { ...renamed, "identities/people/eve.yaml": null });
    const { code, out } = await explained("2026-05-20", "eve-online");
    expect([code, out]).toEqual([0, "eve  Eve  active\n  wiki: active\n    wiki/space/ops:reader\n        identities/people/eve.yaml:3\n"]);
    expect(await explained("2026-05-09", "eve")).toMatchObject({
      code: 3,
      err: expect.stringMatching(/^there was no person or service eve in commit/),
    });
  });
  test("an app whose connector is gone since is said, and of files with errors what can be read, with exit 3", async () => {
    await commit("2026-06-02T10:00:00Z", "Old", {
      "identities/apps/old.yaml": "connector: gone\nsettings: {}\n",
      ...personFile("eve", ["grants: [wiki/space/ops, old/x]"]),
    });
    await commit("2026-06-03T10:00:00Z", "Back", { "identities/apps/old.yaml": null, ...personFile("eve", ["grants: [wiki/space/ops]"]) });
    const { code, out, err } = await asked("2026-06-02");
    expect([code, out.split("\n")[0]]).toEqual([3, "eve  Eve  wiki/space/ops:reader"]);
    expect(err).toContain("old used the connector gone, which this rollcall does not have: nothing is told of it.");
    expect(err).toContain("These files have errors by the rules of today");
    expect(await asked("2026-06-02", "old")).toMatchObject({ code: 3, err: expect.stringContaining("old used the connector gone then") });
  });
});

describe("with records of what was done", () => {
  const by = byPull(12, commitId("a"));
  const recorded = (): void =>
    writeRecords(
      company.dir,
      chainOf([
        draft("2026-05-01T10:10:00.000Z", {
          operations: [
            operation("wiki create bob account active", { by }),
            operation("wiki grant bob space/ops editor", { by }),
            operation("wiki create ada account active", { by }),
            operation("wiki grant ada space/ops reader", { by, outcome: "failed", fault: "transient: 503", reread: "unread" }),
          ],
        }),
        draft("2026-05-02T10:10:00.000Z", { operations: [operation("wiki grant ada space/ops reader", { by, request: "REQ-9" })] }),
        draft("2026-05-11T06:00:00.000Z", {
          operations: [
            operation("wiki suspend bob account suspended", { by }),
            operation("wiki revoke bob space/ops", { by, before: "editor" }),
            operation("wiki grant eve space/ops reader", { by }),
          ],
        }),
      ]),
    );

  test("there since when and by whose word; wanted and not yet applied; there still though no line asks", async () => {
    recorded();
    const { code, out } = await asked("2026-05-10");
    expect(code).toBe(0);
    expect(out).toBe(`ada  Ada  wiki/space/ops:reader
    identities/people/ada.yaml:3, until 2026-05-31
    there since 2026-05-02 11:10: done 2026-05-02 11:10 in run 2, request REQ-9, confirmed by a later look; PR #12, approved by grace
eve  Eve  wiki/space/ops:reader
    identities/people/eve.yaml:3
    wanted, not yet applied; done 2026-05-11 07:00 in run 3, confirmed by a later look
bob  [no line of these files]
    was there since 2026-05-01 11:10: done 2026-05-01 11:10 in run 1, confirmed by a later look; PR #12, approved by grace
`);
    const json = JSON.parse((await asked("2026-05-10", "wiki/space/ops", { json: true })).out) as {
      holders: { presence: { kind: string } }[];
      others: unknown[];
    };
    expect(json.holders.map((h) => h.presence.kind)).toEqual(["there", "absent"]);
    expect(json.others).toMatchObject([{ person: "bob", presence: { kind: "there", level: "editor", since: "2026-05-01T10:10:00.000Z" } }]);
  });
  test("an attempt that failed by then is no access; one hour after the run it is none either way", async () => {
    recorded();
    expect((await asked("2026-05-01")).out).toContain(
      "wanted, not yet applied: failed 2026-05-01 11:10 in run 1, transient: 503; done 2026-05-02",
    );
    expect((await asked("2026-05-11")).out).not.toContain("bob");
    expect((await asked("2026-05-10", "wiki/space/ops:editor")).out).toMatch(/^bob {2}\[no line/);
  });
  test("explain tells the same of one person, of accounts too, and of what no line asked for", async () => {
    recorded();
    expect((await explained("2026-05-10", "ada")).out).toBe(`ada  Ada  active
  wiki: active
    there since 2026-05-01 11:10: done 2026-05-01 11:10 in run 1, confirmed by a later look; PR #12, approved by grace
    wiki/space/ops:reader
        identities/people/ada.yaml:3, until 2026-05-31
        there since 2026-05-02 11:10: done 2026-05-02 11:10 in run 2, request REQ-9, confirmed by a later look; PR #12, approved by grace
`);
    const { out } = await explained("2026-06-05", "ada");
    expect(out).toContain("no line asked for any app");
    expect(out).toContain("wiki/space/ops: no line asked for it\n    was there since 2026-05-02");
    // Of eve's account no run tells: it was there, or made by hand.
    expect((await explained("2026-05-11", "eve")).out).toContain("no run tells whether it was there");
  });
});
