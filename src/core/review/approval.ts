import type { Review } from "../forge/forge.ts";
import { compareText } from "../diagnostic.ts";
import { type AskRule, askRules } from "./asks.ts";
import { type Case, openCase } from "./case.ts";
import { drawCircle } from "./circle.ts";
import { isMet, type JudgeInput, type Judgement, type Need } from "./judgement.ts";
import { type HandRule, handRules } from "./makers.ts";
import { approvalsDue, type NumberRule, numberRules } from "./numbers.ts";
import { type ReviewRule, reviewRules } from "./reviews.ts";
import { type UnknownRule, unknownRules } from "./unknowns.ts";

/** Every rule by name. Tests take one away and see that it is missed. */
export interface RuleBook {
  readonly hands: Readonly<Record<string, HandRule>>;
  readonly reviews: Readonly<Record<string, ReviewRule>>;
  readonly asks: Readonly<Record<string, AskRule>>;
  readonly unknowns: Readonly<Record<string, UnknownRule>>;
  readonly numbers: Readonly<Record<string, NumberRule>>;
  readonly stops: Readonly<Record<string, StopRule>>;
  readonly merges: Readonly<Record<string, StopRule>>;
}

/** A reason for which no number of approvals is enough; null: none. */
type StopRule = (of: Case) => string | null;

/**
 * | row | refuses whatever the reviews say |
 * |---|---|
 * | incomplete | the forge does not list all commits: somebody may have had a hand in it whom nobody sees |
 * | objection | an owner's last word asks for changes; not of somebody whom a change that only takes away takes from |
 * | notMerged | the change came to the branch without this pull request |
 * | otherBranch | the pull request is into another branch |
 * | otherTree | the merge left something else than what was reviewed |
 */
const stopRules = {
  incomplete: ({ timeline }) =>
    timeline.commitsComplete && timeline.commits.some(({ sha }) => sha === timeline.pull.head.sha)
      ? null
      : "the forge does not list all commits of the pull request",
  objection: ({ latest, personOf, owners, weight }) => {
    const objecting = [...latest.values()]
      .filter((review) => review.state === "changes-requested")
      .flatMap((review) => personOf(review.author) ?? [])
      .filter((person) => owners.anything.has(person) && !(weight.onlyLosses && weight.losers.has(person)))
      .sort(compareText);
    return objecting.length === 0 ? null : `${objecting.join(", ")} asked for changes`;
  },
} satisfies Record<string, StopRule>;

const mergeRules = {
  notMerged: ({ timeline, input }) => (input.merge !== null && timeline.pull.merged !== null ? null : "the pull request is not merged"),
  otherBranch: ({ timeline, input }) =>
    input.merge === null || input.merge.branch === timeline.pull.base.ref ? null : "the pull request is into another branch",
  otherTree: ({ input }) => (input.merge === null || input.merge.identical ? null : "the merge left something else than what was reviewed"),
} satisfies Record<string, StopRule>;

export const ruleBook: RuleBook = {
  hands: handRules,
  reviews: reviewRules,
  asks: askRules,
  unknowns: unknownRules,
  numbers: numberRules,
  stops: stopRules,
  merges: mergeRules,
};

/**
 * Whether a change was approved, and who still has to, by the rules of the base. Pure and total; who merged it, and with what rights, changes
 * nothing. Reviews given after the merge count like those before.
 */
export function judge(input: JudgeInput, book: RuleBook = ruleBook): Judgement {
  const of = openCase(input);
  const asks = Object.values(book.asks).flatMap((rule) => rule(of));
  const hands = Object.values(book.hands).flatMap((rule) => rule(of));
  const unknowns = Object.values(book.unknowns).flatMap((rule) => rule(of) ?? []);
  const circle = drawCircle(of, hands, asks, unknowns.length === 0);
  const valid: { review: Review; person: string }[] = [];
  const discounted: { review: Review; why: string }[] = [];
  for (const review of input.timeline.reviews) {
    if (review.state === "commented" || review.state === "pending") continue;
    const person = of.personOf(review.author);
    const why = first(Object.values(book.reviews), (rule) => rule(of, { review, person, circle }));
    if (why !== null || person === null) discounted.push({ review, why: why ?? "nobody knows whose it is" });
    else valid.push({ review, person });
  }

  const have = new Set(valid.map(({ person }) => person));
  const owned = circle.needs.map((need): Need => ({ ...need, have: need.people.filter((p) => have.has(p)) }));
  const due = approvalsDue(of, circle, unknowns, book.numbers);
  const able = [...of.owners.anything, ...circle.needs.flatMap((need) => need.people)].filter(
    (p) => circle.madeBy(null, p) === null && (!of.weight.gainers.has(p) || circle.mayGain(p)),
  );
  const number: Need = {
    what: `${due.count} approval${due.count === 1 ? "" : "s"}${due.why.length === 0 ? "" : `: ${due.why.join("; ")}`}`,
    about: [],
    count: due.count,
    people: [...new Set(able)].sort(compareText),
    have: [...have].sort(compareText),
  };
  const needs = due.count > 1 || owned.length === 0 ? [...owned, number] : owned;

  const stops = Object.values(book.stops).flatMap((rule) => rule(of) ?? []);
  const merges = Object.values(book.merges).flatMap((rule) => rule(of) ?? []);
  const unmet = needs.filter((need) => !isMet(need)).map(missing);
  const sufficient = stops.length === 0 && unmet.length === 0;
  const { author } = input.timeline.pull;
  return {
    accepted: sufficient && merges.length === 0,
    sufficient,
    merged: merges.length === 0,
    author: author === null ? null : (of.personOf(author) ?? `@${author.login}`),
    counted: valid.map((v) => ({ ...v, covers: needs.filter((need) => need.have.includes(v.person)).map((need) => need.what) })),
    discounted,
    needs,
    stops,
    reasons: [...merges, ...stops, ...unmet],
  };
}

function missing({ what, count, have, people }: Need): string {
  const wanted = `no approval by an ${what}`;
  if (count > 1) return `${have.length} of ${what}`;
  return people.length === 0 ? `${wanted}, and nobody can give it` : wanted;
}

function first<T>(rules: readonly T[], ask: (rule: T) => string | null): string | null {
  for (const rule of rules) {
    const answer = ask(rule);
    if (answer !== null) return answer;
  }
  return null;
}
