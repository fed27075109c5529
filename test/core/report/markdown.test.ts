import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { markdownPlan } from "../../../src/core/report/markdown.ts";
import { everything, operation, plan, shuffled } from "./plans.ts";

const digest = "a".repeat(64);
const render = (p: Parameters<typeof markdownPlan>[0], budget?: number): string =>
  markdownPlan(p, { digest, ...(budget === undefined ? {} : { budget }) });

/** What a reader sees without opening anything. */
const outside = (text: string): string => text.replace(/<details>[\s\S]*?<\/details>/g, "");
/** Every entity as its character, so that tests can speak of what is shown. */
const shown = (text: string): string =>
  text.replace(/&#(\d+);/g, (_, n: string) => String.fromCodePoint(Number(n))).replace(/<\/?code>/g, "`");

describe("the comment on a pull request", () => {
  test("shows one of everything as the golden file does", async () => {
    await expect(render(everything)).toMatchFileSnapshot("golden/everything.md");
  });

  test("shows losses, administrative rights and what cannot be undone outside of details", () => {
    const text = shown(outside(render(everything)));
    expect(text).toContain("#### Losses (3)");
    expect(text).toContain("- delete account `bob-k` **cannot be undone**");
    expect(text).toContain("± lower `github/team/web` `maintainer` → `member`");
    expect(text).toContain("+ grant `github/owner` **admin**");
    expect(text).toContain("+ create account `hlamarr` **cannot be undone**");
    expect(text).toContain("Guards refuse 1 operation");
    expect(text).toContain("was not read at all");
  });

  test("writes signs so that they do not open a list of their own", () => {
    expect(render(everything)).not.toMatch(/^\s*- [-+~] /m);
  });

  test("does not count what is refused, and shows it apart", () => {
    const text = shown(render(everything));
    expect(text).toContain("1 refused");
    expect(text).not.toContain("lose admin rights");
    expect(text).toMatch(
      /Refused: shown, and not done[^\n]*\n\n(?:.*\n)*\| grace \| github \| - revoke `github\/owner` \*\*admin, drift\*\* \(refused: guard last-admin\)/,
    );
  });

  test("is the same text for the same plan in another order", () => {
    expect(render(shuffled(everything))).toBe(render(everything));
  });

  test("says so where there is nothing to do", () => {
    expect(shown(render(plan([])))).toContain("**no changes**");
  });

  test("puts the marker first and refuses a budget in which the counts could not stand", () => {
    expect(markdownPlan(everything, { digest, marker: "<!-- rollcall -->" }).startsWith("<!-- rollcall -->\n")).toBe(true);
    expect(() => render(everything, 500)).toThrow(RangeError);
  });
});

const grants = (n: number, people: number) =>
  Array.from({ length: n }, (_, i) =>
    operation({ verb: "grant", person: `person-${i % people}`, target: `team/t${Math.floor(i / people)}`, after: "member" }),
  );
const revocations = (n: number, people: number) =>
  Array.from({ length: n }, (_, i) =>
    operation({ verb: "revoke", person: `leaver-${i % people}`, target: `team/t${Math.floor(i / people)}`, before: "member" }),
  );

describe("a plan too long for one comment", () => {
  test("of 5,000 operations lists every loss and counts the gains exactly", () => {
    const text = render(plan([...grants(4_600, 700), ...revocations(400, 200)]));
    expect(text.length).toBeLessThanOrEqual(60_000);
    const visible = shown(outside(text));
    for (let i = 0; i < 200; i += 1) expect(visible).toMatch(new RegExp(`\\*\\*leaver-${i}\\*\\*`));
    expect(visible.match(/- revoke `github\/team\/t[01]:member`/g)).toHaveLength(400);
    expect(shown(text)).toContain("900 people: 400 revocations, 4600 grants");
    const groups = [...shown(text).matchAll(/- github: \+ grant `[^`]+`: (\d+) people/g)].map((m) => Number(m[1]));
    expect(groups.reduce((a, b) => a + b, 0)).toBe(4_600);
  });

  test("whose losses do not fit one by one counts them person by person", () => {
    const text = render(
      plan(
        Array.from({ length: 5_000 }, (_, i) =>
          operation({ verb: "revoke", person: `leaver-${i % 500}`, target: `team/a-rather-long-name-of-a-team-${i}`, before: "member" }),
        ),
      ),
    );
    expect(text.length).toBeLessThanOrEqual(60_000);
    const counted = shown(outside(text)).match(/- \*\*leaver-\d+\*\*: 10 losses/g);
    expect(counted).toHaveLength(500);
    expect(text).toContain("`rollcall preview` shows the whole plan");
  });

  const leavers = (n: number, key: (i: number) => string) =>
    plan(
      Array.from({ length: n }, (_, i) =>
        operation({ verb: "suspend", person: key(i), login: `login-${i}`, before: "active", after: "suspended" }),
      ),
    );

  test("whose leavers do not fit either still names every one of them", () => {
    const text = render(leavers(10_000, (i) => `leaver-${i}`));
    expect(text.length).toBeLessThanOrEqual(60_000);
    const visible = outside(text);
    expect(visible).toContain("#### Losses (10000)");
    const ends = /leaver-\{([^}]*)\}/.exec(visible)![1]!.split(",");
    expect(new Set(ends)).toEqual(new Set(Array.from({ length: 10_000 }, (_, i) => String(i))));
  });

  test("whose leavers' very names do not fit says exactly how many there are, letter by letter", () => {
    const text = shown(outside(render(leavers(20_000, (i) => `${"abcdefghij"[i % 10]}${"x".repeat(20)}${(i + 7).toString(36)}x`))));
    const counts = [...text.matchAll(/^- [a-j]…: (\d+) people, (\d+) losses$/gm)];
    expect(counts).toHaveLength(10);
    expect(counts.reduce((n, m) => n + Number(m[1]), 0)).toBe(20_000);
    expect(text).toContain("#### Losses (20000)");
  });

  test("keeps guards, unread lists and tasks in sight", () => {
    const text = render({ ...everything, operations: [...everything.operations, ...revocations(9_000, 900)] });
    expect(text.length).toBeLessThanOrEqual(60_000);
    expect(shown(outside(text))).toContain("last-admin");
    expect(shown(outside(text))).toContain("was not read at all");
    expect(text).toContain(digest);
  });
});

const hostile = fc.oneof(
  fc.constantFrom(
    "@everyone",
    "a|b",
    "`x`",
    "```",
    "<script>alert(1)</script>",
    "</details>",
    "<!-- rollcall -->",
    "::error::boom",
    "##[error]boom",
    "two\nlines",
    "\r\n::set-output name=x::y",
    "\u202Eevil",
    "[click](https://evil.example)",
    "![](https://evil.example/x.png)",
    "#1",
    "acme/infra#7",
    "GH-1",
    "https://evil.example",
    "1. one",
    "- item",
    "    code",
    "a".repeat(10_240),
    "|\n".repeat(5_000),
    "\ud800",
  ),
  fc.string({ unit: "grapheme", maxLength: 60 }),
);

test("no name from outside can break the comment, call anybody, or command the build", () => {
  fc.assert(
    fc.property(hostile, hostile, hostile, fc.integer({ min: 12_000, max: 60_000 }), (a, b, c, budget) => {
      const operations = [
        operation({
          verb: "revoke",
          person: null,
          login: a,
          target: `team/${b}`,
          before: c,
          because: [{ origin: { file: a, line: 1, column: 1 }, path: [b], reason: c, until: a }],
        }),
        operation({ verb: "update", target: b, before: a, after: c, origin: "drift" }),
        operation({ verb: "grant", app: a, target: c, after: b, admin: true, refused: a }),
        operation({
          verb: "create",
          person: b,
          ref: null,
          reversible: false,
          payload: { name: a, login: c, attributes: {}, grants: {}, attempts: 0 },
        }),
      ];
      const text = render(
        plan(operations, {
          tasks: [{ app: "github", person: null, task: a, because: [] }],
          findings: [{ code: "ORPHAN", app: "github", person: null, login: a, summary: b, fix: c }],
          trips: [{ guard: "stops", app: "github", summary: a, detail: b, fix: c, refuses: [] }],
          apps: [
            {
              app: "github",
              connector: "x",
              mode: "enforce",
              dependsOn: [],
              tenant: a,
              failure: { kind: b, message: c },
              unread: [],
              accounts: [],
              calls: { read: 0, estimated: 0 },
              counts: { desired: 0, observed: 0 },
            },
          ],
        }),
        budget,
      );
      expect(text.length).toBeLessThanOrEqual(budget);
      // Only our own tags, and they are balanced.
      const tags = text.match(/<[^>]*>/g) ?? [];
      expect(
        [...new Set(tags)].filter((t) => !["<details>", "</details>", "<summary>", "</summary>", "<code>", "</code>", "<br>"].includes(t)),
      ).toEqual([]);
      for (const tag of ["details", "summary", "code"])
        expect(tags.filter((t) => t === `<${tag}>`)).toHaveLength(tags.filter((t) => t === `</${tag}>`).length);
      // Nothing that would call somebody, link, embed or command; the only backticks are the pointer's.
      expect(text).not.toMatch(/@|::|##\[|\]\(|:\/\//);
      expect(text.replaceAll("`rollcall preview`", "")).not.toContain("`");
      // Outside code, what the host looks for after rendering is kept apart.
      const rendered = text.replace(/<code>.*?<\/code>/g, "").replace(/&#(\d+);/g, (_, n: string) => String.fromCodePoint(Number(n)));
      expect(rendered).not.toMatch(/@\w|#\d|\bgh-\d|https?:\/\/|[\u202a-\u202e\u2066-\u2069]/i);
      // Each table row has its four cells.
      for (const row of text.split("\n").filter((l) => l.startsWith("| "))) expect(row.match(/\|/g)).toHaveLength(5);
    }),
    { numRuns: 300 },
  );
});
