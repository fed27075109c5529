import type { Diagnostic } from "../diagnostic.ts";
import { quoted } from "../source/secret.ts";
import { type Check, principals } from "./context.ts";

/** Lines whose date has passed say nothing any more. A warning: time alone must never make the files invalid. */
export const expiredGrants: Check = ({ draft, today }) => {
  const dated = [
    ...principals(draft).flatMap((p) => [...p.grants, ...p.roles.map((r) => ({ ...r, grant: `role ${r.role}` }))]),
    ...[...draft.roles.values()].flatMap((r) => r.grants),
  ];
  return dated.flatMap(({ grant, until, origin }): Diagnostic[] =>
    until === undefined || until >= today
      ? []
      : [
          {
            code: "GRANT_EXPIRED",
            severity: "warning",
            summary: `${quoted(grant)} ended on ${until} and gives nothing any more.`,
            fix: "Remove the line (rollcall fmt --prune), or give it a new date.",
            where: [origin],
          },
        ],
  );
};
