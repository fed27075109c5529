import { compile } from "../../src/core/compile/compile.ts";
import { dayIn } from "../../src/core/compile/day.ts";
import { conditionHolds } from "../../src/core/expression/holds.ts";
import type { Desired } from "../../src/core/model/desired.ts";
import type { Manifest } from "../../src/core/model/manifest.ts";
import type { Organization } from "../../src/core/model/organization.ts";
import type { AccountRecord, GroupRecord } from "../../src/core/model/state.ts";
import { makePlan } from "../../src/core/plan/make-plan.ts";
import type { Operation } from "../../src/core/plan/operation.ts";
import type { AccountView, Plan } from "../../src/core/plan/plan.ts";
import type { Normalise } from "../../src/core/plan/plan-app.ts";
import { manifests } from "./manifests.ts";
import { organization, type OrganizationSketch } from "./organization.ts";
import { snapshot, state, type WorldSketch } from "./world.ts";

/** Noon of 10 June 2026, UTC. */
export const now = new Date("2026-06-10T12:00:00Z");

export const compileAt = (org: Organization, when: Date = now, by: ReadonlyMap<string, Manifest> = manifests): Desired =>
  compile({ organization: org, manifests: by, now: when, holds: conditionHolds() });

export interface PlanSketch extends OrganizationSketch {
  /** The app the test is about. */
  readonly of?: "vault" | "forge";
  readonly world?: WorldSketch;
  readonly records?: readonly AccountRecord[];
  readonly groups?: readonly GroupRecord[];
  readonly tenant?: string;
  readonly manifest?: Partial<Manifest>;
  readonly now?: Date;
  readonly person?: string;
  readonly normalise?: Normalise;
}

/** The plan of one app: vault where nothing else is said. */
export function planFrom(s: PlanSketch): Plan {
  const of = s.of ?? "vault";
  const org = organization(s);
  const when = s.now ?? now;
  const manifest: Manifest = { ...manifests.get(of)!, ...s.manifest };
  return makePlan({
    organization: org,
    desired: compileAt(org, when, new Map([...manifests, [of, manifest]])),
    apps: new Map([
      [
        of,
        {
          manifest,
          state: state(of, s.records, s.groups, s.tenant),
          snapshot: snapshot(of, s.world),
          normalise: s.normalise ?? ((wish) => wish),
        },
      ],
    ]),
    today: dayIn(when, org.settings.timezone),
    now: when,
    ...(s.person === undefined ? {} : { person: s.person }),
  });
}

/** `grant ada team/red reader -> editor`, a refusal behind it; state-only operations left out. */
export const vendorLines = (plan: Plan): string[] => plan.operations.filter((o) => o.phase !== "state").map(line);

/** The state-only operations: `adopt ada null -> active`. */
export const stateLines = (plan: Plan): string[] => plan.operations.filter((o) => o.phase === "state").map(line);

function line(o: Operation): string {
  const what = o.target === "account" ? "" : ` ${o.target}`;
  return `${o.verb} ${o.person ?? o.login ?? o.ref?.id ?? "-"}${what} ${o.before} -> ${o.after}${o.refused === undefined ? "" : ` [${o.refused}]`}`;
}

export const operationOf = (plan: Plan, verb: string, target = "account"): Operation => {
  const found = plan.operations.find((o) => o.verb === verb && o.target === target);
  if (!found) throw new Error(`no ${verb} ${target} among: ${[...vendorLines(plan), ...stateLines(plan)].join("; ") || "nothing"}`);
  return found;
};

export const codes = (plan: Plan): string[] => plan.findings.map((f) => f.code);
export const trips = (plan: Plan): string[] => plan.trips.map((t) => t.guard);

export const viewOf = (plan: Plan, person: string): AccountView => {
  const view = plan.apps[0]!.accounts.find((a) => a.person === person);
  if (!view) throw new Error(`no view of ${person}`);
  return view;
};
