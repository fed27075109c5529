import type { Route } from "../route.ts";
import { ok } from "../route.ts";
import { theRepository } from "./door.ts";
import { fullRepository } from "./repository-row.ts";
import { actionsRoutes } from "./actions.ts";
import { branchRoutes } from "./branch.ts";
import { checkRoutes } from "./check.ts";
import { collaboratorRoutes } from "./collaborator.ts";
import { environmentRoutes } from "./environment.ts";
import { rulesetRoutes } from "./ruleset.ts";
import { activityRoutes } from "./activity.ts";
import { commentRoutes } from "./comment.ts";
import { commitRoutes } from "./commit.ts";
import { issueRoutes } from "./issue.ts";
import { labelRoutes } from "./label.ts";
import { mergeRoutes } from "./merge.ts";
import { pullRoutes } from "./pull.ts";
import { reviewRoutes } from "./review.ts";

/** Everything below `/repos`. The first route that fits answers: those with a fixed word go before those with a name in its place. */
export const repositoryRoutes: readonly Route[] = [
  { method: "GET", path: "/repos/:owner/:repo", answer: (v) => ok(fullRepository(v.replica.live, theRepository(v), v.viewer, v.origin)) },
  ...activityRoutes,
  ...commentRoutes,
  ...labelRoutes,
  ...issueRoutes,
  ...mergeRoutes,
  ...reviewRoutes,
  ...pullRoutes,
  ...checkRoutes,
  ...commitRoutes,
  ...branchRoutes,
  ...rulesetRoutes,
  ...environmentRoutes,
  ...actionsRoutes,
  ...collaboratorRoutes,
];
