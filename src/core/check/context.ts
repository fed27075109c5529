import type { Diagnostic, Place } from "../diagnostic.ts";
import type { Manifest } from "../model/manifest.ts";
import type { Organization } from "../model/organization.ts";
import type { Day, Person, Service } from "../model/person.ts";
import type { Source } from "../source/parse.ts";

/** Every declaration that could be read, before it is known to make sense as a whole. */
export type Draft = Omit<Organization, "settings"> & { readonly settings: Organization["settings"] | null };

/** What a connector's own schema says of an app's settings; `path` leads from the settings to the value. Messages must not repeat values. */
export type CheckSettings = (
  connector: string,
  settings: Readonly<Record<string, unknown>>,
) => readonly { readonly path: readonly (string | number)[]; readonly message: string }[];

export interface CheckContext {
  readonly draft: Draft;
  /** Keys by kind of file, those included whose file could not be read: a reference to one is not unknown. */
  readonly keys: Readonly<Record<"people" | "services" | "roles" | "apps", ReadonlySet<string>>>;
  readonly manifests: ReadonlyMap<string, Manifest>;
  readonly checkSettings: CheckSettings;
  readonly today: Day;
  readonly sources: ReadonlyMap<string, Source>;
}

/** One invariant of the organisation. Pure; reports every breach. */
export type Check = (context: CheckContext) => Diagnostic[];

/** The place of a part of the file a declaration came from. */
export function placeOf(context: CheckContext, file: string, path: readonly (string | number)[], key = false): Place {
  return context.sources.get(file)?.locate(path, { key }) ?? { file, line: 1, column: 1 };
}

/** People, then services: whoever can hold an account. */
export const principals = (draft: Draft): (Person | Service)[] => [...draft.people.values(), ...draft.services.values()];

/** Keys of people and services share one space: an account answers to one key. */
export const isPrincipal = (context: CheckContext, key: string): boolean => context.keys.people.has(key) || context.keys.services.has(key);
