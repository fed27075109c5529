import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { dayIn } from "../../../src/core/compile/day.ts";
import { fold, refKey, type Snapshot } from "../../../src/core/model/observed.ts";
import type { AppState } from "../../../src/core/model/state.ts";
import { taking } from "../../../src/core/plan/draft.ts";
import { applicable, makePlan } from "../../../src/core/plan/make-plan.ts";
import type { Operation } from "../../../src/core/plan/operation.ts";
import type { Plan } from "../../../src/core/plan/plan.ts";
import { accept, applyPlan } from "../../support/apply.ts";
import { manifests } from "../../support/manifests.ts";
import { organization, type OrganizationSketch } from "../../support/organization.ts";
import { compileAt, now, type PlanSketch } from "../../support/plan.ts";
import { type Of, situations } from "../../support/random.ts";
import { snapshot, state } from "../../support/world.ts";

type Sketch = PlanSketch & { readonly of: Of };

const runs = { numRuns: 500 };

function planOf(s: OrganizationSketch & { readonly of: Of }, world: Snapshot, known: AppState): Plan {
  const org = organization(s);
  return makePlan({
    organization: org,
    desired: compileAt(org),
    apps: new Map([[s.of, { manifest: manifests.get(s.of)!, state: known, snapshot: world, normalise: (w) => w }]]),
    today: dayIn(now, "UTC"),
    now,
  });
}

const start = (s: Sketch): { world: Snapshot; known: AppState } => ({
  world: snapshot(s.of, s.world),
  known: state(s.of, s.records, s.groups),
});
const writes = (plan: Plan): Operation[] => applicable(plan).filter((o) => o.phase !== "state");
/** With the account: of two open invitations of one login, the second is another operation. */
const shown = (o: Operation): string => `${o.id} ${o.ref ? refKey(o.ref) : ""} ${o.before} -> ${o.after}`;

describe.each<[Of]>([["vault"], ["forge"]])("any small company on %s", (of) => {
  const any = situations(of);

  test("a plan that was applied is not planned again, and all comes to rest", () => {
    fc.assert(
      fc.property(any, (s) => {
        let { world, known } = start(s);
        const done = new Set<string>();
        let contested = false;
        let quiet = false;
        for (let run = 1; run <= 6 && !quiet; run++) {
          const plan = planOf(s, world, known);
          const next = writes(plan).map(shown);
          expect(next.filter((o) => done.has(o))).toEqual([]);
          // A guest who became a member brings along what she held: it is looked at as hers from then on.
          contested ||= applicable(plan).some((o) => o.verb === "create" && o.ref !== null);
          contested ||=
            plan.trips.length > 0 || plan.apps[0]!.accounts.some((a) => a.situation === "collision" || a.situation === "ambiguous");
          // A second run finds nothing to do but stage 3 after stage 1; more only where somebody's account became free, or a guard's budget.
          if (run === 2 && !contested)
            expect(
              writes(plan)
                .filter((o) => o.verb !== "delete")
                .map(shown),
            ).toEqual([]);
          for (const operation of next) done.add(operation);
          quiet = applicable(plan).length === 0;
          ({ world, state: known } = applyPlan(plan, world, known, manifests.get(of)!));
        }
        expect(quiet).toBe(true);
      }),
      runs,
    );
  });

  test("once invitations are accepted, what was asked for follows, and all comes to rest", () => {
    fc.assert(
      fc.property(any, (s) => {
        let { world, known } = start(s);
        let left = 1;
        for (let run = 1; run <= 8 && left > 0; run++) {
          const plan = planOf(s, world, known);
          left = applicable(plan).length;
          ({ world, state: known } = applyPlan(plan, world, known, manifests.get(of)!));
          if (run === 3) world = accept(world);
          if (run <= 3) left = 1;
        }
        expect(left).toBe(0);
      }),
      runs,
    );
  });

  test("the order of the input changes nothing", () => {
    fc.assert(
      fc.property(any, fc.integer(), (s, seed) => {
        const { world, known } = start(s);
        const mixed: Snapshot = {
          ...world,
          accounts: shuffle(world.accounts, seed),
          edges: shuffle(world.edges, seed),
          groups: shuffle(world.groups, seed),
          scopes: shuffle(world.scopes, seed),
        };
        const people = shuffle(s.people!, seed);
        const plan = planOf({ ...s, people }, mixed, { ...known, accounts: new Map(shuffle([...known.accounts], seed)) });
        expect(JSON.stringify(plan)).toBe(JSON.stringify(planOf(s, world, known)));
      }),
      runs,
    );
  });

  test("operations have ids of their own, and every observed account one view", () => {
    fc.assert(
      fc.property(any, (s) => {
        const { world, known } = start(s);
        const plan = planOf(s, world, known);
        const ids = plan.operations.map((o) => o.id);
        expect(new Set(ids).size).toBe(ids.length);
        const refs = plan.apps[0]!.accounts.flatMap((a) => (a.ref ? [refKey(a.ref)] : []));
        for (const account of world.accounts) expect(refs).toContain(refKey(account.ref));
      }),
      runs,
    );
  });

  test("every operation rests on something seen, or on lists read to their end", () => {
    fc.assert(
      fc.property(any, (s) => {
        const { world, known } = start(s);
        const complete = new Set([...world.scopes.filter((x) => x.complete).map((x) => x.id), "files"]);
        for (const o of writes(planOf(s, world, known))) {
          const { evidence } = o;
          if (evidence.kind === "absent")
            expect([evidence.scopes.length > 0, evidence.scopes.filter((x) => !complete.has(x))]).toEqual([true, []]);
          if (o.verb === "create" || o.verb === "createGroup" || o.verb === "deleteGroup" || (o.verb === "grant" && o.before === null))
            expect(evidence.kind).toBe("absent");
          if (taking.has(o.verb) && o.verb !== "deleteGroup") expect(world.accounts.map((a) => refKey(a.ref))).toContain(refKey(o.ref!));
          if (o.verb === "revoke")
            expect(
              world.edges.some((e) => refKey(e.account) === refKey(o.ref!) && e.entitlement === o.target && e.derived === undefined),
            ).toBe(true);
        }
      }),
      runs,
    );
  });

  test("nothing is taken that neither state nor a person's claim nor the app's file puts under rollcall's care", () => {
    fc.assert(
      fc.property(any, (s) => {
        const { world, known } = start(s);
        const [declared] = s.apps!;
        const exclusive = (e: string): boolean =>
          [declared!.entitlements?.get(e), ...(declared!.entitlements?.values() ?? [])].some(
            (d) => d && (d.name === e || d.formerly.includes(e)) && d.members === "exclusive",
          );
        for (const o of writes(planOf(s, world, known)).filter((x) => taking.has(x.verb) && x.ref)) {
          const account = world.accounts.find((a) => refKey(a.ref) === refKey(o.ref!))!;
          const person = s.people!.find((p) => p.key === o.person);
          const record = [...known.accounts.values()].find((r) => person && [person.key, ...person.formerly].includes(r.person));
          const hint = person?.accounts.get(of);
          // An invitation is hers also where it names the login that her known account carries today.
          const own = record && world.accounts.find((a) => refKey(a.ref) === refKey(record.ref));
          const claimed =
            (own?.login !== undefined && fold(own.login) === fold(account.login ?? "")) ||
            (record &&
              (refKey(record.ref) === refKey(account.ref) ||
                (record.login !== undefined && fold(record.login) === fold(account.login ?? "")))) ||
            hint?.id === account.ref.id ||
            (hint?.login !== undefined && fold(hint.login) === fold(account.login ?? "")) ||
            (person?.email !== undefined &&
              account.emails.some((e) => fold(e.address) === fold(person.email!) && (e.verified || account.status === "pending")));
          if (o.verb === "revoke" && o.after === null) {
            const owned = Object.keys(record?.owned ?? {});
            const names = [
              o.target,
              ...[...(declared!.entitlements?.values() ?? [])]
                .filter((d) => d.name === o.target || d.formerly.includes(o.target))
                .flatMap((d) => [d.name, ...d.formerly]),
            ];
            expect(exclusive(o.target) || (claimed && names.some((n) => owned.includes(n)))).toBe(true);
          } else if (o.person === null) expect([declared!.orphans, account.outside]).toEqual(["suspend", undefined]);
          else expect(claimed).toBe(true);
          expect(account.self).toBeUndefined();
        }
      }),
      runs,
    );
  });

  test("an administrator's account is bound to nobody by an address, and a suspension of others is never undone", () => {
    fc.assert(
      fc.property(any, (s) => {
        const { world, known } = start(s);
        for (const o of planOf(s, world, known).operations) {
          const account = o.ref && world.accounts.find((a) => refKey(a.ref) === refKey(o.ref!));
          const person = s.people!.find((p) => p.key === o.person);
          const hint = person?.accounts.get(of);
          if (o.verb === "adopt" && account && account.admin)
            expect(hint?.id === account.ref.id || fold(hint?.login ?? "") === fold(account.login ?? "-")).toBe(true);
          if (o.verb === "restore") {
            const record = [person!.key, ...person!.formerly].map((k) => known.accounts.get(k)).find((r) => r !== undefined)!;
            expect(record.stoppedByUs || record.inputs.status !== "active").toBe(true);
          }
        }
      }),
      runs,
    );
  });
});

/** The same order for the same seed. */
function shuffle<T>(all: readonly T[], seed: number): T[] {
  const keyed = all.map((value, i) => ({ value, at: Math.imul(i + 1, 2654435761 ^ seed) >>> 0 }));
  return keyed.sort((a, b) => a.at - b.at).map((k) => k.value);
}
