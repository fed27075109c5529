import { describe, expect, test } from "vitest";
import { type Audit, type AuditInput, auditOf } from "../../../src/core/record/audit.ts";
import { checkClaims, type Facts } from "../../../src/core/record/claims.ts";
import { type NotedHead, noteOf, notesContext, notesOn } from "../../../src/core/record/heads.ts";
import type { RunRecord } from "../../../src/core/record/record.ts";
import { approved, byPull, chainOf, commitId, draft, operation, sha256 } from "../../support/records.ts";

const [a, b, c, d] = [commitId("a"), commitId("b"), commitId("c"), commitId("d")];

const story = (last = "2026-03-04T10:00:00.000Z"): RunRecord[] =>
  chainOf([
    draft("2026-03-02T10:00:00.000Z", {
      commits: { from: a, to: b },
      segments: [approved(12, a, b)],
      operations: [operation("wiki grant ada space/docs reader", { by: byPull(12, b) })],
    }),
    draft("2026-03-03T10:00:00.000Z", { commits: { from: b, to: c }, segments: [approved(13, b, c)] }),
    draft(last, { commits: { from: c, to: d } }),
  ]);

const noted = (record: RunRecord, commit = d): NotedHead => ({
  sequence: record.sequence,
  hash: record.hash,
  where: commit,
  at: record.at,
  by: "github-actions[bot]",
});

const facts: Facts = {
  line: [d, c, b, a],
  shallow: false,
  elsewhere: new Set(),
  merges: new Map([
    [12, b],
    [13, c],
  ]),
};

const audited = (records: readonly RunRecord[], more: Partial<AuditInput> = {}, known: Partial<Facts> = {}): Audit =>
  auditOf({
    values: records,
    sha256,
    notes: { heads: records.map((r) => noted(r)), odd: [], commits: 4, left: 0, why: null },
    given: [],
    claims: checkClaims(records, { ...facts, ...known }),
    whyNoClaims: null,
    pulls: 2,
    whyNoPulls: null,
    ...more,
  });

const codes = ({ problems }: Audit): string[] => problems.map((p) => `${p.sequence} ${p.code}`);
const gaps = ({ unproven }: Audit): string[] => unproven.filter((u) => u.gap).map((u) => u.summary);

test("records, notes, Git and the forge agree: what is proven is said, and what never can be", () => {
  const audit = audited(story());
  expect([audit.result, codes(audit), gaps(audit)]).toEqual([0, [], []]);
  expect(audit.proven).toEqual([
    "Records 1 to 3: each is what its hash was made of, and names the one before.",
    `Records 1 to 3: they are as they were when github-actions[bot] noted 3 at 2026-03-04T10:00:00.000Z on ${d}.`,
    "Heads noted at the forge: 3 on 4 commits, all of which the records agree with.",
    "Every commit that a record names is in Git.",
    "Operations done by the word of a pull request: 1, each of which has an approved segment of it, with the same approvers.",
    "Pull requests: the forge says of 2 that their merge is where the records have it.",
  ]);
  expect(audit.unproven.map((u) => u.gap)).toEqual([false, false, false]);
});

describe("heads", () => {
  const notes = (heads: readonly NotedHead[], more: Partial<AuditInput["notes"]> = {}): Partial<AuditInput> => ({
    notes: { heads, odd: [], commits: 4, left: 0, why: null, ...more },
  });
  test("the tail cut off: the newest note is ahead of the chain", () => {
    const whole = story();
    const audit = audited(whole.slice(0, 2), notes(whole.map((r) => noted(r))));
    expect([audit.result, codes(audit)]).toEqual([5, ["3 TAIL_MISSING"]]);
    expect(codes(audited([], notes([noted(whole[0]!)])))).toEqual(["1 TAIL_MISSING"]);
  });
  test("everything written anew: the notes of the old chain disagree, also where the new head was noted since", () => {
    const [, old] = story();
    const anew = story("2026-03-04T11:00:00.000Z");
    const other = chainOf([draft("2026-03-02T10:00:00.000Z", { commits: { from: a, to: b } }), draft("2026-03-03T10:00:00.000Z")]);
    expect(codes(audited(other, notes([noted(old!)]), { merges: null }))).toEqual(["2 HEAD_DISAGREES"]);
    expect(codes(audited(other, notes([noted(other[1]!), noted(old!)])))).toEqual(["2 HEAD_DISAGREES"]);
    expect(codes(audited(anew, notes([noted(anew[2]!), noted(story()[2]!)])))).toEqual(["3 HEAD_DISAGREES"]);
  });
  test("a note by somebody with write access that names what is not so is an alarm beside any number that agree", () => {
    const records = story();
    const forged: NotedHead = { sequence: 9, hash: "f".repeat(64), where: d, at: "2026-03-05T00:00:00Z", by: "mallory" };
    const audit = audited(records, notes([forged, ...records.map((r) => noted(r))]));
    expect([audit.result, codes(audit)]).toEqual([5, ["9 TAIL_MISSING"]]);
    expect(audit.problems[0]!.summary).toMatch(/mallory noted 2026-03-05.*cut off, or that note is forged/);
  });
  test("records that no note reaches are open: a record put behind the last noted one would look the same", () => {
    const records = story();
    const audit = audited(records, notes([noted(records[1]!)]));
    expect([audit.result, codes(audit)]).toEqual([8, []]);
    expect(gaps(audit)[0]).toMatch(/^Record 3: no head noted/);
  });
  test("notes that cannot be read leave everything open, and a head that the auditor has closes it", () => {
    const records = story();
    const without = notes([], { why: "no token" });
    expect(audited(records, without).result).toBe(8);
    const given = [{ ...noted(records[2]!), where: "--head", at: null, by: null }];
    const audit = audited(records, { notes: { heads: [], odd: [], commits: 0, left: 0, why: null }, given });
    expect(audit.result).toBe(0);
    expect(audit.proven[1]).toBe("Records 1 to 3: they are as they were when 3 was given by --head.");
    expect(codes(audited(story("2026-03-04T11:00:00.000Z"), { ...without, given }))).toEqual(["3 HEAD_DISAGREES"]);
  });
  test("no records and no notes is nothing to prove", () => {
    expect(audited([], notes([]))).toMatchObject({ result: 0, head: null, proven: [] });
  });
  test("a broken chain proves nothing by its head", () => {
    const [one, two, three] = story();
    const audit = audited([{ ...one!, result: 3 }, two!, three!]);
    expect([audit.result, codes(audit)]).toEqual([5, ["1 HASH_MISMATCH"]]);
    expect(audit.proven.join()).not.toMatch(/Records 1/);
  });
  test("statuses of other contexts are not looked at; in rollcall's own, what is no head is told", () => {
    const [one] = story();
    const status = {
      context: "rollcall/records",
      state: "success",
      at: "2026-03-02T10:01:00Z",
      author: { id: 1, login: "bot", kind: "bot" },
    } as const;
    const read = notesOn(d, [
      { ...status, description: noteOf(one!) },
      { ...status, context: "ci", description: "9 x" },
      { ...status, description: `0${noteOf(one!)}` },
      { ...status, description: noteOf(one!), state: "failure", author: null },
      { ...status, description: "", author: null },
    ]);
    const head = { sequence: 1, hash: one!.hash, where: d, at: status.at };
    expect(read.heads).toEqual([
      { ...head, by: "bot" },
      { ...head, by: null },
    ]);
    expect(read.odd.map((o) => o.by)).toEqual(["bot", null]);
    expect(codes(audited(story(), { notes: { heads: [noted(story()[2]!)], odd: read.odd, commits: 1, left: 0, why: null } }))).toEqual([
      "null NOTE_ODD",
      "null NOTE_ODD",
    ]);
  });
});

test("no context holds more notes than a commit takes, and the notes of every context are read", () => {
  const counts = new Map<string, number>();
  for (let sequence = 1; sequence <= 5000; sequence++) {
    const context = notesContext({ sequence });
    counts.set(context, (counts.get(context) ?? 0) + 1);
  }
  expect(Math.max(...counts.values())).toBeLessThan(1000);
  const author = { id: 1, login: "bot", kind: "bot" } as const;
  const statuses = [...counts.keys(), "rollcall/recordsx"].map((context, i) => ({
    context,
    state: "success" as const,
    description: `${i + 1} ${"a".repeat(64)}`,
    at: "2026-03-02T10:01:00Z",
    author,
  }));
  expect(notesOn(d, statuses).heads).toHaveLength(counts.size);
});

describe("claims", () => {
  const claims = (drafts: Parameters<typeof chainOf>[0], known: Partial<Facts> = {}): string[] =>
    checkClaims(chainOf(drafts), { ...facts, ...known }).problems.map((p) => `${p.sequence} ${p.code}`);
  const at = "2026-03-02T10:00:00.000Z";
  const grant = (by: ReturnType<typeof byPull>) => operation("wiki grant ada space/docs reader", { by });

  test("a record for a commit that Git does not have", () => {
    const gone = commitId("9");
    expect(claims([draft(at, { commits: { from: a, to: gone } })])).toEqual(["1 COMMIT_UNKNOWN"]);
    expect(claims([draft(at, { commits: { from: a, to: gone } })], { elsewhere: new Set([gone]) })).toEqual([]);
    const shallow = checkClaims(chainOf([draft(at, { commits: { from: null, to: gone } })]), { ...facts, shallow: true });
    expect([shallow.problems, shallow.unseen]).toEqual([[], [gone]]);
  });
  test("an operation attributed to a pull request whose merge is not in the segment", () => {
    const segments = [approved(12, a, b)];
    expect(claims([draft(at, { segments, operations: [grant(byPull(12, b))] })])).toEqual([]);
    expect(claims([draft(at, { segments, operations: [grant(byPull(12, c))] })])).toEqual(["1 WARRANT_UNFOUND"]);
    expect(claims([draft(at, { segments, operations: [grant(byPull(99, b))] })])).toEqual(["1 WARRANT_UNFOUND"]);
    expect(
      claims([
        draft(at, {
          segments: [{ ...approved(12, a, b), provenance: { kind: "pushed", pull: 12, reasons: [] } }],
          operations: [grant(byPull(12, b))],
        }),
      ]),
    ).toEqual(["1 WARRANT_UNFOUND"]);
  });
  test("a commit within a rebased pull request's segment is in it; the one before it is not", () => {
    const segments = [approved(12, a, c)];
    expect(claims([draft(at, { segments, operations: [grant(byPull(12, b))] })])).toEqual([]);
    expect(claims([draft(at, { segments, operations: [grant(byPull(12, a))] })])).toEqual(["1 WARRANT_UNFOUND"]);
  });
  test("what is outstanding from an earlier record's segment may be done later, and never before", () => {
    const earlier = draft(at, { segments: [approved(12, a, b)] });
    const later = draft(at, { operations: [grant(byPull(12, b))] });
    expect(claims([earlier, later])).toEqual([]);
    expect(claims([later, earlier])).toEqual(["1 WARRANT_UNFOUND"]);
  });
  test("other approvers than the segment's", () => {
    expect(claims([draft(at, { segments: [approved(12, a, b)], operations: [grant(byPull(12, b, ["mallory"]))] })])).toEqual([
      "1 APPROVERS_DIFFER",
    ]);
  });
  test("the forge knows another merge, or none", () => {
    const records = [draft(at, { segments: [approved(12, a, b)] })];
    expect(claims(records, { merges: new Map([[12, c]]) })).toEqual(["1 PULL_ELSEWHERE"]);
    expect(claims(records, { merges: new Map([[12, null]]) })).toEqual(["1 PULL_ELSEWHERE"]);
    expect(claims(records, { merges: null })).toEqual([]);
  });
  test("access given by a push that nobody reviewed; taken, it may rest on one", () => {
    const by = { kind: "pushed", commit: b } as const;
    expect(claims([draft(at, { operations: [operation("wiki grant ada space/docs reader", { by })] })])).toEqual(["1 GAIN_UNREVIEWED"]);
    expect(claims([draft(at, { operations: [operation("wiki revoke ada space/docs", { by })] })])).toEqual([]);
  });
});
