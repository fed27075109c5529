import { describe, expect, test } from "vitest";
import type { Person } from "../../../src/core/model/person.ts";
import type { RevertPolicy } from "../../../src/core/model/policy.ts";
import type { AccountRecord } from "../../../src/core/model/state.ts";
import type { Operation } from "../../../src/core/plan/operation.ts";
import type { Plan } from "../../../src/core/plan/plan.ts";
import type { Outstanding } from "../../../src/core/record/record.ts";
import { aimOf, aimsOf } from "../../../src/core/review/aim.ts";
import type { Provenance, Segment } from "../../../src/core/review/segment.ts";
import { type JudgedSegment, mostUnreviewed, warrantsFor } from "../../../src/core/review/warrant.ts";
import { person, role } from "../../support/organization.ts";
import { planFrom, type PlanSketch } from "../../support/plan.ts";
import { account, record } from "../../support/world.ts";

const approved: Provenance = { kind: "approved", pull: 7, author: "ada", approvers: ["grace"], head: "h" };
const unapproved: Provenance = { kind: "unapproved", pull: 8, author: "ada", head: "h", reasons: ["no approval by an owner of policies/"] };
const pushed: Provenance = { kind: "pushed", pull: null, reasons: ["it came by no pull request"] };

/** A step from one version of the files to another, over one world. */
const step = (before: Plan, after: Plan, provenance: Provenance, to = "c1", paths: string[] = []): JudgedSegment => {
  const was = aimsOf(before);
  const segment: Segment = {
    from: "c0",
    to,
    forced: false,
    commits: [to],
    paths: paths.map((path) => ({ path, change: "changed", kind: "file" })),
  };
  return { segment, provenance, implies: new Set([...aimsOf(after)].filter((aim) => !was.has(aim))) };
};

interface Story {
  readonly plan: Plan;
  readonly segments?: readonly JudgedSegment[];
  readonly ledger?: readonly Outstanding[];
  readonly tainted?: readonly string[];
  readonly reverts?: readonly RevertPolicy[];
  readonly doubt?: string | null;
}

/** `grant ada badge/a`: the kind of warrant, or what is said instead. */
const warrants = ({ plan, segments = [], ledger = [], tainted = [], reverts = [], doubt = null }: Story): Record<string, string> => {
  const found = warrantsFor({ operations: plan.operations, segments, ledger, tainted: new Set(tainted), reverts, doubt });
  const name = (o: Operation): string => `${o.verb} ${o.person ?? o.login ?? "-"} ${o.target}`;
  return Object.fromEntries(
    plan.operations
      .filter((o) => o.verb !== "record")
      .map((o) => {
        const w = found.get(o.id)!;
        return [name(o), w.kind === "none" ? `none: ${w.why}` : w.by.kind === "pull" ? `#${w.by.pull}` : w.by.kind];
      }),
  );
};

const known = (...keys: string[]): AccountRecord[] => keys.map((k) => record("vault", k, k, { login: k }));
const seen = (...keys: string[]): NonNullable<PlanSketch["world"]> => ({ accounts: keys.map((k) => account(k, { login: k })) });
const holding = (key: string, ...grants: string[]): Person => person(key, { grants: ["vault/member", ...grants] });
const plain: PlanSketch = { manifest: { attributes: [], leaver: { stage1: ["suspend"], stage2: [], stage3: ["delete"] } } };
const world = (keys: string[], s: PlanSketch = {}): PlanSketch => ({ ...plain, records: known(...keys), world: seen(...keys), ...s });

describe("what a step implies", () => {
  const before = planFrom(world(["ada"], { people: [holding("ada")] }));
  const after = planFrom(world(["ada"], { people: [holding("ada", "vault/badge/a")] }));

  test("is carried out where it was approved, by that pull request", () => {
    expect(warrants({ plan: after, segments: [step(before, after, approved)] })).toEqual({ "grant ada badge/a": "#7" });
  });

  test.each([unapproved, pushed])("is left alone where nobody approved it: $kind", (provenance) => {
    const [said] = Object.values(warrants({ plan: after, segments: [step(before, after, provenance)] }));
    expect(said).toMatch(/^none: nobody approved it: (?:#8: no approval by an owner of policies\/|a push: it came by no pull request)$/);
  });

  test("is not what was wanted before it and the world lacks: that is drift or another review", () => {
    expect(warrants({ plan: after, segments: [step(after, after, approved)] })).toEqual({
      "grant ada badge/a": "none: outside the reviewed changes",
    });
  });

  test("goes by the newest step that implies it", () => {
    const segments = [step(before, after, approved, "c1"), step(before, after, unapproved, "c2")];
    expect(Object.values(warrants({ plan: after, segments }))[0]).toMatch(/^none: nobody approved it: #8/);
    expect(warrants({ plan: after, segments: segments.toReversed() })).toEqual({ "grant ada badge/a": "#7" });
  });

  test("names the very account: the same wish for another account is another operation", () => {
    const swapped = planFrom({
      ...plain,
      people: [person("ada", { grants: ["vault/member", "vault/badge/a"], accounts: { vault: { id: "mallory" } } })],
      world: seen("mallory"),
    });
    const wanted = planFrom(world(["ada"], { people: [holding("ada", "vault/badge/a")] }));
    const grant = { "grant ada badge/a": expect.stringMatching(/^none/) as string };
    expect(
      warrants({ plan: swapped, segments: [step(before, wanted, approved, "c1"), step(wanted, swapped, pushed, "c2")] }),
    ).toMatchObject(grant);
  });
});

describe("what the world needs besides", () => {
  test("drift is left alone, gain and loss", () => {
    const files = [holding("ada", "vault/badge/a")];
    const records = [record("vault", "ada", "ada", { login: "ada", owned: { "badge/a": "" } })];
    const lost = planFrom({ ...plain, people: files, records, world: seen("ada") });
    expect(Object.values(warrants({ plan: lost }))).toEqual([expect.stringMatching(/^none: /)]);
  });

  test("drift is undone where a reviewed policy expects just this much of it, and not otherwise", () => {
    const files = ["ada", "bob"].map((k) => holding(k, "vault/badge/a"));
    const records = ["ada", "bob"].map((k) => record("vault", k, k, { login: k, owned: { "badge/a": "" } }));
    const plan = planFrom({ ...plain, people: files, records, world: seen("ada", "bob") });
    const revert = (gains: number, losses = 0): RevertPolicy => ({
      kind: "revert",
      name: "undo",
      app: "vault",
      expect: { gains, losses },
      expires: "2026-06-30",
      because: "a mistake",
      origin: { file: "policies/undo.yaml", line: 1, column: 1 },
    });
    expect(Object.values(warrants({ plan, reverts: [revert(2)] }))).toEqual(["revert", "revert"]);
    for (const wrong of [revert(1), revert(3), revert(2, 1), { ...revert(2), app: "forge" }]) {
      expect(Object.values(warrants({ plan, reverts: [wrong] })).every((s) => s.startsWith("none: "))).toBe(true);
    }
    expect(Object.values(warrants({ plan, reverts: [revert(2)], tainted: ["policies/undo.yaml"] }))).not.toContain("revert");
    expect(Object.values(warrants({ plan, reverts: [revert(1)], tainted: ["identities/people/bob.yaml"] }))).toEqual([
      "revert",
      expect.stringContaining("bob.yaml"),
    ]);
  });

  test("what a date in the files takes away goes, unasked; what it gives does not", () => {
    const left = planFrom(world(["bob"], { people: [person("bob", { lastDay: "2026-06-09", grants: ["vault/member"] })] }));
    expect(warrants({ plan: left })).toEqual({ "suspend bob account": "date" });
    const begun = planFrom({
      ...plain,
      people: [person("eve", { email: "eve@acme.example", start: "2026-06-10", grants: ["vault/member"] })],
      world: seen(),
    });
    expect(warrants({ plan: begun })).toEqual({ "create eve account": "none: outside the reviewed changes" });
  });

  test("a first day that was reviewed when it was still to come is outstanding, and done on the day", () => {
    const begun = planFrom({
      ...plain,
      people: [person("eve", { email: "eve@acme.example", start: "2026-06-10", grants: ["vault/member", "vault/badge/a"] })],
      world: seen(),
    });
    const by = { kind: "pull", pull: 3, commit: "c", approvers: ["grace"] } as const;
    const ledger: Outstanding[] = [{ app: "vault", person: "eve", target: "account", after: "active", by }];
    expect(warrants({ plan: begun, ledger })).toMatchObject({
      "create eve account": "#3",
      "grant eve badge/a": "none: outside the reviewed changes",
    });
  });
});

describe("files that nobody approved", () => {
  const before = planFrom(world(["ada"], { people: [holding("ada")] }));
  const after = planFrom(world(["ada"], { people: [holding("ada", "vault/badge/a")] }));
  const segments = [step(before, after, approved)];

  test.each(["identities/people/ada.yaml", "identities/services/ada.yaml", "identities/apps/vault.yaml"])(
    "%s gives nobody anything",
    (path) => {
      expect(warrants({ plan: after, segments, tainted: [path] })).toEqual({
        "grant ada badge/a": `none: rests on ${path}, which lies here as nobody approved it`,
      });
    },
  );

  test("a role on the way is enough, also where the line itself is elsewhere", () => {
    const roles = [role("sre", { includes: ["base"] }), role("base", { grants: ["vault/badge/a"] })];
    const plan = planFrom(world(["ada"], { people: [person("ada", { grants: ["vault/member"], roles: ["sre"] })], roles }));
    const own = [step(before, plan, approved)];
    expect(Object.values(warrants({ plan, segments: own }))).toEqual(["#7"]);
    for (const path of ["identities/roles/sre.yaml", "identities/roles/base.yaml"]) {
      expect(Object.values(warrants({ plan, segments: own, tainted: [path] }))[0]).toContain(path);
    }
  });

  test("an account is not adopted by them", () => {
    const plan = planFrom({
      ...plain,
      people: [person("ada", { grants: ["vault/member"], accounts: { vault: { id: "ada" } } })],
      world: seen("ada"),
    });
    expect(warrants({ plan })).toEqual({ "adopt ada account": "state" });
    expect(Object.values(warrants({ plan, tainted: ["identities/people/ada.yaml"] }))[0]).toMatch(/^none: rests on/);
  });
});

test("records that are not to be trusted give nobody anything, and hold back no leaver", () => {
  const before = planFrom(world(["ada", "bob"], { people: [holding("ada"), holding("bob")] }));
  const leaver = person("bob", { lastDay: "2026-06-09", grants: ["vault/member"] });
  const after = planFrom(world(["ada", "bob"], { people: [holding("ada", "vault/badge/a"), leaver] }));
  const segments = [step(before, after, approved)];
  expect(warrants({ plan: after, segments, doubt: "record 7 is not there" })).toEqual({
    "suspend bob account": "#7",
    "grant ada badge/a": "none: record 7 is not there",
  });
});

describe("losses that nobody reviewed", () => {
  const keys = Array.from({ length: 20 }, (_, i) => `p${String(i).padStart(2, "0")}`);
  const left = (n: number): Plan =>
    planFrom(
      world(keys, { people: keys.map((k, i) => (i < n ? person(k, { lastDay: "2026-06-09", grants: ["vault/member"] }) : holding(k))) }),
    );

  test("a few stops pass: taking away from one is never held back", () => {
    const paths = keys.slice(0, mostUnreviewed.stops).map((k) => `identities/people/${k}.yaml`);
    const plan = left(mostUnreviewed.stops);
    expect(Object.values(warrants({ plan, segments: [step(left(0), plan, pushed, "c9", paths)], tainted: paths }))).toEqual([
      "pushed",
      "pushed",
      "pushed",
    ]);
  });

  test("more than that, and none of them does", () => {
    const n = mostUnreviewed.stops + 1;
    const paths = keys.slice(0, n).map((k) => `identities/people/${k}.yaml`);
    const plan = left(n);
    const said = Object.values(warrants({ plan, segments: [step(left(0), plan, pushed, "c9", paths)], tainted: paths }));
    expect(said.length).toBe(n);
    expect(said.every((s) => s.startsWith("none: nobody approved it, and of what nobody approved"))).toBe(true);
  });

  test("grants are counted apart", () => {
    const grants = (n: number): Plan =>
      planFrom({
        ...plain,
        people: keys.map((k, i) => (i < n ? holding(k) : holding(k, "vault/badge/a"))),
        records: keys.map((k) => record("vault", k, k, { login: k, owned: { "badge/a": "" } })),
        world: { accounts: keys.map((k) => account(k, { login: k })), edges: keys.map((k) => [k, "badge/a"] as const) },
      });
    for (const [n, passes] of [
      [mostUnreviewed.losses, true],
      [mostUnreviewed.losses + 1, false],
    ] as const) {
      const plan = grants(n);
      const said = Object.values(warrants({ plan, segments: [step(grants(0), plan, pushed)] }));
      expect(said.map((s) => s === "pushed")).toEqual(Array.from({ length: n }, () => passes));
    }
  });

  test("whoever leaves is one stop, in however many apps", () => {
    const one = left(1).operations[0]!;
    const apps = ["vault", "forge", "wiki", "chat", "mail"];
    const operations = apps.map((app) => ({ ...one, app, id: one.id.replace("vault", app) }));
    const implies = new Set(operations.map((o) => aimOf(o)));
    const segments = [{ ...step(left(0), left(0), pushed), implies }];
    const found = warrantsFor({
      operations,
      segments,
      ledger: [],
      tainted: new Set(["identities/people/p00.yaml"]),
      reverts: [],
      doubt: null,
    });
    expect([...found.values()].map((w) => w.kind)).toEqual(apps.map(() => "warranted"));
  });

  test("a date that was there before somebody pushed goes on counting, whatever else the push did and however many leave", () => {
    const plan = left(8);
    const paths = [...keys.slice(0, 8).map((k) => `identities/people/${k}.yaml`), "identities/apps/vault.yaml"];
    // The push changed these files; that they leave was in them before.
    const said = Object.values(warrants({ plan, segments: [step(plan, plan, pushed, "c9", paths)], tainted: paths }));
    expect(said).toEqual(Array.from({ length: 8 }, () => "date"));
  });
});
