import type { Diagnostic } from "../diagnostic.ts";
import type { Edit } from "../edit/edit.ts";
import { pointsTrailer } from "../edit/points.ts";
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
  { edit, told, warnings }: { readonly edit: Edit; readonly told: AccessReport; readonly warnings: readonly Diagnostic[] },
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
    ...leftOf(edit),
    ...warnings.slice(0, 10).map((w) => `**To look at:** ${escapeMarkdown(`${w.summary} ${w.fix ?? ""}`.trim(), 500)}`),
    markdownAccess(told, { title: "What this changes", budget: 50_000 }),
  ].join("\n\n");
  return { title, body, message: `${title}\n\nrollcall: ${visible(edit.paragraph, 2_000)}${trailer}\n` };
}

/**
 * The same for what rollcall proposes by itself: the words are the notice's, and the commit says what it is about, so that an answer to it is known for one.
 * `requester`: on a schedule rollcall's own account, else whoever started the run.
 */
export function noticeText(
  notice: { readonly title: string; readonly body: string },
  { edit, told }: { readonly edit: Edit; readonly told: AccessReport },
  points: readonly string[],
  requester: Actor,
): ProposalText {
  const title = visible(notice.title, 120);
  return {
    title,
    body: [notice.body, markdownAccess(told, { title: "What this changes", budget: 15_000 })].join("\n\n"),
    message: `${title}\n\nrollcall: ${visible(edit.paragraph, 2_000)}\n\n${pointsTrailer(points)}\n${trailerOf({ kind: "user", actor: requester })}\n`,
  };
}

/** What somebody asked for and does not get, at its full length where there is room for it. */
function leftOf({ left = [] }: Edit): string[] {
  if (left.length === 0) return [];
  const rows = left.slice(0, 50).map((l) => `- ${escapeMarkdown(l, 500)}`);
  return [["**Not part of this:**", "", ...rows, ...(left.length > 50 ? [`- and ${left.length - 50} more`] : [])].join("\n")];
}

function trailerOf(requester: Requester): string {
  if (requester.kind === "issue") return `Rollcall-Request: #${requester.number}`;
  // A login is letters, digits and dashes at GitHub; whatever else a forge may say stays on the line.
  return `Rollcall-Requester: ${requester.actor.id} ${requester.actor.login.replace(/\s+/g, "")}`;
}
