import { z } from "zod";
import { grantDeclaration } from "./person.schema.ts";
import { formerly, key, prose } from "./text.schema.ts";

/** identities/roles/<key>.yaml */
export const roleFile = z.strictObject({
  description: prose.optional(),
  includes: z.array(key).optional(),
  /** CEL; compiled and type-checked by core/expression. */
  when: z.string('A condition is text: write when: "true" in quotes.').optional(),
  grants: z.array(grantDeclaration).optional(),
  owners: z.array(key).optional(),
  formerly: formerly.optional(),
});
