import { compareText } from "../diagnostic.ts";
import type { App } from "../model/app.ts";
import type { Desired, DesiredAccount, DesiredGrant, DesiredGroup, Lifecycle, Standing } from "../model/desired.ts";
import type { EntitlementKind, Manifest } from "../model/manifest.ts";
import type { Organization } from "../model/organization.ts";
import { type Because, compareBecause } from "../model/origin.ts";
import type { Day, Person, Service } from "../model/person.ts";
import { dayIn, isPast } from "./day.ts";
import { defaultLevel, kindOf, rankOf } from "./entitlement-kind.ts";
import { askingIn, type Ask, type Holds } from "./expand-roles.ts";
import { addImplied, carriedApps } from "./implied.ts";
import { standingOf } from "./lifecycle.ts";
import type { Wanted } from "./wanted.ts";

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
  const carried = carriedApps(organization.apps, manifests);
  const standings = new Map<string, Standing>();
  const days = new Map<string, Day>();
  const todayIn = (zone: string): Day => {
    const known = days.get(zone) ?? dayIn(now, zone);
    days.set(zone, known);
    return known;
  };
  const asking = askingIn(organization, holds);
  const attributes = new Map(apps.map((app) => [app.key, [...(manifests.get(app.connector)?.attributes ?? [])].sort(compareText)]));
  const principals = [...organization.people.values(), ...organization.services.values()].sort((a, b) => compareText(a.key, b.key));
  for (const principal of principals) {
    const today = todayIn(principal.timezone ?? organization.settings.timezone);
    const standing = standingOf(principal, today);
    standings.set(principal.key, standing);
    const wishes = byApp(asking(principal));
    if (carried.length > 0) addImplied(wishes, carried, today);
    for (const app of apps) {
      const manifest = manifests.get(app.connector);
      if (!manifest) continue;
      const wanted = wishes.get(app.key) ?? nothing;
      const account = accountOf(app, manifest, attributes.get(app.key)!, principal, standing, wanted, today);
      if (account) accounts.get(app.key)!.set(principal.key, account);
      else if (wanted.length > 0) lapsed.get(app.key)!.set(principal.key, reasons(wanted));
    }
  }
  return { accounts, groups, lapsed, standings };
}

const nothing: readonly Wanted[] = [];

function byApp(asks: readonly Ask[]): Map<string, Wanted[]> {
  const result = new Map<string, Wanted[]>();
  for (const ask of asks) {
    if (!isWanted(ask)) continue;
    const list = result.get(ask.parts.app);
    if (list) list.push(ask);
    else result.set(ask.parts.app, [ask]);
  }
  return result;
}

const isWanted = (ask: Ask): ask is Wanted => ask.parts !== null;

/** null where neither a line nor a hint speaks of an account of this principal here. */
function accountOf(
  app: App,
  manifest: Manifest,
  attributes: Manifest["attributes"],
  principal: Person | Service,
  standing: Standing,
  wanted: readonly Wanted[],
  today: Day,
): DesiredAccount | null {
  const hint = principal.accounts.get(app.key);
  const ended = standing.lifecycle === "leaver";
  if (wanted.length === 0 && !(ended && hint)) return null;
  const past = (w: Wanted): boolean => isPast(w.because.until, today);
  const live = wanted.some(past) ? wanted.filter((w) => !past(w)) : wanted;
  // A living principal has an account only where a line asks for one; a leaver's account is looked for wherever a line or a hint names it.
  if (!ended && live.length === 0) return null;

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
    attributes: attributesOf(principal, attributes),
    grants: keeps ? grantsOf(manifest, live) : new Map(),
    expired: live === wanted ? none : reasons(wanted.filter(past)),
    because: standing.because.length > 0 ? standing.because : sorted(live.map((w) => w.because)),
    ...(standing.since === undefined ? {} : { since: standing.since }),
    formerly: principal.formerly,
  };
}

const none: ReadonlyMap<string, readonly Because[]> = new Map();

/** The highest level asked for holds; its reasons come first, the others after them. */
function grantsOf(manifest: Manifest, live: readonly Wanted[]): Map<string, DesiredGrant> {
  const asked = new Map<string, Wanted | Wanted[]>();
  for (const w of live) {
    const { entitlement } = w.parts;
    const known = asked.get(entitlement);
    if (known === undefined) asked.set(entitlement, w);
    else if (Array.isArray(known)) known.push(w);
    else asked.set(entitlement, [known, w]);
  }
  const grants = new Map<string, DesiredGrant>();
  for (const entitlement of [...asked.keys()].sort(compareText)) {
    const kind = kindOf(manifest, entitlement);
    if (kind?.base) continue; // the account itself, not an edge
    const wanted = asked.get(entitlement)!;
    grants.set(entitlement, Array.isArray(wanted) ? highest(kind, entitlement, wanted) : alone(kind, wanted));
  }
  return grants;
}

const single = new WeakMap<Ask, DesiredGrant>();

/** A grant for which one line asks: the same for everybody who has it by one role. */
function alone(kind: EntitlementKind | undefined, ask: Wanted): DesiredGrant {
  let grant = single.get(ask);
  if (!grant) {
    const { entitlement, level = defaultLevel(kind) } = ask.parts;
    single.set(ask, (grant = { entitlement, level, because: [ask.because] }));
  }
  return grant;
}

function highest(kind: EntitlementKind | undefined, entitlement: string, wanted: readonly Wanted[]): DesiredGrant {
  const asks = wanted.map((w) => ({ level: w.parts.level ?? defaultLevel(kind), because: w.because }));
  const { level } = asks.reduce((most, one) => (rankOf(kind, one.level) > rankOf(kind, most.level) ? one : most));
  const because = [
    ...sorted(asks.filter((one) => one.level === level).map((one) => one.because)),
    ...sorted(asks.filter((one) => one.level !== level).map((one) => one.because)),
  ];
  return { entitlement, level, because };
}

function reasons(wanted: readonly Wanted[]): Map<string, Because[]> {
  const result = Map.groupBy(wanted, (w) => w.parts.entitlement);
  return new Map([...result].sort(([a], [b]) => compareText(a, b)).map(([k, v]) => [k, sorted(v.map((w) => w.because))]));
}

const sorted = (because: readonly Because[]): Because[] => [...because].sort(compareBecause);

/** `names` are sorted. */
function attributesOf(principal: Person | Service, names: Manifest["attributes"]): Record<string, string> {
  const result: Record<string, string> = {};
  for (const name of names) {
    const value = attributeOf(principal, name);
    if (value !== undefined) result[name] = value;
  }
  return result;
}

function attributeOf(principal: Person | Service, name: Manifest["attributes"][number]): string | undefined {
  switch (name) {
    case "name":
    case "email":
      return principal[name];
    case "title":
    case "department":
    case "manager":
      return principal.kind === "person" ? principal[name] : undefined;
  }
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
