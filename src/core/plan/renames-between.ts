import type { Organization } from "../model/organization.ts";
import type { Operation } from "./operation.ts";

/** What has another name in a later version of the files (`formerly`): the same person, app or entitlement, whose access goes on. */
export interface Renames {
  /** By the name before, the name after. */
  readonly people: ReadonlyMap<string, string>;
  readonly apps: ReadonlyMap<string, string>;
  /** By the app's name after: entitlements. */
  readonly entitlements: ReadonlyMap<string, ReadonlyMap<string, string>>;
}

export const noNames: ReadonlyMap<string, string> = new Map();

export function renamesBetween(base: Organization, head: Organization): Renames {
  const people = new Map<string, string>();
  for (const { key, formerly } of [...head.people.values(), ...head.services.values()]) {
    for (const former of formerly) if (!head.people.has(former) && !head.services.has(former)) people.set(former, key);
  }
  const apps = new Map<string, string>();
  const entitlements = new Map<string, Map<string, string>>();
  for (const app of head.apps.values()) {
    for (const former of app.formerly) if (base.apps.has(former) && !head.apps.has(former)) apps.set(former, app.key);
    const names = new Map<string, string>();
    for (const { name, formerly } of app.entitlements?.values() ?? []) {
      for (const former of formerly) if (!app.entitlements!.has(former)) names.set(former, name);
    }
    if (names.size > 0) entitlements.set(app.key, names);
  }
  return { people, apps, entitlements };
}

/** App, person and target of something under the names after. */
export function renamed<T extends Pick<Operation, "app" | "person" | "target">>(thing: T, { people, apps, entitlements }: Renames): T {
  const app = apps.get(thing.app) ?? thing.app;
  const person = thing.person === null ? null : (people.get(thing.person) ?? thing.person);
  const target = entitlements.get(app)?.get(thing.target) ?? thing.target;
  return app === thing.app && person === thing.person && target === thing.target ? thing : { ...thing, app, person, target };
}

export const renamesNothing = ({ people, apps, entitlements }: Renames): boolean =>
  people.size === 0 && apps.size === 0 && entitlements.size === 0;
