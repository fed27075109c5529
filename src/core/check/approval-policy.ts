import { standingOf } from "../compile/lifecycle.ts";
import type { Diagnostic } from "../diagnostic.ts";
import type { ApprovalPolicy } from "../model/policy.ts";
import { suggestion } from "../source/did-you-mean.ts";
import { quoted } from "../source/secret.ts";
import { type Check, type CheckContext, placeOf } from "./context.ts";

/**
 * Who approves: one policy, whose owners are people of the organisation; the app with their accounts exists. Warnings: an owner who left, and fewer
 * owners than approvals are asked for. Both can come with a day that passes, and nobody's leaving may wait for a policy.
 */
export const approvalPolicy: Check = (context) => {
  const policies = context.draft.policies.filter((policy) => policy.kind === "approval");
  return [
    ...policies.slice(1).map((policy): Diagnostic => ({
      code: "APPROVAL_DUPLICATE",
      severity: "error",
      summary: "Two policies say who approves.",
      fix: "Join them into one.",
      where: [policy.origin, policies[0]!.origin],
    })),
    ...policies.flatMap((policy) => [...owners(context, policy), ...tooFew(context, policy)]),
    ...accounts(context),
  ];
};

function owners(context: CheckContext, { owners: entries }: ApprovalPolicy): Diagnostic[] {
  return entries.flatMap(({ path, people, origin: { file } }) =>
    people.flatMap((key, i): Diagnostic[] => {
      const where = [placeOf(context, file, ["owners", path, i])];
      if (!context.keys.people.has(key)) {
        return [
          {
            code: "PERSON_UNKNOWN",
            severity: "error",
            summary: `The owner ${quoted(key)} is not a person of this organisation.`,
            fix: suggestion(key, context.keys.people, "Use the key of a person: a file name in identities/people/ without .yaml."),
            where,
          },
        ];
      }
      const left = context.draft.people.get(key)?.lastDay;
      if (left === undefined || left >= context.today) return [];
      return [
        {
          code: "APPROVER_LEFT",
          severity: "warning",
          summary: `${key}, an owner of ${path}, left on ${left} and approves nothing any more.`,
          fix: "Name somebody who is here.",
          where,
        },
      ];
    }),
  );
}

/** Approvals count of whoever owns anything, so that there can be no more of them than such people. */
function tooFew(context: CheckContext, policy: ApprovalPolicy): Diagnostic[] {
  const { draft, today } = context;
  const named = new Set([
    ...policy.owners.flatMap((entry) => entry.people),
    ...[...draft.apps.values()].flatMap((app) => [
      ...app.owners,
      ...[...(app.entitlements?.values() ?? [])].flatMap((entitlement) => entitlement.approvers),
    ]),
  ]);
  const here = [...named].filter((key) => {
    const person = draft.people.get(key);
    return person !== undefined && standingOf(person, today).lifecycle === "active";
  }).length;
  const numbers = [
    ["approvals", policy.approvals, "of every change"],
    ["own-access", policy.ownAccess, "of a change by which its author gains access"],
    ["admin-grants", policy.adminGrants, "of a change that gives administrative rights"],
  ] as const;
  return numbers
    .filter(([, count]) => count > here)
    .map(([key, count, of]) => ({
      code: "OWNERS_TOO_FEW",
      severity: "warning",
      summary: `${count} approvals are asked ${of}, and ${here === 1 ? "one person who is here owns" : `${here} people who are here own`} anything.`,
      detail: "Only owners of apps, approvers of entitlements and the people of this policy can approve, and nobody their own change.",
      fix: "Name more owners, or ask for fewer approvals.",
      where: [placeOf(context, policy.origin.file, [key])],
    }));
}

function accounts(context: CheckContext): Diagnostic[] {
  const { settings } = context.draft;
  const app = settings?.pullRequests.accounts;
  if (!settings || app === undefined || context.keys.apps.has(app)) return [];
  return [
    {
      code: "APP_UNKNOWN",
      severity: "error",
      summary: `There is no app ${quoted(app)} whose accounts people could review with.`,
      fix: suggestion(app, context.keys.apps, "Add its file to identities/apps/, or correct the name."),
      where: [placeOf(context, settings.origin.file, ["pull-requests", "accounts"])],
    },
  ];
}
