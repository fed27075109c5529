import type { EnvironmentFacts } from "../../forge/forge.ts";
import type { DoctorFacts, ForgeSeen } from "../facts.ts";
import { type Finding, finding, listed, ok, unseen } from "../finding.ts";
import { sights } from "../sights.ts";

/** With what apps need to write; with what they need to read. */
export const applyEnvironment = "rollcall";
export const previewEnvironment = "rollcall-preview";

export const environmentNamed = ({ facts }: ForgeSeen, name: string): EnvironmentFacts | null =>
  // Names of environments are compared without case (GitHub docs "Deployments and environments", 2026-11).
  facts.environments?.find((e) => e.name.toLowerCase() === name) ?? null;

/**
 * Secrets lie in environments that the default branch alone reaches.
 *
 * | code | holds | where not |
 * |---|---|---|
 * | ENVIRONMENT | `rollcall` is there; `rollcall-preview` where previews look at more than files | fail |
 * | ENVIRONMENT_BRANCHES | of each: the default branch alone | fail: a workflow of any branch that fits reads the secrets. "Protected branches" is as much: that of the state is one, and takes pushes |
 * | ENVIRONMENT_REVIEWERS | nobody has to press a button for a run | warn: a leaver would wait for that |
 * | ENVIRONMENT_ADMINS | administrators may pass by what the environment asks for | note |
 */
export function environments(forge: ForgeSeen, facts: DoctorFacts): Finding[] {
  if (forge.facts.environments === null)
    return [unseen("ENVIRONMENT", "environments, their branches and their secrets", sights.environments)];
  const names = [applyEnvironment, ...(facts.organization.settings.pullRequests.preview === "files" ? [] : [previewEnvironment])];
  return names.flatMap((name) => {
    const found = environmentNamed(forge, name);
    return found ? [ok("ENVIRONMENT", `the environment ${name} is there`), ...judged(found, forge)] : [missing(name, forge)];
  });
}

function missing(name: string, { facts: { plan, visibility } }: ForgeSeen): Finding {
  const none = plan === "free" && visibility !== "public";
  return finding("ENVIRONMENT", "fail", {
    summary: `there is no environment ${name}`,
    // GitHub docs "Managing environments for deployment", 2026-11.
    detail: none
      ? "GitHub Free has environments for public repositories only: anywhere else, secrets can be read by every workflow of every branch"
      : "GitHub makes one when a workflow first names it: open to every branch, and empty",
    fix: none
      ? "a plan with environments (Team, or Pro for a person's repository)"
      : `make ${name} under Settings, Environments, with the default branch as its only deployment branch`,
  });
}

function judged(e: EnvironmentFacts, { facts: { defaultBranch } }: ForgeSeen): Finding[] {
  const only = `only ${defaultBranch} reaches the environment ${e.name}`;
  const others = (e.branches ?? []).filter((b) => b !== defaultBranch);
  const reached =
    e.branches === null
      ? e.protectedBranchesOnly
        ? "every protected branch, that of the state among them where a protection holds for it"
        : "every branch"
      : others.length > 0
        ? listed(others)
        : e.branches.length === 0
          ? "no branch at all"
          : null;
  return [
    reached === null
      ? ok("ENVIRONMENT_BRANCHES", only)
      : finding("ENVIRONMENT_BRANCHES", "fail", {
          summary: `the environment ${e.name} is reached from ${reached}`,
          detail:
            e.branches?.length === 0
              ? "No run of rollcall gets its secrets"
              : "A workflow that somebody pushes there reads its secrets, before any review",
          fix: `deployment branches of ${e.name}: selected ones, and of those ${defaultBranch} alone`,
        }),
    ...(e.name.toLowerCase() === applyEnvironment
      ? [
          e.reviewers === 0
            ? ok("ENVIRONMENT_REVIEWERS", `no run in ${e.name} waits for a person`)
            : finding("ENVIRONMENT_REVIEWERS", "warn", {
                summary: `each run in ${e.name} waits until somebody approves it`,
                detail: "Also the one that stops a leaver, and the hourly one. Approvals of the change itself rollcall checks in any case",
                fix: `take the required reviewers off ${e.name}, or see to it that somebody presses the button every hour`,
              }),
        ]
      : []),
    ...(e.adminsMayBypass && e.reviewers > 0
      ? [finding("ENVIRONMENT_ADMINS", "note", { summary: `administrators may pass by what the environment ${e.name} asks for` })]
      : []),
  ];
}
