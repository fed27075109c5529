import { usualApprovals } from "../model/policy.ts";
import type { Case } from "./case.ts";
import type { Circle } from "./circle.ts";
import { approvalPolicy } from "./owners.ts";
import type { Unknown } from "./unknowns.ts";

/**
 * How many people have to approve: the largest that a row says, and one more for everything that is not known (unknowns.ts). A change that takes
 * away and does nothing else needs one, and those: taking away must not be slow.
 *
 * | row | approvals |
 * |---|---|
 * | usual | `approvals` of the policy, 1 |
 * | ownAccess | `own-access`, 2: whoever had a hand in the change gains by it, or might (an account that no file knows) |
 * | adminGrants | `admin-grants`, 2: somebody gains administrative rights |
 * | eachOther | one more than `approvals`: all who could approve gain by it, so that they approve each other's |
 */
export const numberRules = {
  usual: ({ policy }) => ({ count: policy.approvals, why: null }),
  ownAccess({ weight, policy }, { hands }) {
    const known = hands.map(({ person }) => person).find((person) => person !== null && weight.gainers.has(person)) ?? null;
    if (known !== null) return { count: policy.ownAccess, why: `${known} gains access by a change of their own` };
    const stranger = hands.find(({ actor, person }) => person === null && actor !== null && actor.kind !== "bot")?.actor;
    return stranger && weight.gains.length > 0
      ? { count: policy.ownAccess, why: `@${stranger.login} had a hand in it, is in no file, and may be who gains access` }
      : null;
  },
  adminGrants: ({ weight, policy }) => (weight.admin ? { count: policy.adminGrants, why: "somebody gains administrative rights" } : null),
  eachOther: ({ policy }, { allGain }) => (allGain ? { count: policy.approvals + 1, why: "all who could approve it gain by it" } : null),
} satisfies Record<string, NumberRule>;

export type NumberRule = (
  of: Case & { readonly policy: Numbers },
  circle: Circle,
) => { readonly count: number; readonly why: string | null } | null;
type Numbers = { readonly approvals: number; readonly ownAccess: number; readonly adminGrants: number };

/** How many, and why it is more than usual. */
export function approvalsDue(
  of: Case,
  circle: Circle,
  unknowns: readonly Unknown[],
  rules: Readonly<Record<string, NumberRule>>,
): { count: number; why: string[] } {
  const policy = approvalPolicy(of.input.rules.organization) ?? usualApprovals;
  const due = of.weight.onlyLosses ? [] : Object.values(rules).flatMap((rule) => rule({ ...of, policy }, circle) ?? []);
  const more = unknowns.reduce((sum, unknown) => sum + unknown.more, 0);
  // Whoever is not known may have approved; or gains by it, and then it is their own access.
  const own = more > 0 && of.weight.gains.length > 0 ? policy.ownAccess - 1 : 0;
  const count = Math.max(1, own, ...due.map((d) => d.count)) + more;
  return { count, why: [...due.filter((d) => d.count > 1), ...unknowns].flatMap(({ why }) => why ?? []) };
}
