import { rm } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { history, type HistoryOptions } from "../../src/cli/commands/history.ts";
import type { Context } from "../../src/cli/command.ts";
import { type Company, type Files, openCompany, personFile, type Ran } from "../support/company.ts";
import { commitOn, gitOn, writeRecords } from "../support/dated-git.ts";
import { approved, byPull, chainOf, draft, operation } from "../support/records.ts";

const settings = (zone: string): Files => ({
  "rollcall.yaml": `organization: Acme\ndomains: [acme.example]\ntimezone: ${zone}\nengine: embedded\nstate: .rollcall/state\n`,
  ".gitignore": ".rollcall/\n",
});

let company: Company;

beforeEach(async () => {
  company = await openCompany(
    { wiki: { connector: "memory" } },
    {
      ...settings("Europe/London"),
      ...personFile("grace", ["grants: [wiki/admin]"]),
      "identities/roles/sre.yaml": "grants: [wiki/space/ops]\n",
    },
  );
  company.now = new Date("2026-06-10T12:00:00Z");
  gitOn(company.dir, "2026-01-05T09:00:00Z", "init", "--quiet");
  commitOn(company.dir, "2026-01-05T09:00:00Z", "Begin");
});
afterEach(async () => company.close());

const commit = async (when: string, message: string, files: Files): Promise<string> => {
  await company.write(files);
  return commitOn(company.dir, when, message);
};
const run = async (person: string, options: HistoryOptions = {}, more: Partial<Context> = {}): Promise<Ran> =>
  company.run(async (c) => history(c, person, options), more);

interface Entry {
  readonly kind: "commit" | "date" | "run";
  readonly at: string;
  readonly subject?: string;
  readonly pull?: number | null;
  readonly renamedFrom?: string | null;
  readonly changes?: readonly { target: string; direction: string; before: string | null; after: string | null; trace: { kind: string } }[];
}
const entriesOf = async (person: string, options: HistoryOptions = {}, more: Partial<Context> = {}): Promise<Entry[]> => {
  const { code, out, err } = await run(person, options, { json: true, ...more });
  expect([code, err]).toEqual([0, ""]);
  return (JSON.parse(out) as { entries: Entry[] }).entries;
};
/** "2026-03-02T14:05:00.000Z Ada joins: + account, + space/ops". */
const brief = (entries: readonly Entry[]): string[] =>
  entries.map((e) => {
    const changes = (e.changes ?? []).map((c) => `${c.direction === "gain" ? "+" : "-"} ${c.target}`).join(", ");
    return `${e.at} ${e.subject ?? e.kind}: ${changes}`;
  });

const remarksOf = async (person: string): Promise<string[]> =>
  (JSON.parse((await run(person, {}, { json: true })).out) as { remarks: string[] }).remarks;

describe("from Git alone", () => {
  test("joiner, mover, leaver: newest first, each with the line, the author and what is not known", async () => {
    await commit("2026-03-02T14:05:00Z", "Ada joins", personFile("ada", ["roles: [sre]"]));
    const moved = await commit("2026-04-01T10:00:00Z", "Ada moves to docs", personFile("ada", ["grants: [wiki/space/docs:editor]"]));
    await commit("2026-05-20T10:00:00Z", "Ada leaves", personFile("ada", ["grants: [wiki/space/docs:editor]", "last-day: 2026-05-31"]));
    const { code, out, err } = await run("ada");
    expect([code, err]).toEqual([0, ""]);
    expect(out).toMatch(/^ada {2}Ada\ntimes in Europe\/London\n\n2026-06-01 00:00 {2}by a date in the files\n/);
    expect(out).toContain(`
2026-04-01 11:00  Ada moves to docs
  commit ${moved.slice(0, 12)} by Grace Hopper; no run tells of a review
  - wiki/space/ops:reader
      role sre (identities/roles/sre.yaml:1)
  + wiki/space/docs:editor
      identities/people/ada.yaml:3
`);
    expect(out).toMatch(/No run is recorded: this is what the files asked for\. Whether it was done, no record tells\.\n$/);
    expect(brief(await entriesOf("ada"))).toEqual([
      "2026-05-31T23:00:00.000Z date: - account, - space/docs",
      "2026-04-01T10:00:00.000Z Ada moves to docs: + space/docs, - space/ops",
      "2026-03-02T14:05:00.000Z Ada joins: + account, + space/ops",
    ]);
    expect(company.apps["wiki"]!.seen).toEqual([]);
  });

  test("a grant that ended by its date between two commits, with no commit at all", async () => {
    await commit(
      "2026-03-02T14:05:00Z",
      "Ada joins",
      personFile("ada", ["roles: [sre]", "grants: [{ grant: wiki/admin, until: 2026-03-31 }]"]),
    );
    await commit("2026-05-01T10:00:00Z", "Ada's line is tidied up", personFile("ada", ["roles: [sre]"]));
    expect(brief(await entriesOf("ada"))).toEqual([
      // Midnight of summer time in London: the first moment of 1 April there.
      "2026-03-31T23:00:00.000Z date: - admin",
      "2026-03-02T14:05:00.000Z Ada joins: + account, + admin, + space/ops",
    ]);
  });

  test("a role that changes reaches her; a role of others, a colleague and a title do not", async () => {
    await commit("2026-03-02T14:05:00Z", "Ada joins", personFile("ada", ["roles: [sre]"]));
    await commit("2026-03-03T10:00:00Z", "Another role", { "identities/roles/docs.yaml": "grants: [wiki/space/docs]\n" });
    await commit("2026-03-04T10:00:00Z", "Bob joins", personFile("bob", ["roles: [docs]"]));
    await commit("2026-03-05T10:00:00Z", "A title", personFile("ada", ["title: Engineer", "roles: [sre]"]));
    await commit("2026-03-06T10:00:00Z", "SRE edits", { "identities/roles/sre.yaml": "grants: [wiki/space/ops:editor]\n" });
    expect(brief(await entriesOf("ada")).slice(0, -1)).toEqual(["2026-03-06T10:00:00.000Z SRE edits: + space/ops"]);
  });

  test("a renamed key is followed back, by either name, also where its file forgot the old one", async () => {
    await commit("2026-03-02T14:05:00Z", "Ada joins", personFile("ada", ["roles: [sre]"]));
    const renamed = personFile("ada-lovelace", ["roles: [sre]", "formerly: [ada]"]);
    await commit("2026-03-10T10:00:00Z", "Rename", { ...renamed, "identities/people/ada.yaml": null });
    await commit("2026-03-20T10:00:00Z", "Tidy", personFile("ada-lovelace", ["roles: [sre]"]));
    const entries = await entriesOf("ada-lovelace");
    expect(brief(entries)).toEqual(["2026-03-10T10:00:00.000Z Rename: ", "2026-03-02T14:05:00.000Z Ada joins: + account, + space/ops"]);
    expect(entries[0]!.renamedFrom).toBe("ada");
    await commit("2026-03-21T10:00:00Z", "Back", personFile("ada-lovelace", ["roles: [sre]", "formerly: [ada]"]));
    expect(brief(await entriesOf("ada"))).toEqual(brief(entries));
    expect(await remarksOf("ada")).toContain("ada is ada-lovelace now.");
  });

  test("somebody who took over the key of another has a history of her own", async () => {
    await commit("2026-03-02T14:05:00Z", "First Ada", personFile("ada", ["roles: [sre]"]));
    const renamed = personFile("ada-lovelace", ["roles: [sre]", "formerly: [ada]"]);
    await commit("2026-03-10T10:00:00Z", "Rename", { ...renamed, "identities/people/ada.yaml": null });
    await commit("2026-03-15T10:00:00Z", "Forgotten", personFile("ada-lovelace", ["roles: [sre]"]));
    await commit("2026-04-01T10:00:00Z", "Second Ada", personFile("ada", ["grants: [wiki/admin]"]));
    expect(brief(await entriesOf("ada-lovelace")).at(-1)).toBe("2026-03-02T14:05:00.000Z First Ada: + account, + space/ops");
    expect(brief(await entriesOf("ada-lovelace"))).toHaveLength(2);
    expect(brief(await entriesOf("ada"))[0]).toBe("2026-04-01T10:00:00.000Z Second Ada: + account, + admin");
  });

  test("a file that was taken away, and somebody who never was", async () => {
    await commit("2026-03-02T14:05:00Z", "Ada joins", personFile("ada", ["roles: [sre]"]));
    await commit("2026-04-01T10:00:00Z", "Gone", { "identities/people/ada.yaml": null });
    expect(brief(await entriesOf("ada"))[0]).toBe("2026-04-01T10:00:00.000Z Gone: - account, - space/ops");
    expect(await run("grac")).toMatchObject({
      code: 3,
      err: expect.stringMatching(/^grac is no person or service.*did you mean "grace"\?$/),
    });
    expect(await run("../x")).toMatchObject({ code: 3, err: "../x is no key of a person or service" });
  });

  test("a merge is one step, dated when it was merged; so is a squash", async () => {
    gitOn(company.dir, "2026-03-01T08:00:00Z", "checkout", "--quiet", "-b", "ada");
    await commit("2026-03-01T08:00:00Z", "draft 1", personFile("ada", ["grants: [wiki/admin]"]));
    await commit("2026-03-01T09:00:00Z", "draft 2", personFile("ada", ["roles: [sre]"]));
    gitOn(company.dir, "2026-03-02T14:05:00Z", "checkout", "--quiet", "main");
    gitOn(company.dir, "2026-03-02T14:05:00Z", "merge", "--quiet", "--no-ff", "--message", "Merge #12", "ada");
    gitOn(company.dir, "2026-03-03T14:05:00Z", "checkout", "--quiet", "-b", "more");
    await commit("2026-03-03T15:00:00Z", "draft 3", personFile("ada", ["roles: [sre]", "grants: [wiki/space/docs]"]));
    gitOn(company.dir, "2026-03-04T10:00:00Z", "checkout", "--quiet", "main");
    gitOn(company.dir, "2026-03-04T10:00:00Z", "merge", "--quiet", "--squash", "more");
    commitOn(company.dir, "2026-03-04T10:00:00Z", "More docs (#13)");
    expect(brief(await entriesOf("ada"))).toEqual([
      "2026-03-04T10:00:00.000Z More docs (#13): + space/docs",
      "2026-03-02T14:05:00.000Z Merge #12: + account, + space/ops",
    ]);
  });

  test("half past eleven at night in London, in summer: the last day is not over, an hour later it is", async () => {
    await commit("2026-05-01T10:00:00Z", "Ada joins", personFile("ada", ["grants: [{ grant: wiki/admin, until: 2026-05-31 }]"]));
    company.now = new Date("2026-05-31T22:30:00Z");
    expect(brief(await entriesOf("ada"))).toHaveLength(1);
    company.now = new Date("2026-05-31T23:30:00Z");
    expect(brief(await entriesOf("ada"))[0]).toBe("2026-05-31T23:00:00.000Z date: - account, - admin");
  });

  test("commits whose dates run backwards, or lie ahead, stay in their order and move nothing into the past", async () => {
    await commit("2026-03-02T14:05:00Z", "Ada joins", personFile("ada", ["roles: [sre]"]));
    await commit("2020-01-01T00:00:00Z", "Backdated", personFile("ada", ["roles: [sre]", "grants: [wiki/admin]"]));
    await commit("2026-04-01T10:00:00Z", "Docs", personFile("ada", ["roles: [sre]", "grants: [wiki/admin, wiki/space/docs]"]));
    await commit("2030-01-01T00:00:00Z", "From the future", personFile("ada", ["roles: [sre]", "grants: [wiki/space/docs]"]));
    expect(brief(await entriesOf("ada"))).toEqual([
      "2026-04-01T10:00:00.000Z From the future: - admin",
      "2026-04-01T10:00:00.000Z Docs: + space/docs",
      "2026-04-01T10:00:00.000Z Backdated: + admin",
      "2026-03-02T14:05:00.000Z Ada joins: + account, + space/ops",
    ]);
    expect((await run("ada")).out).toMatch(/by Grace Hopper, dated 2020-01-01 00:00;/);
  });

  test("a commit that left her file, or a role, broken changes nothing by itself and is named", async () => {
    await commit("2026-03-02T14:05:00Z", "Ada joins", personFile("ada", ["roles: [sre]"]));
    const broken = await commit("2026-03-03T10:00:00Z", "Oops", { "identities/people/ada.yaml": "name: [\n" });
    await commit("2026-03-03T11:00:00Z", "Still", {
      ...personFile("ada", ["roles: [sre]"]),
      "identities/roles/sre.yaml": "when: person.\ngrants: [wiki/admin]\n",
    });
    await commit("2026-03-04T10:00:00Z", "Mended", { "identities/roles/sre.yaml": "grants: [wiki/space/ops:editor]\n" });
    expect(brief(await entriesOf("ada"))).toEqual([
      "2026-03-04T10:00:00.000Z Mended: + space/ops",
      "2026-03-02T14:05:00.000Z Ada joins: + account, + space/ops",
    ]);
    expect((await remarksOf("ada")).join()).toContain(broken.slice(0, 12));
  });

  test("since, limit and app narrow what is shown, and what stood before counts as it was", async () => {
    await commit("2026-03-02T14:05:00Z", "Ada joins", personFile("ada", ["roles: [sre]"]));
    await commit("2026-04-01T10:00:00Z", "Docs", personFile("ada", ["roles: [sre]", "grants: [wiki/space/docs]"]));
    await commit("2026-05-01T10:00:00Z", "No docs", personFile("ada", ["roles: [sre]"]));
    expect(brief(await entriesOf("ada", { since: "2026-04-01" }))).toEqual([
      "2026-05-01T10:00:00.000Z No docs: - space/docs",
      "2026-04-01T10:00:00.000Z Docs: + space/docs",
    ]);
    expect(brief(await entriesOf("ada", { since: "2026-05-02" }))).toEqual([]);
    const limited = JSON.parse((await run("ada", { limit: 1 }, { json: true })).out) as { entries: Entry[]; omitted: number };
    expect([brief(limited.entries), limited.omitted]).toEqual([["2026-05-01T10:00:00.000Z No docs: - space/docs"], 2]);
    expect(await run("ada", {}, { apps: ["wikki"] })).toMatchObject({ code: 3 });
    expect(await run("ada", { since: "yesterday" })).toMatchObject({ code: 3, err: "--since yesterday is no day: write YYYY-MM-DD" });
  });

  test("a shallow clone says how far back it sees, and takes what it found there for no change", async () => {
    await commit("2026-03-02T14:05:00Z", "Ada joins", personFile("ada", ["roles: [sre]"]));
    await commit("2026-04-01T10:00:00Z", "Docs", personFile("ada", ["roles: [sre]", "grants: [wiki/space/docs]"]));
    await commit("2026-05-01T10:00:00Z", "No docs", personFile("ada", ["roles: [sre]"]));
    const origin = join(company.dir, "..", "origin");
    gitOn(company.dir, "2026-05-02T10:00:00Z", "clone", "--quiet", "--bare", ".", origin);
    await rm(join(company.dir, ".git"), { recursive: true });
    const clone = join(company.dir, "..", "clone");
    gitOn(company.dir, "2026-05-02T10:00:00Z", "clone", "--quiet", "--depth", "2", `file://${origin}`, clone);
    await rm(company.dir, { recursive: true });
    gitOn(clone, "2026-05-02T10:00:00Z", "clone", "--quiet", "--depth", "2", `file://${origin}`, company.dir);
    expect(brief(await entriesOf("ada"))).toEqual(["2026-05-01T10:00:00.000Z No docs: - space/docs"]);
    expect((await remarksOf("ada")).join("\n")).toMatch(/This clone is shallow and begins with commit [0-9a-f]{12} of 2026-04-01/);
  });

  test("without Git: one line, exit 3", async () => {
    await rm(join(company.dir, ".git"), { recursive: true });
    expect(await run("grace")).toEqual({ code: 3, out: "", err: `${company.dir} is not in a Git repository` });
  });

  test("what people wrote into commits is shown, not obeyed", async () => {
    await company.write(personFile("ada", ["roles: [sre]"]));
    gitOn(company.dir, "2026-03-02T14:05:00Z", "add", "--all");
    gitOn(
      company.dir,
      "2026-03-02T14:05:00Z",
      "commit",
      "--quiet",
      "--author",
      "::error::\u001b[31mMallory <m@x.example>",
      "--message",
      "::warning::\u001b[2J",
    );
    const { out } = await run("ada");
    expect(out).not.toContain("\u001b");
    expect(out).toContain("\\u{1b}[2J");
  });
});

describe("with records", () => {
  test("what was wanted is told with what was done, by whose word, and what no change answers for", async () => {
    const base = gitOn(company.dir, "2026-01-05T09:00:00Z", "rev-parse", "HEAD");
    const joined = await commit(
      "2026-03-02T14:05:00Z",
      "Ada joins (#12)",
      personFile("ada", ["roles: [sre]", "grants: [{ grant: wiki/admin, until: 2026-03-31 }]"]),
    );
    const docs = await commit(
      "2026-04-10T10:00:00Z",
      "Docs (#13)",
      personFile("ada", ["roles: [sre]", "grants: [wiki/space/docs, wiki/space/hr]"]),
    );
    const by = byPull(12, joined);
    writeRecords(
      company.dir,
      chainOf([
        draft("2026-03-02T14:11:00.000Z", {
          commits: { from: base, to: joined },
          segments: [approved(12, base, joined)],
          operations: [
            operation("wiki create ada account active", { by, request: "REQ-7" }),
            operation("wiki grant ada space/ops reader", { by, outcome: "failed", fault: "transient: 503", reread: "unread" }),
            operation("wiki grant ada admin", { by, admin: true, reread: "differs" }),
            operation("wiki grant bob space/ops reader", { by }),
          ],
        }),
        draft("2026-03-02T15:11:00.000Z", { operations: [operation("wiki grant ada space/ops reader", { by })] }),
        draft("2026-04-01T03:00:00.000Z", {
          run: { trigger: "schedule", actor: "schedule", url: null },
          operations: [operation("wiki revoke ada admin", { origin: "expiry", by: { kind: "date" } })],
        }),
        draft("2026-04-05T03:00:00.000Z", {
          run: { trigger: "schedule", actor: "schedule", url: null },
          operations: [operation("wiki grant ada space/ops reader", { origin: "drift", by })],
        }),
        draft("2026-04-10T10:10:00.000Z", {
          commits: { from: joined, to: docs },
          segments: [
            {
              from: joined,
              to: docs,
              provenance: { kind: "unapproved", pull: 13, author: "ada", head: docs, reasons: ["nobody approved it"] },
              paths: [],
            },
          ],
          left: [{ id: "wiki ada grant space/docs", app: "wiki", person: "ada", why: "nobody approved it" }],
          outstanding: [
            {
              app: "wiki",
              person: "ada",
              target: "space/hr",
              after: "reader",
              by: { kind: "pull", pull: 13, commit: docs, approvers: [] },
            },
          ],
        }),
      ]),
    );
    const { out } = await run("ada");
    expect(out).toBe(`ada  Ada
times in Europe/London

2026-04-10 11:00  Docs (#13)
  commit ${docs.slice(0, 12)} by Grace Hopper; PR #13, not approved: nobody approved it
  + wiki/space/docs:reader
      identities/people/ada.yaml:4
      left alone 2026-04-10 11:10 in run 5: nobody approved it
  + wiki/space/hr:reader
      identities/people/ada.yaml:4
      wanted, not yet done as of run 5, 2026-04-10 11:10; PR #13, approved by nobody

2026-04-05 04:00  run 4 (schedule, schedule)
  ~ grant space/ops in wiki - → reader [drift]
      done; PR #12, approved by grace

2026-04-01 00:00  by a date in the files
  - wiki/admin [admin]
      identities/people/ada.yaml:4, until 2026-03-31
      done 2026-04-01 04:00 in run 3, confirmed by a later look; a date in the files

2026-03-02 14:05  Ada joins (#12)
  commit ${joined.slice(0, 12)} by Grace Hopper; PR #12 by ada, approved by grace
  + account in wiki
      identities/people/ada.yaml:4, until 2026-03-31 and 1 more line
      done 2026-03-02 14:11 in run 1, request REQ-7, confirmed by a later look; PR #12, approved by grace
  + wiki/admin [admin]
      identities/people/ada.yaml:4, until 2026-03-31
      done 2026-03-02 14:11 in run 1, A LATER LOOK SHOWED SOMETHING ELSE; PR #12, approved by grace
  + wiki/space/ops:reader
      role sre (identities/roles/sre.yaml:1)
      done 2026-03-02 15:11 in run 2, confirmed by a later look (2 attempts); PR #12, approved by grace
`);
    const entries = await entriesOf("ada");
    expect(entries.map((e) => e.pull)).toEqual([13, undefined, undefined, 12]);
    expect(entries[0]!.changes!.map((c) => c.trace.kind)).toEqual(["left", "outstanding"]);
  });

  test("each commit of a rebased pull request is told with it", async () => {
    const base = gitOn(company.dir, "2026-01-05T09:00:00Z", "rev-parse", "HEAD");
    await commit("2026-03-02T14:05:00Z", "one", personFile("ada", ["roles: [sre]"]));
    const two = await commit("2026-03-02T14:05:00Z", "two", personFile("ada", ["roles: [sre]", "grants: [wiki/admin]"]));
    writeRecords(company.dir, chainOf([draft("2026-03-02T14:11:00.000Z", { segments: [approved(12, base, two)] })]));
    expect((await entriesOf("ada")).map((e) => e.pull)).toEqual([12, 12]);
  });

  test("records that were tampered with are used, and said to be so", async () => {
    await commit("2026-03-02T14:05:00Z", "Ada joins", personFile("ada", ["roles: [sre]"]));
    writeRecords(company.dir, [{ ...chainOf([draft("2026-03-02T14:11:00.000Z")])[0]!, result: 6 }]);
    expect((await run("ada")).out).toContain("The records are not as they were written (problems: 1); rollcall audit verify names them.");
  });
});
