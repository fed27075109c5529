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
const names = z.array(z.string());
const nullable = z.string().nullable();

const provenance = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("approved"), pull: number, author: z.string(), approvers: names, head: commit }),
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
  z.strictObject({ kind: z.literal("revert"), policy: z.string() }),
  z.strictObject({ kind: z.literal("pushed"), commit }),
  z.strictObject({ kind: z.literal("person"), who: z.string() }),
  z.strictObject({ kind: z.literal("state") }),
]);

const operation = z.strictObject({
  id: z.string(),
  app: z.string(),
  person: nullable,
  verb: z.enum([...verbs, "adopt", "record"]),
  target: z.string(),
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
  run: z.strictObject({ trigger: z.enum(["merge", "schedule", "manual"]), actor: z.string(), url: nullable }),
  rollcall: z.string(),
  commits: z.strictObject({ from: commit.nullable(), to: commit.nullable() }),
  segments: z.array(segment),
  operations: z.array(operation),
  left: z.array(z.strictObject({ id: z.string(), app: z.string(), person: nullable, why: z.string() })),
  outstanding: z.array(
    z.strictObject({
      app: z.string(),
      person: nullable,
      target: z.string(),
      after: nullable,
      by: z.discriminatedUnion("kind", [byPull, byBaseline]),
    }),
  ),
  unapproved: z.array(segment),
  result: z.int().nonnegative(),
  previous: hash.nullable(),
  hash,
});
