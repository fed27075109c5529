import { describe, expect, test } from "vitest";
import { applicable } from "../../../src/core/plan/make-plan.ts";
import { canonicalPlan } from "../../../src/core/plan/canonical.ts";
import { person } from "../../support/organization.ts";
import { account, record } from "../../support/world.ts";
import { assigned, carried, codesIn, lines, type Side, twoApps, type TwoAppsSketch, viewIn } from "../../support/two-apps.ts";

const noon = "2026-06-10T12:00:00.000Z";
const minutesAgo = (n: number): string => new Date(Date.parse(noon) - n * 60_000).toISOString();

const ada = person("ada", {
  email: "ada@acme.example",
  grants: ["idp/member", "site/badge/gold"],
  accounts: { idp: { login: "ada" }, site: { login: "ada" } },
});
/** Employed, and no line asks for the site any more. */
const moved = person("ada", { ...ada, grants: ["idp/member"], accounts: { idp: { login: "ada" }, site: { login: "ada" } } });
const left = person("ada", {
  ...ada,
  grants: ["idp/member", "site/badge/gold"],
  accounts: { idp: { login: "ada" } },
  lastDay: "2026-06-09",
});
const gone = person("ada", {
  ...ada,
  grants: ["idp/member", "site/badge/gold"],
  accounts: { idp: { login: "ada" } },
  lastDay: "2026-01-01",
});
const away = person("ada", {
  ...ada,
  grants: ["idp/member", "site/badge/gold"],
  accounts: { idp: { login: "ada" } },
  leave: { from: "2026-06-01" },
});

const attributes = { name: "ada", email: "ada@acme.example" };
const there = account("i1", { login: "ada", attributes });
const here = account("s1", { login: "ada", attributes });
const off = { ...here, status: "suspended" as const };
const users = ["i1", "team/site-users", "reader"] as const;
const owns = { owned: { "team/site-users": "reader" } };
const held = (since: string) =>
  record("idp", "ada", "i1", { ...owns, login: "ada", inputs: { attributes }, assignments: { "team/site-users": { held: true, since } } });
const dropped = (since: string) =>
  record("idp", "ada", "i1", { login: "ada", inputs: { attributes }, assignments: { "team/site-users": { held: false, since } } });
const plain = record("idp", "ada", "i1", { login: "ada", inputs: { attributes } });
const known = record("site", "ada", "s1", { login: "ada", inputs: { attributes } });
const stopped = record("site", "ada", "s1", {
  login: "ada",
  status: "suspended",
  stoppedByUs: true,
  inputs: { status: "suspended", attributes },
  steps: { endSessions: "2026-06-10", revokeCredentials: "2026-06-10" },
});

const inIdp = (records: Side["records"], more: Side["world"] = {}): Side => ({
  records: records!,
  world: { accounts: [there], edges: [users], ...more },
});
const without = { edges: [] } as const;

/** Situation and detail of ada's account at the site, codes of the site's findings, and whether a task says that access remains. */
const outcome = (s: TwoAppsSketch): { situation: string; detail: string; codes: string[]; tasks: (string | true)[] } => {
  const { plan } = twoApps(s);
  const { situation, detail } = viewIn(plan, "site", "ada");
  return {
    situation,
    detail,
    codes: codesIn(plan, "site"),
    tasks: plan.tasks.filter((t) => t.app === "site").flatMap((t) => (t.accessRemains ? [t.task, true] : [t.task])),
  };
};

describe("who shall have an account is assigned in the identity provider, and rollcall makes none", () => {
  test("a joiner: the account and the assignment over there, nothing here but a word of what follows", () => {
    const { plan } = twoApps({ people: [ada] });
    expect(lines(plan)).toEqual(["idp create ada null -> active", "idp grant ada team/site-users null -> reader"]);
    expect(viewIn(plan, "site", "ada")).toMatchObject({
      situation: "awaited",
      detail: "idp provisions site once this plan has granted idp/team/site-users; then rollcall grants site/badge/gold",
    });
    expect(codesIn(plan, "site")).toEqual(["AWAITED"]);
    expect(plan.tasks).toEqual([]);
  });

  test("the assignment knows the line that asks and the line that says through what, and what it gives", () => {
    const { plan } = twoApps({ people: [ada], idp: inIdp([plain], without) });
    const grant = plan.operations.find((o) => o.verb === "grant")!;
    expect(grant.carries).toEqual([{ through: "team/site-users", gives: "site" }]);
    expect(grant.because).toEqual([
      {
        origin: { file: "identities/people/ada.yaml", line: 11, column: 1 },
        path: [],
        via: [{ by: "site/badge/gold", origin: { file: "identities/apps/site.yaml", line: 4, column: 1 } }],
      },
    ]);
  });

  test("without a declared assignment nothing is written anywhere", () => {
    const site = { app: { provisionedBy: "idp" } };
    const { plan } = twoApps({ people: [ada], idp: inIdp([plain], without), site });
    expect(lines(plan)).toEqual([]);
    expect(viewIn(plan, "site", "ada").detail).toContain("through what is not declared");
  });

  test("jit: nothing is assigned, the account is awaited for as long as it takes", () => {
    const site = { app: { provisionedBy: "jit" } };
    const { plan } = twoApps({ people: [ada], idp: inIdp([plain], without), site });
    expect(lines(plan)).toEqual([]);
    expect(viewIn(plan, "site", "ada")).toMatchObject({
      situation: "awaited",
      detail: expect.stringContaining("signs in for the first time"),
    });
    expect(plan.tasks).toEqual([]);
  });

  test("once the account is there, grants that nobody carries are rollcall's, attributes are not", () => {
    const odd = { ...here, attributes: { name: "A. L.", email: "x@acme.example" } };
    const { plan } = twoApps({ people: [ada], idp: inIdp([held(minutesAgo(5))]), site: { world: { accounts: [odd] } } });
    expect(lines(plan)).toEqual(["site grant ada badge/gold null -> "]);
    expect(viewIn(plan, "site", "ada").situation).toBe("adopt");
  });
});

describe("every row of the table of those who are wanted and not there", () => {
  const absent = (idp: Side, more: Partial<TwoAppsSketch> = {}) => outcome({ people: [ada], idp, ...more });
  test.each<[string, ReturnType<typeof outcome>, string, RegExp, string[]]>([
    [
      "unknown: the provider was not read",
      absent({ world: { failure: { kind: "auth", message: "401" } } }),
      "awaited",
      /not known: idp: could not be read: 401/,
      ["AWAITED"],
    ],
    [
      "unknown: the provider is not part of the run",
      absent(inIdp([plain]), { only: ["site"] }),
      "awaited",
      /not part of this run/,
      ["AWAITED"],
    ],
    [
      "unknown: the group's list was not read to its end",
      absent(inIdp([plain], { edges: [], incomplete: ["edges"] })),
      "awaited",
      /was not read to its end/,
      ["AWAITED"],
    ],
    [
      "unknown: the list of accounts was not read",
      absent({ world: { incomplete: ["accounts"] } }),
      "awaited",
      /not known: idp: not seen/,
      ["AWAITED"],
    ],
    ["granted by this plan", absent(inIdp([plain], without)), "awaited", /once this plan has granted idp\/team\/site-users/, ["AWAITED"]],
    [
      "not granted: mode observe over there",
      absent({ ...inIdp([plain], without), app: { mode: "observe" } }),
      "awaited",
      /cannot provision site yet: .*mode observe/,
      ["AWAITED"],
    ],
    [
      "not granted: invited over there",
      absent(inIdp([], { accounts: [{ ...there, status: "pending" }], edges: [] })),
      "awaited",
      /cannot provision site yet: idp: invited, not yet accepted/,
      ["AWAITED"],
    ],
    [
      "not granted: suspended over there by others",
      absent(inIdp([held(minutesAgo(90))], { accounts: [{ ...there, status: "suspended" }] })),
      "awaited",
      /the account in idp is suspended/,
      ["AWAITED"],
    ],
    [
      "not granted: the group does not exist",
      absent(inIdp([plain], { edges: [], groups: [] })),
      "awaited",
      /idp\/team\/site-users cannot be granted/,
      ["AWAITED"],
    ],
    [
      "held, the site's list not read to its end",
      absent(inIdp([held(minutesAgo(90))]), { site: { world: { incomplete: ["accounts"] } } }),
      "unknown",
      /not proven complete/,
      ["UNKNOWN"],
    ],
    [
      "held, first login",
      absent(inIdp([held(minutesAgo(9000))]), { site: { app: { provisionedBy: { ...assigned.provisionedBy, settles: null } } } }),
      "awaited",
      /appears when ada signs in/,
      ["AWAITED"],
    ],
    [
      "held, first seen in this run",
      absent(inIdp([record("idp", "ada", "i1", { ...owns, login: "ada" })])),
      "awaited",
      /since when is not known yet/,
      ["AWAITED"],
    ],
    [
      "held for 12 minutes",
      absent(inIdp([held(minutesAgo(12))])),
      "awaited",
      /since 2026-06-10T11:48:00.000Z; 48 min left to provision site/,
      ["AWAITED"],
    ],
    ["held for 59 minutes", absent(inIdp([held(minutesAgo(59))])), "awaited", /; 1 min left/, ["AWAITED"]],
    ["held for 60 minutes", absent(inIdp([held(minutesAgo(60))])), "awaited", /absent in site after 60 min/, ["NOT_PROVISIONED"]],
    ["held since the clock was set back", absent(inIdp([held(minutesAgo(-30))])), "awaited", /90 min left/, ["AWAITED"]],
  ])("%s", (_, result, situation, detail, codes) => {
    expect(result.situation).toBe(situation);
    expect(result.detail).toMatch(detail);
    expect(result.codes).toEqual(codes);
    expect(result.tasks.length).toBe(codes[0] === "NOT_PROVISIONED" ? 1 : 0);
  });

  test("overdue: a task says what to look at, and that no access remains", () => {
    const { tasks } = outcome({ people: [ada], idp: inIdp([held(minutesAgo(75))]) });
    expect(tasks).toEqual([
      "look in idp why site is not provisioned for ada: whether idp/team/site-users is bound to the app, what its provisioning log says, whether a licence is free; assigned since 2026-06-10T10:45:00.000Z, absent in site after 60 min",
    ]);
  });

  test("suspended by others while the assignment is young: awaited; later reported and looked at; our own stop is undone at once", () => {
    const at = (minutes: number, r = known) =>
      outcome({ people: [ada], idp: inIdp([held(minutesAgo(minutes))]), site: { world: { accounts: [off] }, records: [r] } });
    expect(at(5)).toMatchObject({ situation: "awaited", codes: ["AWAITED"], tasks: [] });
    expect(at(70)).toMatchObject({
      situation: "awaited",
      codes: ["NOT_PROVISIONED"],
      tasks: [expect.stringContaining("suspended in site after 60 min")],
    });
    expect(at(70, stopped)).toMatchObject({ situation: "drifted" });
    const login = { provisionedBy: { ...assigned.provisionedBy, settles: null } };
    const shut = outcome({
      people: [ada],
      idp: inIdp([held(minutesAgo(5))]),
      site: { app: login, world: { accounts: [off] }, records: [known] },
    });
    expect(shut).toMatchObject({ situation: "stoppedElsewhere", codes: ["STOPPED_ELSEWHERE"] });
  });

  test("the first sight of an assignment is kept, and starts its time", () => {
    const { plan } = twoApps({
      people: [ada],
      idp: inIdp([record("idp", "ada", "i1", { ...owns, login: "ada", inputs: { attributes } })]),
    });
    const next = plan.operations.find((o) => o.app === "idp" && o.verb === "record")!.next!;
    expect(next.assignments).toEqual({ "team/site-users": { held: true, since: noon } });
    const again = twoApps({ people: [ada], idp: inIdp([next]), now: new Date(minutesAgo(-10)) });
    expect(again.plan.operations.filter((o) => o.app === "idp")).toEqual([]);
  });

  test("an app that carries nothing for others remembers nothing", () => {
    const { plan } = twoApps({
      people: [ada],
      idp: inIdp([plain], without),
      site: { app: { provisionedBy: "rollcall" }, world: { accounts: [here] } },
    });
    expect(plan.operations.filter((o) => o.next).map((o) => o.next!.assignments)).toEqual([undefined]);
  });
});

describe("every row of the table of those whose access ends", () => {
  const siteHas = { world: { accounts: [here] }, records: [known] };

  test("employed, no line asks for the site: the assignment goes, once, and the site is left to the provider", () => {
    const { plan } = twoApps({ people: [moved], idp: inIdp([held(minutesAgo(900))]), site: siteHas });
    expect(lines(plan)).toEqual(["idp revoke ada team/site-users reader -> null"]);
    expect(viewIn(plan, "site", "ada")).toMatchObject({
      situation: "awaited",
      detail: "idp ends it once this plan has revoked idp/team/site-users",
    });
    expect(plan.tasks).toEqual([]);
    expect(plan.trips).toEqual([]);
  });

  const ends = (idp: Side, more: Partial<TwoAppsSketch> = {}) => outcome({ people: [moved], idp, site: siteHas, ...more });
  test.each<[string, ReturnType<typeof outcome>, RegExp, string]>([
    ["unknown: not read", ends({ world: { failure: { kind: "auth", message: "401" } } }), /is not known/, "AWAITED"],
    ["unknown: not part of the run", ends(inIdp([plain]), { only: ["site"] }), /not part of this run/, "AWAITED"],
    [
      "unknown: the list was not read to its end",
      ends(inIdp([dropped(minutesAgo(90))], { edges: [], incomplete: ["edges"] })),
      /was not read to its end/,
      "AWAITED",
    ],
    [
      "gone for 10 minutes",
      ends(inIdp([dropped(minutesAgo(10))], without)),
      /at 2026-06-10T11:50:00.000Z; 50 min left to end site/,
      "AWAITED",
    ],
    ["gone for 61 minutes", ends(inIdp([dropped(minutesAgo(61))], without)), /still active in site after 60 min/, "NOT_DEPROVISIONED"],
    ["gone since an unknown time", ends(inIdp([plain], without)), /not assigned in idp .* still active/, "NOT_DEPROVISIONED"],
    ["held by others, not rollcall's to take", ends(inIdp([plain])), /stays: rollcall did not grant/, "NOT_DEPROVISIONED"],
    [
      "refused over there",
      ends({ ...inIdp([held(minutesAgo(900))]), app: { mode: "adopt" } }),
      /is refused: mode adopt/,
      "NOT_DEPROVISIONED",
    ],
    [
      "asked for by a line of its own",
      ends(inIdp([held(minutesAgo(900))]), {
        people: [person("ada", { ...moved, grants: ["idp/team/site-users"], accounts: { idp: { login: "ada" } } })],
      }),
      /a line asks for idp\/team\/site-users itself/,
      "NOT_DEPROVISIONED",
    ],
    [
      "not declared",
      ends(inIdp([plain], without), { site: { ...siteHas, app: { provisionedBy: "idp" } } }),
      /is not declared/,
      "NOT_DEPROVISIONED",
    ],
  ])("%s", (_, result, detail, code) => {
    expect(result.situation).toBe("awaited");
    expect(result.detail).toMatch(detail);
    expect(result.codes).toEqual([code]);
    expect(result.tasks.includes(true)).toBe(code === "NOT_DEPROVISIONED");
  });

  test.each([
    ["jit", { provisionedBy: "jit" }],
    ["first-login", { provisionedBy: { ...assigned.provisionedBy, settles: null } }],
  ] as const)("%s: nobody else ends it, so rollcall does", (_, site) => {
    const { plan } = twoApps({ people: [moved], idp: inIdp([plain], without), site: { ...siteHas, app: site } });
    expect(lines(plan)).toContain("site suspend ada active -> suspended");
  });

  test("an account that no run has seen is looked for where it was assigned, and nobody has a case where there is none", () => {
    const unseen = { world: { accounts: [here] }, records: [] };
    const { plan } = twoApps({ people: [moved], idp: inIdp([held(minutesAgo(900))]), site: unseen });
    expect(viewIn(plan, "site", "ada").detail).toMatch(/^idp ends it once/);
    const later = outcome({ people: [moved], idp: inIdp([dropped(minutesAgo(61))], without), site: unseen });
    expect(later).toMatchObject({ situation: "awaited", codes: ["NOT_DEPROVISIONED"] });
    const never = twoApps({ people: [moved], idp: inIdp([plain], without), site: unseen });
    expect([viewIn(never.plan, "site", "ada").situation, codesIn(never.plan, "site")]).toEqual(["orphan", ["ORPHAN"]]);
    const nothing = twoApps({ people: [moved], idp: inIdp([dropped(minutesAgo(61))], without), site: { records: [] } });
    expect(nothing.plan.apps.find((a) => a.app === "site")!.accounts).toEqual([]);
  });

  test("edges that rollcall made at the site go at once, whoever ends the account", () => {
    const { plan } = twoApps({
      people: [moved],
      idp: inIdp([held(minutesAgo(900))]),
      site: { world: { accounts: [here], edges: [["s1", "badge/gold", ""]] }, records: [{ ...known, owned: { "badge/gold": "" } }] },
    });
    expect(lines(plan)).toEqual(["idp revoke ada team/site-users reader -> null", "site revoke ada badge/gold  -> null"]);
  });

  test.each<[string, Side]>([
    ["read", inIdp([held(minutesAgo(900))])],
    ["not read", { world: { failure: { kind: "auth", message: "401" } } }],
    ["read in part", inIdp([held(minutesAgo(900))], { incomplete: ["accounts", "edges", "groups"] })],
  ])("a leaver is stopped here at once, with the provider %s", (_, idp) => {
    for (const who of [left, gone, away]) {
      const { plan } = twoApps({ people: [who], idp, site: siteHas });
      expect(lines(plan)).toContain("site suspend ada active -> suspended");
      expect(viewIn(plan, "site", "ada").situation).toBe("leaver");
    }
  });

  test("a leaver whose assignment is not rollcall's to take is stopped all the same, and it is said that access remains", () => {
    const { plan } = twoApps({ people: [left], idp: inIdp([plain]), site: siteHas });
    expect(lines(plan)).toContain("site suspend ada active -> suspended");
    expect(plan.tasks.filter((t) => t.accessRemains).map((t) => t.task)).toEqual([
      "take idp/team/site-users from ada in idp: rollcall stops the account in site, and idp may open it again, because rollcall did not grant idp/team/site-users",
    ]);
    expect(twoApps({ people: [left], idp: inIdp([held(minutesAgo(900))]), site: siteHas }).plan.tasks).toEqual([]);
  });

  test("a leaver's sessions and tokens are ended here also after the provider has shut the account", () => {
    const { plan } = twoApps({
      people: [left],
      idp: inIdp([held(minutesAgo(900))]),
      site: { world: { accounts: [off] }, records: [known] },
    });
    expect(lines(plan).filter((l) => l.startsWith("site"))).toEqual([
      "site endSessions ada null -> done",
      "site revokeCredentials ada null -> done",
    ]);
  });

  test("stops: provisioner leaves leavers to it, and says that access remains when it does not act", () => {
    const site = { ...siteHas, app: { provisionedBy: { ...assigned.provisionedBy, stops: "provisioner" as const } } };
    const now = twoApps({ people: [left], idp: inIdp([held(minutesAgo(900))]), site });
    expect(lines(now.plan).filter((l) => l.startsWith("site"))).toEqual([]);
    expect(now.plan.tasks).toEqual([]);
    const later = twoApps({
      people: [left],
      idp: inIdp([{ ...dropped(minutesAgo(61)), status: "suspended", stoppedByUs: true }], {
        accounts: [{ ...there, status: "suspended" }],
        edges: [],
      }),
      site,
    });
    expect(later.plan.tasks.filter((t) => t.app === "site").map((t) => t.accessRemains)).toEqual([true]);
    const leave = twoApps({ people: [away], idp: inIdp([held(minutesAgo(900))]), site });
    expect(leave.plan.tasks.filter((t) => t.app === "site").map((t) => t.task)).toEqual([
      expect.stringContaining("assignments are kept during a leave"),
    ]);
  });

  test("what destroys data is the provider's", () => {
    const site = { world: { accounts: [off] }, records: [stopped] };
    expect(lines(twoApps({ people: [gone], idp: inIdp([held(minutesAgo(900))]), site }).plan).filter((l) => l.startsWith("site"))).toEqual(
      [],
    );
    const jit = twoApps({ people: [gone], idp: inIdp([held(minutesAgo(900))]), site: { ...site, app: { provisionedBy: "jit" } } });
    expect(lines(jit.plan)).toContain("site delete ada suspended -> absent");
  });
});

describe("edges that the provider carries", () => {
  const reader = person("ada", {
    ...ada,
    grants: ["idp/member", "site/team/red:reader"],
    accounts: { idp: { login: "ada" }, site: { login: "ada" } },
  });
  const editor = person("ada", {
    ...ada,
    grants: ["site/team/red:reader", "site/team/red:editor"],
    accounts: { idp: { login: "ada" }, site: { login: "ada" } },
  });
  const none = person("ada", { ...ada, grants: ["site/member"], accounts: { idp: { login: "ada" }, site: { login: "ada" } } });
  const red = ["i1", "team/site-red", "reader"] as const;
  const idpOwns = (assignments: Record<string, { held: boolean; since: string }>, owned: Record<string, string> = {}) =>
    record("idp", "ada", "i1", {
      login: "ada",
      owned: { ...owns.owned, ...owned },
      inputs: { attributes },
      assignments: { "team/site-users": { held: true, since: minutesAgo(900) }, ...assignments },
    });
  const at = (world: Side["world"]): Side => ({
    app: carried,
    world: { accounts: [here], ...world },
    records: [known],
  });

  test("the carrier of the highest level is granted over there, nothing here", () => {
    const { plan } = twoApps({ people: [editor], idp: inIdp([idpOwns({})]), site: at({}) });
    expect(lines(plan)).toEqual(["idp grant ada team/site-red-editors null -> reader"]);
    expect(plan.operations[0]!.because.map((b) => b.via![0]!.by)).toEqual(["site/team/red:reader", "site/team/red:editor"]);
    expect(plan.findings.filter((f) => f.app === "site").map((f) => f.summary)).toEqual([
      "ada: site/team/red:editor comes through idp/team/site-red-editors (granted by this plan)",
    ]);
  });

  const wanted = (
    since: string | null,
    world: Parameters<typeof at>[0],
    idp = inIdp([idpOwns(since === null ? {} : { "team/site-red": { held: true, since } }, { "team/site-red": "reader" })], {
      edges: [users, red],
    }),
  ) => twoApps({ people: [reader], idp, site: at(world) }).plan;
  test.each([
    ["as wanted", wanted(minutesAgo(900), { edges: [["s1", "team/red", "reader"]] }), [], 0],
    ["not proven absent", wanted(minutesAgo(900), { incomplete: ["edges"] }), ["UNKNOWN"], 0],
    ["missing for 30 minutes", wanted(minutesAgo(30), {}), ["AWAITED"], 0],
    ["missing for 60 minutes", wanted(minutesAgo(60), {}), ["NOT_PROVISIONED"], 1],
    ["missing, carrier not read", wanted(null, {}, { world: { failure: { kind: "auth", message: "401" } } }), ["AWAITED"], 0],
  ])("wanted, %s", (_, plan, codes, tasks) => {
    expect(codesIn(plan, "site")).toEqual(codes);
    expect(plan.tasks.filter((t) => t.app === "site")).toHaveLength(tasks);
    expect(lines(plan).filter((l) => l.startsWith("site"))).toEqual([]);
  });

  const unwanted = (idp: Side, derived?: string) =>
    twoApps({
      people: [none],
      idp,
      site: at({ edges: [["s1", "team/red", "reader", ...(derived === undefined ? [] : [derived])] as never] }),
    }).plan;
  test.each([
    ["held through a nested team", unwanted(inIdp([idpOwns({})]), "a nested team"), ["DERIVED_EDGE"], []],
    [
      "the carrier goes in this plan",
      unwanted(
        inIdp([idpOwns({ "team/site-red": { held: true, since: minutesAgo(900) } }, { "team/site-red": "reader" })], {
          edges: [users, red],
        }),
      ),
      ["AWAITED"],
      [],
    ],
    [
      "the carrier went 20 minutes ago",
      unwanted(inIdp([idpOwns({ "team/site-red": { held: false, since: minutesAgo(20) } })])),
      ["AWAITED"],
      [],
    ],
    [
      "the carrier went 60 minutes ago",
      unwanted(inIdp([idpOwns({ "team/site-red": { held: false, since: minutesAgo(60) } })])),
      ["NOT_DEPROVISIONED"],
      [true],
    ],
    ["the carrier was never rollcall's", unwanted(inIdp([idpOwns({})])), ["FOREIGN_EDGE"], []],
    ["the carrier is not known", unwanted({ world: { failure: { kind: "auth", message: "401" } } }), ["AWAITED"], []],
  ])("not wanted, %s", (_, plan, codes, remains) => {
    expect(codesIn(plan, "site")).toEqual(codes);
    expect(plan.tasks.filter((t) => t.app === "site").map((t) => t.accessRemains)).toEqual(remains);
    expect(lines(plan).filter((l) => l.startsWith("site"))).toEqual([]);
  });

  test("what rollcall owned before the provider carried it is its no longer", () => {
    const { plan } = twoApps({
      people: [reader],
      idp: inIdp([idpOwns({ "team/site-red": { held: true, since: minutesAgo(900) } }, { "team/site-red": "reader" })], {
        edges: [users, red],
      }),
      site: {
        app: carried,
        world: { accounts: [here], edges: [["s1", "team/red", "reader"]] },
        records: [{ ...known, owned: { "team/red": "reader" } }],
      },
    });
    expect(plan.operations.map((o) => [o.app, o.verb, o.next?.owned])).toEqual([["site", "record", {}]]);
  });
});

test("a lowered carrier takes what only the higher level gave", () => {
  const site = {
    app: { provisionedBy: { name: "idp", grant: "idp/team/site-users:editor" } },
    world: { accounts: [here] },
    records: [known],
  };
  const reader = person("ada", { ...moved, grants: ["idp/team/site-users:reader"], accounts: { idp: { login: "ada" } } });
  const owner = { ...held(minutesAgo(900)), owned: { "team/site-users": "editor" } };
  const { plan } = twoApps({
    people: [reader],
    idp: { records: [owner], world: { accounts: [there], edges: [["i1", "team/site-users", "editor"]] } },
    site,
  });
  const [lowered] = plan.operations.filter((o) => o.app === "idp" && o.verb === "revoke");
  expect([lowered!.after, lowered!.carries]).toEqual(["reader", [{ through: "team/site-users:editor", gives: "site" }]]);
  expect(viewIn(plan, "site", "ada").detail).toMatch(/^idp ends it once/);
  // Ten minutes after it, as the outcome left it.
  const after = {
    ...owner,
    owned: { "team/site-users": "reader" },
    assignments: { "team/site-users:editor": { held: false, since: minutesAgo(10) } },
  };
  const later = twoApps({
    people: [reader],
    idp: { records: [after], world: { accounts: [there], edges: [["i1", "team/site-users", "reader"]] } },
    site,
  });
  expect(viewIn(later.plan, "site", "ada").detail).toMatch(/50 min left to end site/);
  expect(later.plan.operations.filter((o) => o.app === "idp")).toEqual([]); // what state knows stays as it is
});

describe("another app's mode", () => {
  test("observe: what only its lines ask for is shown and not granted, nor slipped in with a new account", () => {
    const { plan } = twoApps({ people: [ada], site: { app: { mode: "observe" } } });
    expect(lines(plan)).toEqual(["idp create ada null -> active", "idp grant ada team/site-users null -> reader [mode observe of site]"]);
    expect(plan.operations.find((o) => o.verb === "create")!.payload!.grants).toEqual({});
    const onlySite = person("ada", { email: "ada@acme.example", grants: ["site/badge/gold"] });
    expect(lines(twoApps({ people: [onlySite], site: { app: { mode: "observe" } } }).plan)[0]).toBe(
      "idp create ada null -> active [mode observe of site]",
    );
  });

  test("adopt: the assignment is not taken from somebody employed, and is from a leaver", () => {
    const site = { app: { mode: "adopt" as const }, world: { accounts: [here] }, records: [known] };
    expect(lines(twoApps({ people: [moved], idp: inIdp([held(minutesAgo(900))]), site }).plan)).toEqual([
      "idp revoke ada team/site-users reader -> null [mode adopt of site]",
    ]);
    expect(lines(twoApps({ people: [left], idp: inIdp([held(minutesAgo(900))]), site }).plan)).toContain(
      "idp revoke ada team/site-users reader -> null",
    );
  });
});

describe("what is counted", () => {
  const many = Array.from({ length: 13 }, (_, i) => `p${i}`);
  const people = many.map((key) =>
    person(key, { email: `${key}@acme.example`, grants: ["idp/member"], accounts: { idp: { login: key }, site: { login: key } } }),
  );
  const world = (prefix: string) =>
    many.map((key, i) => account(`${prefix}${i}`, { login: key, attributes: { name: key, email: `${key}@acme.example` } }));
  test("losing the site is one removal at the provider, under its guard, and no stop at the site", () => {
    const { plan } = twoApps({
      people,
      idp: {
        world: { accounts: world("i"), edges: many.map((_, i) => [`i${i}`, "team/site-users", "reader"] as const) },
        records: many.map((key, i) =>
          record("idp", key, `i${i}`, { ...owns, login: key, inputs: { attributes: { name: key, email: `${key}@acme.example` } } }),
        ),
      },
      site: { world: { accounts: world("s") }, records: many.map((key, i) => record("site", key, `s${i}`, { login: key })) },
    });
    expect(plan.trips.map((t) => [t.app, t.guard])).toEqual([
      ["idp", "group-loss"],
      ["idp", "removals"],
    ]);
    expect(applicable(plan).filter((o) => o.phase !== "state")).toEqual([]);
    // What the guard refuses leaves access behind, and that is said.
    expect(plan.tasks.filter((t) => t.app === "site" && t.accessRemains)).toHaveLength(13);
  });

  test("the digest knows neither the clock nor the words of waiting", () => {
    const at = (minutes: number) =>
      canonicalPlan(twoApps({ people: [ada], idp: inIdp([held(minutesAgo(0))]), now: new Date(minutesAgo(-minutes)) }).plan);
    expect(at(5)).toBe(at(50));
    expect(at(5)).toBe(at(500));
  });
});
