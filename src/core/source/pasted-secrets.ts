import type { Diagnostic, Place } from "../diagnostic.ts";
import type { Value } from "./build-value.ts";
import { indexLines } from "./line-index.ts";
import type { Source } from "./parse.ts";
import { limits } from "./prescan.ts";
import { findSecrets, looksRandom, withoutSecrets } from "./secret.ts";

const advice =
  "Revoke it at the vendor now: it stays in Git's history. Put its successor into an environment variable, and write env:NAME under credentials.";

/** Everything that looks like a pasted secret: tokens and keys anywhere in a file, and random or secret-named values in an app's settings. */
export function pastedSecrets(source: Source): Diagnostic[] {
  const out: Diagnostic[] = [];
  const report = (summary: string, place: Place): void => {
    out.push({ code: "SECRET_LITERAL", severity: "error", summary, fix: advice, where: [place], sensitive: true });
  };
  const lines = indexLines(source.file, source.text);
  for (const { start, end } of scan(source)) report("A secret seems to be pasted here.", lines.place(start, end));
  if (!source.file.startsWith("identities/apps/") || !isMap(source.value)) return out;
  for (const part of ["settings", "credentials"]) {
    walk(source.value[part] ?? null, [part], (path, name, value) => {
      if (part === "settings" && secretName.test(name)) report("A setting must not hold a secret.", source.locate(path));
      else if (looksRandom(value)) report("A secret seems to be pasted here.", source.locate(path));
    });
  }
  return out;
}

/**
 * Problems as they may be shown: those on a line with a secret are marked, so that no renderer prints the line, and no text of any of them
 * holds one.
 */
export function hideSecrets(diagnostics: readonly Diagnostic[], sources: ReadonlyMap<string, Source>): Diagnostic[] {
  const secretLines = new Map<string, Set<number>>();
  for (const file of new Set(diagnostics.flatMap((d) => d.where.map((place) => place.file)))) {
    const source = sources.get(file);
    const spans = source ? scan(source) : [];
    if (source && spans.length > 0) secretLines.set(file, linesOf(source, spans));
  }
  for (const { sensitive, where } of diagnostics) {
    if (!sensitive) continue;
    for (const { file, line } of where) {
      const lines = secretLines.get(file);
      if (lines) lines.add(line);
      else secretLines.set(file, new Set([line]));
    }
  }
  return diagnostics.map((d) => {
    const sensitive = d.sensitive || d.where.some((p) => secretLines.get(p.file)?.has(p.line));
    const clean = { ...d, summary: withoutSecrets(d.summary) };
    return {
      ...clean,
      ...(d.detail === undefined ? {} : { detail: withoutSecrets(d.detail) }),
      ...(d.fix === undefined ? {} : { fix: withoutSecrets(d.fix) }),
      ...(sensitive ? { sensitive: true as const } : {}),
    };
  });
}

/** A file over the limits is not searched: it is refused, and nothing of it is shown but its first line. */
const scan = (source: Source): ReturnType<typeof findSecrets> => (source.text.length > limits.bytes ? [] : findSecrets(source.text));

function linesOf(source: Source, spans: ReturnType<typeof findSecrets>): Set<number> {
  const index = indexLines(source.file, source.text);
  const lines = new Set<number>();
  for (const { start, end } of spans) {
    const last = index.place(Math.max(start, end - 1)).line;
    for (let line = index.place(start).line; line <= last; line++) lines.add(line);
  }
  return lines;
}

const secretName = /^(?:.*[-_])?(?:token|secret|password|passwd|passphrase|api-?key|private-?key|client-?secret)$/i;

const isMap = (value: Value | undefined): value is { readonly [key: string]: Value } =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Calls `visit` with every text value; depth is bounded by the nesting limit. */
function walk(
  value: Value,
  path: readonly (string | number)[],
  visit: (path: readonly (string | number)[], name: string, value: string) => void,
): void {
  if (typeof value === "string") visit(path, String(path.at(-1)), value);
  else if (Array.isArray(value)) value.forEach((item: Value, i) => walk(item, [...path, i], visit));
  else if (isMap(value)) for (const [name, item] of Object.entries(value)) walk(item, [...path, name], visit);
}
