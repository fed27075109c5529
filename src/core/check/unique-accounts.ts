import type { Diagnostic } from "../diagnostic.ts";
import { fold } from "../model/observed.ts";
import type { Origin } from "../model/origin.ts";
import { suggestion } from "../source/did-you-mean.ts";
import { quoted } from "../source/secret.ts";
import { type Check, principals } from "./context.ts";

/** No account is claimed by two keys, and every app named under `accounts` exists. */
export const uniqueAccounts: Check = ({ draft, keys }) => {
  const out: Diagnostic[] = [];
  /** By app and login, and by app and id. */
  const logins = new Map<string, Map<string, Claim>>();
  const ids = new Map<string, Map<string, Claim>>();
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
      const claim = { key, origin: hint.origin };
      const rivals = [
        hint.id === undefined ? null : claimed(ids, app, hint.id, claim),
        hint.login === undefined ? null : claimed(logins, app, fold(hint.login), claim),
      ];
      if (hint.id === undefined && hint.login === undefined) {
        out.push({
          code: "ACCOUNT_EMPTY",
          severity: "error",
          summary: `The account in ${quoted(app)} has neither login nor id.`,
          fix: "Give one of the two, or remove the entry.",
          where: [hint.origin],
        });
      }
      for (const known of rivals) {
        if (known && known.key !== key) {
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

interface Claim {
  readonly key: string;
  readonly origin: Origin;
}

/** Who claimed this before; null for the first, whose it is from now on. */
function claimed(claims: Map<string, Map<string, Claim>>, app: string, name: string, claim: Claim): Claim | null {
  const own = claims.get(app);
  const known = own?.get(name);
  if (known) return known;
  if (own) own.set(name, claim);
  else claims.set(app, new Map([[name, claim]]));
  return null;
}
