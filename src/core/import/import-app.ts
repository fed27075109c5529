import { kindOf, rankOf } from "../compile/entitlement-kind.ts";
import { compareText } from "../diagnostic.ts";
import { formatAddress, parseAddress } from "../model/address.ts";
import type { App } from "../model/app.ts";
import { isKey } from "../model/key.ts";
import type { Manifest } from "../model/manifest.ts";
import { fold, type ObservedAccount, refKey, type Snapshot } from "../model/observed.ts";
import type { Organization } from "../model/organization.ts";
import type { Person, Service } from "../model/person.ts";
import { World } from "../plan/evidence.ts";

/** What an import makes of one account. */
export interface ImportedAccount {
  readonly account: ObservedAccount;
  /** Key of the person or service it is joined to. */
  readonly person: string;
  /** id, login or e-mail: how it was joined; new: a file is made for it. */
  readonly by: "id" | "login" | "email" | "new";
  readonly name: string;
  /** Only an address that the vendor has verified. */
  readonly email?: string;
  /** Addresses to be granted so that the first plan is empty, sorted. */
  readonly grants: readonly string[];
}

export interface ImportResult {
  readonly joined: readonly ImportedAccount[];
  /** Names for the catalogue: entitlements seen, granted or asked for. Sorted. */
  readonly entitlements: readonly { readonly name: string; readonly description?: string }[];
  /** Accounts left alone, each with the reason. */
  readonly left: readonly { readonly account: ObservedAccount; readonly reason: string }[];
}

export interface ImportInput {
  readonly app: App;
  readonly manifest: Manifest;
  readonly organization: Organization;
  readonly snapshot: Snapshot;
  /** Make files for accounts of nobody known. */
  readonly newPeople: boolean;
}

/**
 * Joins every account of an app to a person (by id, then login, then verified address; never an admin by address alone), or to a new one.
 * Pure; what it answers is written by the command. Requires a complete snapshot: an import of half a list would make half a company.
 */
export function importApp(input: ImportInput): ImportResult {
  const { app, manifest, snapshot, organization } = input;
  const world = new World(snapshot, true);
  const index = indexPeople(app.key, organization);
  const taken = new Set<string>([...organization.people.keys(), ...organization.services.keys()]);
  const joined: ImportedAccount[] = [];
  const left: { account: ObservedAccount; reason: string }[] = [];
  const used = new Map<string, ObservedAccount>();
  const accounts = [...snapshot.accounts].sort((a, b) => compareText(fold(a.login ?? ""), fold(b.login ?? "")) || compareText(refKey(a.ref), refKey(b.ref)));
  for (const account of accounts) {
    const reason = whyLeft(account);
    if (reason !== null) {
      left.push({ account, reason });
      continue;
    }
    const match = join(account, index);
    if (match === "ambiguous") {
      left.push({ account, reason: "several people could be meant; write accounts into the right file" });
      continue;
    }
    const rival = match && used.get(match.person);
    if (rival) {
      left.push({ account, reason: `${match.person} is joined to ${rival.login ?? rival.ref.id} already` });
      continue;
    }
    if (!match && !input.newPeople) {
      left.push({ account, reason: "no file names it" });
      continue;
    }
    const person = match?.person ?? newKey(account, taken);
    if (!match) taken.add(person);
    used.set(person, account);
    const email = account.emails.find((e) => e.verified)?.address;
    joined.push({
      account,
      person,
      by: match?.by ?? "new",
      name: account.name?.trim() || account.login || person,
      ...(email === undefined ? {} : { email }),
      grants: grantsOf(app.key, manifest, world, account),
    });
  }
  const entitlements = catalogueOf(input, joined);
  return { joined, entitlements, left };
}

/**
 * What the app's catalogue has to name: groups that were seen, what is granted by this import, and what lines ask for already. The catalogue
 * closes the set of names: one that is missing in it would make the line that grants it an error.
 */
function catalogueOf({ app, manifest, organization, snapshot }: ImportInput, joined: readonly ImportedAccount[]): ImportResult["entitlements"] {
  const descriptions = new Map(snapshot.groups.map((g) => [g.entitlement, g.description]));
  const principals = [...organization.people.values(), ...organization.services.values(), ...organization.roles.values()];
  const granted = [...joined.flatMap((j) => j.grants), ...principals.flatMap((p) => p.grants.map((g) => g.grant))].flatMap((text) => {
    const address = parseAddress(text);
    return address?.app === app.key ? [address.entitlement] : [];
  });
  return [...new Set([...descriptions.keys(), ...granted])]
    .filter((name) => kindOf(manifest, name) !== undefined && !kindOf(manifest, name)!.base)
    .sort(compareText)
    .map((name) => ({ name, ...(descriptions.get(name) ? { description: descriptions.get(name)! } : {}) }));
}

function whyLeft(account: ObservedAccount): string | null {
  if (account.outside !== undefined) return account.outside;
  if (account.status === "expired") return "an invitation that ran out";
  if (account.status === "unknown") return "the vendor does not say whether it is active";
  if (account.status === "pending" && account.login === undefined && account.emails.length === 0) return "an invitation without login or address";
  if (account.status === "suspended") return "suspended; a leaver's account is left to whoever stopped it";
  return null;
}

interface Index {
  readonly ids: ReadonlyMap<string, string>;
  readonly logins: ReadonlyMap<string, string>;
  readonly emails: ReadonlyMap<string, readonly string[]>;
}

function indexPeople(app: string, organization: Organization): Index {
  const ids = new Map<string, string>();
  const logins = new Map<string, string>();
  const emails = new Map<string, string[]>();
  const add = (principal: Person | Service): void => {
    const hint = principal.accounts.get(app);
    if (hint?.id !== undefined) ids.set(hint.id, principal.key);
    if (hint?.login !== undefined) logins.set(fold(hint.login), principal.key);
    if (principal.email !== undefined && !hint) emails.set(fold(principal.email), [...(emails.get(fold(principal.email)) ?? []), principal.key]);
  };
  for (const person of organization.people.values()) add(person);
  for (const service of organization.services.values()) add(service);
  return { ids, logins, emails };
}

function join(account: ObservedAccount, index: Index): { person: string; by: "id" | "login" | "email" } | "ambiguous" | null {
  const byId = index.ids.get(account.ref.id);
  const byLogin = account.login === undefined ? undefined : index.logins.get(fold(account.login));
  if (byId !== undefined) return byLogin !== undefined && byLogin !== byId ? "ambiguous" : { person: byId, by: "id" };
  if (byLogin !== undefined) return { person: byLogin, by: "login" };
  const people = new Set(account.emails.filter((e) => e.verified || account.status === "pending").flatMap((e) => index.emails.get(fold(e.address)) ?? []));
  if (people.size === 0) return null;
  if (people.size > 1 || account.admin) return "ambiguous";
  return { person: [...people][0]!, by: "email" };
}

/** A key from the login, or from the address of an invitation: lower case, the house's characters, not taken. */
function newKey(account: ObservedAccount, taken: ReadonlySet<string>): string {
  const source = account.login ?? account.emails[0]?.address.split("@")[0] ?? account.ref.id;
  const plain = fold(source)
    .normalize("NFKD")
    .replace(/[^a-z0-9._-]+/g, "-")
    .replace(/\.{2,}/g, ".")
    .replace(/^[^a-z0-9]+|[^a-z0-9]+$/g, "")
    .slice(0, 55);
  const base = isKey(plain) ? plain : `account-${account.ref.id}`;
  for (let n = 1; ; n++) {
    const key = n === 1 ? base : `${base}-${n}`;
    if (!taken.has(key)) return key;
  }
}

/** Every edge that can be asked for, lowest levels unspoken; an account without any asks for itself. */
function grantsOf(app: string, manifest: Manifest, world: World, account: ObservedAccount): string[] {
  const grants: string[] = [];
  for (const [entitlement, edge] of world.held(account)) {
    const kind = kindOf(manifest, entitlement);
    if (!kind || kind.base || kind.readOnly !== undefined || edge.derived !== undefined) continue;
    grants.push(formatAddress({ app, entitlement, ...(rankOf(kind, edge.level) > 0 ? { level: edge.level } : {}) }));
  }
  if (grants.length > 0) return grants.sort(compareText);
  const base = manifest.entitlements.find((e) => e.base);
  return base ? [`${app}/${base.example}`] : [];
}
