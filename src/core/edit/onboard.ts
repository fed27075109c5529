import { asBefore } from "../format/as-before.ts";
import { isKey } from "../model/key.ts";
import { fold } from "../model/observed.ts";
import type { Organization } from "../model/organization.ts";
import type { Day } from "../model/person.ts";
import type { OnboardRequest } from "../model/request.schema.ts";
import { quoted } from "../source/secret.ts";
import { called, type Company, type Edited, listed } from "./edit.ts";
import { writeYaml } from "./yaml-edit.ts";

/** `Sofja Kowalewskaja` → `sofja-kowalewskaja`; null where nothing of the name can stand in a key. */
export function keyFromName(name: string): string | null {
  const key = name
    .normalize("NFKD")
    .replace(/\p{M}+/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, 63)
    .replace(/^-+|-+$/g, "");
  return isKey(key) ? key : null;
}

/**
 * A file for somebody who joins. A key that is, or was, somebody's is refused and no other one is made up: asking twice must not make two
 * people. Whether roles, manager and apps exist is for the check of the whole. Pure.
 */
export function onboard({ organization, files }: Company, request: OnboardRequest, today: Day): Edited {
  const { key: given, name, roles, accounts, ...rest } = request;
  const key = given ?? keyFromName(name);
  if (key === null) return { kind: "refused", problems: [`No key can be made from the name ${quoted(name)}: give one.`] };
  const path = `identities/people/${key}.yaml`;
  const problems = [...keyProblems(organization, key), ...emailProblems(organization, request.email)];
  if (problems.length === 0 && files.some((f) => f.path === path)) problems.push(`The file ${path} exists already.`);
  if (problems.length > 0) return { kind: "refused", problems };

  const value = {
    name,
    ...Object.fromEntries(Object.entries(rest).filter(([, v]) => v !== undefined)),
    ...(roles === undefined || roles.length === 0 ? {} : { roles: [...new Set(roles)] }),
    ...(accounts === undefined || Object.keys(accounts).length === 0 ? {} : { accounts }),
  };
  const held = roles === undefined || roles.length === 0 ? "" : ` with the ${roles.length === 1 ? "role" : "roles"} ${listed(roles)}`;
  const nothingYet = request.start !== undefined && request.start > today ? " Nothing is made before that day." : "";
  return {
    kind: "edited",
    edit: {
      verb: "onboard",
      key,
      about: `onboard ${key}`,
      title: `Onboard ${called(organization, { key, name })}`,
      paragraph: `${called(organization, { key, name })} joins as ${article(request.type ?? "employee")}${request.start === undefined ? "" : ` on ${request.start}`}${held}.${nothingYet}`,
      files: new Map([[path, asBefore(path, undefined, writeYaml(value))]]),
    },
  };
}

const article = (type: string): string => `${/^[aeiou]/.test(type) ? "an" : "a"} ${type}`;

function keyProblems({ people, services }: Organization, key: string): string[] {
  if (people.has(key))
    return [`There is a person ${key} already; somebody else needs another key; what shall change for ${key} is changed in that file.`];
  if (services.has(key)) return [`${key} is the key of a service: give another one.`];
  for (const principal of [...people.values(), ...services.values()]) {
    if (principal.formerly.includes(key))
      return [`${key} was the key of ${principal.key} before a rename, and its accounts are those of ${principal.key}: give another one.`];
  }
  return [];
}

function emailProblems({ people, services }: Organization, email: string | undefined): string[] {
  if (email === undefined) return [];
  const holder = [...people.values(), ...services.values()].find((p) => p.email !== undefined && fold(p.email) === fold(email));
  return holder === undefined
    ? []
    : [
        `${holder.key} has the address ${email} already${holder.lastDay === undefined ? "" : `, and the last day ${holder.lastDay}: where somebody comes back, the old file is changed and no new one made`}.`,
      ];
}
