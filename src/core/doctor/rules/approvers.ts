import { usualApprovals } from "../../model/policy.ts";
import { approvalPolicy, ownersOf } from "../../review/owners.ts";
import { compareText } from "../../diagnostic.ts";
import { type DoctorFacts, isSeen } from "../facts.ts";
import { type Finding, finding, listed, ok, unseen } from "../finding.ts";
import { type People, peopleOf } from "../people.ts";
import { sights } from "../sights.ts";

/**
 * Whether changes can be approved as the files ask for it. An approval counts for a person whose account's number is known, and nobody's own.
 *
 * | code | holds | where not |
 * |---|---|---|
 * | ACCOUNTS_APP | it is known which app has the accounts that people review with | fail: nobody is known |
 * | APPROVAL_POLICY | a policy says who approves | note: owners of apps stand in; fail where nobody owns anything |
 * | OWNER_ACCOUNTS | the account of every owner is known by its number | warn; fail where that of none is; unknown where state could not be read, which may know it |
 * | OWNERS_ENOUGH | more owners than approvals, since nobody approves their own | as many: warn; fewer: fail |
 * | POLICY_OWNERS | two owners of policies at least | warn |
 * | OWNERS_WRITE | owners may write at the forge | warn: GitHub asks no other for a review, and does not count it |
 * | OWNERS_ADMINS | not every owner administers the repository | warn: whoever approves could change the rules as well |
 */
export function approvers(facts: DoctorFacts): Finding[] {
  const { organization, now } = facts;
  const people = peopleOf(facts);
  if (people.accounts.app === null) {
    return [
      finding("ACCOUNTS_APP", "fail", {
        summary: "it is not known which app has the accounts that people review with, so that no approval counts",
        detail: "There is no app with the connector github, or there are several",
        fix: "pull-requests: { accounts: <app> } in rollcall.yaml; an app that rollcall only observes will do (mode: observe)",
      }),
    ];
  }
  const owners = ownersOf(organization, now);
  const all = [...owners.anything].sort(compareText);
  const known = all.filter((key) => people.accounts.numberOf(key) !== null);
  const keepers = owners.policies.people.filter((key) => known.includes(key));
  return [
    ok("ACCOUNTS_APP", `people review with their accounts in ${people.accounts.app}`),
    policy(facts, all),
    ...(all.length === 0
      ? []
      : [
          accounts(facts, people, all, known),
          ...(isSeen(facts.state) || known.length === all.length ? enough(facts, known, keepers) : []),
        ]),
  ];
}

function policy({ organization }: DoctorFacts, owners: readonly string[]): Finding {
  const code = "APPROVAL_POLICY";
  if (owners.length === 0) {
    return finding(code, "fail", {
      summary: "nobody who is here owns anything, so that no change can be approved",
      fix: "policies/approval.yaml: kind: approval, with owners: { policies/: [...] }; and owners: in the app files",
    });
  }
  if (approvalPolicy(organization)) return ok(code, "a policy says who approves");
  return finding(code, "note", {
    summary: "no policy says who approves: the owners of the apps answer for everything, policies among it",
    fix: "policies/approval.yaml: kind: approval, with owners: { policies/: [...] }",
  });
}

function accounts(facts: DoctorFacts, people: People, all: readonly string[], known: readonly string[]): Finding {
  const code = "OWNER_ACCOUNTS";
  const unknown = all.filter((key) => !known.includes(key));
  if (unknown.length === 0) return ok(code, "the accounts of all owners are known by their numbers");
  const app = people.accounts.app!;
  if (!isSeen(facts.state)) {
    return finding(code, "unknown", {
      summary: `the numbers of these owners' accounts are in no file, and state, which may know them, could not be read: ${listed(unknown)}`,
      fix: `accounts: { ${app}: { login: …, id: … } } in their files`,
    });
  }
  const writers = isSeen(facts.forge) ? (facts.forge.facts.writers ?? []) : [];
  const ids = unknown.flatMap((key) => {
    const login = people.accounts.loginOf(key);
    const actor = login === null ? undefined : writers.find((w) => w.login.toLowerCase() === login.toLowerCase());
    return actor && people.accounts.personOf(actor.id) === null ? [`${key}: @${actor.login} is ${actor.id}`] : [];
  });
  return finding(code, known.length === 0 ? "fail" : "warn", {
    summary: `no approval counts of ${listed(unknown)}: the number of their account is not known, or somebody else's file has it as well`,
    detail: "A login alone does not tell who somebody is: it can be given to another",
    fix: `accounts: { ${app}: { login: …, id: … } } in their files${ids.length === 0 ? "" : `; at the forge now, make sure that they are who you mean: ${ids.join(", ")}`}`,
  });
}

function enough(facts: DoctorFacts, known: readonly string[], keepers: readonly string[]): Finding[] {
  const code = "OWNERS_ENOUGH";
  const { approvals, ownAccess, adminGrants } = approvalPolicy(facts.organization) ?? usualApprovals;
  const most = Math.max(approvals, ownAccess, adminGrants);
  const have = known.length === 1 ? "one owner can approve" : `${known.length} owners can approve`;
  const fix = "more owners (of apps, or in the approval policy), each with the number of their account; or fewer approvals";
  const numbers =
    known.length < approvals
      ? finding(code, "fail", { summary: `${have}, and every change needs ${approvals}`, fix })
      : known.length < most || known.length === approvals
        ? finding(code, "warn", {
            summary: `${have}: ${known.length < most ? `what needs ${most} cannot be approved at all` : "a change that one of them makes cannot be approved"}`,
            detail: "Nobody's approval counts for a change of their own; a change that only takes away needs one",
            fix,
          })
        : ok(code, `${have}, and no change needs more than ${most}`);
  const policies =
    keepers.length >= 2
      ? ok("POLICY_OWNERS", `${keepers.length} owners of policies can approve for each other`)
      : finding("POLICY_OWNERS", "warn", {
          summary:
            keepers.length === 0
              ? "no owner of policies can approve"
              : `${keepers[0]} alone can approve changes of policies, and nobody what ${keepers[0]} changes there`,
          fix: "a second person at owners: { policies/: [...] } of the approval policy",
        });
  return [numbers, policies, ...atForge(facts, known)];
}

function atForge(facts: DoctorFacts, known: readonly string[]): Finding[] {
  if (!isSeen(facts.forge) || known.length === 0) return [];
  const { writers, admins } = facts.forge.facts;
  const { accounts: of } = peopleOf(facts);
  const without = writers === null ? null : known.filter((key) => !writers.some((w) => of.personOf(w.id) === key));
  const administer = admins === null ? null : known.filter((key) => admins.some((a) => of.personOf(a.id) === key));
  return [
    without === null
      ? unseen("OWNERS_WRITE", "whether owners may write", sights.people)
      : without.length === 0
        ? ok("OWNERS_WRITE", "all owners may write")
        : finding("OWNERS_WRITE", "warn", {
            // GitHub docs "About code owners", 2026-11.
            summary: `may not write here, so that GitHub neither asks them nor counts what they say: ${listed(without)}`,
            fix: "give them write access to the repository",
          }),
    administer === null
      ? unseen("OWNERS_ADMINS", "whether all owners administer the repository", sights.people)
      : administer.length < known.length
        ? ok("OWNERS_ADMINS", "not every owner administers the repository")
        : finding("OWNERS_ADMINS", "warn", {
            summary: "every owner administers the repository: whoever approves may also change the rules",
            fix: "an owner who only writes, or administrators who own nothing",
          }),
  ];
}
