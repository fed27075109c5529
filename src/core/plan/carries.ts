import { kindOf, rankOf } from "../compile/entitlement-kind.ts";
import { compareText } from "../diagnostic.ts";
import { type Address, formatAddress, parseAddress } from "../model/address.ts";
import type { App, Mode } from "../model/app.ts";
import { provisionerOf } from "../model/dependencies.ts";
import type { Manifest } from "../model/manifest.ts";
import type { Because } from "../model/origin.ts";
import type { Carry } from "./operation.ts";

interface Declared extends Carry {
  readonly app: string;
  readonly level: string | undefined;
}

/** An edge that is remembered with the time at which it turned. */
export interface Watched {
  /** Its name in state: the entitlement, with the level where one is named. */
  readonly key: string;
  readonly entitlement: string;
  readonly level: string | undefined;
}

/** The name of a carrier within its app. */
export const carrierKey = ({ entitlement, level }: Pick<Address, "entitlement" | "level">): string =>
  level === undefined ? entitlement : `${entitlement}:${level}`;

/**
 * What the entitlements of one app, an identity provider, carry in other apps. A change of such an edge changes access over there, so the
 * other app's mode has a say:
 *
 * | operation here | mode of the app that it carries | |
 * |---|---|---|
 * | create, grant that only lines about that app ask for | observe | refused |
 * | revoke, but for a leaver's | observe, adopt | refused |
 * | else | | as the mode here says |
 */
export class Carries {
  private readonly byEntitlement = new Map<string, Declared[]>();
  private readonly carriers = new Map<string, Watched>();
  private readonly apps: ReadonlyMap<string, App>;
  private readonly manifest: Manifest;

  constructor(provisioner: string, apps: ReadonlyMap<string, App>, manifest: Manifest) {
    this.apps = apps;
    this.manifest = manifest;
    for (const app of [...apps.values()].sort((a, b) => compareText(a.key, b.key))) {
      if (provisionerOf(app) !== provisioner) continue;
      this.add(app.provisionedBy.grant, app.key, app.key);
      for (const { name, through } of app.entitlements?.values() ?? []) {
        for (const [level, carrier] of through ?? []) this.add(carrier, app.key, formatAddress({ app: app.key, entitlement: name, level }));
      }
    }
  }

  /** Edges that other apps hang on, by their names. */
  get watched(): ReadonlyMap<string, Watched> {
    return this.carriers;
  }

  /** What an edge at this level gives elsewhere; empty where it gives nothing. */
  of(entitlement: string, level: string): readonly Carry[] {
    const kind = kindOf(this.manifest, entitlement);
    const reached = this.byEntitlement
      .get(entitlement)
      ?.filter((c) => c.level === undefined || rankOf(kind, level) >= rankOf(kind, c.level));
    return reached?.map(({ through, gives }) => ({ through, gives })) ?? [];
  }

  /** Why the mode of another app forbids a gain that only its lines ask for, or null. */
  refusesGain(because: readonly Because[]): string | null {
    const apps = because.map((b) => b.via?.map((v) => v.by.split("/")[0]!).find((key) => this.modeOf(key) === "observe"));
    const [first] = apps;
    return first !== undefined && apps.every((app) => app !== undefined) ? `mode observe of ${first}` : null;
  }

  /** Why the mode of an app that the edge carries forbids taking it away, or null. */
  refusesLoss(entitlement: string): string | null {
    const held = this.byEntitlement.get(entitlement)?.find((c) => this.modeOf(c.app) !== "enforce");
    return held ? `mode ${this.modeOf(held.app)} of ${held.app}` : null;
  }

  private modeOf(app: string): Mode | undefined {
    return this.apps.get(app)?.mode;
  }

  private add(carrier: string | undefined, app: string, gives: string): void {
    const target = carrier === undefined ? null : parseAddress(carrier);
    if (!target) return;
    const { entitlement, level } = target;
    const through = carrierKey(target);
    this.carriers.set(through, { key: through, entitlement, level });
    const declared = { through, gives, app, level };
    const known = this.byEntitlement.get(entitlement);
    if (known) known.push(declared);
    else this.byEntitlement.set(entitlement, [declared]);
  }
}
