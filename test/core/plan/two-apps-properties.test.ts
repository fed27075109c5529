import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalPlan } from "../../../src/core/plan/canonical.ts";
import { applicable } from "../../../src/core/plan/make-plan.ts";
import { refKey, type Snapshot } from "../../../src/core/model/observed.ts";
import type { AccountRecord } from "../../../src/core/model/state.ts";
import type { Operation } from "../../../src/core/plan/operation.ts";
import type { Plan } from "../../../src/core/plan/plan.ts";
import { applyPlan } from "../../support/apply.ts";
import { limits, person } from "../../support/organization.ts";
import { account, type EdgeSketch, record } from "../../support/world.ts";
import { assigned, begins, carried, manifestsOf, type Side, twoApps, type TwoAppsSketch } from "../../support/two-apps.ts";

/** Random pairs of an identity provider and an app, in every form in which the one may depend on the other. */

const keys = ["ada", "bob", "kim", "lee"] as const;
const times = ["2026-06-10T11:50:00.000Z", "2026-06-10T09:00:00.000Z"] as const;
const idpGroups = ["team/site-users", "team/site-red", "team/site-red-editors"] as const;
/** Half of the time. */
const maybe = <T>(arb: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(arb, { nil: undefined, freq: 2 });
const given = <T extends object>(o: T): T => Object.fromEntries(Object.entries(o).filter(([, v]) => v !== undefined)) as T;

const people = fc.tuple(
  ...keys.map((key) =>
    fc
      .record({
        grants: fc.subarray(["idp/member", "idp/team/site-users", "site/badge/gold", "site/team/red:reader", "site/team/red:editor"]),
        lastDay: maybe(fc.constantFrom("2026-06-09", "2026-01-01")),
        leave: maybe(fc.constant({ from: "2026-06-01" })),
      })
      .map((s) =>
        person(
          key,
          given({ ...s, email: `${key}@acme.example`, accounts: { idp: { login: key }, site: { login: key } } }) as Parameters<
            typeof person
          >[1],
        ),
      ),
  ),
);

const side = (of: "idp" | "site", held: readonly string[]): fc.Arbitrary<Side> =>
  fc
    .tuple(
      fc.tuple(
        ...keys.map((key) =>
          fc.record({
            status: fc.constantFrom("none", "active", "active", "active", "suspended", "pending"),
            edges: fc.subarray([...held]),
            known: fc.boolean(),
            owned: fc.subarray([...held]),
            stoppedByUs: fc.boolean(),
            assignments: fc.dictionary(fc.constantFrom(...idpGroups), fc.record({ held: fc.boolean(), since: fc.constantFrom(...times) }), {
              noNullPrototype: true,
            }),
            key: fc.constant(key),
          }),
        ),
      ),
      fc.constantFrom<string[]>([], [], [], ["accounts"], ["edges"], ["accounts", "edges", "groups"]),
      fc.constantFrom(false, false, false, true),
      fc.constantFrom("enforce" as const, "enforce" as const, "enforce" as const, "adopt" as const, "observe" as const),
    )
    .map(([all, incomplete, fails, mode]): Side => {
      const level = (e: string): string => (e.startsWith("team/") ? "reader" : "");
      const at = (key: string): string => `${of}-${key}`;
      return {
        app: { mode },
        world: {
          incomplete,
          accounts: all.flatMap((a) =>
            a.status === "none"
              ? []
              : [
                  account(at(a.key), {
                    login: a.key,
                    status: a.status as "active",
                    attributes: { name: "old", email: `${a.key}@acme.example` },
                  }),
                ],
          ),
          edges: all.flatMap((a) =>
            a.status === "active" || a.status === "suspended" ? a.edges.map((e): EdgeSketch => [at(a.key), e, level(e)]) : [],
          ),
          ...(fails ? { failure: { kind: "transient", message: "503" } } : {}),
        },
        records: all.flatMap((a): AccountRecord[] => {
          if (!a.known) return [];
          const status = a.status === "none" ? "active" : (a.status as AccountRecord["status"]);
          return [
            record(of, a.key, at(a.key), {
              login: a.key,
              status,
              stoppedByUs: status === "suspended" && a.stoppedByUs,
              owned: Object.fromEntries(a.owned.map((e) => [e, level(e)])),
              ...(status === "pending" ? { pending: { handle: "7", since: "2026-06-09T00:00:00Z", attempts: 1 } } : {}),
              ...(of === "idp" && Object.keys(a.assignments).length > 0 ? { assignments: a.assignments } : {}),
            }),
          ];
        }),
      };
    });

const forms = fc.constantFrom(
  { name: "carried", app: carried },
  { name: "assigned", app: assigned },
  { name: "provisioner stops", app: { provisionedBy: { ...assigned.provisionedBy, stops: "provisioner" as const } } },
  { name: "first login", app: { provisionedBy: { ...assigned.provisionedBy, settles: null } } },
  { name: "plain", app: { provisionedBy: "idp" } },
  { name: "jit", app: { provisionedBy: "jit" } },
  { name: "after", app: { provisionedBy: "rollcall", after: ["idp"] } },
);

const pairs = fc
  .record({ people, idp: side("idp", idpGroups), site: side("site", ["badge/gold", "team/red"]), form: forms, whole: fc.boolean() })
  .map(({ form, site, whole, ...s }) => ({
    form: form.name,
    sketch: {
      ...s,
      site: { ...site, app: { ...form.app, ...site.app } },
      // Budgets are not what this is about.
      policies: [limits({ stops: { count: 99, percent: 100 }, removals: { count: 99, percent: 100 } })],
      ...(whole ? {} : { only: ["site"] }),
    } as TwoAppsSketch,
  }));

const runs = { numRuns: 800 };
const at = (plan: Plan, key: string): Operation[] => plan.operations.filter((o) => o.app === key && o.phase !== "state");
const refused = (plan: Plan): Set<string> => new Set(plan.trips.flatMap((t) => t.refuses));

describe("any identity provider and any app that depends on it", () => {
  test("who does not make accounts makes, changes and deletes none, and writes no edge that is carried", () => {
    fc.assert(
      fc.property(pairs, ({ form, sketch }) => {
        const { plan } = twoApps(sketch);
        if (form === "after") return;
        for (const o of at(plan, "site")) {
          expect(["create", "update"]).not.toContain(o.verb);
          if (form !== "jit" && form !== "first login") expect([o.verb, o.before]).not.toEqual(["delete", "suspended"]);
          if (form === "carried") expect(o.target).not.toBe("team/red");
        }
      }),
      runs,
    );
  });

  test("a leaver who is seen active is stopped here, whatever is known of the provider, but where its file leaves that to the provider", () => {
    fc.assert(
      fc.property(pairs, ({ form, sketch }) => {
        const { plan } = twoApps(sketch);
        if (sketch.site!.world!.failure || form === "provisioner stops") return;
        const leavers = sketch.people!.filter((p) => p.lastDay !== undefined).map((p) => p.key);
        for (const a of sketch.site!.world!.accounts!) {
          if (a.status !== "active" || !leavers.includes(a.login!)) continue;
          const stop = plan.operations.find((o) => o.app === "site" && o.person === a.login && o.verb === "suspend");
          // Only her own app's mode may hold it back; the last administrator is never one here.
          expect(stop?.refused ?? null).toBe(sketch.site!.app!.mode === "enforce" ? null : `mode ${sketch.site!.app!.mode}`);
          expect(stop).toBeDefined();
        }
      }),
      runs,
    );
  });

  test("nothing is concluded about what was not read", () => {
    fc.assert(
      fc.property(pairs, ({ form, sketch }) => {
        const { plan } = twoApps(sketch);
        const blind = sketch.only !== undefined || sketch.idp!.world!.failure !== undefined;
        if (!blind || form === "plain") return;
        const concluded = plan.findings.filter((f) => f.code === "NOT_PROVISIONED" || f.code === "NOT_DEPROVISIONED");
        expect(concluded).toEqual([]);
      }),
      runs,
    );
  });

  test("nobody is made or given anything before the account that has to be there first, and losses wait for nothing", () => {
    fc.assert(
      fc.property(pairs, ({ form, sketch }) => {
        const { plan } = twoApps(sketch);
        const going = new Set(applicable(plan).map((o) => o.id));
        for (const o of plan.operations.filter((x) => x.waits)) expect(["create", "grant"]).toContain(o.verb);
        if (form !== "after") return;
        for (const o of at(plan, "site").filter((x) => going.has(x.id) && (x.verb === "create" || x.verb === "grant"))) {
          const wanted = sketch.people!.find((p) => p.key === o.person)!.grants.some((g) => g.grant.startsWith("idp/"));
          const there = sketch.idp!.world!.accounts!.some((a) => a.login === o.person && a.status === "active");
          const coming = o.waits?.every((w) => w.operation !== null && going.has(w.operation)) ?? false;
          expect(!wanted || coming || (there && sketch.only === undefined && !sketch.idp!.world!.failure)).toBe(true);
        }
      }),
      runs,
    );
  });

  test("what is granted at the provider has the line that asks and the line that says through what", () => {
    fc.assert(
      fc.property(pairs, ({ form, sketch }) => {
        const { plan } = twoApps(sketch);
        for (const o of at(plan, "idp").filter((x) => x.verb === "grant")) {
          expect(o.because.length).toBeGreaterThan(0);
          const direct = o.because.some((b) => b.via === undefined);
          if (form === "plain" || form === "jit" || form === "after") expect(direct).toBe(true);
          for (const b of o.because)
            for (const v of b.via ?? []) expect([v.by.split("/")[0], v.origin.file]).toEqual(["site", "identities/apps/site.yaml"]);
        }
      }),
      runs,
    );
  });

  test("access that nobody ends is never passed over: a task says so, or it is awaited, or ended by this plan", () => {
    fc.assert(
      fc.property(pairs, ({ form, sketch }) => {
        const { plan } = twoApps(sketch);
        if (form === "after" || sketch.site!.world!.failure) return;
        const touched = new Set(
          at(plan, "site")
            .filter((o) => o.verb === "suspend")
            .map((o) => refKey(o.ref!)),
        );
        for (const a of sketch.site!.world!.accounts!) {
          const p = sketch.people!.find((x) => x.key === a.login)!;
          const wanted = p.lastDay === undefined && p.leave === undefined && p.grants.some((g) => g.grant.startsWith("site/"));
          if (a.status !== "active" || wanted || touched.has(refKey(a.ref))) continue;
          const said = plan.findings.some(
            (f) =>
              f.app === "site" &&
              (f.person === a.login || f.login === a.login) &&
              ["AWAITED", "NOT_DEPROVISIONED", "ORPHAN"].includes(f.code),
          );
          expect(said, `${form} ${a.login}`).toBe(true);
        }
      }),
      runs,
    );
  });

  test("the digest does not know the time, and the order of the input changes nothing", () => {
    fc.assert(
      fc.property(pairs, ({ sketch }) => {
        const { plan } = twoApps(sketch);
        expect(canonicalPlan(twoApps({ ...sketch, now: new Date("2026-06-10T23:00:00Z") }).plan)).toBe(canonicalPlan(plan));
        const turned = twoApps({
          ...sketch,
          people: sketch.people!.toReversed(),
          idp: reversed(sketch.idp!),
          site: reversed(sketch.site!),
        });
        expect(JSON.stringify(turned.plan)).toBe(JSON.stringify(plan));
      }),
      runs,
    );
  });

  test("with a provider that does its part, all comes to rest within the hour, and two writers never undo each other", () => {
    fc.assert(
      fc.property(pairs, ({ form, sketch }) => {
        const s = { ...sketch, only: ["idp", "site"] };
        let became = begins(s);
        let last: Plan | null = null;
        for (let run = 0; run < 8; run++) {
          const when = new Date(Date.parse("2026-06-10T12:00:00Z") + run * 20 * 60_000);
          const { plan } = twoApps({ ...s, now: when, became });
          last = plan;
          const done = (key: "idp" | "site") =>
            applyPlan(plan, became[key].world, became[key].state, manifestsOf(s).get(key)!, when.toISOString());
          const next = { idp: done("idp"), site: done("site") };
          const acts = form !== "jit" && form !== "after" && form !== "plain" && form !== "first login" && s.site!.app!.mode === "enforce";
          became = acts
            ? { ...next, site: { ...next.site, world: provisioned(next.idp.world, next.site.world, form === "carried") } }
            : next;
        }
        // Whom the provider lets in again and again is stopped again and again, and that is said wherever the provider could be read.
        const left = new Set(s.people!.filter((p) => p.lastDay !== undefined || p.leave !== undefined).map((p) => p.key));
        const read = !s.idp!.world!.failure && s.idp!.world!.incomplete!.length === 0;
        for (const o of applicable(last!)) {
          expect([o.app, left.has(o.person!)], o.id).toEqual(["site", true]);
          const leaver = s.people!.find((p) => p.key === o.person)!.lastDay !== undefined;
          if (read && leaver)
            expect(
              last!.tasks.some((t) => t.app === "site" && t.person === o.person && t.accessRemains),
              o.id,
            ).toBe(true);
        }
      }),
      { numRuns: 400 },
    );
  });

  test("no refusal at one app goes by the other's guard", () => {
    fc.assert(
      fc.property(pairs, ({ sketch }) => {
        const { plan } = twoApps(sketch);
        const ids = refused(plan);
        for (const trip of plan.trips) {
          if (trip.app === null) continue;
          for (const o of plan.operations.filter((x) => trip.refuses.includes(x.id))) expect(o.app).toBe(trip.app);
        }
        for (const o of applicable(plan)) expect(ids.has(o.id)).toBe(false);
      }),
      { numRuns: 200 },
    );
  });
});

/** What the provider makes of the site: accounts for whom it assigns, others off, the carried team as its groups have it. */
function provisioned(idp: Snapshot, site: Snapshot, carries: boolean): Snapshot {
  const holders = (entitlement: string): Set<string> => {
    const refs = new Set(idp.edges.filter((e) => e.entitlement === entitlement).map((e) => refKey(e.account)));
    return new Set(idp.accounts.flatMap((a) => (a.status === "active" && refs.has(refKey(a.ref)) ? [a.login!] : [])));
  };
  const users = holders("team/site-users");
  const known = new Set(site.accounts.map((a) => a.login));
  const accounts = [
    ...site.accounts.map((a) => ({
      ...a,
      status: users.has(a.login!) ? ("active" as const) : a.status === "active" ? ("suspended" as const) : a.status,
    })),
    ...[...users].filter((login) => !known.has(login)).map((login) => account(`site-${login}`, { login, attributes: { name: "old" } })),
  ];
  const red = accounts.flatMap((a) => {
    const level = holders("team/site-red-editors").has(a.login!) ? "editor" : holders("team/site-red").has(a.login!) ? "reader" : null;
    return level === null || a.status !== "active" ? [] : [{ account: a.ref, entitlement: "team/red", level }];
  });
  const edges = carries ? [...site.edges.filter((e) => e.entitlement !== "team/red"), ...red] : site.edges;
  return { ...site, accounts, edges };
}

const reversed = (s: Side): Side => ({
  ...s,
  records: s.records!.toReversed(),
  world: { ...s.world, accounts: s.world!.accounts!.toReversed(), edges: s.world!.edges!.toReversed() },
});
