import { z } from "zod";
import { verbs } from "../model/manifest.ts";
import type { RunRecord } from "./record.ts";

/**
 * What a line of a record file may hold. Strict: a field that this rollcall does not know is refused, because its hash would not cover it. Names
 * and messages are text as it was; they are escaped where they are shown.
 */

const hash = z.string().regex(/^[0-9a-f]{64}$/, "is no SHA-256 in lower-case hex");
const commit = z.string().regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/, "is no full id of a commit");
const time = z.iso.datetime({ error: "is no RFC 3339 time in UTC" });
const number = z.int().positive();
const text = z.string().max(20_000, "is longer than 20,000 characters");
const names = z.array(text).max(100_000, "has more than 100,000 entries");
const nullable = text.nullable();

const provenance = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("approved"), pull: number, author: text, approvers: names, head: commit }),
  z.strictObject({ kind: z.literal("unapproved"), pull: number, author: nullable, head: commit, reasons: names }),
  z.strictObject({ kind: z.literal("pushed"), pull: number.nullable(), reasons: names }),
]);

const segment = z.strictObject({ from: commit, to: commit, provenance, paths: names });

const byPull = z.strictObject({ kind: z.literal("pull"), pull: number, commit, approvers: names });
const byBaseline = z.strictObject({ kind: z.literal("baseline"), commit });
const warrant = z.discriminatedUnion("kind", [
  byPull,
  byBaseline,
  z.strictObject({ kind: z.literal("date") }),
  z.strictObject({ kind: z.literal("revert"), policy: text }),
  // "" where no commit could be named: that a run is recorded matters more.
  z.strictObject({ kind: z.literal("pushed"), commit: z.union([commit, z.literal("")]) }),
  z.strictObject({ kind: z.literal("person"), who: text }),
  z.strictObject({ kind: z.literal("state") }),
]);

const operation = z.strictObject({
  id: text,
  app: text,
  person: nullable,
  verb: z.enum([...verbs, "adopt", "record"]),
  target: text,
  before: nullable,
  after: nullable,
  login: nullable,
  ref: nullable,
  origin: z.enum(["change", "drift", "expiry", "lifecycle"]),
  admin: z.boolean(),
  because: names,
  by: warrant,
  outcome: z.enum(["done", "already", "invited", "pending", "human", "failed", "skipped", "refused"]),
  request: nullable,
  fault: nullable,
  reread: z.enum(["confirmed", "differs", "unread"]),
});

/** Version 1. */
export const recordSchema: z.ZodType<RunRecord> = z.strictObject({
  version: z.literal(1),
  sequence: number,
  at: time,
  run: z.strictObject({ trigger: z.enum(["merge", "schedule", "manual"]), actor: text, url: nullable }),
  rollcall: text,
  commits: z.strictObject({ from: commit.nullable(), to: commit.nullable() }),
  segments: z.array(segment),
  operations: z.array(operation),
  left: z.array(z.strictObject({ id: text, app: text, person: nullable, why: text })),
  outstanding: z.array(
    z.strictObject({
      app: text,
      person: nullable,
      target: text,
      after: nullable,
      by: z.discriminatedUnion("kind", [byPull, byBaseline]),
      since: z.exactOptional(z.iso.date()),
    }),
  ),
  unapproved: z.array(segment),
  stoppedElsewhere: z.array(z.strictObject({ app: z.string(), person: z.string(), ref: z.string(), since: time })).exactOptional(),
  result: z.int().nonnegative(),
  previous: hash.nullable(),
  hash,
});
