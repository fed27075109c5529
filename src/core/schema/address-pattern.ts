import type { EntitlementKind } from "../model/manifest.ts";

/** Pattern of every address of an app that its connector can write. */
export function addressPattern(app: string, kinds: readonly EntitlementKind[]): string {
  const forms = kinds
    .filter((kind) => kind.readOnly === undefined)
    .map((kind) => {
      const levels = kind.levels.length > 0 ? `(?::(?:${kind.levels.map(literally).join("|")}))?` : "";
      return `(?:${withoutAnchors(kind.pattern)})${levels}`;
    });
  return `^${literally(app)}/(?:${forms.join("|")})$`;
}

/** Pattern of the names, without app and level, that a connector knows. */
export const namePattern = (kinds: readonly EntitlementKind[]): string =>
  `^(?:${kinds.map((kind) => `(?:${withoutAnchors(kind.pattern)})`).join("|")})$`;

/** A text as a pattern that matches it alone. */
export const literally = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");

/** A manifest's pattern is tried against the whole name, so that its anchors say nothing; inside a longer pattern they would. */
function withoutAnchors(pattern: string): string {
  let result = "";
  let inClass = false;
  for (let i = 0; i < pattern.length; i++) {
    const c = pattern[i]!;
    if (c === "\\") {
      result += pattern.slice(i, i + 2);
      i++;
      continue;
    }
    if (c === "[") inClass = true;
    else if (c === "]") inClass = false;
    if (inClass || (c !== "^" && c !== "$")) result += c;
  }
  return result;
}
