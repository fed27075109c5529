import { visible } from "./text.ts";

const html: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/**
 * Text from outside as Markdown that shows exactly that text: every character that could mean something to Markdown or HTML becomes an
 * entity, which CommonMark never reads as structure (section 2.5). The host looks for mentions, issue numbers and addresses only after the
 * Markdown was rendered, when an entity is a plain character again: a zero-width space after `@`, `#`, `://`, `www.`, and before a
 * number in `GH-1`, and within what could be a commit's hash, keeps it from finding one. One line; cut at `limit` UTF-16 units.
 */
export function escapeMarkdown(text: string, limit = 160): string {
  return entities(
    visible(text, limit)
      .replace(/[@#]/g, "$&\u200b")
      .replace(/:\/\//g, ":\u200b//")
      .replace(/\bwww\./gi, "$&\u200b")
      .replace(/\bgh-(?=\d)/gi, "$&\u200b")
      .replace(/\b(?=[0-9]*[a-f])(?=[a-f]*[0-9])[0-9a-f]{7,40}\b/g, (sha) => `${sha[0]}\u200b${sha.slice(1)}`),
  );
}

/** A name in code type: copied exactly, and left alone by the host's search for mentions, which does not look into code. */
export const code = (text: string, limit = 160): string => `<code>${entities(visible(text, limit))}</code>`;

/** Lines in code type, as they stand, such as a code frame: HTML, since what is in it could close a fence. */
export const block = (lines: readonly string[]): string =>
  `<pre>${lines.map((line) => entities(visible(line, 240)) || " ").join("\n")}</pre>`;

/** Beside letters, digits and spaces only what has no meaning inside a line stays; at the start of a line also `-`, `1.` and indentation go. */
function entities(text: string): string {
  return text
    .replace(/[^\p{L}\p{M}\p{N} ,;/.…-]/gu, (c) => html[c] ?? `&#${c.codePointAt(0)};`)
    .replace(/^ +/, (spaces) => "&#32;".repeat(spaces.length))
    .replace(/^-/, "&#45;")
    .replace(/^(\d+)\./, "$1&#46;");
}
