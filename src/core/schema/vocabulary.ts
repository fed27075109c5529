import type { CheckContext } from "../check/context.ts";
import { addressesOf, knownEntitlements } from "../check/known-entitlements.ts";
import { compareText } from "../diagnostic.ts";
import type { NameKind } from "../model/text.schema.ts";
import { addressPattern, literally, namePattern } from "./address-pattern.ts";
import { type JsonSchema, oneOfNames, suggesting } from "./json-schema.ts";

/** What of a load the vocabulary is made of. Files that cannot be read still give their keys. */
export type VocabularySource = Pick<CheckContext, "draft" | "keys" | "manifests">;

interface Name {
  readonly name: string;
  readonly note?: string;
}

const byName = (a: Name, b: Name): number => compareText(a.name, b.name);
const text: JsonSchema = { type: "string", minLength: 1 };

/** What each kind of name may be in this organisation: its own names, sorted, and a rule for others where others are allowed. */
export function vocabulary(source: VocabularySource): Readonly<Record<NameKind, JsonSchema>> {
  const { draft, keys, manifests } = source;
  const named = (all: ReadonlySet<string>, note: (key: string) => string | undefined): Name[] =>
    [...all].map((name) => ({ name, note: note(name) ?? "" })).sort(byName);
  const people = named(keys.people, (key) => {
    const person = draft.people.get(key);
    return person && [person.name, person.title].filter((part) => part !== undefined).join(", ");
  });
  const services = named(keys.services, (key) => draft.services.get(key)?.name);
  const apps = named(keys.apps, (key) => manifests.get(draft.apps.get(key)?.connector ?? "")?.label);
  const roles = named(keys.roles, (key) => draft.roles.get(key)?.description);
  const inUse = (values: readonly (string | undefined)[]): Name[] =>
    [...new Set(values.filter((v) => v !== undefined))].sort(compareText).map((name) => ({ name }));
  const zones = inUse(["UTC", draft.settings?.timezone, ...[...draft.people.values(), ...draft.services.values()].map((p) => p.timezone)]);
  return {
    person: oneOfNames(people, "There is no person of this key; `rollcall check` says which one is near."),
    principal: personOr(services),
    heir: personOr([{ name: "manager", note: "Whoever they report to" }]),
    role: oneOfNames(roles, "There is no role of this name; `rollcall check` says which one is near."),
    app: oneOfNames(apps, "There is no app of this name; its file would be in identities/apps/."),
    provisioner: oneOfNames(
      [{ name: "rollcall", note: "rollcall makes the accounts" }, { name: "jit", note: "The first sign-in makes the account" }, ...apps],
      "Write rollcall, jit, or the name of an app.",
    ),
    connector: oneOfNames(
      [...manifests.values()].map((m) => ({ name: m.name, note: m.description })).sort(byName),
      "There is no connector of this name; `rollcall connectors` lists them.",
    ),
    timezone: suggesting(oneOfNames(zones), [
      { type: "string", pattern: "^[A-Za-z][A-Za-z0-9_+/-]+$", errorMessage: "A time zone is written like Europe/London." },
    ]),
    department: suggesting(oneOfNames(inUse([...draft.people.values()].map((p) => p.department))), [text]),
    location: suggesting(oneOfNames(inUse([...draft.people.values()].map((p) => p.location))), [text]),
    ...entitlements(source),
  };
}

/**
 * A person, or one of a few other names. Not a choice of two lists, of which an editor would print every name for each slip: the first part only
 * suggests, the second decides.
 */
const personOr = (others: readonly Name[]): JsonSchema => ({
  anyOf: [oneOfNames(others), { $ref: "#/definitions/person" }, {}],
  if: oneOfNames(others),
  else: { $ref: "#/definitions/person" },
});

/** Addresses, and the names of entitlements where the app is known from elsewhere. */
function entitlements({ draft, keys, manifests }: VocabularySource): Record<"address" | "group" | "registered", JsonSchema> {
  const known = knownEntitlements(draft, manifests);
  const addresses: Name[] = [];
  const others: JsonSchema[] = [];
  const groups = new Map<string, Name>();
  const registered = new Map<string, Name>();
  const registers: JsonSchema[] = [];
  const message = "No app has this address; `rollcall check` says which one is near.";
  for (const key of [...keys.apps].sort(compareText)) {
    const app = known.get(key);
    if (!app) {
      others.push({ type: "string", pattern: `^${literally(key)}/.+$`, errorMessage: message }); // its own file is what has to be mended
      continue;
    }
    const { entitlements: kinds, human } = app.manifest;
    if (!app.closed) others.push({ type: "string", pattern: addressPattern(key, kinds), errorMessage: message });
    if (human)
      registers.push({
        type: "string",
        pattern: namePattern(kinds),
        errorMessage: "No app without an API has an entitlement of this form.",
      });
    for (const entitlement of app.entitlements.values()) {
      const { name, kind, description: note } = entitlement;
      for (const address of addressesOf(key, entitlement)) addresses.push({ name: address, note });
      if (kind.group) groups.set(name, { name, note });
      if (human && !kind.base) registered.set(name, { name, note });
    }
  }
  const sorted = (names: ReadonlyMap<string, Name>): JsonSchema => oneOfNames([...names.values()].sort(byName));
  return {
    address: suggesting(oneOfNames(addresses.sort(byName), message), others),
    group: suggesting(sorted(groups), [text]),
    registered: suggesting(sorted(registered), registers.length > 0 ? registers : [text]),
  };
}
