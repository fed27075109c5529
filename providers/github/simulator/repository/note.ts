/** What is said about commits: statuses and check runs. */
import { z } from "zod";
import { instant, long, number } from "../field.ts";

export const status = z.strictObject({
  id: number,
  sha: z.string(),
  context: z.string().default("default"),
  state: z.enum(["error", "failure", "pending", "success"]),
  description: z.string().nullable().default(null),
  targetUrl: z.string().nullable().default(null),
  creator: number,
  createdAt: instant.default(long),
});

export const conclusions = ["action_required", "cancelled", "failure", "neutral", "success", "skipped", "stale", "timed_out"] as const;

const annotation = z.strictObject({
  path: z.string(),
  startLine: number,
  endLine: number,
  startColumn: number.nullable().default(null),
  endColumn: number.nullable().default(null),
  level: z.enum(["notice", "warning", "failure"]),
  message: z.string(),
  title: z.string().nullable().default(null),
  details: z.string().nullable().default(null),
});

export const checkRun = z.strictObject({
  id: number,
  name: z.string(),
  sha: z.string(),
  /** Slug of the app that made it. */
  app: z.string(),
  status: z.enum(["queued", "in_progress", "completed"]).default("queued"),
  conclusion: z.enum(conclusions).nullable().default(null),
  externalId: z.string().nullable().default(null),
  detailsUrl: z.string().nullable().default(null),
  title: z.string().nullable().default(null),
  summary: z.string().nullable().default(null),
  text: z.string().nullable().default(null),
  annotations: z.array(annotation).default([]),
  startedAt: instant.nullable().default(long),
  completedAt: instant.nullable().default(null),
});

export type Status = z.infer<typeof status>;
export type CheckRun = z.infer<typeof checkRun>;
export type Annotation = z.infer<typeof annotation>;
