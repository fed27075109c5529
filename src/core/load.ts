import { check } from "./check/index.ts";
import type { CheckContext, CheckSettings, Draft } from "./check/context.ts";
import { compareText, type Diagnostic, hasErrors, type Place, tidyDiagnostics } from "./diagnostic.ts";
import { appFile } from "./model/app.schema.ts";
import type { Manifest } from "./model/manifest.ts";
import { settingsFile } from "./model/organization.schema.ts";
import type { Organization } from "./model/organization.ts";
import { personFile, serviceFile } from "./model/person.schema.ts";
import type { Day } from "./model/person.ts";
import { policyFile } from "./model/policy.schema.ts";
import { registerFile } from "./model/register.schema.ts";
import { roleFile } from "./model/role.schema.ts";
import { decode } from "./source/decode.ts";
import { fileKind } from "./source/file-kind.ts";
import { parse, type Source } from "./source/parse.ts";
import { pastedSecrets, hideSecrets } from "./source/pasted-secrets.ts";
import { schemaKeys } from "./source/schema-keys.ts";
import { toApp } from "./source/to-app.ts";
import { toPolicy, toRegister, toSettings } from "./source/to-organization.ts";
import { toPerson, toService } from "./source/to-person.ts";
import { toRole } from "./source/to-role.ts";

export interface LoadInput {
  /** In any order. Paths are relative to the root, with forward slashes. */
  readonly files: readonly { readonly path: string; readonly text: string }[];
  /** By connector name. */
  readonly manifests: ReadonlyMap<string, Manifest>;
  readonly checkSettings: CheckSettings;
  /** Today in the organisation's time zone: decides what has expired, and how far `until` may reach. */
  readonly today: Day;
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
}

/** Texts → organisation, or every problem at once. Pure and total: whatever the texts hold, it returns. */
export function loadOrganization({ files, manifests, checkSettings, today }: LoadInput): LoadResult {
  const diagnostics: Diagnostic[] = [];
  const sources = new Map<string, Source>();
  const loaded = {
    settings: null as Organization["settings"] | null,
    people: new Map() as Map<string, ReturnType<typeof toPerson>>,
    services: new Map() as Map<string, ReturnType<typeof toService>>,
    roles: new Map() as Map<string, ReturnType<typeof toRole>>,
    apps: new Map() as Map<string, ReturnType<typeof toApp>>,
    policies: [] as ReturnType<typeof toPolicy>[],
    registers: new Map() as Map<string, ReturnType<typeof toRegister>>,
  } satisfies Draft;
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
    const { source, diagnostics: syntax } = parse(path, text);
    diagnostics.push(...syntax);
    sources.set(path, source);
    if ("key" in kind && kind.kind in keys) keys[kind.kind as keyof typeof keys].add(kind.key);
    read(kind, source);
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

  function read(kind: Exclude<ReturnType<typeof fileKind>, { kind: "ignored" | "misplaced" }>, source: Source): void {
    switch (kind.kind) {
      case "settings": {
        const file = decode(source, settingsFile, schemaKeys(settingsFile), diagnostics);
        if (file) loaded.settings = toSettings(file, source);
        return;
      }
      case "people": {
        const file = decode(source, personFile, schemaKeys(personFile), diagnostics);
        if (file) loaded.people.set(kind.key, toPerson(kind.key, file, source));
        return;
      }
      case "services": {
        const file = decode(source, serviceFile, schemaKeys(serviceFile), diagnostics);
        if (file) loaded.services.set(kind.key, toService(kind.key, file, source));
        return;
      }
      case "roles": {
        const file = decode(source, roleFile, schemaKeys(roleFile), diagnostics);
        if (file) loaded.roles.set(kind.key, toRole(kind.key, file, source));
        return;
      }
      case "apps": {
        const file = decode(source, appFile, schemaKeys(appFile), diagnostics);
        if (file) loaded.apps.set(kind.key, toApp(kind.key, file, source, diagnostics));
        return;
      }
      case "registers": {
        const file = decode(source, registerFile, schemaKeys(registerFile), diagnostics);
        if (file) loaded.registers.set(kind.key, toRegister(kind.key, file, source));
        return;
      }
      case "policies": {
        const file = decode(source, policyFile, schemaKeys(policyFile), diagnostics);
        if (file) loaded.policies.push(toPolicy(kind.key, file, source));
      }
    }
  }

  const context: CheckContext = { draft: loaded, keys, manifests, checkSettings, today, sources };
  diagnostics.push(...check(context));
  const known = new Set(diagnostics.flatMap((d) => (d.code === "SECRET_LITERAL" ? d.where.map(placeKey) : [])));
  const secrets = pastedSecrets(sources).filter((d) => !known.has(placeKey(d.where[0]!)));
  const all = tidyDiagnostics(hideSecrets([...diagnostics, ...secrets], sources));
  const { settings, ...rest } = loaded;
  return { organization: settings && !hasErrors(all) ? { settings, ...rest } : null, diagnostics: all, sources, draft: loaded, keys };
}

const placeKey = ({ file, line, column }: Place): string => `${file}:${line}:${column}`;
