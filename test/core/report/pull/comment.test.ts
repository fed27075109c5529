import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Operation } from "../../../../src/core/plan/operation.ts";
import { pullComment } from "../../../../src/core/report/pull/comment.ts";
import type { PullReport } from "../../../../src/core/report/pull/pull-report.ts";
import { jobSummary } from "../../../../src/core/report/pull/summary.ts";
import { operation, plan, shuffled } from "../plans.ts";
import { change, joiner, large, leaver, live, marker, mover, report, risky, starter, worlds } from "./reports.ts";
import { flaws, outside, shown } from "./shown.ts";

const render = (r: PullReport, budget?: number): string => pullComment(r, { marker, ...(budget === undefined ? {} : { budget }) });

describe("the comment on a pull request", () => {
  test.each(Object.entries(worlds))("of the world %s is as its golden file", async (name, r) => {
    const text = render(r);
    expect(flaws(text, marker)).toEqual([]);
    await expect(text).toMatchFileSnapshot(`golden/${name}.md`);
  });

  test("says in its title who loses and who gains", () => {
    expect(render(joiner)).toContain("### Hedy Lamarr gains access\n");
    expect(render(mover)).toContain("### Ada Lovelace loses and gains access\n");
    expect(render(leaver)).toContain("### Bob Kahn loses access\n");
    expect(render(large)).toContain("### 200 people lose access, 700 people gain access\n");
  });

  test("shows losses, administrative rights and what cannot be undone outside of details", () => {
    const text = shown(outside(render(mover)));
    expect(text).toContain("#### Losses (2)");
    expect(text).toContain(
      "- revoke `github/team/infra:maintainer`: no line asks for it any more; so far role sre (identities/roles/sre.yaml:4)",
    );
    expect(text).toContain("+ grant `aws/prod/Admin` **admin**");
    expect(shown(outside(render(joiner)))).toMatch(
      /#### Cannot be undone \(1\)\n\n.*\n.*create account `hlamarr` in github \*\*cannot be undone\*\*/,
    );
  });

  test("counts the change alone, and keeps the world's needs apart", () => {
    const text = shown(render(mover));
    expect(text).toContain("**1 person: 2 losses, 2 gains, 1 other change; administrative rights: 1 given**");
    expect(text).toMatch(/Not part of this pull request; left alone by the merge \(1 person, 1 loss\)[\s\S]*\| grace \|/);
    expect(text).toMatch(/Due by a date: done by the next run[^\n]*\n\n(?:.*\n)*\| bob \|/);
    expect(outside(render(mover))).not.toContain("grace</code> revoke");
  });

  test("says of what the files take and no operation stands for why that is so, and keeps it among the losses", () => {
    const text = shown(outside(render(leaver)));
    expect(text).toContain("#### Losses (6)");
    expect(text).toContain("- account stopped in `wiki` (wiki was not read)");
    expect(text).toContain("Access remains until people do this (1)");
  });

  test("counts what a guard refuses apart, and lists it in sight", () => {
    const text = shown(outside(render(large)));
    expect(text).toContain("400 losses, 4500 gains; 100 more refused");
    expect(text).toContain("#### Refused, and not done (100)");
    expect(text).toContain("10 of 320 owned are allowed in one run");
  });

  test("puts what is risky first, and says that no app was asked", () => {
    const text = shown(render(risky));
    expect(text.indexOf("[!CAUTION]")).toBeLessThan(text.indexOf("#### "));
    expect(text).toContain("High risk: 4 parts of this change need a second look");
    expect(text).toContain("No app was asked what is there");
  });

  test("tells guards that only the policies of the change would trip", () => {
    const trip = { ...large.live!.plan.trips[0]!, summary: "wiki would remove 100 grants; 5 allowed" };
    const text = shown(render({ ...mover, live: { ...mover.live!, headTrips: [trip] } }));
    expect(text).toContain("by the policies of this change: wiki would remove 100 grants; 5 allowed");
  });

  test("of somebody who starts later says so, and that nobody's access changes now", () => {
    const text = shown(render(starter));
    expect(text).toContain("### Nobody's access changes");
    expect(text).toContain("**no access changes now; 5 later, by a date**");
    expect(text).toContain("Later, by a date (1 person, 5 gains)");
  });

  test("is the same text for the same report in another order", () => {
    for (const r of Object.values(worlds)) expect(render(turned(r))).toBe(render(r));
  });

  test("says with keys alone whom it is about by keys", () => {
    const text = shown(render(worlds.keysOnly));
    expect(text).toContain("### ada loses and gains access");
    expect(text).not.toMatch(/Ada|Lovelace|adalove|Data Engineer|INC-421|ghopper|read access|old-bot/);
  });
});

/** The same report with every list in another order. */
function turned(r: PullReport): PullReport {
  return {
    ...r,
    files: r.files.toReversed(),
    access: { changes: r.access.changes.toReversed() },
    eventually: { changes: r.eventually.changes.toReversed() },
    problems: r.problems.toReversed(),
    live: r.live && { ...r.live, plan: shuffled(r.live.plan), implied: new Set([...r.live.implied].toReversed()) },
    risks: r.risks.toReversed(),
    allowances: r.allowances.toReversed(),
    overlaps: r.overlaps.toReversed(),
  };
}

describe("a report of any size", () => {
  /** Losses of `losers`, gains of others, some refused, some of the world's own; keys of a company of some thousands. */
  const sized = (losses: number, gains: number, losers: number, refusedEvery: number, world: number): PullReport => {
    const operations: Operation[] = [
      ...Array.from({ length: losses }, (_, i) =>
        operation({
          verb: i % 7 === 0 ? "suspend" : "revoke",
          person: `${["anna", "bela", "carl", "dora", "emil", "fritz", "gerda", "hanna"][i % 8]}.${(i % losers).toString(36)}`,
          app: `app-${i % 3}`,
          target: i % 7 === 0 ? "account" : `team/t${Math.floor(i / losers)}`,
          before: "member",
          ...(refusedEvery > 0 && i % refusedEvery === 0 ? { refused: "guard removals" } : {}),
        }),
      ),
      ...Array.from({ length: gains }, (_, i) =>
        operation({
          verb: "grant",
          person: `new-${i % 900}`,
          target: `team/t${Math.floor(i / 900)}`,
          after: "member",
          admin: i % 50 === 0,
        }),
      ),
      ...Array.from({ length: world }, (_, i) =>
        operation({ verb: "revoke", app: "world", person: `w${i}`, target: "team/x", before: "member", origin: "drift" }),
      ),
    ];
    // One of each id: equal ones are one operation.
    const unique = [...new Map(operations.map((o) => [o.id, o])).values()];
    return report({ live: live(unique, {}, { implied: new Set(unique.filter((o) => o.app !== "world").map((o) => o.id)) }) });
  };

  test("is shorter than its budget, with exact counts and every loser's key", () => {
    fc.assert(
      fc.property(
        fc.record({
          losses: fc.oneof(fc.integer({ min: 0, max: 400 }), fc.integer({ min: 0, max: 20_000 })),
          gains: fc.oneof(fc.integer({ min: 0, max: 400 }), fc.integer({ min: 0, max: 20_000 })),
          losers: fc.integer({ min: 1, max: 5_000 }),
          refusedEvery: fc.integer({ min: 0, max: 9 }),
          world: fc.integer({ min: 0, max: 3_000 }),
        }),
        ({ losses, gains, losers, refusedEvery, world }) => {
          const r = sized(losses, gains, losers, refusedEvery, world);
          const text = render(r);
          expect(text.length).toBeLessThan(60_000);
          expect(flaws(text, marker)).toEqual([]);
          const implied = r.live!.plan.operations.filter((o) => r.live!.implied.has(o.id));
          const lost = implied.filter((o) => o.verb !== "grant" && o.refused === undefined);
          const refused = implied.filter((o) => o.refused !== undefined);
          const gained = implied.filter((o) => o.verb === "grant");
          const seen = shown(text);
          const number = (pattern: RegExp): number => Number(pattern.exec(seen)?.[1] ?? 0);
          expect(number(/\*\*(?:\d+ (?:person|people): )?(\d+) loss(?:es)?[,;* ]/)).toBe(lost.length);
          expect(number(/\*\*[^*\n]*?(\d+) gains?[,;*]/)).toBe(gained.length);
          expect(number(/(\d+) more refused/)).toBe(refused.length);
          expect(number(/#### Losses \((\d+)\)/)).toBe(lost.length);
          expect(number(/#### Refused, and not done \((\d+)\)/)).toBe(refused.length);
          const losersKeys = namedIn(outside(text), "Losses");
          if (losersKeys !== null) expect(losersKeys).toEqual(new Set(lost.map((o) => o.person)));
          else expect(new Set(lost.map((o) => o.person)).size).toBeGreaterThan(3_500);
        },
      ),
      { numRuns: 15 },
    );
  }, 60_000);

  test("of 5,000 people who each lose something names every one of them, whatever else there is to say", () => {
    const losses = Array.from({ length: 5_000 }, (_, i) =>
      operation({
        verb: "revoke",
        person: `${((i + 50) * 7_919_311).toString(36).padStart(7, "x")}q`,
        target: "team/infra",
        before: "member",
      }),
    );
    const noise = Array.from({ length: 15_000 }, (_, i) =>
      operation({ verb: "grant", person: `person-${i}`, target: "team/x", after: "member", admin: true }),
    );
    const text = render({
      ...worlds.risky,
      live: live([...losses, ...noise], {
        trips: Array.from({ length: 60 }, (_, i) => ({
          guard: "stops" as const,
          app: `app-${i}`,
          summary: "x".repeat(400),
          detail: "y".repeat(400),
          fix: "z".repeat(400),
          refuses: [],
        })),
        apps: [
          {
            ...plan([]).apps[0]!,
            unread: Array.from({ length: 200 }, (_, i) => ({ scope: `team/t${i} members`, reason: "page 3 answered 502" })),
          },
        ],
        tasks: Array.from({ length: 900 }, (_, i) => ({ app: "badges", person: null, task: `${"t".repeat(500)}${i}`, because: [] })),
      }),
      liveMissing: null,
    });
    expect(text.length).toBeLessThan(60_000);
    expect(namedIn(outside(text), "Losses")).toEqual(new Set(losses.map((o) => o.person)));
    expect(text).toContain("#### Losses (5000)");
    expect(text).toContain("#### Administrative rights given (15000)");
  });

  test("of more people than a comment can name counts all of them, letter by letter, and says where they are", () => {
    const losses = Array.from({ length: 20_000 }, (_, i) =>
      operation({
        verb: "revoke",
        person: `${"abcdefghij"[i % 10]}${"x".repeat(24)}${(i + 7).toString(36)}y`,
        target: "team/infra",
        before: "member",
      }),
    );
    const text = shown(outside(render(report({ live: live(losses) }))));
    const counts = [...text.matchAll(/^- [a-j]…: (\d+) people, (\d+) losses$/gm)];
    expect(counts.reduce((n, m) => n + Number(m[1]), 0)).toBe(20_000);
    expect(text).toContain("summary and the artifact of [this run](https://forge.example/acme/access/actions/runs/41)");
  });

  test("has all of them in the job summary, within a mebibyte", () => {
    const losses = Array.from({ length: 20_000 }, (_, i) =>
      operation({ verb: "revoke", person: `${"abcdefghij"[i % 10]}${"x".repeat(24)}${i}y`, target: "team/infra", before: "member" }),
    );
    const text = jobSummary(report({ live: live(losses) }));
    expect(new TextEncoder().encode(text).length).toBeLessThanOrEqual(1_048_576);
    for (const o of losses) expect(text).toContain(o.person!.slice(0, -1));
    const wide = jobSummary({
      ...mover,
      access: {
        changes: Array.from({ length: 9_000 }, (_, i) =>
          change({ person: `p${i}`, name: "漢".repeat(60), target: "team/x", direction: "loss" }),
        ),
      },
      live: null,
    });
    expect(new TextEncoder().encode(wide).length).toBeLessThanOrEqual(1_048_576);
  });

  test("refuses a budget in which the counts could not stand", () => {
    expect(() => render(mover, 500)).toThrow(RangeError);
  });
});

/** Keys that the list under a heading names, in whichever form; null where it counts by letters. */
function namedIn(text: string, title: string): Set<string> | null {
  const given = new RegExp(`^#### ${title} \\(\\d+\\)\\n\\n([\\s\\S]*?)(?=\\n\\n(?:####|<|Calls|> )|$(?![\\s\\S]))`, "m").exec(text)?.[1];
  if (given === undefined) return new Set();
  // What could be a commit's hash is broken up for the host.
  const section = given.replaceAll("&#8203;", "");
  if (/^- .…: /m.test(section)) return null;
  const names = new Set<string>();
  for (const [, start, ends] of section.matchAll(/([a-z0-9.-]*)\{([^}]*)\}/g)) for (const end of ends!.split(",")) names.add(start! + end);
  for (const [name] of section.matchAll(/(?<![a-z0-9/.-])[a-z]+(?:\.|-)[a-z0-9]+(?![a-z0-9:{]*<)|(?<=, |: |\n)[a-z0-9]{8}(?=,|$)/g))
    if (!name.startsWith("app-")) names.add(name);
  return names;
}

const hostile = fc.oneof(
  fc.constantFrom(
    "</details>",
    "@everyone",
    "@acme/infra",
    "#1",
    "acme/infra#7",
    "GH-1",
    "::error::boom",
    "##[error]boom",
    "two\nlines",
    "\r\n::set-output name=x::y",
    "a|b|c|d|e",
    "`x`",
    "```\n</pre>",
    "\u202Eevil\u2066",
    "a\u200bb\u3164c\ufe0f",
    "<img src=x onerror=alert(1)>",
    "<!-- rollcall:pull -->",
    "[click](https://evil.example)",
    "![](https://evil.example/x.png)",
    "https://evil.example",
    "www.evil.example",
    "> [!CAUTION]",
    "- item",
    "    code",
    "😀".repeat(400),
    "&".repeat(1_000),
    "\ud800",
  ),
  fc.string({ unit: "grapheme", maxLength: 60 }),
);

/** A report whose every text from outside is one of three. */
const planted = (a: string, b: string, c: string): PullReport => {
  const why = [{ origin: { file: a, line: 1, column: 1 }, path: [b], reason: c, until: a }];
  const operations = [
    operation({ verb: "revoke", person: null, login: a, target: `team/${b}`, before: c, because: why }),
    operation({ verb: "suspend", person: b, login: c, before: a, app: b }),
    operation({ verb: "update", target: b, before: a, after: c, origin: "drift" }),
    operation({ verb: "grant", app: a, target: c, after: b, admin: true, refused: a }),
    operation({
      verb: "create",
      person: b,
      ref: null,
      reversible: false,
      payload: { name: a, login: c, attributes: {}, grants: {}, attempts: 0 },
      waits: [{ for: a, why: b, operation: null }],
      carries: [{ through: a, gives: b }],
    }),
    operation({ verb: "adopt", person: c, login: a }),
  ];
  const apps = [
    { ...plan([]).apps[0]!, app: a, tenant: b, failure: { kind: b, message: c } },
    { ...plan([]).apps[0]!, app: b, unread: [{ scope: a, reason: c }] },
  ];
  const trip = { guard: "stops" as const, app: a, summary: b, detail: c, fix: a, refuses: [operations[1]!.id] };
  return report({
    pull: { number: 3, head: a, base: b, baseRef: c, fork: true },
    files: [{ path: a, change: "added", kind: "file" }],
    access: {
      changes: [
        change({ person: a, name: b, target: c, direction: "loss", because: why }),
        change({ person: b, name: c, target: "account", direction: "gain", because: why, app: a, admin: true }),
      ],
    },
    eventually: { changes: [change({ person: c, name: a, target: b, direction: "gain", before: a, after: c, because: why })] },
    problems: [
      { code: a, severity: "error", summary: b, detail: c, fix: a, where: [{ file: b, line: 1, column: 1 }] },
      { code: b, severity: "warning", summary: c, where: [{ file: "x", line: 2, column: 3 }] },
    ],
    sources: new Map([
      ["x", `\n${a}${b}`],
      [b, c],
    ]),
    live: live(
      operations,
      {
        apps,
        today: a,
        trips: [trip],
        tasks: [
          { app: a, person: b, task: c, because: why, accessRemains: true },
          { app: c, person: null, task: a, because: [] },
        ],
        findings: [{ code: "ORPHAN", app: a, person: b, login: c, summary: a, fix: b }],
      },
      {
        digest: a,
        seenAt: b,
        headTrips: [{ ...trip, summary: c }],
        implied: new Set([operations[0]!, operations[1]!, operations[3]!, operations[4]!].map((o) => o.id)),
      },
    ),
    liveMissing: a,
    risks: [
      { kind: "code", path: b, detail: c },
      { kind: "app", path: a, line: 3, detail: "" },
    ],
    approval: {
      needs: [
        { why: a, paths: [b, c, a, b], from: [c, a], approvals: 2, given: 0 },
        { why: b, paths: [], from: [], approvals: 1, given: 0 },
      ],
      counted: [{ person: b, login: c }],
      discounted: [{ person: null, login: a, why: b }],
      against: [c],
    },
    allowances: [{ name: a, app: b, expires: c, file: a, line: 1, counts: [{ what: b, expected: 1, actual: 2 }] }],
    overlaps: [{ number: 9, title: a, people: [b, c] }],
  });
};

test("no text from outside can break the comment, call anybody, link anywhere or command the build", () => {
  fc.assert(
    fc.property(
      hostile,
      hostile,
      hostile,
      fc.constantFrom("names" as const, "keys" as const),
      fc.boolean(),
      fc.integer({ min: 12_000, max: 60_000 }),
      (a, b, c, privacy, sound, budget) => {
        const whole = { ...planted(a, b, c), privacy };
        const r = sound ? { ...whole, problems: [] } : whole;
        for (const given of [r, { ...r, live: null }]) {
          const text = render(given, budget);
          expect(text.length).toBeLessThanOrEqual(budget);
          expect(flaws(text, marker)).toEqual([]);
          // Issue numbers are ours alone: that of the other pull request.
          const rendered = shown(text.replace(/<code>.*?<\/code>/g, "").replace(/<pre>[\s\S]*?<\/pre>/g, ""));
          expect((rendered.match(/#\d+/g) ?? []).filter((m) => m !== "#9")).toEqual([]);
        }
      },
    ),
    { numRuns: 150 },
  );
});
