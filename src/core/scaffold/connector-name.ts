/** What the folder of a connector, and so the connector, may be called: as manifests have it, and words apart by single dashes. */
const shape = /^(?=.{1,31}$)[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;

/** What is wrong with a name for a new connector, as the end of a sentence; null where nothing is. `taken`: connectors and commands there are. */
export function connectorNameProblem(name: string, taken: readonly string[]): string | null {
  if (!shape.test(name)) return "is not a name of small letters, digits and single dashes that begins with a letter (31 at most)";
  return taken.includes(name) ? "is taken; give it another name" : null;
}

/** `acme-chat` → `Acme Chat`. */
export const labelOf = (name: string): string =>
  name
    .split("-")
    .map((word) => word[0]!.toUpperCase() + word.slice(1))
    .join(" ");
