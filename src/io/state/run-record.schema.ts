import { z } from "zod";
import { verbs } from "../../core/model/manifest.ts";
import type { RunRecord } from "../../core/record/record.ts";

const text = z.string().max(20_000);
const many = z.array(text).max(100_000);
const hash = z.string().regex(/^[0-9a-f]{64}$/);
const whole = z.number().int();

const provenance = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("approved"), pull: whole, author: text, approvers: many, head: text }),
  z.strictObject({ kind: z.literal("unapproved"), pull: whole, author: text.nullable(), head: text, reasons: many }),
  z.strictObject({ kind: z.literal("pushed"), pull: whole.nullable(), reasons: many }),
]);

const segments = z.array(z.strictObject({ from: text, to: text, provenance, paths: many }));

const byPull = z.strictObject({ kind: z.literal("pull"), pull: whole, commit: text, approvers: many });
const byBaseline = z.strictObject({ kind: z.literal("baseline"), commit: text });
const warrant = z.discriminatedUnion("kind", [
  byPull,
  byBaseline,
  z.strictObject({ kind: z.literal("date") }),
  z.strictObject({ kind: z.literal("pushed"), commit: text }),
  z.strictObject({ kind: z.literal("person"), who: text }),
  z.strictObject({ kind: z.literal("state") }),
]);

const operation = z.strictObject({
  id: text,
  app: text,
  person: text.nullable(),
  verb: z.enum([...verbs, "adopt", "record"]),
  target: text,
  before: text.nullable(),
  after: text.nullable(),
  login: text.nullable(),
  ref: text.nullable(),
  origin: z.enum(["change", "drift", "expiry", "lifecycle"]),
  admin: z.boolean(),
  because: many,
  by: warrant,
  outcome: z.enum(["done", "already", "invited", "pending", "human", "failed", "skipped", "refused"]),
  request: text.nullable(),
  fault: text.nullable(),
  reread: z.enum(["confirmed", "differs", "unread"]),
});

/** A run record as a line of a file says it; in this order of keys it is written. */
export const runRecord: z.ZodType<RunRecord> = z.strictObject({
  version: z.literal(1),
  sequence: whole.min(1),
  at: z.iso.datetime(),
  run: z.strictObject({ trigger: z.enum(["merge", "schedule", "manual"]), actor: text, url: text.nullable() }),
  rollcall: text,
  commits: z.strictObject({ from: text.nullable(), to: text.nullable() }),
  segments,
  operations: z.array(operation),
  left: z.array(z.strictObject({ id: text, app: text, person: text.nullable(), why: text })),
  outstanding: z.array(
    z.strictObject({
      app: text,
      person: text.nullable(),
      target: text,
      after: text.nullable(),
      by: z.discriminatedUnion("kind", [byPull, byBaseline]),
    }),
  ),
  unapproved: segments,
  result: whole,
  previous: hash.nullable(),
  hash,
});
