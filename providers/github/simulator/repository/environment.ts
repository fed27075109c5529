/** Places to deploy to: who must agree, which branches may, and the names of their secrets. */
import { z } from "zod";
import { instant, long, number } from "../field.ts";

export const environment = z.strictObject({
  id: number,
  name: z.string().min(1),
  reviewers: z
    .strictObject({ users: z.array(number).default([]), teams: z.array(number).default([]) })
    .default(() => ({ users: [], teams: [] })),
  preventSelfReview: z.boolean().default(false),
  /** Minutes. */
  waitTimer: z.int().min(0).max(43_200).default(0),
  adminsMayBypass: z.boolean().default(true),
  /** null: any branch; `protected`: those with a protection; a list: names and patterns. */
  branches: z
    .union([z.literal("protected"), z.array(z.string())])
    .nullable()
    .default(null),
  secrets: z.array(z.string()).default([]),
  createdAt: instant.default(long),
});

export type Environment = z.infer<typeof environment>;
