import type { Diagnostic } from "../diagnostic.ts";
import { suggestion } from "../source/did-you-mean.ts";
import { quoted } from "../source/secret.ts";
import { type Check, type CheckContext, isPrincipal, placeOf } from "./context.ts";

/** Policies speak of apps and people that exist, have names of their own, and do not contradict each other. */
export const policies: Check = (context) => {
  const out: Diagnostic[] = [];
  const names = new Map<string, string>();
  const limited = new Map<string, string>();
  for (const policy of context.draft.policies) {
    const { file } = policy.origin;
    const namesake = names.get(policy.name);
    if (namesake === undefined) names.set(policy.name, file);
    else {
      out.push({
        code: "POLICY_DUPLICATE",
        severity: "error",
        summary: `Two policies are called ${quoted(policy.name)}.`,
        fix: "Give one of them another name.",
        where: [placeOf(context, file, ["name"]), placeOf(context, namesake, ["name"])],
      });
    }
    if (policy.kind === "protected") {
      policy.accounts.forEach((account, i) => {
        out.push(...unknownApp(context, account.app, file, ["accounts", i, "app"]));
        if (account.person !== undefined && !isPrincipal(context, account.person)) {
          out.push({
            code: "PERSON_UNKNOWN",
            severity: "error",
            summary: `The protected ${quoted(account.person)} is neither a person nor a service.`,
            fix: suggestion(account.person, context.keys.people, "Correct the key; for an account without a file give its login or id."),
            where: [placeOf(context, file, ["accounts", i, "person"])],
          });
        }
      });
      continue;
    }
    if (policy.kind === "approval") continue; // approval-policy.ts
    if (policy.app !== undefined) out.push(...unknownApp(context, policy.app, file, ["app"]));
    if (policy.kind === "limits") {
      const scope = policy.app ?? "";
      const other = limited.get(scope);
      if (other === undefined) limited.set(scope, file);
      else {
        out.push({
          code: "LIMITS_DUPLICATE",
          severity: "error",
          summary: `Two policies set the limits of ${scope === "" ? "all apps" : quoted(scope)}.`,
          fix: "Join them into one.",
          where: [policy.origin, placeOf(context, other, [])],
        });
      }
    } else if (policy.expires < context.today) {
      out.push({
        code: "ALLOWANCE_EXPIRED",
        severity: "warning",
        summary: `The allowance ${quoted(policy.name)} ended on ${policy.expires} and lifts nothing any more.`,
        fix: "Remove the file (rollcall fmt --prune).",
        where: [placeOf(context, file, ["expires"])],
      });
    }
  }
  return out;
};

function unknownApp(context: CheckContext, app: string, file: string, path: readonly (string | number)[]): Diagnostic[] {
  if (context.keys.apps.has(app)) return [];
  return [
    {
      code: "APP_UNKNOWN",
      severity: "error",
      summary: `There is no app ${quoted(app)}.`,
      fix: suggestion(app, context.keys.apps, "Add its file to identities/apps/, or correct the name."),
      where: [placeOf(context, file, path)],
    },
  ];
}
