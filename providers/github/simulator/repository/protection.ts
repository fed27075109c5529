/** Rules of branches: classic protections and rulesets. */
import { z } from "zod";
import { instant, long, number } from "../field.ts";

const some = z.strictObject({
  users: z.array(number).default([]),
  teams: z.array(number).default([]),
  /** Slugs. */
  apps: z.array(z.string()).default([]),
});

export const protection = z.strictObject({
  /** A branch's name, or a pattern with `*`. */
  pattern: z.string(),
  /** Changes come by pull request only. */
  reviews: z
    .strictObject({
      count: z.int().min(0).max(6).default(1),
      dismissStale: z.boolean().default(false),
      codeOwners: z.boolean().default(false),
      /** The last push needs an approval by somebody else. */
      lastPush: z.boolean().default(false),
      bypass: some.default(() => ({ users: [], teams: [], apps: [] })),
    })
    .nullable()
    .default(null),
  checks: z
    .strictObject({ strict: z.boolean().default(false), contexts: z.array(z.string()) })
    .nullable()
    .default(null),
  /** Who may push at all; null: everybody who may write. */
  restrictions: some.nullable().default(null),
  enforceAdmins: z.boolean().default(false),
  linearHistory: z.boolean().default(false),
  allowForcePushes: z.boolean().default(false),
  allowDeletions: z.boolean().default(false),
});

const plainRules = ["creation", "update", "deletion", "required_linear_history", "required_signatures", "non_fast_forward"] as const;

const rule = z.discriminatedUnion("type", [
  z.strictObject({ type: z.enum(plainRules) }),
  z.strictObject({
    type: z.literal("pull_request"),
    count: z.int().min(0).max(10).default(1),
    dismissStale: z.boolean().default(false),
    codeOwners: z.boolean().default(false),
    lastPush: z.boolean().default(false),
  }),
  z.strictObject({ type: z.literal("required_status_checks"), strict: z.boolean().default(false), contexts: z.array(z.string()) }),
  z.strictObject({ type: z.literal("merge_queue") }),
]);

export const ruleset = z.strictObject({
  id: number,
  name: z.string(),
  source: z.enum(["Repository", "Organization"]).default("Repository"),
  enforcement: z.enum(["active", "evaluate", "disabled"]).default("active"),
  /** `~DEFAULT_BRANCH`, `~ALL`, or patterns as `refs/heads/release/*`. */
  include: z.array(z.string()).default(["~DEFAULT_BRANCH"]),
  exclude: z.array(z.string()).default([]),
  /** `actor`: id of a team, an app or a user; the number of a role (5: administrator); null of administrators of the organisation. */
  bypass: z
    .array(
      z.strictObject({
        actor: number.nullable().default(null),
        type: z.enum(["Integration", "OrganizationAdmin", "RepositoryRole", "Team", "DeployKey", "User"]),
        mode: z.enum(["always", "pull_request"]).default("always"),
      }),
    )
    .default([]),
  rules: z.array(rule).default([]),
  createdAt: instant.default(long),
});

export type Protection = z.infer<typeof protection>;
export type Ruleset = z.infer<typeof ruleset>;
export type Rule = z.infer<typeof rule>;
