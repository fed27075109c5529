import { fileKind } from "../source/file-kind.ts";

/** Where the schemas lie. Committed, so that a fresh checkout completes names; the loader passes over it. */
export const schemaFolder = "identities/.schema";

/** One schema for each kind of file. */
export const schemaNames = ["settings", "person", "service", "role", "app", "register", "policy"] as const;
export type SchemaName = (typeof schemaNames)[number];

const schemaByKind = {
  settings: "settings",
  people: "person",
  services: "service",
  roles: "role",
  apps: "app",
  registers: "register",
  policies: "policy",
} as const satisfies Record<string, SchemaName>;

/** The comment that leads an editor to the schema of the file at `path`; null where it is no file of ours. */
export function modelineOf(path: string): string | null {
  const { kind } = fileKind(path);
  if (kind === "ignored" || kind === "misplaced") return null;
  const toRoot = "../".repeat(path.split("/").length - 1);
  const relative = `${toRoot}${schemaFolder}/${schemaByKind[kind]}.json`.replace("../../identities/", "../");
  return `# yaml-language-server: $schema=${relative}`;
}

/** Editors read the comments before the first line of content, in either of these two spellings. */
const existing = /^#\s+(?:yaml-language-server\s*:.*\$schema\s*=\s*(\S+)|\$schema:\s*(\S+))/;

/** The schema that a comment leads to; null for any other comment. */
function schemaIn(comment: string): string | null {
  const m = existing.exec(comment);
  return m ? (m[1] ?? m[2] ?? null) : null;
}

/** The text with the modeline of its path on the first line; one that is there is moved there, and corrected. */
export function withModeline(path: string, text: string): string {
  const { rest, modeline, gap } = withoutModeline(path, text);
  const head = modeline ?? modelineOf(path);
  return head === null ? text : `${head}\n${gap ? "\n" : ""}${rest}`;
}

/**
 * A text without its modeline, and the modeline that it shall have: one that leads to a schema of ours by another path (the file has moved) is
 * corrected; one that leads elsewhere is the author's choice and stays. null where there was none. `gap`: a blank line followed it.
 */
export function withoutModeline(path: string, text: string): { rest: string; modeline: string | null; gap: boolean } {
  const lines = text.split("\n");
  for (const [i, line] of lines.entries()) {
    if (line.trim() !== "" && !line.startsWith("#")) break;
    const schema = schemaIn(line);
    if (schema === null) continue;
    const gap = i === 0 && lines[1]?.trim() === "" && lines.length > 2;
    const rest = [...lines.slice(0, i), ...lines.slice(gap ? i + 2 : i + 1)].join("\n");
    return { rest, modeline: isOurs(schema) ? modelineOf(path) : line.trimEnd(), gap };
  }
  return { rest: text, modeline: null, gap: false };
}

const isOurs = (schema: string): boolean => schemaNames.some((name) => schema.endsWith(`.schema/${name}.json`));
