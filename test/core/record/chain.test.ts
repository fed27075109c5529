import { describe, expect, test } from "vitest";
import { canonicalRecord } from "../../../src/core/record/canonical.ts";
import type { RunRecord } from "../../../src/core/record/record.ts";
import { seal } from "../../../src/core/record/seal.ts";
import { readable, verifyChain } from "../../../src/core/record/verify-chain.ts";
import { approved, byPull, chainOf, commitId, draft, operation, sha256 } from "../../support/records.ts";

const [a, b, c] = [commitId("a"), commitId("b"), commitId("c")];

/** Has something of every kind a record can hold. */
const full = draft("2026-03-02T14:11:00.000Z", {
  commits: { from: a, to: c },
  segments: [
    approved(12, a, b),
    { from: b, to: c, provenance: { kind: "pushed", pull: null, reasons: ["no pull request"] }, paths: ["x"] },
  ],
  operations: [
    operation("wiki create ada account active", { by: byPull(12, b), request: "REQ-1" }),
    operation("wiki revoke bob space/docs", { by: { kind: "pushed", commit: c } }),
    operation("wiki suspend eve account suspended"),
    operation("wiki adopt eve account active", { by: { kind: "state" } }),
    operation("wiki restore eve account active", { by: { kind: "baseline", commit: a } }),
    operation("wiki grant eve space/docs", { by: { kind: "revert", policy: "undo" } }),
    operation("wiki grant eve admin", { by: { kind: "person", who: "grace" }, outcome: "failed", fault: "transient: try again" }),
  ],
  left: [{ id: "wiki mallory grant admin", app: "wiki", person: "mallory", why: "outside the reviewed changes" }],
  outstanding: [
    { app: "wiki", person: "ada", target: "space/docs", after: "reader", by: { kind: "pull", pull: 12, commit: b, approvers: [] } },
  ],
  unapproved: [{ from: b, to: c, provenance: { kind: "unapproved", pull: 13, author: null, head: c, reasons: ["self"] }, paths: [] }],
  stoppedElsewhere: [{ app: "wiki", person: "ada", ref: "user:7", since: "2026-03-01T09:00:00.000Z" }],
  result: 6,
});

const chain = (): RunRecord[] =>
  chainOf([full, draft("2026-03-03T03:00:00.000Z"), draft("2026-03-04T03:00:00.000Z"), draft("2026-03-05T03:00:00.000Z")]);

const codes = (values: readonly unknown[]): string[] => verifyChain(values, sha256).map((p) => `${p.sequence} ${p.code}`);

test("a chain that nobody touched has no problem, also after it went through JSON", () => {
  expect(codes(chain())).toEqual([]);
  expect(codes(chain().map((r) => JSON.parse(JSON.stringify(r)) as unknown))).toEqual([]);
  expect(readable(chain())).toEqual(chain());
});

test("the hash does not depend on the order in which a reader finds the fields", () => {
  const turned = (value: unknown): unknown =>
    Array.isArray(value)
      ? value.map(turned)
      : typeof value === "object" && value !== null
        ? Object.fromEntries(
            Object.entries(value)
              .toReversed()
              .map(([k, v]) => [k, turned(v)]),
          )
        : value;
  expect(codes(chain().map(turned))).toEqual([]);
});

/** Every leaf of a value, by its path. */
function* leaves(value: unknown, path: readonly (string | number)[] = []): Generator<readonly (string | number)[]> {
  if (typeof value !== "object" || value === null) yield path;
  else for (const [key, part] of Object.entries(value)) yield* leaves(part, [...path, Array.isArray(value) ? Number(key) : key]);
}

function altered(record: RunRecord, path: readonly (string | number)[]): RunRecord {
  const copy = structuredClone(record) as never;
  let here = copy as Record<string | number, unknown>;
  for (const key of path.slice(0, -1)) here = here[key] as Record<string | number, unknown>;
  const key = path.at(-1)!;
  const was = here[key];
  here[key] = typeof was === "number" ? was + 1 : typeof was === "boolean" ? !was : was === null ? "x" : `${was as string}0`;
  return copy;
}

test("whatever single value of a record is altered, the record is found out", () => {
  const [first, ...rest] = chain();
  const paths = [...leaves(first)];
  expect(paths.length).toBeGreaterThan(130);
  for (const path of paths) {
    const found = verifyChain([altered(first!, path), ...rest], sha256);
    expect(found.length, path.join(".")).toBeGreaterThan(0);
  }
});

test("whatever single value is altered changes the canonical text, the hash itself excepted", () => {
  const [first] = chain();
  const text = canonicalRecord(first!);
  for (const path of leaves(first)) {
    expect(canonicalRecord(altered(first!, path)) === text, path.join(".")).toBe(path[0] === "hash");
  }
});

test("a field that a later version adds is refused in reading, and never passed over in hashing", () => {
  const [first, ...rest] = chain();
  const operations = [{ ...first!.operations[0]!, cost: 5 }, ...first!.operations.slice(1)];
  expect(codes([{ ...first!, note: "x" }, ...rest])).toEqual(["1 SHAPE"]);
  expect(codes([{ ...first!, operations }, ...rest])).toEqual(["1 SHAPE"]);
  expect(() => canonicalRecord({ ...first!, operations })).toThrow(/"cost" is not part/);
});

describe("what is done to a chain and how it shows", () => {
  test("an altered record whose hash was made anew: the next one no longer follows it", () => {
    const records = chain();
    const { hash: _, ...rest } = { ...records[1]!, result: 5 };
    records[1] = { ...rest, hash: sha256(canonicalRecord(rest)) };
    expect(codes(records)).toEqual(["3 PREVIOUS_MISMATCH"]);
  });
  test("one taken out of the middle, one put in twice, two exchanged, the first gone", () => {
    const [one, two, three, four] = chain();
    expect(codes([one, three, four])).toEqual(["3 SEQUENCE_GAP", "3 PREVIOUS_MISMATCH"]);
    expect(codes([one, two, two, three, four])).toEqual(["2 SEQUENCE_GAP", "2 PREVIOUS_MISMATCH"]);
    expect(codes([one, three, two, four])).toEqual([
      "3 SEQUENCE_GAP",
      "3 PREVIOUS_MISMATCH",
      "2 SEQUENCE_GAP",
      "2 PREVIOUS_MISMATCH",
      "2 TIME_BACKWARDS",
      "4 SEQUENCE_GAP",
      "4 PREVIOUS_MISMATCH",
    ]);
    expect(codes([two, three, four])).toEqual(["2 SEQUENCE_GAP", "2 PREVIOUS_MISMATCH"]);
  });
  test("several at once are all told", () => {
    const [one, two, three, four] = chain();
    expect(codes([{ ...one!, result: 0 }, two, { ...three!, rollcall: "9" }, four])).toEqual(["1 HASH_MISMATCH", "3 HASH_MISMATCH"]);
  });
  test("what is no record at all is told, and the rest still looked at", () => {
    const [one, two, three, four] = chain();
    expect(codes([one, null, three, four])).toEqual(["2 SHAPE"]);
    expect(codes(["{", 5, [], {}])).toEqual(["1 SHAPE", "2 SHAPE", "3 SHAPE", "4 SHAPE"]);
    expect(codes([one, { ...two, at: "yesterday" }, three, four])).toEqual(["2 SHAPE"]);
  });
  test("the end cut off, or everything written anew, is a chain like any other", () => {
    expect(codes(chain().slice(0, 2))).toEqual([]);
    expect(codes(chainOf([draft("2026-01-01T00:00:00.000Z")]))).toEqual([]);
  });
});

describe("time", () => {
  test("clocks that differ by less than an hour are evened out when a record is sealed", () => {
    const [one] = chainOf([draft("2026-03-02T14:11:00.000Z")]);
    const two = seal(draft("2026-03-02T13:30:00Z"), one!, sha256);
    expect(two.at).toBe(one!.at);
    expect(codes([one, two])).toEqual([]);
  });
  test("more is left as it is and told", () => {
    const records = chainOf([draft("2026-03-02T14:11:00.000Z"), draft("2026-03-02T13:10:00.000Z")]);
    expect(records[1]!.at).toBe("2026-03-02T13:10:00.000Z");
    expect(codes(records)).toEqual(["2 TIME_BACKWARDS"]);
  });
});
