import { compareText } from "../diagnostic.ts";
import { parseAddress } from "../model/address.ts";
import type { App } from "../model/app.ts";
import type { Desired, DesiredAccount, DesiredGrant, DesiredGroup, Lifecycle, Standing } from "../model/desired.ts";
import type { Manifest } from "../model/manifest.ts";
import type { Organization } from "../model/organization.ts";
import { type Because, compareBecause } from "../model/origin.ts";
import type { Day, Person, Service } from "../model/person.ts";
import { dayIn, isPast } from "./day.ts";
import { defaultLevel, kindOf, rankOf } from "./entitlement-kind.ts";
import { asksOf, type Holds } from "./expand-roles.ts";
import { standingOf } from "./lifecycle.ts";

export interface CompileInput {
  readonly organization: Organization;
  /** By connector name. Apps whose connector is missing compile to nothing; `check` has reported them. */
  readonly manifests: ReadonlyMap<string, Manifest>;
  /** The only clock there is (law 16). */
  readonly now: Date;
  readonly holds: Holds;
}

/** Organisation and date → what every app should hold, each grant with every line that asks for it. Pure. */
export function compile({ organization, manifests, now, holds }: CompileInput): Desired {
  const accounts = new Map<string, Map<string, DesiredAccount>>();
  const groups = new Map<string, ReadonlyMap<string, DesiredGroup>>();
  const lapsed = new Map<string, Map<string, ReadonlyMap<string, readonly Because[]>>>();
  const apps = [...organization.apps.values()].sort((a, b) => compareText(a.key, b.key));
  for (const app of apps) {
    accounts.set(app.key, new Map());
    groups.set(app.key, managedGroups(app));
    lapsed.set(app.key, new Map());
  }
  const standings = new Map<string, Standing>();
  const days = new Map<string, Day>();
  const todayIn = (zone: string): Day => {
    const known = days.get(zone) ?? dayIn(now, zone);
    days.set(zone, known);
    return known;
  };
  const principals = [...organization.people.values(), ...organization.services.values()].sort((a, b) => compareText(a.key, b.key));
  for (const principal of principals) {
    const today = todayIn(principal.timezone ?? organization.settings.timezone);
    const standing = standingOf(principal, today);
    standings.set(principal.key, standing);
    const wishes = byApp(principal, organization, holds, today);
    for (const app of apps) {
      const manifest = manifests.get(app.connector);
      if (!manifest) continue;
      const wanted = wishes.get(app.key) ?? [];
      const account = accountOf(app, manifest, principal, standing, wanted);
      if (account) accounts.get(app.key)!.set(principal.key, account);
      else if (wanted.length > 0) lapsed.get(app.key)!.set(principal.key, reasons(wanted));
    }
  }
  return { accounts, groups, lapsed, standings };
}

interface Wanted {
  readonly entitlement: string;
  readonly level: string | undefined;
  readonly because: Because;
  readonly past: boolean;
}

function byApp(principal: Person | Service, organization: Organization, holds: Holds, today: Day): Map<string, Wanted[]> {
  const result = new Map<string, Wanted[]>();
  for (const { address, because } of asksOf(principal, organization, holds)) {
    const parsed = parseAddress(address);
    if (!parsed) continue;
    const list = result.get(parsed.app) ?? [];
    if (list.length === 0) result.set(parsed.app, list);
    list.push({ entitlement: parsed.entitlement, level: parsed.level, because, past: isPast(because.until, today) });
  }
  return result;
}

/** null where neither a line nor a hint speaks of an account of this principal here. */
function accountOf(
  app: App,
  manifest: Manifest,
  principal: Person | Service,
  standing: Standing,
  wanted: readonly Wanted[],
): DesiredAccount | null {
  const hint = principal.accounts.get(app.key);
  const live = wanted.filter((w) => !w.past);
  const ended = standing.lifecycle === "leaver";
  // A living principal has an account only where a line asks for one; a leaver's account is looked for wherever a line or a hint names it.
  if (ended ? wanted.length === 0 && !hint : live.length === 0) return null;

  const lifecycle: Lifecycle = ended && standing.daysGone! > app.leavers.deleteAfterDays ? "gone" : standing.lifecycle;
  const keeps = lifecycle === "active" || lifecycle === "leave";
  return {
    app: app.key,
    person: principal.key,
    kind: principal.kind,
    lifecycle,
    status: lifecycle === "active" ? "active" : lifecycle === "gone" || lifecycle === "future" ? "absent" : "suspended",
    name: principal.name,
    ...(principal.email === undefined ? {} : { email: principal.email }),
    ...(hint ? { hint } : {}),
    attributes: attributesOf(principal, manifest),
    grants: keeps ? grantsOf(manifest, live) : new Map(),
    expired: reasons(wanted.filter((w) => w.past)),
    because: standing.because.length > 0 ? standing.because : sorted(live.map((w) => w.because)),
    ...(standing.since === undefined ? {} : { since: standing.since }),
    formerly: principal.formerly,
  };
}

/** The highest level asked for holds; its reasons come first, the others after them. */
function grantsOf(manifest: Manifest, live: readonly Wanted[]): Map<string, DesiredGrant> {
  const grants = new Map<string, { level: string; because: { level: string; because: Because }[] }>();
  for (const w of live) {
    const kind = kindOf(manifest, w.entitlement);
    if (kind?.base) continue; // the account itself, not an edge
    const level = w.level ?? defaultLevel(kind);
    const known = grants.get(w.entitlement);
    if (!known) grants.set(w.entitlement, { level, because: [{ level, because: w.because }] });
    else {
      known.because.push({ level, because: w.because });
      if (rankOf(kind, level) > rankOf(kind, known.level)) known.level = level;
    }
  }
  return new Map(
    [...grants]
      .sort(([a], [b]) => compareText(a, b))
      .map(([entitlement, { level, because }]) => [
        entitlement,
        {
          entitlement,
          level,
          because: [
            ...sorted(because.filter((b) => b.level === level).map((b) => b.because)),
            ...sorted(because.filter((b) => b.level !== level).map((b) => b.because)),
          ],
        },
      ]),
  );
}

function reasons(wanted: readonly Wanted[]): Map<string, Because[]> {
  const result = new Map<string, Because[]>();
  for (const w of wanted) result.set(w.entitlement, [...(result.get(w.entitlement) ?? []), w.because]);
  return new Map([...result].sort(([a], [b]) => compareText(a, b)).map(([k, v]) => [k, sorted(v)]));
}

const sorted = (because: readonly Because[]): Because[] => [...because].sort(compareBecause);

function attributesOf(principal: Person | Service, manifest: Manifest): Record<string, string> {
  const all: Record<string, string | undefined> = {
    name: principal.name,
    email: principal.email,
    ...(principal.kind === "person"
      ? { title: principal.title, department: principal.department, manager: principal.manager }
      : { title: undefined, department: undefined, manager: undefined }),
  };
  const result: Record<string, string> = {};
  for (const name of [...manifest.attributes].sort(compareText)) {
    const value = all[name];
    if (value !== undefined) result[name] = value;
  }
  return result;
}

function managedGroups(app: App): ReadonlyMap<string, DesiredGroup> {
  const declared = [...(app.entitlements?.values() ?? [])].filter((e) => e.manage).sort((a, b) => compareText(a.name, b.name));
  return new Map(
    declared.map((e) => [
      e.name,
      {
        app: app.key,
        entitlement: e.name,
        status: e.status,
        ...(e.description === undefined ? {} : { description: e.description }),
        formerly: e.formerly,
        because: [{ origin: e.origin, path: [] }],
      },
    ]),
  );
}
