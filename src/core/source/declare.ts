import type { Diagnostic, Place } from "../diagnostic.ts";
import { appFile } from "../model/app.schema.ts";
import { settingsFile } from "../model/organization.schema.ts";
import { personFile, serviceFile } from "../model/person.schema.ts";
import { policyFile } from "../model/policy.schema.ts";
import { registerFile } from "../model/register.schema.ts";
import { roleFile } from "../model/role.schema.ts";
import type { Declaration } from "./declaration.ts";
import { decode } from "./decode.ts";
import type { FileKind } from "./file-kind.ts";
import { parse, type Source } from "./parse.ts";
import { pastedSecrets } from "./pasted-secrets.ts";
import { schemaKeys } from "./schema-keys.ts";
import { toApp } from "./to-app.ts";
import { toPolicy, toRegister, toSettings } from "./to-organization.ts";
import { toPerson, toService } from "./to-person.ts";
import { toRole } from "./to-role.ts";

export type DeclaringKind = Exclude<FileKind, { readonly kind: "ignored" | "misplaced" }>;

export interface Declared {
  /** null where not even a part of the file makes sense. */
  readonly declaration: Declaration | null;
  /** Every problem that the file has by itself. */
  readonly diagnostics: readonly Diagnostic[];
}

/** One file's text → what it declares, with every problem. Pure; looks at nothing but the file. */
export function declare(kind: DeclaringKind, path: string, text: string): Declared {
  const { source, diagnostics } = parse(path, text);
  const declaration = read(kind, source, diagnostics);
  const told = new Set(diagnostics.flatMap((d) => (d.code === "SECRET_LITERAL" ? d.where.map(placeKey) : [])));
  diagnostics.push(...pastedSecrets(source).filter((d) => !told.has(placeKey(d.where[0]!))));
  return { declaration, diagnostics };
}

const placeKey = ({ line, column }: Place): string => `${line}:${column}`;

function read(kind: DeclaringKind, source: Source, diagnostics: Diagnostic[]): Declaration | null {
  switch (kind.kind) {
    case "settings": {
      const file = decode(source, settingsFile, schemaKeys(settingsFile), diagnostics);
      return file && { kind: "settings", value: toSettings(file, source) };
    }
    case "people": {
      const file = decode(source, personFile, schemaKeys(personFile), diagnostics);
      return file && { kind: "people", value: toPerson(kind.key, file, source) };
    }
    case "services": {
      const file = decode(source, serviceFile, schemaKeys(serviceFile), diagnostics);
      return file && { kind: "services", value: toService(kind.key, file, source) };
    }
    case "roles": {
      const file = decode(source, roleFile, schemaKeys(roleFile), diagnostics);
      return file && { kind: "roles", value: toRole(kind.key, file, source) };
    }
    case "apps": {
      const file = decode(source, appFile, schemaKeys(appFile), diagnostics);
      return file && { kind: "apps", value: toApp(kind.key, file, source, diagnostics) };
    }
    case "registers": {
      const file = decode(source, registerFile, schemaKeys(registerFile), diagnostics);
      return file && { kind: "registers", value: toRegister(kind.key, file, source) };
    }
    case "policies": {
      const file = decode(source, policyFile, schemaKeys(policyFile), diagnostics);
      return file && { kind: "policies", value: toPolicy(kind.key, file, source) };
    }
  }
}
