import type { Diagnostic } from "../diagnostic.ts";
import { fold } from "../model/observed.ts";
import { type Check, placeOf, principals } from "./context.ts";

/** No two people or services share an e-mail address, however it is capitalised: accounts are matched by it. */
export const uniqueEmails: Check = (context) => {
  const out: Diagnostic[] = [];
  const holders = new Map<string, { key: string; file: string }>();
  for (const { key, email, origin } of principals(context.draft)) {
    if (email === undefined) continue;
    const known = holders.get(fold(email));
    if (!known) holders.set(fold(email), { key, file: origin.file });
    else {
      out.push({
        code: "EMAIL_DUPLICATE",
        severity: "error",
        summary: `${key} has the same e-mail address as ${known.key}.`,
        fix: "Give each their own address, or remove one of the two files.",
        where: [placeOf(context, origin.file, ["email"]), placeOf(context, known.file, ["email"])],
      });
    }
  }
  return out;
};
