/** What issues and pull requests have in common, and issues. */
import { z } from "zod";
import { instant, long, number } from "../field.ts";

export const label = z.strictObject({
  id: number,
  name: z.string().min(1),
  /** Six hex digits. */
  color: z
    .string()
    .regex(/^[0-9a-f]{6}$/i)
    .default("ededed"),
  description: z.string().nullable().default(null),
});

const comment = z.strictObject({
  id: number,
  /** Id of a user; of nobody (any more): GitHub shows `ghost`. */
  author: number,
  body: z.string(),
  createdAt: instant.default(long),
  /** null: as it was written. */
  updatedAt: instant.nullable().default(null),
});

export const thread = z.strictObject({
  id: number,
  number,
  title: z.string(),
  body: z.string().nullable().default(null),
  author: number,
  state: z.enum(["open", "closed"]).default("open"),
  /** Names of labels of the repository. */
  labels: z.array(z.string()).default([]),
  assignees: z.array(number).default([]),
  comments: z.array(comment).default([]),
  createdAt: instant.default(long),
  updatedAt: instant.nullable().default(null),
  closedAt: instant.nullable().default(null),
  closedBy: number.nullable().default(null),
});

export const issue = thread.extend({ stateReason: z.enum(["completed", "reopened", "not_planned"]).nullable().default(null) });

export type Label = z.infer<typeof label>;
export type Comment = z.infer<typeof comment>;
export type Thread = z.infer<typeof thread>;
export type Issue = z.infer<typeof issue>;
