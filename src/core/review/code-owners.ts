import { dayAfter, dayIn, noonOf } from "../compile/day.ts";
import { compareText } from "../diagnostic.ts";
import type { Organization } from "../model/organization.ts";
import type { Day } from "../model/person.ts";
import { schemaFolder } from "../schema/modeline.ts";
import { appRule, approvalPolicy, type Owners, ownersOf } from "./owners.ts";

/** Where GitHub looks first (docs.github.com, "About code owners", read 2026-11). */
export const codeOwnersPath = ".github/CODEOWNERS";

export interface CodeOwnersInput {
  readonly organization: Organization;
  readonly now: Date;
  /** A person's login at the forge; null: not known. */
  readonly loginOf: (person: string) => string | null;
  /** Way from the repository's root to rollcall's: "" or ending with a slash. */
  readonly prefix: string;
}

export type CodeOwners =
  | {
      readonly kind: "text";
      readonly text: string;
      /** People who own something and cannot be named: no login, no address. */ readonly unnamed: readonly string[];
    }
  /** Something that has to have an owner would have none: as a sentence without a full stop. */
  | { readonly kind: "refused"; readonly why: string };

/** Named one by one, though the first line has them too: an owner sees here what is protected. */
const protectedPaths = [
  ".github/",
  "rollcall.yaml",
  "identities/apps/",
  "providers/",
  "src/",
  "package.json",
  "package-lock.json",
  "pnpm-lock.yaml",
  "yarn.lock",
];
const everydayFolders = ["people", "services", "roles", "registers"].map((folder) => `identities/${folder}/`);

/**
 * The owners of owners.ts as GitHub's CODEOWNERS, so that it asks those for a review whom rollcall will ask for their word. There the last pattern
 * that fits holds; here the lines stand in this order: everything · what is protected · people, services, roles, registers · entries of the approval
 * policy, in its order · schemas · apps · policies. No line is without owners: GitHub would take that for "nobody has to look".
 *
 * Every pattern begins at the root and is made of letters, digits, `.`, `_`, `-` and `/`: nothing that the syntax gives another meaning.
 */
export function codeOwners({ organization, now, loginOf, prefix }: CodeOwnersInput): CodeOwners {
  if (!/^(?:[A-Za-z0-9._-]+\/)*$/.test(prefix))
    return { kind: "refused", why: "the name of rollcall's folder cannot be written in a CODEOWNERS file" };
  const owners = ownersOf(organization, now);
  const named = new Map<string, string>();
  for (const key of owners.anything) {
    const handle = handleOf(loginOf(key), organization.people.get(key)?.email);
    if (handle !== null) named.set(key, handle);
  }
  const handles = (people: readonly string[]): string[] => people.flatMap((key) => named.get(key) ?? []).sort(compareText);
  const keepers = handles(owners.policies.people);
  if (keepers.length === 0)
    return { kind: "refused", why: "nobody who is here owns policies/ and can be named: no approval policy says who, no app has an owner" };

  const lines = linesOf(organization, owners).map(([path, people]) => {
    const own = handles(people);
    // Owners without a name at the forge: those of policies, and not nobody.
    const pattern = path === "" ? (prefix === "" ? "*" : `/${prefix}`) : path.startsWith(".github/") ? `/${path}` : `/${prefix}${path}`;
    return `${pattern} ${(own.length > 0 ? own : keepers).join(" ")}`;
  });
  return {
    kind: "text",
    text: `${header}${lines.join("\n")}\n`,
    unnamed: [...owners.anything].filter((key) => !named.has(key)).sort(compareText),
  };
}

const header = `# Written by rollcall from identities/ and policies/: \`rollcall codeowners\` makes it anew, \`rollcall codeowners --check\` compares.
# GitHub asks these people for a review. Who really has to approve what, rollcall decides from the files of the base.
`;

/** Whether a file is one of ours, that may be written over. */
export const isOurs = (text: string): boolean => text.startsWith(header.slice(0, header.indexOf(":")));

function linesOf(organization: Organization, owners: Owners): [path: string, people: readonly string[]][] {
  const { policies, everyday } = owners;
  const lines: [string, readonly string[]][] = [["", policies.people]];
  for (const path of protectedPaths) lines.push([path, policies.people]);
  for (const folder of everydayFolders) lines.push([folder, everyday.people]);
  for (const { path } of approvalPolicy(organization)?.owners ?? []) {
    const { people, rule } = owners.path(path.endsWith("/") ? `${path}_` : path);
    lines.push([path, people]);
    // An entry without anybody who is here leaves what lies below it to the rows after it.
    if (rule === policies.rule)
      for (const folder of everydayFolders) if (folder.startsWith(path)) lines.push([folder, owners.path(`${folder}_`).people]);
  }
  lines.push([`${schemaFolder}/`, [...owners.anything]]);
  for (const key of [...organization.apps.keys()].sort(compareText)) {
    for (const path of [`identities/apps/${key}.yaml`, `identities/registers/${key}.yaml`]) {
      const { people, rule } = owners.path(path);
      if (rule === appRule(key)) lines.push([path, people]);
    }
  }
  lines.push(["policies/", policies.people]);
  return lines;
}

/** `@login`, else the address, which GitHub takes where it is one of the account's own; null where neither is one. */
function handleOf(login: string | null, email: string | undefined): string | null {
  if (login !== null && /^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/.test(login)) return `@${login}`;
  return email !== undefined && /^[^\s@#]{1,64}@[^\s@#]{1,253}$/.test(email) ? email : null;
}

/**
 * What a CODEOWNERS file is beside the one that would be written. dated: it was that one on an earlier day, and nothing but a day that passed (somebody
 * left, began, is on leave) has changed since.
 */
export function compareCodeOwners(text: string, input: CodeOwnersInput): "fresh" | "dated" | "stale" {
  const isThat = (now: Date): boolean => {
    const made = codeOwners({ ...input, now });
    return made.kind === "text" && made.text === text;
  };
  if (isThat(input.now)) return "fresh";
  return turningDays(input).some((day) => isThat(noonOf(day))) ? "dated" : "stale";
}

/** Days up to today from which on somebody who is named as an owner was here, or not any more; and the day before the first. */
function turningDays({ organization, now }: CodeOwnersInput): string[] {
  const named = new Set([
    ...[...organization.apps.values()].flatMap((app) => [
      ...app.owners,
      ...[...(app.entitlements?.values() ?? [])].flatMap((e) => e.approvers),
    ]),
    ...(approvalPolicy(organization)?.owners ?? []).flatMap((entry) => entry.people),
  ]);
  const today = dayIn(now, organization.settings.timezone);
  const days = [...named].flatMap((key) => {
    const { start, lastDay, leave } = organization.people.get(key) ?? {};
    return [
      start,
      lastDay === undefined ? undefined : dayAfter(lastDay),
      leave?.from,
      leave?.to === undefined ? undefined : dayAfter(leave.to),
    ];
  });
  const past = [...new Set(days.filter((day): day is Day => day !== undefined && day <= today))].sort(compareText);
  return past.flatMap((day) => [day, dayAfter(day, -1)]);
}
