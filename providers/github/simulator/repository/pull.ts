/** Pull requests with their reviews. Where the branches stand is never written down here: it is read from the Git repositories. */
import { z } from "zod";
import { instant, long, number } from "../field.ts";
import { thread } from "./thread.ts";

const sha = z.string().regex(/^[0-9a-f]{40}$/);

const review = z.strictObject({
  id: number,
  author: number,
  state: z.enum(["APPROVED", "CHANGES_REQUESTED", "COMMENTED", "DISMISSED", "PENDING"]),
  body: z.string().default(""),
  /** The head that was reviewed. */
  commit: sha,
  submittedAt: instant.nullable().default(long),
});

export const pull = thread.extend({
  draft: z.boolean().default(false),
  /** Branch of this repository. */
  base: z.string(),
  /** `repository` of a deleted fork leads nowhere; `owner` still says whose it was. */
  head: z.strictObject({ repository: number, owner: z.string(), branch: z.string() }),
  maintainerCanModify: z.boolean().default(true),
  reviews: z.array(review).default([]),
  /** How the branches stood before the merge, and the commit it left on the base branch. `by` null: nobody knows. */
  merged: z.strictObject({ at: instant, by: number.nullable(), commit: sha, base: sha, head: sha }).nullable().default(null),
});

export type Review = z.infer<typeof review>;
export type Pull = z.infer<typeof pull>;
