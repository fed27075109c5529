import { check } from "./check/index.ts";
import type { CheckContext, CheckSettings, Draft } from "./check/context.ts";
import { compareText, type Diagnostic, hasErrors, tidyDiagnostics } from "./diagnostic.ts";
import type { App } from "./model/app.ts";
import type { Manifest } from "./model/manifest.ts";
import type { Organization } from "./model/organization.ts";
import type { Day, Person, Service } from "./model/person.ts";
import type { Policy } from "./model/policy.ts";
import type { Register } from "./model/register.ts";
import type { Role } from "./model/role.ts";
import type { Declaration, KnownFiles } from "./source/declaration.ts";
import { declare } from "./source/declare.ts";
import { fileKind } from "./source/file-kind.ts";
import { type Source, sourceOnDemand } from "./source/parse.ts";
import { hideSecrets } from "./source/pasted-secrets.ts";

export interface LoadInput {
  /** In any order. Paths are relative to the root, with forward slashes. */
  readonly files: readonly { readonly path: string; readonly text: string }[];
  /** By connector name. */
  readonly manifests: ReadonlyMap<string, Manifest>;
  readonly checkSettings: CheckSettings;
  /** Today in the organisation's time zone: decides what has expired, and how far `until` may reach. */
  readonly today: Day;
  /** Files that need not be parsed again. */
  readonly known?: KnownFiles;
}

export interface LoadResult {
  /** null where any error exists: nothing may be concluded from half an organisation. */
  readonly organization: Organization | null;
  /** Every problem of every file, in order of place; none repeats a secret. */
  readonly diagnostics: readonly Diagnostic[];
  /** By path: texts for code frames, and places of values. */
  readonly sources: ReadonlyMap<string, Source>;
  /** Whatever could be read, and the keys of every file: for what shall work on files with errors in them. */
  readonly draft: Draft;
  readonly keys: CheckContext["keys"];
  /** By path, of files about which no problem speaks: what may be known the next time. */
  readonly declarations: ReadonlyMap<string, Declaration>;
}

/** Texts → organisation, or every problem at once. Pure and total: whatever the texts hold, it returns. */
export function loadOrganization({ files, manifests, checkSettings, today, known }: LoadInput): LoadResult {
  const diagnostics: Diagnostic[] = [];
  const sources = new Map<string, Source>();
  const declarations = new Map<string, Declaration>();
  const loaded = emptyDraft();
  const keys = { people: new Set<string>(), services: new Set<string>(), roles: new Set<string>(), apps: new Set<string>() };

  for (const { path, text } of [...files].sort((a, b) => compareText(a.path, b.path) || compareText(a.text, b.text))) {
    const kind = fileKind(path);
    if (kind.kind === "ignored") continue;
    if (kind.kind === "misplaced") {
      diagnostics.push(kind.diagnostic);
      continue;
    }
    if (sources.has(path)) {
      diagnostics.push({
        code: "FILE_DUPLICATE",
        severity: "error",
        summary: "The file is given twice.",
        where: [{ file: path, line: 1, column: 1 }],
      });
      continue;
    }
    sources.set(path, sourceOnDemand(path, text));
    if ("key" in kind && kind.kind in keys) keys[kind.kind as keyof typeof keys].add(kind.key);
    let declaration: Declaration | null | undefined = known?.known(path, text);
    if (declaration === undefined) {
      const declared = declare(kind, path, text);
      diagnostics.push(...declared.diagnostics);
      ({ declaration } = declared);
    }
    if (declaration === null) continue;
    declarations.set(path, declaration);
    add(loaded, declaration);
  }
  if (!sources.has("rollcall.yaml")) {
    diagnostics.push({
      code: "SETTINGS_MISSING",
      severity: "error",
      summary: "There is no rollcall.yaml.",
      detail: "It names the organisation and marks the root of the repository.",
      fix: "Run rollcall init, or run rollcall in the folder that has it.",
      where: [{ file: "rollcall.yaml", line: 1, column: 1 }],
    });
  }

  const context: CheckContext = { draft: loaded, keys, manifests, checkSettings, today, sources };
  diagnostics.push(...check(context));
  const all = tidyDiagnostics(hideSecrets(diagnostics, sources));
  for (const { where } of all) for (const { file } of where) declarations.delete(file);
  const { settings, ...rest } = loaded;
  const organization = settings && !hasErrors(all) ? { settings, ...rest } : null;
  return { organization, diagnostics: all, sources, draft: loaded, keys, declarations };
}

/** Nothing declared yet; `add` fills it. */
export const emptyDraft = () =>
  ({
    settings: null as Organization["settings"] | null,
    people: new Map<string, Person>(),
    services: new Map<string, Service>(),
    roles: new Map<string, Role>(),
    apps: new Map<string, App>(),
    policies: [] as Policy[],
    registers: new Map<string, Register>(),
  }) satisfies Draft;

/** Puts what one file declares to the rest. */
export function add(draft: ReturnType<typeof emptyDraft>, declaration: Declaration): void {
  switch (declaration.kind) {
    case "settings":
      draft.settings = declaration.value;
      return;
    case "people":
      draft.people.set(declaration.value.key, declaration.value);
      return;
    case "services":
      draft.services.set(declaration.value.key, declaration.value);
      return;
    case "roles":
      draft.roles.set(declaration.value.key, declaration.value);
      return;
    case "apps":
      draft.apps.set(declaration.value.key, declaration.value);
      return;
    case "registers":
      draft.registers.set(declaration.value.app, declaration.value);
      return;
    case "policies":
      draft.policies.push(declaration.value);
  }
}
