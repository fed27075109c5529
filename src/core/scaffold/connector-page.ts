import { type Manifest, verbs } from "../model/manifest.ts";

/** A Markdown table, padded as formatters have it. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const escaped = [head, ...rows].map((row) => row.map((cell) => cell.replaceAll("|", "\\|")));
  const widths = head.map((_, i) => Math.max(3, ...escaped.map((row) => row[i]!.length)));
  const line = (cells: readonly string[]): string => `| ${cells.map((cell, i) => cell.padEnd(widths[i]!)).join(" | ")} |`;
  return [line(escaped[0]!), line(widths.map((w) => "-".repeat(w))), ...escaped.slice(1).map(line)].join("\n");
}

const code = (text: string): string => `\`${text}\``;
/** What is to be filled in. */
const open = "…";

/**
 * The page of a new connector: tables made from its manifest as it is now, and open cells for what only the vendor's documentation, or a
 * try at the vendor, can say. `rollcall connectors <name>` always has the manifest's side of it.
 */
export function connectorPage(manifest: Manifest): string {
  const { name, label } = manifest;
  const entitlements = manifest.entitlements.map((e) => [code(e.example), e.levels.length > 0 ? e.levels.join(" < ") : "", e.description]);
  const abilities = verbs.map((verb) => {
    const facts = manifest.verbs[verb];
    return facts ? [code(verb), facts.scopes.map(code).join(", "), open, open] : [code(verb), "", "not possible", open];
  });
  const calls = manifest.calls.map((c) => [code(`${c.method} ${c.path}`), c.effect, open, open]);
  return `# ${label}

What ${label} is, which editions have an API, and who may use it: ${open}. Described at ${open} (read on ${open}).

Every fact on this page has its source and the day it was last verified. Cells with ${open} are to be filled in.

## Settings and credentials

${table(["setting", "meaning"], [[open, open]])}

${table(
  ["credential", "to preview", "to apply", "where it is made"],
  manifest.secrets.map((s) => [code(s.name), open, open, open]),
)}

## Entitlements

${table(["entitlement", "levels", "what it is"], entitlements)}

## What the API can do

${table(["verb", "scopes", "how, and what it leaves behind", "source, date"], abilities)}

Stopping an account is ${code(manifest.stop)}. What no API can do for a leaver: ${open}.

## The API

${table(["call", "effect", "answers, page size, errors", "source, date"], calls)}

A full read costs ${open} requests. Limits: ${open}. Lists lag behind writes by ${open}.

## Quirks

${table(["quirk", "how the connector meets it", "test", "source, date"], [[open, open, open, open]])}

## The simulator's world

${table(["field", "meaning, default"], [[open, open]])}

\`rollcall connectors ${name}\` prints the manifest's side of this page, \`rollcall connectors test ${name}\` judges the connector.
`;
}
