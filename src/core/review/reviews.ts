import type { Review } from "../forge/forge.ts";
import { minutesBetween } from "../compile/day.ts";
import { type Case, isLater } from "./case.ts";
import type { Circle } from "./circle.ts";

/**
 * Why an approval does not count; the first row that fits is told.
 *
 * | row | does not count |
 * |---|---|
 * | superseded | the reviewer said something else later (approved, changes requested, dismissed; comments are no word) |
 * | withdrawn | dismissed, or changes requested |
 * | machine | not given by a person's account; the account is gone |
 * | stranger | no file at base says whose account that is, by its number |
 * | gone | the person has left, has not begun, or is on leave |
 * | otherHead | given for another head than the one that is merged, or for none that is known |
 * | stale | given before the last push, or nobody knows when |
 * | ownWork | the reviewer had a hand in the change (makers.ts) |
 * | ownGain | the reviewer gains access by it, and others could approve |
 * | ownsNothing | the reviewer owns nothing in this repository |
 */
export const reviewRules = {
  superseded: ({ latest }, { review }) => {
    const last = review.author === null ? undefined : latest.get(review.author.id);
    return last !== undefined && last !== review ? "the reviewer said something else later" : null;
  },
  withdrawn: (_, { review }) =>
    review.state === "dismissed" ? "it was dismissed" : review.state === "approved" ? null : "it asks for changes",
  machine: (_, { review }) =>
    review.author === null
      ? "the account does not exist any more"
      : review.author.kind === "user"
        ? null
        : "it was not given by a person's account",
  stranger: ({ personOf }, { review }) =>
    personOf(review.author) === null ? "no file of the base says whose account that is, by its number" : null,
  gone: ({ here }, { person }) => (person !== null && !here(person) ? `${person} is not here (left, not begun, or on leave)` : null),
  otherHead: ({ timeline }, { review }) =>
    review.commit === timeline.pull.head.sha ? null : "it was given for another commit than the head",
  stale: ({ lastPush }, { review }) => {
    const at = review.submittedAt;
    if (at === null || Number.isNaN(minutesBetween(at, at))) return "nobody knows when it was given";
    return lastPush !== null && isLater(lastPush.at, at) ? "it was given before the last push" : null;
  },
  ownWork: (_, { review, person, circle }) => {
    const did = circle.madeBy(review.author, person);
    return did === null ? null : `${person ?? "the reviewer"} ${did}`;
  },
  ownGain: ({ weight }, { person, circle }) =>
    person !== null && weight.gainers.has(person) && !circle.mayGain(person) ? `${person} gains access by this change` : null,
  ownsNothing: ({ owners }, { person, circle }) =>
    person !== null && !owners.anything.has(person) && !circle.mayGain(person) ? `${person} owns nothing here` : null,
} satisfies Record<string, ReviewRule>;

export type ReviewRule = (of: Case, given: { review: Review; person: string | null; circle: Circle }) => string | null;
