import { escapeMarkdown } from "./escape.ts";

/** The hidden first line of rollcall's one comment on a request. */
export const requestMarker = "<!-- rollcall:request -->";

/** What becomes of a request, as a comment on its issue. Words from outside are escaped. */
export function requestComment(
  answer:
    | {
        readonly kind: "opened" | "updated" | "same";
        readonly pull: { readonly number: number; readonly url: string };
        readonly paragraph: string;
      }
    | { readonly kind: "unchanged"; readonly why: string }
    | { readonly kind: "refused"; readonly problems: readonly string[]; readonly again: boolean },
): string {
  switch (answer.kind) {
    case "opened":
    case "updated":
    case "same":
      return [
        requestMarker,
        `Pull request #${answer.pull.number} does this, once it is approved and merged.`,
        escapeMarkdown(answer.paragraph, 2_000),
        "Edit this issue to change the request: the pull request follows. Whoever asked cannot approve it.",
      ].join("\n\n");
    case "unchanged":
      return [requestMarker, `There is nothing to do: ${escapeMarkdown(answer.why, 500)}.`].join("\n\n");
    case "refused":
      return [
        requestMarker,
        answer.problems.length === 1 ? "This could not be done:" : `This could not be done, for ${answer.problems.length} reasons:`,
        answer.problems
          .slice(0, 50)
          .map((problem) => `- ${escapeMarkdown(problem, 500)}`)
          .join("\n"),
        ...(answer.problems.length > 50 ? [`And ${answer.problems.length - 50} more.`] : []),
        ...(answer.again ? ["Edit this issue to mend it; it is read again by itself."] : []),
      ].join("\n\n");
  }
}
