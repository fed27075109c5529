import { z } from "zod";
import type { Source } from "./together.ts";

const switched = z.looseObject({ enabled: z.boolean() }).optional();
const actors = z.looseObject({
  users: z.array(z.looseObject({ login: z.string() })).optional(),
  teams: z.array(z.looseObject({ slug: z.string() })).optional(),
  apps: z.array(z.looseObject({ slug: z.string() })).optional(),
});

/** A branch's protection, as administrators see it. */
export const protection = z.looseObject({
  required_pull_request_reviews: z
    .looseObject({
      dismiss_stale_reviews: z.boolean(),
      require_code_owner_reviews: z.boolean(),
      required_approving_review_count: z.int().optional(),
      require_last_push_approval: z.boolean().optional(),
      bypass_pull_request_allowances: actors.optional(),
    })
    .optional(),
  required_status_checks: z
    .looseObject({ contexts: z.array(z.string()).optional(), checks: z.array(z.looseObject({ context: z.string() })).optional() })
    .optional(),
  restrictions: actors.optional(),
  enforce_admins: switched,
  allow_force_pushes: switched,
  allow_deletions: switched,
});

/** People who may change the protection itself may pass it by in any case; they are not listed for that. */
export function ofProtection(told: z.infer<typeof protection>, owner: string): Source {
  const review = told.required_pull_request_reviews;
  const checks = told.required_status_checks;
  const bindsAdmins = told.enforce_admins?.enabled ?? false;
  const allowed = review?.bypass_pull_request_allowances;
  return {
    review:
      review === undefined
        ? null
        : {
            approvals: review.required_approving_review_count ?? 0,
            codeOwner: review.require_code_owner_reviews,
            dismissStale: review.dismiss_stale_reviews,
            lastPush: review.require_last_push_approval ?? false,
          },
    checks: [...(checks?.contexts ?? []), ...(checks?.checks ?? []).map((c) => c.context)],
    forbidsForcePush: !(told.allow_force_pushes?.enabled ?? false),
    forbidsDeletion: !(told.allow_deletions?.enabled ?? false),
    bindsAdmins,
    bypass: [...(bindsAdmins ? [] : ["administrators"]), ...namesOf(allowed, owner)],
    pushOnlyBy: told.restrictions === undefined ? "writers" : namesOf(told.restrictions, owner),
  };
}

const namesOf = (some: z.infer<typeof actors> | undefined, owner: string): string[] => [
  ...(some?.users ?? []).map((u) => u.login),
  ...(some?.teams ?? []).map((t) => `@${owner}/${t.slug}`),
  ...(some?.apps ?? []).map((a) => `app ${a.slug}`),
];
