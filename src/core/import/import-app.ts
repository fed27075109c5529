import { kindOf, rankOf } from "../compile/entitlement-kind.ts";
import { compareText } from "../diagnostic.ts";
import { formatAddress, parseAddress } from "../model/address.ts";
import type { App } from "../model/app.ts";
import type { Manifest } from "../model/manifest.ts";
import { fold, type ObservedAccount, refKey, type Snapshot } from "../model/observed.ts";
import type { Organization } from "../model/organization.ts";
import { World } from "../plan/evidence.ts";
import { joinAccounts } from "./join.ts";
import { newEmail, newKey, newName } from "./new-person.ts";

const byLogin = (a: ObservedAccount, b: ObservedAccount): number =>
  compareText(fold(a.login ?? ""), fold(b.login ?? "")) || compareText(refKey(a.ref), refKey(b.ref));

/** What an import makes of one account. */
export interface ImportedAccount {
  readonly account: ObservedAccount;
  /** Key of the person or service it is joined to. */
  readonly person: string;
  /** id, login or e-mail: how it was joined; new: a file is made for it. */
  readonly by: "id" | "login" | "email" | "new";
  /** The account's own immutable id; absent where there is an invitation only. */
  readonly id?: string;
  readonly name: string;
  /** Only an address that the vendor has verified, or that was invited. */
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
 * Joins every account of an app to a person (`joinAccounts`), or to a new one. What cannot be told is left alone, with the reason. Pure; what it answers is written by the command. Requires a complete snapshot: an import of half a list would make half a company.
 */
export function importApp(input: ImportInput): ImportResult {
  const { app, manifest, snapshot, organization } = input;
  const world = new World(snapshot, true);
  const joined: ImportedAccount[] = [];
  const left: { account: ObservedAccount; reason: string }[] = [];
  const open: ObservedAccount[] = [];
  for (const account of [...world.accounts].sort(byLogin)) {
    const reason = whyLeft(account);
    if (reason === null) open.push(account);
    else left.push({ account, reason });
  }
  const joinings = joinAccounts(app.key, manifest, organization, open);
  const principals = [...organization.people.values(), ...organization.services.values()];
  const taken = new Set(principals.flatMap((p) => [p.key, ...p.formerly]));
  for (const account of open) {
    const joining = joinings.get(refKey(account.ref))!;
    if (joining.kind === "left" || (joining.kind === "new" && !input.newPeople)) {
      left.push({ account, reason: joining.kind === "left" ? joining.reason : "no file names it" });
      continue;
    }
    const person = joining.kind === "joined" ? joining.person : newKey(account, taken);
    taken.add(person);
    const email = newEmail(account);
    joined.push({
      account,
      person,
      by: joining.kind === "joined" ? joining.by : "new",
      // An invitation's id is not the account's.
      ...(account.ref.kind === manifest.kinds[0] ? { id: account.ref.id } : {}),
      name: newName(account, person),
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
function catalogueOf(
  { app, manifest, organization, snapshot }: ImportInput,
  joined: readonly ImportedAccount[],
): ImportResult["entitlements"] {
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
  if (account.status === "pending" && account.login === undefined && account.emails.length === 0)
    return "an invitation without login or address";
  if (account.status === "suspended") return "suspended; a leaver's account is left to whoever stopped it";
  return null;
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
