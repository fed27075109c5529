import { compareText } from "../diagnostic.ts";
import { formatAddress, parseAddress } from "../model/address.ts";
import type { App, EntitlementDeclaration } from "../model/app.ts";
import { dependenciesOf, inDependencyOrder, provisionerOf } from "../model/dependencies.ts";
import type { EntitlementKind, Manifest } from "../model/manifest.ts";
import type { Origin } from "../model/origin.ts";
import type { Day } from "../model/person.ts";
import { isPast } from "./day.ts";
import { defaultLevel, kindOf, rankOf } from "./entitlement-kind.ts";
import type { Wanted } from "./wanted.ts";

/** Address in the provisioning app that carries an entitlement at a level, or undefined where none does. */
export function carrierOf(
  declared: EntitlementDeclaration | undefined,
  kind: EntitlementKind | undefined,
  level: string,
): string | undefined {
  const through = declared?.through;
  return through && (through.get(level) ?? (level === defaultLevel(kind) ? through.get("") : undefined));
}

/** An app whose access, or part of it, is given by granting something in the app that provisions it. */
export interface Carried {
  readonly app: App;
  readonly manifest: Manifest;
  readonly provisioner: string;
  /** What each ask implies, by carrier: the same object for everybody who has it by one role. */
  readonly implied: WeakMap<Wanted, Map<string, Wanted | null>>;
}

/** Apps that carry, each before the app that provisions it: what the one implies in the other may imply more in a third. */
export function carriedApps(apps: ReadonlyMap<string, App>, manifests: ReadonlyMap<string, Manifest>): Carried[] {
  const order = inDependencyOrder([...apps.keys()].sort(compareText), (key) => dependenciesOf(apps.get(key)!)).toReversed();
  return order.flatMap((key): Carried[] => {
    const app = apps.get(key)!;
    const provisioner = provisionerOf(app);
    const manifest = manifests.get(app.connector);
    const carries = app.provisionedBy.grant !== undefined || [...(app.entitlements?.values() ?? [])].some((e) => e.through !== undefined);
    return provisioner !== null && manifest && apps.has(provisioner) && carries
      ? [{ app, manifest, provisioner, implied: new WeakMap() }]
      : [];
  });
}

/**
 * Adds to a principal's wishes what they imply in provisioning apps: whoever shall have an account in an app shall hold what assigns it, and
 * whoever shall hold an entitlement that is carried shall hold its carrier, that of the highest level alone. Each for every line that asks, with
 * both places: the line, and the app's file (law 8). What is past implies what is past.
 */
export function addImplied(wishes: Map<string, Wanted[]>, carried: readonly Carried[], today: Day): void {
  for (const c of carried) {
    const { app, manifest, provisioner } = c;
    const wanted = wishes.get(app.key);
    if (!wanted) continue;
    const add = (address: string | undefined, w: Wanted, origin: Origin): void => {
      const implied = address === undefined ? null : impliedBy(c, w, address, origin);
      if (!implied) return;
      const list = wishes.get(provisioner);
      if (list) list.push(implied);
      else wishes.set(provisioner, [implied]);
    };
    const past = (w: Wanted): boolean => isPast(w.because.until, today);
    const highest = highestLevels(
      wanted.filter((w) => !past(w)),
      manifest,
    );
    for (const w of wanted) {
      add(app.provisionedBy.grant, w, app.provisionedBy.origin);
      const { entitlement, level } = w.parts;
      const declared = app.entitlements?.get(entitlement);
      if (!declared?.through) continue;
      const kind = kindOf(manifest, entitlement);
      add(carrierOf(declared, kind, past(w) ? (level ?? defaultLevel(kind)) : highest.get(entitlement)!), w, declared.origin);
    }
  }
}

/** null where the carrier is none of the provisioner's, which `check` has reported. */
function impliedBy({ app, provisioner, implied }: Carried, w: Wanted, address: string, origin: Origin): Wanted | null {
  let byCarrier = implied.get(w);
  if (!byCarrier) implied.set(w, (byCarrier = new Map()));
  const key = `${address} ${origin.line}`;
  const known = byCarrier.get(key);
  if (known !== undefined) return known;
  const parts = parseAddress(address);
  const by = formatAddress({ ...w.parts, app: app.key });
  const made =
    parts?.app === provisioner ? { address, parts, because: { ...w.because, via: [...(w.because.via ?? []), { by, origin }] } } : null;
  byCarrier.set(key, made);
  return made;
}

/** The level that holds of each entitlement that is asked for. */
function highestLevels(wanted: readonly Wanted[], manifest: Manifest): Map<string, string> {
  const highest = new Map<string, string>();
  for (const { parts } of wanted) {
    const kind = kindOf(manifest, parts.entitlement);
    const level = parts.level ?? defaultLevel(kind);
    const known = highest.get(parts.entitlement);
    if (known === undefined || rankOf(kind, level) > rankOf(kind, known)) highest.set(parts.entitlement, level);
  }
  return highest;
}
