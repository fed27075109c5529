import type { Annotation } from "../forge/forge.ts";

const words = { notice: "notice", warning: "warning", failure: "error" } as const;

/**
 * An annotation as a line on standard output that GitHub Actions reads (`::warning file=…,line=…::…`). Whatever stands in the texts ends
 * neither a property nor the line (GitHub docs "Workflow commands", 2026-11; the escapes are those of its toolkit).
 */
export function workflowCommand({ path, line, level, title, message }: Annotation): string {
  const properties = Object.entries({ file: path, line: String(line), title }).filter(([, value]) => value !== "");
  return `::${words[level]} ${properties.map(([name, value]) => `${name}=${property(value)}`).join(",")}::${data(message)}`;
}

/** A warning about the run as a whole. */
export const warningCommand = (title: string, message: string): string => `::warning title=${property(title)}::${data(message)}`;

const data = (text: string): string => text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
const property = (text: string): string => data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
