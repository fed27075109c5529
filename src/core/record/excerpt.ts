import { conditions } from "../check/conditions.ts";
import type { CheckContext } from "../check/context.ts";
import { roleCycles } from "../check/role-cycles.ts";
import { roleReferences } from "../check/role-references.ts";
import { hasErrors } from "../diagnostic.ts";
import { add, emptyDraft } from "../load.ts";
import type { Organization } from "../model/organization.ts";
import type { Declaration, KnownFiles } from "../source/declaration.ts";
import { declare } from "../source/declare.ts";
import { fileKind } from "../source/file-kind.ts";
import { sourceOnDemand } from "../source/parse.ts";
import type { WorkspaceFile } from "../source/workspace.ts";

/**
 * Files whose content can decide what one principal has, as paths below the root: the settings, every role and app, and her own files. Other
 * people's cannot, and policies judge changes without making any.
 */
export const reaching = (keys: Iterable<string>): string[] => ["rollcall.yaml", "identities/roles", "identities/apps", ...ownFiles(keys)];

/** Her own files, under any of these keys. */
export const ownFiles = (keys: Iterable<string>): string[] =>
  [...keys].flatMap((key) => [`identities/people/${key}.yaml`, `identities/services/${key}.yaml`]);

/** Keys that the people and services declared in these files had before. */
export function formerKeys(files: readonly WorkspaceFile[], known?: KnownFiles): string[] {
  return files.flatMap(({ path, text }) => {
    const kind = fileKind(path);
    if (kind.kind !== "people" && kind.kind !== "services") return [];
    const declaration = known?.known(path, text) ?? declare(kind, path, text).declaration;
    return declaration?.kind === "people" || declaration?.kind === "services" ? declaration.value.formerly : [];
  });
}

/**
 * Reads organisations that hold one principal alone, of many versions of the files: what a file declares is worked out once for all versions
 * that share it. null where one of these files has an error, or what a role says cannot be followed: from such a version nothing is concluded.
 * Whether a version was sound as a whole, its other people included, is not asked.
 */
export function excerpts(known?: KnownFiles): (files: readonly WorkspaceFile[]) => Organization | null {
  const declared = new Map<string, Map<string, Declaration | null>>();
  const declarationOf = ({ path, text }: WorkspaceFile): Declaration | null => {
    const kind = fileKind(path);
    if (kind.kind === "ignored" || kind.kind === "misplaced") return null;
    const texts = declared.get(path) ?? new Map<string, Declaration | null>();
    declared.set(path, texts);
    const before = texts.get(text);
    if (before !== undefined) return before;
    let declaration: Declaration | null | undefined = known?.known(path, text);
    if (declaration === undefined) {
      const read = declare(kind, path, text);
      declaration = hasErrors(read.diagnostics) ? null : read.declaration;
    }
    texts.set(text, declaration);
    return declaration;
  };
  return (files) => {
    const draft = emptyDraft();
    const keys = { people: new Set<string>(), services: new Set<string>(), roles: new Set<string>(), apps: new Set<string>() };
    for (const file of files) {
      const kind = fileKind(file.path);
      if (kind.kind === "ignored") continue;
      const declaration = declarationOf(file);
      if (declaration === null) return null;
      if ("key" in kind && kind.kind in keys) keys[kind.kind as keyof typeof keys].add(kind.key);
      add(draft, declaration);
    }
    const { settings, ...rest } = draft;
    const sources = new Map(files.map((f) => [f.path, sourceOnDemand(f.path, f.text)]));
    const context: CheckContext = { draft, keys, manifests: new Map(), checkSettings: () => [], today: "", sources };
    const sound = ![roleReferences, roleCycles, conditions].some((check) => hasErrors(check(context)));
    return settings !== null && sound ? { settings, ...rest } : null;
  };
}
