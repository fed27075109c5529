import type { DoctorFacts, ForgeSeen } from "../facts.ts";
import { type Finding, finding, listed, ok, unseen } from "../finding.ts";
import { peopleOf } from "../people.ts";
import { sights } from "../sights.ts";

/**
 * Who can pass every rule by. Nothing at the forge binds whoever may change the rules, so that they are named.
 *
 * | code | said |
 * |---|---|
 * | BYPASS | who is let past the rules of the default branch: warn; nobody: ok |
 * | ADMINS | who administers the repository: note; warn where one of them is in no file, or is not here |
 */
export function bypass({ rules, facts: { admins } }: ForgeSeen, facts: DoctorFacts): Finding[] {
  const people = peopleOf(facts);
  return [...(rules.unavailable ? [] : [passing(rules, people.nameIn)]), administrators()];

  function administrators(): Finding {
    const code = "ADMINS";
    if (admins === null) return unseen(code, "who administers the repository, and so may change every rule", sights.people);
    const strangers = people.accounts.app === null ? [] : admins.filter((a) => !people.isHere(a));
    const who = listed(admins.map(people.nameOf));
    return finding(code, strangers.length > 0 ? "warn" : "note", {
      summary: `${admins.length === 1 ? "one account administers" : `${admins.length} accounts administer`} the repository, and may change every rule: ${who}`,
      detail:
        "rollcall checks approvals by itself, whoever merged; against whoever changes workflows, environments and rules together there is nothing but the forge's audit log",
      ...(strangers.length === 0
        ? {}
        : { fix: "take the role from whom nobody answers for, or give the number of their account in a person's file (accounts: … id:)" }),
    });
  }
}

function passing({ branch, bypass: names }: ForgeSeen["rules"], nameIn: (name: string) => string): Finding {
  const code = "BYPASS";
  if (names === null) return unseen(code, `who may pass by the rules of ${branch}`, sights.bypass);
  if (names.length === 0) return ok(code, `nobody is let past the rules of ${branch}`);
  return finding(code, "warn", {
    summary: `the rules of ${branch} do not bind ${listed(names.map(nameIn))}`,
    detail: "What they push or merge past a review gives nobody anything, and stays on the branch unapproved",
    fix: "empty the bypass list; for a protection, bind administrators too (do not allow bypassing)",
  });
}
