import { formatAddress, parseAddress } from "../model/address.ts";
import type { EntitlementKind, Manifest } from "../model/manifest.ts";
import type { Draft } from "./context.ts";
import { principals } from "./context.ts";
import { kindOf } from "../compile/entitlement-kind.ts";

/** A name that may be granted, as far as the files tell. */
export interface KnownEntitlement {
  readonly name: string;
  readonly kind: EntitlementKind;
  readonly description: string;
  /** Lines that grant it, at whatever level, and rows of a register that have it. */
  readonly uses: number;
}

/** The names of one app. */
export interface KnownApp {
  readonly manifest: Manifest;
  /** There is a catalogue, and what is not in it may not be granted. */
  readonly closed: boolean;
  /** By name. */
  readonly entitlements: ReadonlyMap<string, KnownEntitlement>;
}

/**
 * What may be granted, by app: catalogues, names that a vendor fixes (member, owner), and in apps without a catalogue the names that any file
 * uses. Apps whose file or connector cannot be read are left out: nothing is known of their names.
 */
export function knownEntitlements(draft: Draft, manifests: ReadonlyMap<string, Manifest>): Map<string, KnownApp> {
  const uses = usesOf(draft);
  const known = new Map<string, KnownApp>();
  for (const app of draft.apps.values()) {
    const manifest = manifests.get(app.connector);
    if (!manifest) continue;
    const entitlements = new Map<string, KnownEntitlement>();
    const add = (name: string, description?: string): void => {
      const kind = kindOf(manifest, name);
      if (!kind || kind.readOnly !== undefined || entitlements.has(name)) return;
      entitlements.set(name, {
        name,
        kind,
        description: description ?? (isFixed(kind) ? kind.description : ""),
        uses: uses.get(`${app.key}/${name}`) ?? 0,
      });
    };
    for (const kind of manifest.entitlements) if (isFixed(kind) && (kind.base || !app.entitlements)) add(kind.example);
    for (const entry of app.entitlements?.values() ?? []) if (entry.status === "present") add(entry.name, entry.description);
    if (!app.entitlements) for (const used of uses.keys()) if (used.startsWith(`${app.key}/`)) add(used.slice(app.key.length + 1));
    known.set(app.key, { manifest, closed: app.entitlements !== null, entitlements });
  }
  return known;
}

/** The vendor has exactly one entitlement of this kind: its example is its name. */
export const isFixed = (kind: EntitlementKind): boolean => kind.pattern.replace(/^\^|\$$/g, "") === kind.example;

/** Every way to write a grant of an entitlement: without a level, which means the lowest, and with each. */
export const addressesOf = (app: string, { name, kind }: Pick<KnownEntitlement, "name" | "kind">): string[] => [
  formatAddress({ app, entitlement: name }),
  ...kind.levels.map((level) => formatAddress({ app, entitlement: name, level })),
];

/** How often each `app/entitlement` is named by grants and registers. */
function usesOf(draft: Draft): Map<string, number> {
  const uses = new Map<string, number>();
  const count = (app: string, entitlement: string, n = 1): void => {
    const name = `${app}/${entitlement}`;
    uses.set(name, (uses.get(name) ?? 0) + n);
  };
  // A hundred thousand lines name a few thousand addresses: each is taken apart once.
  const lines = new Map<string, number>();
  for (const { grants } of [...principals(draft), ...draft.roles.values()])
    for (const { grant } of grants) lines.set(grant, (lines.get(grant) ?? 0) + 1);
  for (const [grant, n] of lines) {
    const address = parseAddress(grant);
    if (address) count(address.app, address.entitlement, n);
  }
  for (const { app, accounts } of draft.registers.values())
    for (const { grants } of accounts) for (const name of Object.keys(grants)) count(app, name);
  return uses;
}
