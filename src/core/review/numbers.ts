import { usualApprovals } from "../model/policy.ts";
import type { Case } from "./case.ts";
import type { Circle } from "./circle.ts";
import { namesRequester } from "./makers.ts";
import { approvalPolicy } from "./owners.ts";

/**
 * How many people have to approve: the largest of the first three rows, and one more for each of the others that holds. A change that takes away
 * and does nothing else needs one: taking away must not be slow.
 *
 * | row | approvals |
 * |---|---|
 * | usual | `approvals` of the policy, 1 |
 * | ownAccess | `own-access`, 2: whoever made or asked for the change gains by it, or might (an account that no file knows) |
 * | adminGrants | `admin-grants`, 2: somebody gains administrative rights |
 * | unknownAuthor | the author's account is gone |
 * | unknownPusher | the forge does not tell who pushed last, so that any approver may have |
 * | unknownRequester | a bot opened it and does not say for whom |
 * | unknownCommit | of each address in a commit that is nobody's: any approver may have written it |
 * | allGain | all who could approve gain by it, so that they approve each other's |
 */
export const numberRules = {
  usual: ({ policy }) => ({ at: policy.approvals, why: null }),
  ownAccess({ weight, policy }, { hands }) {
    const known = hands.map(({ person }) => person).find((person) => person !== null && weight.gainers.has(person)) ?? null;
    if (known !== null) return { at: policy.ownAccess, why: `${known} gains access by a change of their own` };
    const unknown = hands.find(({ actor, person, certain }) => certain && person === null && actor?.kind === "user")?.actor;
    return unknown && weight.gains.length > 0
      ? { at: policy.ownAccess, why: `@${unknown.login} made it, is in no file, and may be who gains access` }
      : null;
  },
  adminGrants: ({ weight, policy }) => (weight.admin ? { at: policy.adminGrants, why: "somebody gains administrative rights" } : null),
  unknownAuthor: ({ timeline }) =>
    timeline.pull.author === null ? { more: 1, why: "the author's account does not exist any more" } : null,
  unknownPusher: ({ lastPush }) => (lastPush === null || lastPush.actor === null ? { more: 1, why: "nobody knows who pushed last" } : null),
  unknownRequester: (of) => {
    const { pull, commits } = of.timeline;
    const told = commits.some((commit) => commit.author?.kind !== "user" && namesRequester(of, commit));
    return pull.author !== null && pull.author.kind !== "user" && !told
      ? { more: 1, why: "a bot opened it and does not say for whom" }
      : null;
  },
  unknownCommit: ({ timeline, peopleByEmail }) => {
    const known = (address: string): boolean => peopleByEmail().has(address.toLowerCase());
    const nobodys = timeline.commits
      .filter(({ author, committer }) => author === null || committer === null)
      .flatMap(({ sha, emails }) => (emails ?? [sha]).filter((address) => !known(address)));
    const more = new Set(nobodys).size;
    return more === 0 ? null : { more, why: `${more === 1 ? "the address in a commit is" : `${more} addresses in commits are`} nobody's` };
  },
  allGain: (_, { allGain }) => (allGain ? { more: 1, why: "all who could approve it gain by it" } : null),
} satisfies Record<string, NumberRule>;

export type NumberRule = (of: Case & { readonly policy: Numbers }, circle: Circle) => Due | null;
export type Due = { readonly at: number; readonly why: string | null } | { readonly more: number; readonly why: string };
type Numbers = { readonly approvals: number; readonly ownAccess: number; readonly adminGrants: number };

/** How many, and why it is more than usual. */
export function approvalsDue(of: Case, circle: Circle, rules: Readonly<Record<string, NumberRule>>): { count: number; why: string[] } {
  if (of.weight.onlyLosses) return { count: 1, why: [] };
  const policy = approvalPolicy(of.input.rules.organization) ?? usualApprovals;
  const due = Object.values(rules).flatMap((rule) => rule({ ...of, policy }, circle) ?? []);
  let count = 1;
  for (const d of due) if ("at" in d && d.at > count) count = d.at;
  for (const d of due) if ("more" in d) count += d.more;
  return { count, why: due.flatMap(({ why }) => why ?? []) };
}
