import type { Diagnostic } from "../diagnostic.ts";
import { fold } from "../model/observed.ts";
import { type Check, placeOf } from "./context.ts";

/** Employees' addresses lie in the organisation's domains. A warning: some have to wait for theirs. */
export const emailDomains: Check = (context) => {
  const domains = context.draft.settings?.domains ?? [];
  if (domains.length === 0) return [];
  return [...context.draft.people.values()].flatMap(({ key, type, email, origin }): Diagnostic[] =>
    type !== "employee" || email === undefined || domains.includes(fold(email.slice(email.lastIndexOf("@") + 1)))
      ? []
      : [
          {
            code: "EMAIL_FOREIGN",
            severity: "warning",
            summary: `The address of ${key}, an employee, is outside ${domains.join(", ")}.`,
            fix: "Use the company address, add the domain to rollcall.yaml, or set type: contractor or guest.",
            where: [placeOf(context, origin.file, ["email"])],
          },
        ],
  );
};
