import type { Diagnostic } from "../diagnostic.ts";
import { fold } from "../model/observed.ts";
import type { Origin } from "../model/origin.ts";
import { suggestion } from "../source/did-you-mean.ts";
import { quoted } from "../source/secret.ts";
import { type Check, principals } from "./context.ts";

/** No account is claimed by two keys, and every app named under `accounts` exists. */
export const uniqueAccounts: Check = ({ draft, keys }) => {
  const out: Diagnostic[] = [];
  /** By app and name. */
  const claims = new Map<string, Map<string, { key: string; origin: Origin }>>();
  for (const { key, accounts } of principals(draft)) {
    for (const [app, hint] of accounts) {
      if (!keys.apps.has(app)) {
        out.push({
          code: "APP_UNKNOWN",
          severity: "error",
          summary: `There is no app ${quoted(app)}.`,
          fix: suggestion(app, keys.apps, "Add its file to identities/apps/, or correct the name."),
          where: [hint.origin],
        });
      }
      const named = [
        ...(hint.id === undefined ? [] : [`id\u0000${hint.id}`]),
        ...(hint.login === undefined ? [] : [`login\u0000${fold(hint.login)}`]),
      ];
      if (named.length === 0) {
        out.push({
          code: "ACCOUNT_EMPTY",
          severity: "error",
          summary: `The account in ${quoted(app)} has neither login nor id.`,
          fix: "Give one of the two, or remove the entry.",
          where: [hint.origin],
        });
      }
      let claimed = claims.get(app);
      if (!claimed) claims.set(app, (claimed = new Map()));
      const claim = { key, origin: hint.origin };
      for (const name of named) {
        const known = claimed.get(name);
        if (!known) claimed.set(name, claim);
        else if (known.key !== key) {
          out.push({
            code: "ACCOUNT_DUPLICATE",
            severity: "error",
            summary: `${key} claims the same account in ${app} as ${known.key}.`,
            fix: "An account belongs to one person or service: correct one of the two.",
            where: [hint.origin, known.origin],
          });
        }
      }
    }
  }
  return out;
};
