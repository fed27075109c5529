import { z } from "zod";
import type { Snapshot } from "../../core/model/observed.ts";
import { SnapshotError } from "./lock.ts";

/** What one run saw of every app, and when (RFC 3339). */
export interface Snapshots {
  readonly takenAt: string;
  readonly apps: readonly Snapshot[];
}

const ref = z.strictObject({ kind: z.string(), id: z.string() });
const text = z.string();
const texts = z.record(text, text);
const reasoned = z.strictObject({ kind: text, message: text });

const snapshot = z.strictObject({
  app: text,
  accounts: z.array(
    z.strictObject({
      ref,
      login: text.optional(),
      emails: z.array(z.strictObject({ address: text, verified: z.boolean() })),
      name: text.optional(),
      status: z.enum(["active", "suspended", "pending", "expired", "unknown"]),
      admin: z.boolean(),
      self: z.literal(true).optional(),
      outside: text.optional(),
      attributes: texts,
      since: text.optional(),
    }),
  ),
  groups: z.array(
    z.strictObject({
      entitlement: text,
      ref,
      name: text.optional(),
      description: text.optional(),
      parent: text.optional(),
      readOnly: text.optional(),
    }),
  ),
  edges: z.array(z.strictObject({ account: ref, entitlement: text, level: text.optional(), derived: text.optional() })),
  scopes: z.array(
    z.strictObject({
      id: text,
      covers: z.enum(["accounts", "groups", "edges"]),
      entitlement: text.optional(),
      complete: z.boolean(),
      reason: text.optional(),
    }),
  ),
  lookups: z.array(z.tuple([text, z.array(ref)])),
  unanswered: z.array(z.strictObject({ asked: text, reason: text })).optional(),
  fresh: z.array(z.tuple([text, z.boolean()])),
  tenant: z
    .strictObject({
      tenant: text,
      label: text.optional(),
      self: ref.optional(),
      edition: text.optional(),
      unavailable: texts,
      joinsByEmail: z.boolean(),
    })
    .nullable(),
  failure: reasoned.optional(),
  calls: z.int().min(0),
});
const file = z.strictObject({ version: z.literal(1), takenAt: z.iso.datetime(), apps: z.array(snapshot) });

export const encodeSnapshots = ({ takenAt, apps }: Snapshots): string =>
  JSON.stringify({ version: 1, takenAt, apps: apps.map((s) => ({ ...s, lookups: [...s.lookups], fresh: [...s.fresh] })) });

/** Throws SnapshotError where the text has another shape. */
export function decodeSnapshots(json: string): Snapshots {
  const parsed = file.safeParse(JSON.parse(json));
  if (!parsed.success)
    throw new SnapshotError(`the snapshot has another shape than this rollcall reads: ${z.prettifyError(parsed.error).split("\n")[0]}`);
  const { takenAt, apps } = parsed.data;
  // The schema is strict and says just what Snapshot says; optional fields are left out, never undefined, because JSON has no undefined.
  return { takenAt, apps: apps.map((s) => ({ ...s, lookups: new Map(s.lookups), fresh: new Map(s.fresh) }) as Snapshot) };
}
