/** A repository of a world: what GitHub keeps beside the Git repository on disk. */
import { z } from "zod";
import { instant, long, number } from "../field.ts";
import { environment } from "./environment.ts";
import { checkRun, status } from "./note.ts";
import { protection, ruleset } from "./protection.ts";
import { pull } from "./pull.ts";
import { issue, label } from "./thread.ts";

export const permissions = ["none", "read", "triage", "write", "maintain", "admin"] as const;
export type Permission = (typeof permissions)[number];

const granted = z.enum(["read", "triage", "write", "maintain", "admin"]);

const activity = z.strictObject({
  id: number,
  /** `refs/heads/main`. */
  ref: z.string(),
  before: z.string(),
  after: z.string(),
  /** Id of whoever was signed in; null: GitHub does not know. */
  actor: number.nullable(),
  at: instant,
  type: z.enum(["push", "force_push", "branch_creation", "branch_deletion", "pr_merge", "merge_queue_merge"]),
});

export const repository = z.strictObject({
  id: number,
  /** Login of an organisation or a user. */
  owner: z.string().min(1),
  name: z.string().regex(/^[A-Za-z0-9._-]+$/),
  description: z.string().nullable().default(null),
  visibility: z.enum(["public", "private", "internal"]).default("private"),
  defaultBranch: z.string().default("main"),
  /** Folder of a bare Git repository on this machine. null: nothing was ever pushed. */
  git: z.string().nullable().default(null),
  /** Id of the repository this one was forked from. */
  forkOf: number.nullable().default(null),
  allowForking: z.boolean().default(true),
  mergeMethods: z.array(z.enum(["merge", "squash", "rebase"])).default(["merge", "squash", "rebase"]),
  deleteBranchOnMerge: z.boolean().default(false),
  collaborators: z.array(z.strictObject({ user: number, permission: granted.default("write") })).default([]),
  teams: z.array(z.strictObject({ team: number, permission: granted.default("read") })).default([]),
  labels: z.array(label).default([]),
  issues: z.array(issue).default([]),
  /** Their numbers and those of issues are one sequence. */
  pulls: z.array(pull).default([]),
  checkRuns: z.array(checkRun).default([]),
  statuses: z.array(status).default([]),
  /** Oldest first. */
  activity: z.array(activity).default([]),
  protections: z.array(protection).default([]),
  rulesets: z.array(ruleset).default([]),
  environments: z.array(environment).default([]),
  actions: z
    .strictObject({
      /** Names of secrets that every workflow may read. */
      secrets: z.array(z.string()).default([]),
      /** Secrets of the organisation that this repository may use. */
      organizationSecrets: z.array(z.string()).default([]),
      /** What the token of a workflow may do where the workflow does not say. */
      defaultPermission: z.enum(["read", "write"]).default("read"),
      /** Workflows may open and approve pull requests. */
      mayApprove: z.boolean().default(false),
    })
    // Made anew each time: lists within it would be those of every world.
    .default(() => ({ secrets: [], organizationSecrets: [], defaultPermission: "read" as const, mayApprove: false })),
  createdAt: instant.default(long),
});

export type Repository = z.infer<typeof repository>;
export type Activity = z.infer<typeof activity>;

/** The issue or pull request of a number. */
export const threadOf = (r: Repository, n: number): Repository["issues"][number] | Repository["pulls"][number] | undefined =>
  r.issues.find((i) => i.number === n) ?? r.pulls.find((p) => p.number === n);

export const nextNumber = (r: Repository): number => Math.max(0, ...r.issues.map((i) => i.number), ...r.pulls.map((p) => p.number)) + 1;
