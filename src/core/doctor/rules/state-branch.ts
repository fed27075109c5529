import { type DoctorFacts, type ForgeSeen, isSeen } from "../facts.ts";
import { type Finding, finding, listed, ok, type Tell, tell, unseen } from "../finding.ts";
import { isApp, peopleOf } from "../people.ts";
import { sights } from "../sights.ts";
import { not } from "./default-branch.ts";

/**
 * Where state and records are.
 *
 * | code | holds | where not |
 * |---|---|---|
 * | STATE_PLACE | state is on a branch, where workflows apply | fail: a runner forgets its folders, so that every run begins anew |
 * | STATE_ON_DEFAULT | not the default one | fail; of its rules nothing more is said |
 * | STATE_BRANCH | it is there | note: the first run makes it; warn where runs have been |
 * | STATE_FORCE_PUSH, STATE_DELETION | its history stays | fail: records could be rewritten |
 * | STATE_PUSH | rollcall can push to it as an app | fail: it could do things and not write them down |
 * | STATE_WRITERS | who else may push to it | note |
 */
export function statePlace(facts: DoctorFacts): Finding[] {
  const code = "STATE_PLACE";
  const { state, engine } = facts.organization.settings;
  if (state.kind === "branch") return [ok(code, `state is on the branch ${state.name}`)];
  const runs =
    isSeen(facts.checkout) &&
    facts.checkout.generated.some((f) => /rollcall-(?:apply|scheduled)\.yml$/.test(f.path) && f.state !== "missing");
  if (!runs) return [ok(code, `state is in the folder ${state.path}, and no workflow applies anything`)];
  return [
    finding(code, engine === "pulumi" ? "warn" : "fail", {
      summary: `workflows apply, and state is in the folder ${state.path}, which is lost with the runner`,
      detail:
        engine === "pulumi"
          ? "Unless PULUMI_BACKEND_URL names a backend for the runs"
          : "Every run would begin without knowing what the ones before it made, and no record would be left",
      fix: "state: git:rollcall-state in rollcall.yaml",
    }),
  ];
}

export function stateBranch(forge: ForgeSeen, facts: DoctorFacts): Finding[] {
  const { stateRules: rules } = forge;
  if (rules === null) return [];
  const { branch } = rules;
  const by = sights.administration;
  // A protection by pattern may hold for it one day; of a branch that is not there nobody is told.
  const told = (holds: boolean | null, words: Tell): Finding =>
    holds === null && !rules.exists
      ? finding(words.code, "unknown", { summary: `${words.unseen.what}: not told before it is there`, fix: words.broken.fix })
      : tell(holds, words);
  if (branch === forge.facts.defaultBranch) {
    return [
      finding("STATE_ON_DEFAULT", "fail", {
        summary: `state is on ${branch}, the default branch`,
        detail: "Each write of state would be a push past every review",
        fix: "state: git:rollcall-state in rollcall.yaml: a branch that nobody works on",
      }),
    ];
  }
  const hadRuns = isSeen(facts.state) && facts.state.records.length > 0;
  const there = rules.exists
    ? ok("STATE_BRANCH", `the branch ${branch} is there`)
    : finding("STATE_BRANCH", hadRuns ? "warn" : "note", {
        summary: hadRuns
          ? `runs are recorded, and the forge has no branch ${branch}`
          : `there is no branch ${branch} yet: the first run makes it`,
        fix: hadRuns
          ? "find out who removed it; a checkout that saw it still has it"
          : "a ruleset for its name holds from the start; a protection once it is there",
      });
  const kept = rules.unavailable
    ? []
    : [
        told(not(rules.forcePushAllowed), {
          code: "STATE_FORCE_PUSH",
          holds: `the history of ${branch} cannot be rewritten`,
          broken: {
            level: "fail",
            summary: `${branch} takes forced pushes`,
            detail: "Records of what was done could be rewritten, and what the next run believes of accounts",
            fix: `a rule for ${branch} that blocks force pushes`,
          },
          unseen: { what: `whether ${branch} takes forced pushes`, by },
        }),
        told(not(rules.deletionAllowed), {
          code: "STATE_DELETION",
          holds: `${branch} cannot be deleted`,
          broken: { level: "fail", summary: `${branch} can be deleted`, fix: `a rule for ${branch} that restricts deletions` },
          unseen: { what: `whether ${branch} can be deleted`, by },
        }),
      ];
  return [there, ...kept, pushable(rules), writers(forge, facts)];
}

function pushable(rules: NonNullable<ForgeSeen["stateRules"]>): Finding {
  const code = "STATE_PUSH";
  const { branch, pullRequestRequired, requiredChecks, pushOnlyBy, bypass } = rules;
  const holds = `nothing keeps rollcall from pushing to ${branch}`;
  if (rules.unavailable) return ok(code, holds);
  const only = Array.isArray(pushOnlyBy) && !pushOnlyBy.some(isApp);
  const bars = [
    ...(pullRequestRequired === true ? ["it takes pull requests only"] : []),
    ...((requiredChecks?.length ?? 0) > 0 ? [`it asks for the checks ${listed(requiredChecks!)}`] : []),
    ...(only ? [`only ${pushOnlyBy.length === 0 ? "nobody" : listed(pushOnlyBy)} may push`] : []),
  ];
  // Whoever is let past the one is let past the other; which app the workflows use is not known here.
  if (bars.length > 0 && bypass?.some(isApp)) return ok(code, `an app is let past the rules of ${branch}: ${listed(bypass.filter(isApp))}`);
  if (bars.length > 0 && bypass !== null) {
    return finding(code, "fail", {
      summary: `rollcall cannot push to ${branch}: ${bars.join("; ")}`,
      detail: "A run would end before its first call: what it is going to do is on that branch before it is done",
      fix: `let the rule for ${branch} forbid force pushes and deletion and nothing else`,
    });
  }
  if (bars.length === 0 && !rules.exists)
    return finding(code, "unknown", {
      summary: `whether rollcall can push to ${branch}: not told before it is there`,
      fix: "look again after the first run",
    });
  if (bars.length > 0 || pullRequestRequired === null || requiredChecks === null || pushOnlyBy === null)
    return unseen(code, `whether rollcall can push to ${branch}`, sights.bypass);
  return ok(code, holds);
}

function writers({ facts: { writers: all }, stateRules }: ForgeSeen, facts: DoctorFacts): Finding {
  const code = "STATE_WRITERS";
  const { branch, pushOnlyBy } = stateRules!;
  const people = peopleOf(facts);
  const detail = "State is checked before it is believed, and records are chained; `rollcall audit verify` shows what was altered";
  if (Array.isArray(pushOnlyBy) && pushOnlyBy.length > 0)
    return finding(code, "note", { summary: `to ${branch} may push: ${listed(pushOnlyBy.map(people.nameIn))}`, detail });
  if (pushOnlyBy === null || all === null) return unseen(code, `who may push to ${branch}`, all === null ? sights.people : sights.bypass);
  if (all.length === 0 || pushOnlyBy.length === 0) return ok(code, `no person may push to ${branch}`);
  return finding(code, "note", {
    summary: `to ${branch} may push whoever may write: ${listed(all.map(people.nameOf), 12)}`,
    detail,
  });
}
