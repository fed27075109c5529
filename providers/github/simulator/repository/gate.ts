/** Whether somebody may merge a pull request or push to a branch. */
import { Refusal } from "../refusal.ts";
import type { User, World } from "../world.ts";
import { userById } from "../world.ts";
import type { Ends } from "./head.ts";
import { atLeast, permissionOf } from "./permission.ts";
import type { Pull, Review } from "./pull.ts";
import type { PushKind } from "./push.ts";
import type { Repository } from "./repository.ts";
import type { Demand } from "./rule.ts";
import { demandsOf, protectionOf } from "./rule.ts";

/** The last verdict of everybody but the author who may write; comments leave an earlier verdict standing. */
function verdicts(w: World, r: Repository, p: Pull): Review[] {
  const last = new Map<number, Review>();
  for (const review of p.reviews) if (review.state !== "COMMENTED" && review.state !== "PENDING") last.set(review.author, review);
  return [...last.values()].filter((review) => {
    const who = userById(w, review.author);
    return who !== undefined && review.author !== p.author && atLeast(permissionOf(w, r, who), "write");
  });
}

/** Why this user may not merge, in GitHub's words and with its 405; null where nothing is in the way. `by` null: somebody no rule lets pass. */
export function refuseMerge(w: World, r: Repository, p: Pull, ends: Ends, by: User | null, method: string): Refusal | null {
  for (const demand of demandsOf(w, r, p.base)) {
    if (by && demand.passedBy(by, "merge")) continue;
    const reason = lacking(w, r, p, ends, demand, method);
    if (reason !== null) return new Refusal(405, reason);
  }
  return null;
}

function lacking(w: World, r: Repository, p: Pull, ends: Ends, demand: Demand, method: string): string | null {
  const held = verdicts(w, r, p);
  const { reviews, checks } = demand;
  if (reviews && held.some((v) => v.state === "CHANGES_REQUESTED")) return "Changes have been requested by a reviewer with write access.";
  const approvals = held.filter((v) => v.state === "APPROVED");
  if (reviews && approvals.length < reviews.count)
    return `At least ${reviews.count} approving review${reviews.count === 1 ? " is" : "s are"} required by reviewers with write access.`;
  const pusher = lastPusher(w, r, p);
  if (reviews?.lastPush && !approvals.some((v) => v.commit === ends.head && v.author !== pusher))
    return "New changes require approval from someone other than the last pusher.";
  const missing = checks?.contexts.filter((context) => !green(r, ends.head, context)) ?? [];
  if (missing.length > 0) return `Required status check "${missing[0]}" is expected.`;
  if (demand.linear && method === "merge") return "Merge commits are not allowed on this branch.";
  return null;
}

/** By the activity of the repository in which the head lies. */
function lastPusher(w: World, r: Repository, p: Pull): number | null {
  const source = w.repositories.find((x) => x.id === p.head.repository) ?? r;
  return source.activity.findLast((a) => a.ref === `refs/heads/${p.head.branch}`)?.actor ?? null;
}

function green(r: Repository, sha: string, context: string): boolean {
  const check = r.checkRuns.findLast((c) => c.sha === sha && c.name === context);
  const status = r.statuses.findLast((s) => s.sha === sha && s.context === context);
  const passed = check?.conclusion === "success" || check?.conclusion === "neutral" || check?.conclusion === "skipped";
  return (check !== undefined || status !== undefined) && (check === undefined || passed) && (status?.state ?? "success") === "success";
}

export interface Push {
  readonly branch: string;
  readonly kind: PushKind;
}

/** Why GitHub would turn a `git push` down; null where it takes it. Where the push answers an open pull request, its maintainers may push too. */
export function refusePush(w: World, r: Repository, by: User, { branch, kind }: Push): string | null {
  if (!atLeast(permissionOf(w, r, by), "write") && !mayModify(w, r, branch, by))
    return `Permission to ${r.owner}/${r.name}.git denied to ${by.login}.`;
  for (const demand of demandsOf(w, r, branch)) {
    if (kind === "force_push" && !demand.forcePush && !demand.passedBy(by, "push")) return "Cannot force-push to this branch";
    if (kind === "branch_deletion" && !demand.deletion && !demand.passedBy(by, "push")) return "Cannot delete this branch";
    if (demand.reviews && kind !== "branch_deletion" && !demand.passedBy(by, "push")) return "Changes must be made through a pull request.";
  }
  const only = protectionOf(r, branch)?.restrictions;
  const bound = only && !only.users.includes(by.id) && !(by.app !== undefined && only.apps.includes(by.app));
  return bound && permissionOf(w, r, by) !== "admin" ? "You're not authorized to push to this branch." : null;
}

function mayModify(w: World, r: Repository, branch: string, by: User): boolean {
  return w.repositories.some((base) =>
    base.pulls.some(
      (p) =>
        p.state === "open" &&
        p.maintainerCanModify &&
        p.head.repository === r.id &&
        p.head.branch === branch &&
        atLeast(permissionOf(w, base, by), "write"),
    ),
  );
}
