import { dayIn } from "../../src/core/compile/day.ts";
import type { Manifest } from "../../src/core/model/manifest.ts";
import type { Snapshot } from "../../src/core/model/observed.ts";
import type { AccountRecord, AppState } from "../../src/core/model/state.ts";
import { makePlan } from "../../src/core/plan/make-plan.ts";
import type { Operation } from "../../src/core/plan/operation.ts";
import type { AccountView, Plan } from "../../src/core/plan/plan.ts";
import { vault } from "./manifests.ts";
import { app, type AppSketch, organization, type OrganizationSketch } from "./organization.ts";
import { compileAt, now } from "./plan.ts";
import { snapshot, state, type WorldSketch } from "./world.ts";

/**
 * An identity provider `idp` and an app `site`, both by the connector vault: `idp/team/site-users` assigns the site, and `idp/team/site-red`
 * carries `site/team/red` for readers, `idp/team/site-red-editors` for editors.
 */
export interface TwoAppsSketch extends Omit<OrganizationSketch, "apps"> {
  readonly idp?: Side;
  readonly site?: Side;
  readonly manifest?: Partial<Manifest>;
  readonly idpManifest?: Partial<Manifest>;
  /** Keys of the apps that are part of the run. */
  readonly only?: readonly string[];
  readonly now?: Date;
  /** Worlds and states as they have become, instead of those sketched. */
  readonly became?: Readonly<Record<"idp" | "site", { readonly world: Snapshot; readonly state: AppState }>>;
}

export interface Side {
  readonly app?: AppSketch;
  readonly world?: WorldSketch;
  readonly records?: readonly AccountRecord[];
}

const groups = ["team/site-users", "team/site-red", "team/site-red-editors"];

/** The site as the tests have it where they do not say otherwise: assigned by a group, with 60 minutes. */
export const assigned = { provisionedBy: { name: "idp", grant: "idp/team/site-users" } } as const;
export const carried = {
  ...assigned,
  entitlements: {
    "team/red": {
      through: new Map([
        ["reader", "idp/team/site-red"],
        ["editor", "idp/team/site-red-editors"],
      ]),
    },
    "team/blue": {},
  },
} as const;

export const begins = (s: TwoAppsSketch): NonNullable<TwoAppsSketch["became"]> => {
  const of = (key: "idp" | "site") => ({ world: snapshot(key, { groups, ...s[key]?.world }), state: state(key, s[key]?.records) });
  return { idp: of("idp"), site: of("site") };
};

/** Manifests by app: vault's, with nothing left for people. */
export const manifestsOf = (s: TwoAppsSketch): ReadonlyMap<"idp" | "site", Manifest> =>
  new Map([
    ["idp", { ...vault, residual: [], ...s.idpManifest, name: "idp" }],
    ["site", { ...vault, residual: [], ...s.manifest, name: "site" }],
  ]);

export function twoApps(s: TwoAppsSketch): { plan: Plan } {
  const org = organization({
    ...s,
    apps: [app("idp", { connector: "idp", ...s.idp?.app }), app("site", { connector: "site", ...assigned, ...s.site?.app })],
  });
  const when = s.now ?? now;
  const by = manifestsOf(s);
  const became = s.became ?? begins(s);
  const input = (key: "idp" | "site") =>
    [key, { manifest: by.get(key)!, state: became[key].state, snapshot: became[key].world, normalise: <T>(wish: T): T => wish }] as const;
  const apps = new Map((["idp", "site"] as const).filter((key) => s.only?.includes(key) ?? true).map(input));
  return {
    plan: makePlan({ organization: org, desired: compileAt(org, when, by), apps, today: dayIn(when, "UTC"), now: when }),
  };
}

/** `idp grant ada team/site-users null -> reader`, and what refuses it or what it waits for behind it. */
export const lines = (plan: Plan): string[] => plan.operations.filter((o) => o.phase !== "state").map(line);

function line(o: Operation): string {
  const what = o.target === "account" ? "" : ` ${o.target}`;
  const waits = (o.waits ?? []).map((w) => ` (${w.operation === null ? "held" : "after"} ${w.for}: ${w.why})`).join("");
  return `${o.app} ${o.verb} ${o.person ?? o.login ?? "-"}${what} ${o.before} -> ${o.after}${o.refused === undefined ? "" : ` [${o.refused}]`}${waits}`;
}

export const viewIn = (plan: Plan, key: string, person: string): AccountView => {
  const view = plan.apps.find((a) => a.app === key)?.accounts.find((a) => a.person === person);
  if (!view) throw new Error(`no view of ${person} in ${key}`);
  return view;
};

/** Codes of the findings of one app. */
export const codesIn = (plan: Plan, key: string): string[] => plan.findings.filter((f) => f.app === key).map((f) => f.code);
