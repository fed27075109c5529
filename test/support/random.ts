import fc from "fast-check";
import type { App } from "../../src/core/model/app.ts";
import type { ObservedAccount } from "../../src/core/model/observed.ts";
import type { Person } from "../../src/core/model/person.ts";
import type { AccountRecord } from "../../src/core/model/state.ts";
import type { PlanSketch } from "./plan.ts";
import { app, person } from "./organization.ts";
import { account, type EdgeSketch, record } from "./world.ts";

/** Random small companies in which every situation occurs. Logins and addresses are unique in the files, as `check` demands; nothing else is. */

const keys = ["ada", "bob", "kim", "lee", "max", "zoe"] as const;
const entitlements = { vault: ["team/red", "team/blue", "badge/a", "admin"], forge: ["team/red", "team/blue", "owner"] } as const;
const levels = { vault: ["reader", "editor", "keeper"], forge: ["member", "maintainer"] } as const;
/** There `weight` times as often as not; at 1, half of the time. fast-check counts nil in: it would never be there at a `freq` of 1. */
const maybe = <T>(arb: fc.Arbitrary<T>, weight = 2): fc.Arbitrary<T | undefined> => fc.option(arb, { nil: undefined, freq: weight + 1 });
const given = <T extends object>(o: T): T => Object.fromEntries(Object.entries(o).filter(([, v]) => v !== undefined)) as T;

export type Of = "vault" | "forge";

function people(of: Of): fc.Arbitrary<Person[]> {
  const grant = fc
    .tuple(fc.constantFrom(...entitlements[of]), fc.constantFrom(...levels[of]), maybe(fc.constantFrom("2026-06-09", "2026-06-10")))
    .map(([e, level, until]) => ({
      grant: `${of}/${e}${e.startsWith("team/") ? `:${level}` : ""}`,
      ...(until === undefined ? {} : { until }),
    }));
  const one = (key: string): fc.Arbitrary<Person> =>
    fc
      .record({
        email: maybe(fc.constant(`${key}@acme.example`), 3),
        grants: fc.array(grant, { maxLength: 3 }),
        member: fc.boolean(),
        login: maybe(fc.constant(key.toUpperCase())),
        id: maybe(fc.constantFrom(`u-${key}`, "u-stray"), 1),
        lastDay: maybe(fc.constantFrom("2026-06-09", "2026-06-10", "2026-01-01"), 1),
        start: maybe(fc.constantFrom("2026-06-11", "2026-06-01"), 1),
        leave: maybe(fc.constant({ from: "2026-06-01" }), 1),
        formerly: fc.subarray([`old-${key}`]),
      })
      .map(({ member, login, id, grants, ...s }) =>
        person(
          key,
          given({
            ...s,
            grants: [...(member ? [`${of}/member`] : []), ...grants],
            accounts: login === undefined && id === undefined ? {} : { [of]: given({ login, id }) },
          }) as Parameters<typeof person>[1],
        ),
      );
  return fc.subarray([...keys], { minLength: 1 }).chain((some) => fc.tuple(...some.map(one)));
}

function accounts(): fc.Arbitrary<ObservedAccount[]> {
  const one = (key: string): fc.Arbitrary<ObservedAccount> =>
    fc
      .record({
        invitation: fc.boolean(),
        login: maybe(fc.constantFrom(key, key, "ada"), 4),
        email: maybe(fc.constant(`${key}@ACME.example`)),
        unverified: maybe(fc.constant(`${key}@acme.example`), 1),
        status: fc.constantFrom("active", "active", "active", "suspended", "pending", "expired", "unknown"),
        admin: fc.constantFrom(false, false, true),
        outside: maybe(fc.constant("a guest"), 1),
        self: maybe(fc.constant(true as const), 1),
      })
      .map(({ invitation, ...s }) => {
        const invited = s.status === "pending" || s.status === "expired";
        return account(
          invited && invitation ? `invitation/i-${key}` : `u-${key}`,
          given(invited ? { ...s, outside: undefined, admin: false } : s) as Parameters<typeof account>[1],
        );
      });
  return fc.subarray([...keys, "stray"]).chain((some) => (some.length === 0 ? fc.constant([]) : fc.tuple(...some.map(one))));
}

function edges(of: Of, there: readonly ObservedAccount[]): fc.Arbitrary<EdgeSketch[]> {
  const holders = there.filter((a) => a.status !== "pending" && a.status !== "expired").map((a) => a.ref.id);
  if (holders.length === 0) return fc.constant([]);
  const edge = fc
    .tuple(
      fc.constantFrom(...holders),
      fc.constantFrom(...entitlements[of]),
      fc.constantFrom(...levels[of]),
      maybe(fc.constant("a nested team"), 1),
    )
    .map(([at, e, level, derived]): EdgeSketch => {
      const held = e.startsWith("team/") ? level : "";
      return derived === undefined ? [at, e, held] : [at, e, held, derived];
    });
  return fc.uniqueArray(edge, { maxLength: 8, selector: ([at, e, , derived]) => `${at} ${e} ${derived ?? ""}` });
}

function records(of: Of, files: readonly Person[]): fc.Arbitrary<AccountRecord[]> {
  const one = (key: string): fc.Arbitrary<AccountRecord> =>
    fc
      .record({
        at: fc.constantFrom(`u-${key}`, `u-${key}`, `invitation/i-${key}`, "u-stray"),
        status: fc.constantFrom("active", "active", "suspended", "absent", "pending"),
        stoppedByUs: fc.boolean(),
        intent: fc.constantFrom("active", "active", "suspended", "absent"),
        owned: fc.subarray([...entitlements[of]]),
        login: maybe(fc.constant(key)),
        sent: fc.constantFrom("2026-06-09", "2026-05-01"),
        attempts: fc.constantFrom(1, 3),
        steps: fc.constantFrom({}, { endSessions: "2026-06-01" }, { delete: "2026-06-01" }),
      })
      .map(({ at, intent, owned, sent, attempts, login, stoppedByUs, ...s }) => {
        const stopped = s.status === "suspended" || s.status === "absent";
        const status = at.startsWith("invitation") ? "pending" : s.status;
        return record(of, key, at, {
          ...s,
          status,
          stoppedByUs: stopped && stoppedByUs,
          owned: Object.fromEntries(owned.map((e) => [e, e.startsWith("team/") ? levels[of][0] : ""])),
          ...(login === undefined ? {} : { login }),
          ...(status === "pending" ? { pending: { handle: "7", since: `${sent}T00:00:00Z`, attempts } } : {}),
          inputs: { status: intent },
        });
      });
  const known = files.flatMap((p) => [p.key, ...p.formerly]);
  return fc.subarray(known).chain((some) => (some.length === 0 ? fc.constant([]) : fc.tuple(...some.map(one))));
}

const apps = (of: Of): fc.Arbitrary<App[]> =>
  fc
    .record({
      mode: fc.constantFrom("enforce", "enforce", "enforce", "adopt", "observe"),
      orphans: fc.constantFrom("report", "suspend"),
      catalogue: fc.boolean(),
      members: fc.constantFrom("exclusive", "shared"),
      manage: fc.boolean(),
      formerly: fc.subarray(["team/crimson"]),
      deleteAfterDays: fc.constantFrom(30, 0),
    })
    .map(({ catalogue, members, manage, formerly, deleteAfterDays, ...s }) => [
      app(of, {
        ...s,
        leavers: { deleteAfterDays },
        ...(catalogue
          ? { entitlements: { "team/red": { members, manage, formerly }, "team/blue": {}, "badge/a": { members }, admin: {}, owner: {} } }
          : {}),
      }),
    ]);

/** What `planFrom` takes. */
export const situations = (of: Of): fc.Arbitrary<PlanSketch & { readonly of: Of }> =>
  fc.tuple(people(of), accounts(), apps(of)).chain(([files, there, declared]) =>
    fc.record({
      of: fc.constant(of),
      people: fc.constant(files),
      apps: fc.constant(declared),
      records: records(of, files),
      world: fc
        .record({
          edges: edges(of, there),
          groups: fc.subarray(["team/red", "team/blue", "team/crimson"]),
          incomplete: fc.constantFrom<string[]>([], [], ["accounts"], ["edges"], ["groups"], ["accounts", "edges", "groups"]),
          tenant: fc.record({ joinsByEmail: fc.boolean() }),
        })
        .map((w) => ({ ...w, accounts: there })),
    }),
  );
