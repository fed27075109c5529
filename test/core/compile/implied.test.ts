import { describe, expect, test } from "vitest";
import { becauseText } from "../../../src/core/report/because.ts";
import { whoHolds } from "../../../src/core/audit/answer.ts";
import { manifests, vault } from "../../support/manifests.ts";
import { app, organization, person, role } from "../../support/organization.ts";
import { compileAt } from "../../support/plan.ts";

const by = new Map([...manifests, ["vault", vault]]);
/** `c` is provisioned by `b`, and `b` by `a`; all by the connector vault. */
const chain = [
  app("a", { connector: "vault" }),
  app("b", { connector: "vault", provisionedBy: { name: "a", grant: "a/team/all-of-b" } }),
  app("c", {
    connector: "vault",
    provisionedBy: { name: "b", grant: "b/team/all-of-c:editor" },
    entitlements: {
      "team/red": {
        through: new Map([
          ["", "b/team/c-red"],
          ["keeper", "b/team/c-red-keepers"],
        ]),
      },
      "badge/x": {},
    },
  }),
];
const desired = (grants: Parameters<typeof person>[1]) =>
  compileAt(
    organization({ people: [person("ada", grants)], roles: [role("sre", { grants: ["c/team/red:reader"] })], apps: chain }),
    undefined,
    by,
  );
const held = (d: ReturnType<typeof desired>, key: string): Record<string, string> =>
  Object.fromEntries([...(d.accounts.get(key)?.get("ada")?.grants.values() ?? [])].map((g) => [g.entitlement, g.level]));

describe("what is asked for implies what carries it", () => {
  test("through every app in between, at the level that is named there", () => {
    const d = desired({ grants: ["c/badge/x"] });
    expect(held(d, "c")).toEqual({ "badge/x": "" });
    expect(held(d, "b")).toEqual({ "team/all-of-c": "editor" });
    expect(held(d, "a")).toEqual({ "team/all-of-b": "reader" });
  });

  test("with the line, the roles on the way, and each app's file", () => {
    const d = desired({ roles: [{ role: "sre", until: "2026-12-31" }] });
    expect(d.accounts.get("a")!.get("ada")!.grants.get("team/all-of-b")!.because.map(becauseText)).toEqual([
      "role sre (identities/roles/sre.yaml:10), for c/team/red:reader (identities/apps/c.yaml:10), for b/team/c-red (identities/apps/b.yaml:4), until 2026-12-31",
      "role sre (identities/roles/sre.yaml:10), for c/team/red:reader (identities/apps/c.yaml:4), for b/team/all-of-c:editor (identities/apps/b.yaml:4), until 2026-12-31",
    ]);
  });

  test("of several levels the carrier of the highest alone, for every line", () => {
    const d = desired({ roles: ["sre"], grants: ["c/team/red:keeper"] });
    expect(held(d, "b")).toEqual({ "team/all-of-c": "editor", "team/c-red-keepers": "reader" });
    expect(d.accounts.get("b")!.get("ada")!.grants.get("team/c-red-keepers")!.because).toHaveLength(2);
    // When the higher one has run out, the lower one's carrier is what is wanted.
    const later = desired({ roles: ["sre"], grants: [{ grant: "c/team/red:keeper", until: "2026-06-09" }] });
    expect(held(later, "b")).toEqual({ "team/all-of-c": "editor", "team/c-red": "reader" });
    expect([...later.accounts.get("b")!.get("ada")!.expired.keys()]).toEqual(["team/all-of-c", "team/c-red-keepers"]);
  });

  test("what is past implies what is past, and a leaver's lines name every account on the way", () => {
    const past = desired({ grants: [{ grant: "c/badge/x", until: "2026-06-09" }] });
    expect(past.accounts.get("a")!.has("ada")).toBe(false);
    expect([...past.lapsed.get("a")!.get("ada")!.keys()]).toEqual(["team/all-of-b"]);
    const left = desired({ grants: ["c/badge/x"], lastDay: "2026-06-09" });
    expect(["a", "b", "c"].map((key) => left.accounts.get(key)!.get("ada")!.status)).toEqual(["suspended", "suspended", "suspended"]);
    expect(held(left, "a")).toEqual({});
  });

  test("a leave keeps assignments", () => {
    expect(held(desired({ grants: ["c/badge/x"], leave: { from: "2026-06-01" } }), "a")).toEqual({ "team/all-of-b": "reader" });
  });

  test("who answers for implied grants as for any", () => {
    const holders = whoHolds("a/team/all-of-b", desired({ grants: ["c/badge/x"] }), new Map(chain.map((x) => [x.key, vault])))!;
    expect(holders.map((h) => [h.person, h.because[0]!.via!.map((v) => v.by)])).toEqual([["ada", ["c/badge/x", "b/team/all-of-c:editor"]]]);
  });

  test("a circle, which check refuses, ends", () => {
    const circle = [
      app("a", { connector: "vault", provisionedBy: { name: "b", grant: "b/team/x" } }),
      app("b", { connector: "vault", provisionedBy: { name: "a", grant: "a/team/y" } }),
    ];
    const d = compileAt(organization({ people: [person("ada", { grants: ["a/badge/x"] })], apps: circle }), undefined, by);
    expect(Object.keys(held(d, "b"))).toEqual(["team/x"]);
  });
});
