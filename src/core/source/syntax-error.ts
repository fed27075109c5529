import type { ErrorCode } from "yaml";

const sentences: Partial<Record<ErrorCode, readonly [summary: string, fix: string]>> = {
  BAD_DQ_ESCAPE: ["The text in double quotes has an unknown escape.", "Double the backslash, or use single quotes."],
  BAD_INDENT: [
    "The indentation does not fit what stands above.",
    "Align it with its neighbours, two spaces for each level; or close a bracket or quote that was opened above.",
  ],
  BAD_SCALAR_START: ["A plain text cannot begin with this character.", "Put the text in quotes."],
  BLOCK_AS_IMPLICIT_KEY: [
    "A value that itself has `key: value` must stand on lines of its own.",
    "Put the text in quotes, or break the line after the colon.",
  ],
  BLOCK_IN_FLOW: [
    "An indented list or map cannot stand inside brackets.",
    "Use brackets inside too, or write the whole of it as indented lines.",
  ],
  KEY_OVER_1024_CHARS: ["A key is longer than 1,024 characters.", "Shorten it."],
  MISSING_CHAR: ["A quote, bracket, comma or colon is missing.", "Close what was opened; put a space after every colon and comma."],
  MULTILINE_IMPLICIT_KEY: ["A key must stand on one line.", "Close the quote or bracket on the same line, and write `key: value`."],
  TAB_AS_INDENT: ["A tab is used as indentation.", "Indent with spaces."],
  UNEXPECTED_TOKEN: [
    "Something stands here that does not belong.",
    "Check quotes, brackets and indentation on this line and the one before it.",
  ],
};

/** Our own sentence for the parser's code. Its own messages quote the file, which may hold a secret. */
export function describeSyntaxError(code: ErrorCode): { summary: string; fix: string } | null {
  const sentence = sentences[code];
  return sentence ? { summary: sentence[0], fix: sentence[1] } : null;
}
