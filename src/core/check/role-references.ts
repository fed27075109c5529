import type { Diagnostic } from "../diagnostic.ts";
import type { Origin } from "../model/origin.ts";
import { suggestion } from "../source/did-you-mean.ts";
import { quoted } from "../source/secret.ts";
import { type Check, principals } from "./context.ts";

/** Every role that somebody holds or that a role includes exists. */
export const roleReferences: Check = ({ draft, keys }) => {
  const out: Diagnostic[] = [];
  const check = (role: string, origin: Origin): void => {
    if (keys.roles.has(role)) return;
    out.push({
      code: "ROLE_UNKNOWN",
      severity: "error",
      summary: `There is no role ${quoted(role)}.`,
      fix: suggestion(role, keys.roles, `Add identities/roles/${quoted(role, "")}.yaml, or correct the name.`),
      where: [origin],
    });
  };
  for (const principal of principals(draft)) for (const held of principal.roles) check(held.role, held.origin);
  for (const role of draft.roles.values()) for (const included of role.includes) check(included.role, included.origin);
  return out;
};
