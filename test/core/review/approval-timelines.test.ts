import { describe, expect, test } from "vitest";
import { judge, type RuleBook, ruleBook } from "../../../src/core/review/approval.ts";
import type { JudgeInput, Judgement } from "../../../src/core/review/judgement.ts";
import { forgeOf } from "./forge-of.ts";
import { oracle, type Verdict } from "./oracle.ts";
import { random, type Story, story } from "./story.ts";

const stories = 50_000;

/** Whether a story may be accepted. */
const mayBe = (verdict: Verdict): boolean => verdict.right || (verdict.unknown && verdict.bearable);

const shown = (told: Story, { reasons, needs, counted }: Judgement): string =>
  JSON.stringify({ ...told, company: undefined }) +
  JSON.stringify({ company: told.company, reasons, needs, counted: counted.map((c) => c.person) });

test("of 50,000 generated review timelines none is accepted that should not be, and none is refused whose facts are all known", () => {
  const seen = { accepted: 0, unknown: 0, refusedForUnknown: 0, late: 0, bots: 0, admins: 0 };
  for (let seed = 1; seed <= stories; seed++) {
    const told = story(random(seed));
    const verdict = oracle(told);
    const judgement = judge(forgeOf(told));
    if (judgement.accepted && !mayBe(verdict)) expect.fail(`falsely accepted, seed ${seed}: ${shown(told, judgement)}`);
    if (!judgement.accepted && verdict.right && !verdict.unknown) expect.fail(`falsely refused, seed ${seed}: ${shown(told, judgement)}`);
    if (verdict.unknown) seen.unknown++;
    if (!judgement.accepted && verdict.right) seen.refusedForUnknown++;
    if (!judgement.accepted) continue;
    seen.accepted++;
    if (told.deeds.findIndex((d) => d.kind === "merge") < told.deeds.findLastIndex((d) => d.kind === "review")) seen.late++;
    if (told.deeds.some((d) => d.kind === "open" && d.bot !== null)) seen.bots++;
    if (told.wish.gains.some((g) => g.admin)) seen.admins++;
  }
  // Not by refusing everything: three in ten are accepted, of every sort, and most stories have nothing that nobody can see.
  expect(seen.accepted / stories).toBeGreaterThan(0.25);
  expect(seen.unknown / stories).toBeLessThan(0.45);
  expect(seen.refusedForUnknown / stories).toBeLessThan(0.07);
  for (const sort of [seen.late, seen.bots, seen.admins]) expect(sort).toBeGreaterThan(200);
}, 60_000);

describe("each rule is missed where it is taken away: the stories tell", () => {
  const told = Array.from({ length: 12_000 }, (_, i) => story(random(i + 1)));
  const verdicts = told.map(oracle);

  /** How many of the first stories a verifier accepts that it should not; stops at three. */
  function falselyAccepted(broken: (input: JudgeInput, told: Story) => Judgement): number {
    let count = 0;
    for (let i = 0; i < told.length && count < 3; i++) {
      if (!mayBe(verdicts[i]!) && broken(forgeOf(told[i]!), told[i]!).accepted) count++;
    }
    return count;
  }

  test("the whole book accepts none of them", () => {
    expect(falselyAccepted((input) => judge(input))).toBe(0);
  });

  const without = (part: keyof RuleBook, rule: string): RuleBook => ({
    ...ruleBook,
    [part]: Object.fromEntries(Object.entries(ruleBook[part]).filter(([name]) => name !== rule)),
  });
  /** `stranger` and `gone` only give reasons: nobody is no owner, and nor is whoever is not here (owners.test.ts). */
  const all = (Object.keys(ruleBook) as (keyof RuleBook)[])
    .flatMap((part) => Object.keys(ruleBook[part]).map((rule) => [part, rule] as const))
    .filter(([, rule]) => rule !== "stranger" && rule !== "gone");

  test.each(all)("%s: %s", (part, rule) => {
    expect(falselyAccepted((input) => judge(input, without(part, rule)))).toBeGreaterThan(0);
  });

  test("accounts known by their login", () => {
    const byLogin = (input: JudgeInput, { company }: Story): Judgement => {
      const { pull, reviews, commits } = input.timeline;
      const logins = new Map<number, string>();
      for (const actor of [pull.author, ...reviews.map((r) => r.author), ...commits.flatMap((c) => [c.author, c.committer])])
        if (actor) logins.set(actor.id, actor.login);
      const personOf = (id: number): string | null => company.members.find((m) => `login-${m.key}` === logins.get(id))?.key ?? null;
      return judge({ ...input, rules: { ...input.rules, personOf } });
    };
    expect(falselyAccepted(byLogin)).toBeGreaterThan(0);
  });

  test("the rules of the change instead of those of the base", () => {
    expect(falselyAccepted((input) => judge({ ...input, rules: { ...input.rules, organization: input.change.head } }))).toBeGreaterThan(0);
  });

  test("no thought of what somebody gains later", () => {
    expect(falselyAccepted((input) => judge({ ...input, change: { ...input.change, eventually: input.change.access } }))).toBeGreaterThan(
      0,
    );
  });
});
