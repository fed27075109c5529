import { z } from "zod";
import { grantDeclaration } from "./person.schema.ts";
import { formerly, hover, personKey, prose, roleKey } from "./text.schema.ts";

/** identities/roles/<key>.yaml */
export const roleFile = z.strictObject({
  description: prose.optional().meta(hover("What somebody with this role does. Shown wherever the role explains access.")),
  includes: z.array(roleKey).optional().meta(hover("Roles whose grants come with this one.", "includes: [engineer]")),
  /** CEL; compiled and type-checked by core/expression. */
  when: z
    .string('A condition is text: write when: "true" in quotes.')
    .optional()
    .meta({
      ...hover(
        'Whoever this is true for holds the role: a condition (CEL) over person.key, name, email, type, title, manager, department, location, start and lastDay. "true" gives it to everybody.',
        'when: person.department in ["platform", "data"] && person.type == "employee"',
      ),
      errorMessage: 'A condition is text: write when: "true" in quotes.',
    }),
  grants: z
    .array(grantDeclaration)
    .optional()
    .meta(hover("What the role gives: addresses, each until further notice or until a day.", "grants:\n  - github/team/infra:maintainer")),
  owners: z.array(personKey).optional().meta(hover("People who answer for the role.", "owners: [grace]")),
  formerly: formerly.optional(),
});
