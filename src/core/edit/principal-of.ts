import type { Person, Service } from "../model/person.ts";
import { didYouMean } from "../source/did-you-mean.ts";
import { quoted } from "../source/secret.ts";
import type { Company } from "./edit.ts";

export type FoundPrincipal =
  | { readonly kind: "found"; readonly principal: Person | Service; readonly path: string; readonly text: string }
  | { readonly kind: "refused"; readonly problems: readonly string[] };

/** The person or service of a key, with her file. */
export function principalOf({ organization: { people, services }, files }: Company, key: string): FoundPrincipal {
  const principal = people.get(key) ?? services.get(key);
  if (principal) {
    const { file: path } = principal.origin;
    const file = files.find((f) => f.path === path);
    if (!file) throw new Error(`the organisation was not read from these files: there is no ${path}`);
    return { kind: "found", principal, path, text: file.text };
  }
  const near = didYouMean(key, new Set([...people.keys(), ...services.keys()]));
  const named = [...people.values()]
    .filter((p) => p.name.toLowerCase() === key.toLowerCase() || p.formerly.includes(key))
    .map((p) => p.key);
  const hint = near ?? (named.length === 1 ? named[0] : undefined);
  return {
    kind: "refused",
    problems: [`There is no person or service ${quoted(key)}.${hint === undefined ? "" : ` Did you mean "${hint}"?`}`],
  };
}
