import type { Diagnostic } from "../diagnostic.ts";
import type { Edit } from "../edit/edit.ts";
import type { Actor } from "../forge/forge.ts";
import { type AccessReport, markdownAccess } from "./access-diff.ts";
import { escapeMarkdown } from "./escape.ts";
import { visible } from "./text.ts";

/** By whose word a proposal is made: the issue that asks for it, or the account that ran the command. null: nobody knows. */
export type Requester = { readonly kind: "issue"; readonly number: number } | { readonly kind: "user"; readonly actor: Actor };

/** Title and body of a bot's pull request, and the message of its one commit. */
export interface ProposalText {
  readonly title: string;
  readonly body: string;
  readonly message: string;
}

/**
 * What people read is the body; what rollcall later asks the forge about stands in the commit's trailer alone. No line of the message begins
 * with words from outside, so that none of them can pass for a trailer.
 */
export function proposalText(
  { edit, report, warnings }: { readonly edit: Edit; readonly report: AccessReport; readonly warnings: readonly Diagnostic[] },
  requester: Requester | null,
): ProposalText {
  const title = visible(edit.title, 120);
  const trailer = requester === null ? "" : `\n\n${trailerOf(requester)}`;
  const asked =
    requester === null
      ? ""
      : requester.kind === "issue"
        ? `Closes #${requester.number}`
        : `Asked for by ${escapeMarkdown(requester.actor.login)}, with \`rollcall ${edit.verb}\`.`;
  const body = [
    escapeMarkdown(edit.paragraph, 2_000),
    ...(asked === "" ? [] : [asked]),
    ...warnings.slice(0, 10).map((w) => `**To look at:** ${escapeMarkdown(`${w.summary} ${w.fix ?? ""}`.trim(), 500)}`),
    markdownAccess(report, { title: "What this changes", budget: 50_000 }),
  ].join("\n\n");
  return { title, body, message: `${title}\n\nrollcall: ${visible(edit.paragraph, 2_000)}${trailer}\n` };
}

function trailerOf(requester: Requester): string {
  if (requester.kind === "issue") return `Rollcall-Request: #${requester.number}`;
  // A login is letters, digits and dashes at GitHub; whatever else a forge may say stays on the line.
  return `Rollcall-Requester: ${requester.actor.id} ${requester.actor.login.replace(/\s+/g, "")}`;
}
