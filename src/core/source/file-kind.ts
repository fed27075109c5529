import type { Diagnostic } from "../diagnostic.ts";
import { isKey } from "../model/key.ts";
import { didYouMean } from "./did-you-mean.ts";
import { quoted } from "./secret.ts";

/** What a file of the repository declares, by its path. */
export type FileKind =
  | { readonly kind: "settings" }
  | { readonly kind: "people" | "services" | "roles" | "apps" | "registers" | "policies"; readonly key: string }
  | { readonly kind: "ignored" }
  | { readonly kind: "misplaced"; readonly diagnostic: Diagnostic };

const folders = ["people", "services", "roles", "apps", "registers"] as const;

/** What `rollcall schema` writes for editors. */
export const isSchema = (path: string): boolean => /^identities\/\.schema\/(?:[a-z]+\.json|\.gitattributes)$/.test(path);

/** A file that would be passed over silently is a grant or a leaver passed over silently: whatever is not understood is an error. */
export function fileKind(path: string): FileKind {
  if (path === "rollcall.yaml") return { kind: "settings" };
  const parts = path.split("/");
  const name = parts.at(-1)!;
  if (name === "README.md" || name === ".gitkeep" || isSchema(path)) return { kind: "ignored" };
  if (parts[0] === "policies") return keyed("policies", parts.slice(1), path);
  if (parts[0] !== "identities") return misplaced(path, "No file is expected here.", "Put it into identities/ or policies/.");
  const folder = folders.find((f) => f === parts[1]);
  if (parts.length < 3 || !folder) {
    const near = parts.length >= 3 ? didYouMean(parts[1]!, folders) : undefined;
    return misplaced(
      path,
      "This file is in no folder that rollcall reads.",
      near ? `Move it to identities/${near}/.` : `Move it to one of ${folders.map((f) => `identities/${f}/`).join(", ")}.`,
    );
  }
  return keyed(folder, parts.slice(2), path);
}

function keyed(kind: (typeof folders)[number] | "policies", rest: readonly string[], path: string): FileKind {
  if (rest.length !== 1) {
    return misplaced(path, "Folders are not nested here.", "Move the file up: the file name alone is the key.");
  }
  const name = rest[0]!;
  if (!name.endsWith(".yaml")) {
    return misplaced(
      path,
      "Only files that end in .yaml are read.",
      name.endsWith(".yml") ? "Rename it from .yml to .yaml." : "Rename or remove it.",
    );
  }
  const key = name.slice(0, -".yaml".length);
  if (!isKey(key)) {
    return {
      kind: "misplaced",
      diagnostic: {
        code: "FILE_NAME",
        severity: "error",
        summary: `The file name ${quoted(name)} is not a key.`,
        fix: "Use lower-case letters, digits, dots, dashes and underscores, at most 63, beginning and ending with a letter or digit.",
        where: [{ file: path, line: 1, column: 1 }],
      },
    };
  }
  return { kind, key };
}

const misplaced = (path: string, summary: string, fix: string): FileKind => ({
  kind: "misplaced",
  diagnostic: { code: "FILE_UNKNOWN", severity: "error", summary, fix, where: [{ file: path, line: 1, column: 1 }] },
});
