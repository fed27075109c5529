import { describe, expect, test } from "vitest";
import { canonicalPlan } from "../../../src/core/plan/canonical.ts";
import { applicable } from "../../../src/core/plan/make-plan.ts";
import { summarise } from "../../../src/core/report/summary.ts";
import { person } from "../../support/organization.ts";
import { account, record } from "../../support/world.ts";
import { lines, twoApps, type TwoAppsSketch } from "../../support/two-apps.ts";

const after = { provisionedBy: "rollcall", after: ["idp"] } as const;
const who = (key: string, grants = ["idp/member", "site/badge/gold"]) =>
  person(key, { email: `${key}@acme.example`, grants, accounts: { idp: { login: key }, site: { login: key } } });
const [ada, bob] = [who("ada"), who("bob")];
const attributes = { name: "ada", email: "ada@acme.example" };
const there = account("i1", { login: "ada", attributes });
const here = account("s1", { login: "ada", attributes });
const known = record("idp", "ada", "i1", { login: "ada", inputs: { attributes } });
const knownHere = record("site", "ada", "s1", { login: "ada", inputs: { attributes } });

const plan = (s: Omit<TwoAppsSketch, "people"> & { people?: TwoAppsSketch["people"] }) =>
  twoApps({ people: [ada], ...s, site: { ...s.site, app: { ...after, ...s.site?.app } } } as TwoAppsSketch).plan;
const atSite = (s: Parameters<typeof plan>[0]): string[] => lines(plan(s)).filter((l) => l.startsWith("site"));
const waiting = (how: string): string[] => [`site create ada null -> active (${how})`, `site grant ada badge/gold null ->  (${how})`];
const goes = ["site create ada null -> active", "site grant ada badge/gold null -> "];

describe("every row of the table of what creations and grants wait for", () => {
  test.each<[string, Parameters<typeof plan>[0], string[]]>([
    ["no line asks for an account there", { people: [who("ada", ["site/badge/gold"])] }, goes],
    ["it is there, not in state yet", { idp: { world: { accounts: [there] } } }, goes],
    ["it is there", { idp: { world: { accounts: [there] }, records: [known] } }, goes],
    [
      "it is there and drifted",
      { idp: { world: { accounts: [{ ...there, attributes: { ...attributes, name: "A." } }] }, records: [known] } },
      goes,
    ],
    ["this plan makes it", {}, waiting("after idp/ada: made by this plan")],
    [
      "this plan lets it in again",
      {
        idp: {
          world: { accounts: [{ ...there, status: "suspended" }] },
          records: [{ ...known, status: "suspended", stoppedByUs: true, inputs: { ...known.inputs, status: "suspended" } }],
        },
      },
      waiting("after idp/ada: restored by this plan"),
    ],
    [
      "it is invited",
      { idp: { world: { accounts: [{ ...there, status: "pending" }] } } },
      waiting("held idp/ada: invited, not yet accepted"),
    ],
    [
      "it is not proven absent",
      { idp: { world: { incomplete: ["accounts"] } } },
      waiting("held idp/ada: not seen, and the list is not proven complete"),
    ],
    [
      "it vanished",
      {
        idp: {
          records: [known, ...["b", "c", "d", "e"].map((k) => record("idp", k, `x-${k}`))],
          world: { accounts: ["b", "c", "d", "e"].map((k) => account(`x-${k}`)) },
        },
        people: [ada, ...["b", "c", "d", "e"].map((k) => person(k, { grants: ["idp/member"] }))],
      },
      waiting("held idp/ada: known to state, proven gone"),
    ],
    [
      "others suspended it",
      { idp: { world: { accounts: [{ ...there, status: "suspended" }] }, records: [known] } },
      waiting("held idp/ada: suspended at the vendor, not by rollcall"),
    ],
    ["its making is refused", { idp: { app: { mode: "observe" } } }, waiting("held idp/ada: refused there: mode observe")],
    ["people make it", { idpManifest: { human: true } }, waiting("held idp/ada: it is done there by hand")],
    [
      "the app could not be read",
      { idp: { world: { failure: { kind: "auth", message: "401" } } } },
      waiting("held idp/ada: idp: could not be read: 401"),
    ],
    ["the app is not part of the run", { only: ["site"] }, waiting("held idp/ada: idp is not part of this run")],
  ])("%s", (_, s, expected) => {
    expect(atSite(s)).toEqual(expected);
  });

  test("an app whose work people do asks them only once it can be done", () => {
    const manual = { manifest: { human: true } } as const;
    expect(plan(manual).tasks.filter((t) => t.app === "site")).toEqual([]);
    expect(atSite(manual)).toEqual(waiting("held idp/ada: made by this plan"));
    expect(plan({ ...manual, idp: { world: { accounts: [there] }, records: [known] } }).tasks.filter((t) => t.app === "site")).toHaveLength(
      1,
    );
  });
});

describe("waiting", () => {
  test("is each one's own: others go on", () => {
    const world = {
      accounts: [
        { ...there, status: "pending" as const },
        account("i2", { login: "bob", attributes: { name: "bob", email: "bob@acme.example" } }),
      ],
    };
    expect(atSite({ people: [ada, bob], idp: { world } })).toEqual([
      ...waiting("held idp/ada: invited, not yet accepted").slice(0, 1),
      "site create bob null -> active",
      ...waiting("held idp/ada: invited, not yet accepted").slice(1),
      "site grant bob badge/gold null -> ",
    ]);
  });

  test("never holds back what is taken away, changed or restored", () => {
    const failed = { idp: { world: { failure: { kind: "auth", message: "401" } } } };
    const left = person("ada", {
      ...ada,
      grants: ["idp/member", "site/badge/gold"],
      accounts: { site: { login: "ada" } },
      lastDay: "2026-06-09",
    });
    const site = {
      world: { accounts: [here], edges: [["s1", "badge/gold", ""]] as const },
      records: [{ ...knownHere, owned: { "badge/gold": "" } }],
    };
    const stops = applicable(plan({ people: [left], ...failed, site }));
    expect(stops.filter((o) => o.phase !== "state").map((o) => o.verb)).toEqual(["suspend", "endSessions", "revokeCredentials", "revoke"]);
    const mover = who("ada", ["idp/member", "site/member"]);
    const renamed = { ...site, world: { ...site.world, accounts: [{ ...here, attributes: { ...attributes, name: "A." } }] } };
    expect(
      applicable(plan({ people: [mover], ...failed, site: renamed }))
        .filter((o) => o.phase !== "state")
        .map((o) => o.verb),
    ).toEqual(["revoke", "update"]);
  });

  test("keeps an operation out of the digest, the writes and the counts only where this run cannot bring it about", () => {
    const held = plan({ idp: { world: { accounts: [{ ...there, status: "pending" }] } } });
    expect(applicable(held).filter((o) => o.app === "site")).toEqual([]);
    expect(canonicalPlan(held)).not.toContain("site");
    expect(summarise(held)).toMatchObject({ creations: 0, grants: 0, waiting: 2 });
    expect(held.apps.map((a) => [a.app, a.calls.estimated])).toEqual([
      ["idp", 0],
      ["site", 0],
    ]);
    const coming = plan({});
    expect(applicable(coming).filter((o) => o.app === "site")).toHaveLength(2);
    expect(canonicalPlan(coming)).toContain('["site","ada","create"');
    expect(summarise(coming)).toMatchObject({ creations: 2, grants: 1, waiting: 0 });
  });

  test("follows the one who waits for the one who waits", () => {
    const { plan: three } = twoApps({
      people: [ada],
      idp: { app: { after: ["site"] } },
      site: { app: { provisionedBy: "rollcall", mode: "observe" } },
    });
    expect(lines(three)[0]).toBe("idp create ada null -> active (held site/ada: refused there: mode observe)");
  });
});
