import type { z } from "zod";
import type { Diagnostic } from "../diagnostic.ts";
import { dayMessage, secretSourceMessage } from "../model/text.schema.ts";
import { suggestion } from "./did-you-mean.ts";
import type { Source } from "./parse.ts";
import { quoted } from "./secret.ts";

type Issue = z.core.$ZodIssue;
type Path = readonly (string | number)[];
type Add = (code: string, summary: string, fix: string, at?: Path, key?: boolean) => void;

/**
 * The file's value in the schema's shape, every mismatch as a diagnostic. What fits comes back even then, without the top-level keys that do
 * not, so that the rest of the file is checked in the same run; null where not even that makes a whole. No message repeats a value.
 */
export function decode<T>(source: Source, schema: z.ZodType<T>, knownKeys: KnownKeys, diagnostics: Diagnostic[]): T | null {
  if (source.value === undefined) return null;
  const result = schema.safeParse(source.value);
  if (result.success) return result.data;
  for (const issue of result.error.issues) describe(source, issue, [], knownKeys, diagnostics);
  const salvaged = schema.safeParse(withoutFaulty(source.value, result.error.issues));
  return salvaged.success ? salvaged.data : null;
}

function withoutFaulty(value: unknown, issues: readonly Issue[]): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const faulty = new Set(issues.flatMap((i) => (i.path.length > 0 ? [String(i.path[0])] : i.code === "unrecognized_keys" ? i.keys : [])));
  return Object.fromEntries(Object.entries(value).filter(([name]) => !faulty.has(name)));
}

/** Names a map may hold, for "did you mean": by the path of the map with `*` for list items and free names; "" is the file itself. */
export type KnownKeys = Readonly<Record<string, readonly string[]>>;

function describe(source: Source, issue: Issue, above: Path, known: KnownKeys, out: Diagnostic[]): void {
  const path: Path = [...above, ...issue.path.map((p) => (typeof p === "number" ? p : String(p)))];
  const sensitive = path[0] === "credentials" ? { sensitive: true as const } : {};
  const add: Add = (code, summary, fix, at = path, key = false) => {
    out.push({ code, severity: "error", summary, fix, where: [source.locate(at, { key })], ...sensitive });
  };
  switch (issue.code) {
    case "unrecognized_keys": {
      const names = keysAt(known, path);
      for (const name of issue.keys) {
        add(
          "KEY_UNKNOWN",
          `The key ${quoted(name)} is not known here.`,
          suggestion(name, names, listed("Known are", names)),
          [...path, name],
          true,
        );
      }
      return;
    }
    case "invalid_key":
      add("VALUE_INVALID", issue.issues[0]?.message ?? "The name is not allowed here.", "Rename it.", path, true);
      return;
    case "invalid_union": {
      const value = valueAt(source.value, path);
      if ("discriminator" in issue && issue.discriminator !== undefined) {
        const at = issue.path.at(-1) === issue.discriminator ? path : [...path, issue.discriminator];
        choice(add, valueAt(source.value, at), issue.discriminator, optionsOf(issue), at);
        return;
      }
      const fitting = issue.errors.filter((branch) => !branch.some((i) => i.code === "invalid_type" && i.path.length === 0));
      const branch = fitting[0];
      if (fitting.length >= 1 && branch) for (const inner of branch) describe(source, inner, path, known, out);
      else {
        const texts = issue.errors.flatMap((b) => b.flatMap((i) => (i.message.endsWith(".") ? [i.message] : [])));
        const kinds = [
          ...new Set(issue.errors.flatMap((b) => b.flatMap((i) => (i.code === "invalid_type" ? [kindName(i.expected)] : [])))),
        ];
        if (texts.includes(secretSourceMessage)) secretLiteral(add);
        else add("VALUE_TYPE", `This must be ${kinds.join(" or ")}, not ${typeName(value)}.`, quoteHint(value));
      }
      return;
    }
    case "invalid_type": {
      const value = valueAt(source.value, path);
      if (value === undefined) add("KEY_MISSING", `The key "${String(path.at(-1) ?? "")}" is missing.`, "Add it.", path.slice(0, -1));
      else if (issue.message === secretSourceMessage) secretLiteral(add);
      else add("VALUE_TYPE", `This must be ${kindName(issue.expected)}, not ${typeName(value)}.`, quoteHint(value));
      return;
    }
    case "invalid_value": {
      const value = valueAt(source.value, path);
      choice(add, value, String(path.at(-1) ?? ""), issue.values.map(String), path);
      return;
    }
    default:
      if (issue.message === secretSourceMessage) secretLiteral(add);
      else if (issue.message === dayMessage) add("DATE_INVALID", dayMessage, "Correct the date.");
      else add("VALUE_INVALID", sentence(issue.message), "Correct the value.");
  }
}

const secretLiteral = (add: Add): void =>
  add(
    "SECRET_LITERAL",
    secretSourceMessage,
    "If this is a real secret, revoke it at the vendor now: it stays in Git's history. Then put the new one into an environment variable and write env:NAME.",
  );

/** A value out of a closed list is missing or not in it. */
function choice(add: Add, value: unknown, name: string, options: readonly string[], path: Path): void {
  if (value === undefined) add("KEY_MISSING", `The key "${name}" is missing.`, `Write one of ${options.join(", ")}.`, path.slice(0, -1));
  else {
    const fix = typeof value === "string" ? suggestion(value, options, "Choose one of them.") : "Choose one of them.";
    add("VALUE_UNKNOWN", `This must be one of ${options.join(", ")}.`, fix, path);
  }
}

const sentence = (message: string): string => (message.endsWith(".") ? message : "The value is not allowed here.");

function keysAt(known: KnownKeys, path: Path): readonly string[] {
  const exact = path.map((p) => (typeof p === "number" ? "*" : p)).join("/");
  return known[exact] ?? known[[...path.slice(0, -1).map((p) => (typeof p === "number" ? "*" : p)), "*"].join("/")] ?? [];
}

const listed = (lead: string, names: readonly string[]): string => (names.length > 0 ? `${lead} ${names.join(", ")}.` : "Remove it.");

function valueAt(value: unknown, path: Path): unknown {
  let current = value;
  for (const step of path) {
    if (typeof current !== "object" || current === null || !Object.hasOwn(current, step)) return undefined;
    current = (current as Record<string | number, unknown>)[step];
  }
  return current;
}

const kindNames: Readonly<Record<string, string>> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "a map of keys and values",
  record: "a map of keys and values",
};

const kindName = (expected: string): string => kindNames[expected] ?? "something else";

const typeName = (value: unknown): string =>
  value === null
    ? "nothing"
    : Array.isArray(value)
      ? "a list"
      : typeof value === "object"
        ? "a map"
        : typeof value === "number"
          ? "a number"
          : typeof value === "boolean"
            ? "true or false"
            : "text";

const quoteHint = (value: unknown): string =>
  value === null
    ? "Give a value, or remove the key. The words null and ~ mean nothing unless quoted."
    : typeof value === "number" || typeof value === "boolean"
      ? "Put the value in quotes if it is text."
      : "Correct the value.";

/** zod gives the options of a discriminated union from 4.6 on, though its type of the issue does not always say so. */
const optionsOf = (issue: object): string[] => ("options" in issue && Array.isArray(issue.options) ? issue.options.map(String) : []);
