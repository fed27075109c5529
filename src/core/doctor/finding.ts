import { compareText } from "../diagnostic.ts";

/** In the order in which they are told. Only `fail` fails; unknown is never taken for ok (law 13). */
export const levels = ["fail", "warn", "unknown", "note", "ok"] as const;
export type Level = (typeof levels)[number];

/** What a rule has to say. Holds names from the forge as they are there: escaped where they are shown. */
export interface Finding {
  /** Stable, part of the API; one rule's word keeps its code at every level. */
  readonly code: string;
  readonly level: Level;
  /** One sentence without a full stop. */
  readonly summary: string;
  /** Why it matters, or what holds all the same. */
  readonly detail: string | null;
  /** What to do about it; of an unknown, what token would see it. */
  readonly fix: string | null;
}

interface Words {
  readonly summary: string;
  readonly detail?: string;
  readonly fix?: string;
}

export const finding = (code: string, level: Level, { summary, detail, fix }: Words): Finding => ({
  code,
  level,
  summary,
  detail: detail ?? null,
  fix: fix ?? null,
});
export const ok = (code: string, summary: string): Finding => finding(code, "ok", { summary });

/** `what`: as a noun phrase. `by`: one of `sights`. */
export const unseen = (code: string, what: string, by: string): Finding =>
  finding(code, "unknown", { summary: `${what}: not visible to this token`, fix: `look with ${by}` });

export interface Tell {
  readonly code: string;
  /** Said where it holds. */
  readonly holds: string;
  readonly broken: Words & { readonly level: "fail" | "warn" | "note"; readonly fix: string };
  readonly unseen: { readonly what: string; readonly by: string };
}

/** A thing that holds, does not, or is not told. */
export function tell(holds: boolean | null, words: Tell): Finding {
  if (holds === null) return unseen(words.code, words.unseen.what, words.unseen.by);
  const { level, ...broken } = words.broken;
  return holds ? ok(words.code, words.holds) : finding(words.code, level, broken);
}

/** By level, code and words: the same facts, the same order. */
export const inOrder = (all: readonly Finding[]): Finding[] =>
  [...all].sort(
    (a, b) =>
      levels.indexOf(a.level) - levels.indexOf(b.level) ||
      compareText(a.code, b.code) ||
      compareText(a.summary, b.summary) ||
      compareText(a.detail ?? "", b.detail ?? ""),
  );

/** "a", "a and b", "a, b and c"; past `most` only how many more there are. */
export function listed(names: readonly string[], most = Number.POSITIVE_INFINITY): string {
  const shown = names.length > most ? [...names.slice(0, most), `${names.length - most} more`] : [...names];
  const last = shown.pop() ?? "";
  return shown.length === 0 ? last : `${shown.join(", ")} and ${last}`;
}
