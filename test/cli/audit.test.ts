import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type AuditOptions, auditVerify } from "../../src/cli/commands/audit-verify.ts";
import { type Context, UsageError } from "../../src/cli/command.ts";
import { FaultError } from "../../src/connector/fault.ts";
import type { ForgeReader, PullRequest, Status } from "../../src/core/forge/forge.ts";
import { canonicalRecord } from "../../src/core/record/canonical.ts";
import { noteOf } from "../../src/core/record/heads.ts";
import type { RunRecord } from "../../src/core/record/record.ts";
import { type Company, openCompany, personFile, type Ran } from "../support/company.ts";
import { commitOn, gitOn, writeRecords } from "../support/dated-git.ts";
import { approved, byPull, chainOf, draft, operation, sha256 } from "../support/records.ts";

let company: Company;
/** Commits of the branch, oldest first: the beginning, three merges and one that no run has come to. */
let commits: string[];

beforeEach(async () => {
  company = await openCompany({ wiki: { connector: "memory" } }, { ...personFile("grace", []), ".gitignore": ".rollcall/\n" });
  gitOn(company.dir, "2026-03-01T10:00:00Z", "init", "--quiet");
  commits = ["2026-03-01", "2026-03-02", "2026-03-03", "2026-03-04", "2026-03-05"].map((day) =>
    commitOn(company.dir, `${day}T10:00:00Z`, day),
  );
});
afterEach(async () => company.close());

const [one, two, three] = [11, 12, 13] as const;

/** Three runs; `change` alters what the second did before the chain is sealed. */
const story = (granted = "space/ops"): RunRecord[] =>
  chainOf([
    draft("2026-03-02T10:10:00.000Z", {
      commits: { from: commits[0]!, to: commits[1]! },
      segments: [approved(one, commits[0]!, commits[1]!)],
      operations: [operation("wiki create ada account active", { by: byPull(one, commits[1]!) })],
    }),
    draft("2026-03-03T10:10:00.000Z", {
      commits: { from: commits[1]!, to: commits[2]! },
      segments: [approved(two, commits[1]!, commits[2]!)],
      operations: [operation(`wiki grant ada ${granted} reader`, { by: byPull(two, commits[2]!) })],
    }),
    draft("2026-03-04T10:10:00.000Z", {
      commits: { from: commits[2]!, to: commits[3]! },
      segments: [approved(three, commits[2]!, commits[3]!)],
    }),
  ]);

const note = (description: string, login = "github-actions[bot]", at = "2026-03-04T10:10:30Z"): Status => ({
  context: "rollcall/records",
  state: "success",
  description,
  at,
  author: { id: login.length, login, kind: login.endsWith("[bot]") ? "bot" : "user" },
});

/** The forge of this story: what is noted on which commit, and which commit each merge left. */
class Noted {
  readonly statuses = new Map<string, Status[]>();
  readonly merges = new Map<number, string>();
  readonly asked: string[] = [];
  constructor(records: readonly RunRecord[]) {
    for (const record of records) this.note(record.commits.to!, noteOf(record));
    [one, two, three].forEach((n, i) => this.merges.set(n, commits[i + 1]!));
  }
  note(commit: string, description: string, login?: string): void {
    this.statuses.set(commit, [note(description, login), ...(this.statuses.get(commit) ?? [])]);
  }
  open = (): Promise<Pick<ForgeReader, "statuses" | "pull">> =>
    Promise.resolve({
      statuses: (sha) => {
        this.asked.push(sha);
        return Promise.resolve(this.statuses.get(sha) ?? []);
      },
      pull: (number) => {
        const commit = this.merges.get(number);
        if (commit === undefined) return Promise.resolve(null);
        return Promise.resolve({ number, merged: { at: "2026-03-02T10:00:00Z", by: null, commit } } as PullRequest);
      },
    });
}

const verify = async (forge: Noted | null, options: AuditOptions = {}, more: Partial<Context> = {}): Promise<Ran> =>
  company.run(async (c) => (forge ? auditVerify(c, options, forge.open) : auditVerify(c, options, noToken)), more);
const noToken = (): Promise<never> => Promise.reject(new UsageError("GITHUB_TOKEN is not set", 4));

interface Told {
  readonly result: number;
  readonly problems: readonly { readonly code: string; readonly sequence: number | null; readonly summary: string }[];
  readonly unproven: readonly { readonly summary: string; readonly gap: boolean }[];
}
const told = async (forge: Noted | null, options: AuditOptions = {}): Promise<Told & { readonly codes: string[] }> => {
  const { code, out } = await verify(forge, options, { json: true });
  const value = JSON.parse(out) as Told;
  expect(code).toBe(value.result);
  return { ...value, codes: value.problems.map((p) => `${p.sequence} ${p.code}`) };
};

test("whole records that every note agrees with: exit 0, and exactly what was proven", async () => {
  const records = story();
  writeRecords(company.dir, records);
  const forge = new Noted(records);
  const { code, out, err } = await verify(forge);
  expect([code, err]).toEqual([0, ""]);
  expect(out).toBe(`3 records, the last of 2026-03-04T10:10:00.000Z: 3:${records[2]!.hash}

Proven
  + Records 1 to 3: each is what its hash was made of, and names the one before.
  + Records 1 to 3: they are as they were when github-actions[bot] noted 3 at 2026-03-04T10:10:30Z on ${commits[3]}.
  + Heads noted at the forge: 3 on 5 commits, all of which the records agree with.
  + Every commit that a record names is in Git.
  + Operations done by the word of a pull request: 2, each of which has an approved segment of it, with the same approvers.
  + Pull requests: the forge says of 3 that their merge is where the records have it.

Not what this command proves
  - That no run took place whose record and head never came to be written.
  - That whoever approved was allowed to: that was judged at the time, and reviews at the forge can change since.
  - That apps hold today what was done then: \`rollcall drift\` compares.

verified: everything that could be proven is
`);
  expect(company.apps["wiki"]!.seen).toEqual([]);
});

describe("each way to tamper is found", () => {
  test("a record altered in its file", async () => {
    const forge = new Noted(story());
    writeRecords(company.dir, story());
    const file = join(company.dir, ".rollcall/state/records/2026-03.jsonl");
    await writeFile(
      file,
      (await readFile(file, "utf8")).replace("space/ops reader", "space/ops reader").replace('"space/ops"', '"space/hr"'),
    );
    expect(await told(forge)).toMatchObject({ result: 5, codes: ["2 HASH_MISMATCH"] });
  });
  test("altered with a hash made anew", async () => {
    const forge = new Noted(story());
    const records = story();
    const { hash: _, ...rest } = { ...records[1]!, operations: [] };
    records[1] = { ...rest, hash: sha256(canonicalRecord(rest)) };
    writeRecords(company.dir, records);
    expect((await told(forge)).codes).toEqual(["3 PREVIOUS_MISMATCH", "2 HEAD_DISAGREES"]);
  });
  test("removed from the middle, reordered, a line that is no JSON", async () => {
    const [a, b, c] = story();
    const forge = new Noted(story());
    writeRecords(company.dir, [a, c]);
    expect((await told(forge)).codes).toEqual(["3 SEQUENCE_GAP", "3 PREVIOUS_MISMATCH", "2 HEAD_DISAGREES"]);
    writeRecords(company.dir, [a, c, b]);
    expect((await told(forge)).codes).toContain("2 TIME_BACKWARDS");
    writeRecords(company.dir, [a, b, c]);
    const file = join(company.dir, ".rollcall/state/records/2026-03.jsonl");
    await writeFile(file, (await readFile(file, "utf8")).replace('{"version"', '{"version'));
    expect((await told(forge)).codes).toContain("1 SHAPE");
  });
  test("the tail cut off, though the commits of what is gone are named nowhere any more", async () => {
    const forge = new Noted(story());
    writeRecords(company.dir, story().slice(0, 2));
    const { codes, problems } = await told(forge);
    expect(codes).toEqual(["3 TAIL_MISSING"]);
    expect(problems[0]!.summary).toContain(commits[3]);
    await rm(join(company.dir, ".rollcall"), { recursive: true });
    expect((await told(forge)).codes).toEqual(["3 TAIL_MISSING", "2 TAIL_MISSING", "1 TAIL_MISSING"]);
  });
  test("the whole chain written anew, and its head noted by the one who did", async () => {
    const forge = new Noted(story());
    const anew = story("admin");
    writeRecords(company.dir, anew);
    expect((await told(forge)).codes).toEqual(["3 HEAD_DISAGREES", "2 HEAD_DISAGREES"]);
    forge.note(commits[4]!, noteOf(anew[2]!));
    expect((await told(forge)).codes).toEqual(["3 HEAD_DISAGREES", "2 HEAD_DISAGREES"]);
    // As one record that names none of the commits on which something was noted.
    const fewer = chainOf([draft("2026-03-05T10:10:00.000Z", { commits: { from: commits[0]!, to: commits[4]! } })]);
    writeRecords(company.dir, fewer);
    forge.note(commits[4]!, noteOf(fewer[0]!));
    expect((await told(forge)).codes).toContain("1 HEAD_DISAGREES");
  });
  test("a record put behind the last noted one: not proven, and a forged note of more: an alarm", async () => {
    const records = story();
    const forge = new Noted(records.slice(0, 2));
    writeRecords(company.dir, records);
    const open = await told(forge);
    expect([open.result, open.codes]).toEqual([8, []]);
    expect(open.unproven[0]!.summary).toMatch(/^Record 3: no head noted outside the state was found/);
    forge.note(commits[4]!, `4 ${"a".repeat(64)}`, "mallory");
    const { result, problems } = await told(forge);
    expect([result, problems.map((p) => p.code)]).toEqual([5, ["TAIL_MISSING"]]);
    expect(problems[0]!.summary).toContain("mallory noted");
  });
  test("a record for a commit that is not in Git; an operation by a pull request that was merged elsewhere", async () => {
    const gone = "f".repeat(40);
    const records = chainOf([
      draft("2026-03-02T10:10:00.000Z", {
        commits: { from: commits[0]!, to: commits[1]! },
        segments: [approved(one, commits[0]!, commits[1]!)],
        operations: [operation("wiki grant mallory admin", { by: byPull(two, commits[2]!) })],
      }),
      draft("2026-03-03T10:10:00.000Z", { commits: { from: commits[1]!, to: gone } }),
    ]);
    writeRecords(company.dir, records);
    const forge = new Noted(records);
    expect((await told(forge)).codes).toEqual(["1 WARRANT_UNFOUND", "2 COMMIT_UNKNOWN"]);
    forge.merges.set(one, commits[2]!);
    expect((await told(forge)).codes).toContain("1 PULL_ELSEWHERE");
  });
});

describe("what could not be looked at", () => {
  test("without a forge: exit 8 and why; with a head from a log: proven as far as that goes", async () => {
    const records = story();
    writeRecords(company.dir, records);
    const without = await told(null);
    expect([without.result, without.codes]).toEqual([8, []]);
    expect(without.unproven.filter((u) => u.gap).map((u) => u.summary)).toEqual([
      "Heads noted at the forge: GITHUB_TOKEN is not set.",
      expect.stringMatching(/^Records 1 to 3: no head noted/),
      "That pull requests were merged where the records say: GITHUB_TOKEN is not set.",
    ]);
    const { out } = await verify(null, { head: [`3:${records[2]!.hash}`] });
    expect(out).toContain("+ Records 1 to 3: they are as they were when 3 was given by --head.");
    writeRecords(company.dir, story("admin"));
    expect((await told(null, { head: [`3:${records[2]!.hash}`] })).codes).toEqual(["3 HEAD_DISAGREES"]);
    writeRecords(company.dir, story().slice(0, 2));
    expect((await told(null, { head: [`3:${records[2]!.hash}`] })).codes).toEqual(["3 TAIL_MISSING"]);
  });
  test("a forge that ceases to answer: what was read counts, the rest is open", async () => {
    const records = story();
    writeRecords(company.dir, records);
    const fault = (): Promise<never> => Promise.reject(new FaultError({ kind: "throttled", message: "too many requests" }));
    const { code, out } = await company.run(async (c) => auditVerify(c, {}, () => Promise.resolve({ statuses: fault, pull: fault })));
    expect(code).toBe(8);
    expect(out).toContain("? Heads noted at the forge: read of 0 of 5 commits: too many requests.");
  });
  test("a shallow clone cannot tell of older commits", async () => {
    const records = story();
    writeRecords(company.dir, records);
    await writeFile(join(company.dir, ".git", "shallow"), `${commits[3]}\n`);
    gitOn(company.dir, "2026-03-06T10:00:00Z", "reflog", "expire", "--expire=now", "--all");
    gitOn(company.dir, "2026-03-06T10:00:00Z", "gc", "--quiet", "--prune=now");
    const { result, unproven } = await told(new Noted(records));
    expect(result).toBe(8);
    expect(unproven[0]!.summary).toMatch(/^3 commits that records name lie before the beginning of this shallow clone/);
  });
  test("fewer commits are asked about where that is wanted, and it is said", async () => {
    const records = story();
    writeRecords(company.dir, records);
    const forge = new Noted(records);
    const { result, unproven } = await told(forge, { commits: 2 });
    expect(forge.asked).toEqual([commits[4], commits[3]]);
    expect(result).toBe(0);
    expect(unproven[0]!.summary).toMatch(/^Heads noted on 3 older commits were not read/);
  });
  test("no record and no note", async () => {
    const { code, out } = await verify(new Noted([]));
    expect([code, out.split("\n")[0]]).toEqual([0, "no records"]);
  });
  test("a head that is none is a mistake of the call", async () => {
    expect(await verify(null, { head: ["3"] })).toMatchObject({
      code: 3,
      err: "--head 3 is no head: write <sequence>:<hash>, as a run's log has it",
    });
  });
});

test("what stands in notes and records is shown and not obeyed", async () => {
  const records = story();
  writeRecords(company.dir, records);
  const forge = new Noted(records);
  forge.note(commits[1]!, "\u001b[2J::error::", "mal\u001b[31mlory");
  const { out } = await verify(forge);
  expect(out).not.toContain("\u001b");
  expect(out).toContain("NOTE_ODD");
});
