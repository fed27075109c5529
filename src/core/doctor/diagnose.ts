import { type DoctorFacts, type ForgeSeen, isSeen } from "./facts.ts";
import { type Finding, finding, inOrder } from "./finding.ts";
import { approvers } from "./rules/approvers.ts";
import { bypass } from "./rules/bypass.ts";
import { credentials } from "./rules/credentials.ts";
import { defaultBranch } from "./rules/default-branch.ts";
import { environments } from "./rules/environments.ts";
import { generatedFiles } from "./rules/generated-files.ts";
import { heartbeat } from "./rules/heartbeat.ts";
import { plan } from "./rules/plan.ts";
import { secrets } from "./rules/secrets.ts";
import { stateBranch, statePlace } from "./rules/state-branch.ts";
import { clock, git, head } from "./rules/surroundings.ts";
import { token } from "./rules/token.ts";
import { visibility } from "./rules/visibility.ts";
import { workflowToken } from "./rules/workflow-token.ts";

/** What needs the forge. */
export const forgeRules: Readonly<Record<string, ForgeRule>> = {
  bypass,
  clock,
  defaultBranch,
  environments,
  head,
  plan,
  secrets,
  stateBranch,
  token,
  visibility,
  workflowToken,
};

/** What files, records and this machine tell. */
export const localRules: Readonly<Record<string, LocalRule>> = { approvers, credentials, generatedFiles, git, heartbeat, statePlace };

export type ForgeRule = (forge: ForgeSeen, facts: DoctorFacts) => Finding[];
export type LocalRule = (facts: DoctorFacts) => Finding[];

/** Everything that is to be said, in order. Pure: the same facts, the same findings. */
export function diagnose(facts: DoctorFacts): Finding[] {
  const { forge } = facts;
  const local = Object.values(localRules).flatMap((rule) => rule(facts));
  if (isSeen(forge)) return inOrder([...local, ...Object.values(forgeRules).flatMap((rule) => rule(forge, facts))]);
  const unseen = finding("FORGE", "unknown", {
    summary: `the forge was not looked at: ${forge.why}`,
    detail:
      "So nothing is said of: protection of branches, who may pass it by, who administers, environments, secrets, what workflows may do, who can read the repository, the plan, the clock",
    fix: "set GITHUB_TOKEN (or GH_TOKEN) to a token that may read the repository's settings, and leave --offline away",
  });
  return inOrder([...local, unseen]);
}
