import type { Actor, Push, Review, Timeline } from "../forge/forge.ts";
import { minutesBetween } from "../compile/day.ts";
import type { Organization } from "../model/organization.ts";
import { forgeApp } from "./accounts.ts";
import { type Weight, weigh } from "./change.ts";
import type { JudgeInput } from "./judgement.ts";
import { type Owners, ownersOf, presentAt } from "./owners.ts";

/** A pull request with all that the rules ask of it, worked out once. */
export interface Case {
  readonly input: JudgeInput;
  readonly timeline: Timeline;
  readonly owners: Owners;
  readonly weight: Weight;
  /** Somebody is here today. */
  readonly here: (person: string) => boolean;
  /** To the branch, up to the merge, newest first; null: not known. */
  readonly pushes: readonly Push[] | null;
  /** The newest push, if it brought the head; null: not known. Where pushes do not lead to the head, they are not all there are. */
  readonly lastPush: Push | null;
  /** Every reviewer's latest word that decides, by account. */
  readonly latest: ReadonlyMap<number, Review>;
  readonly personOf: (actor: Actor | null) => string | null;
  /** Key of the app with the forge's accounts. */
  readonly forgeApp: string | null;
  /** Keys by address, in small letters. */
  readonly peopleByEmail: () => ReadonlyMap<string, readonly string[]>;
}

export function openCase(input: JudgeInput): Case {
  const { timeline, rules } = input;
  const pushes = pushesBefore(timeline);
  const owners = ownersOf(rules.organization, rules.now);
  return {
    input,
    timeline,
    owners,
    weight: weigh(input.change, rules.organization, owners),
    here: presentAt(rules.organization, rules.now),
    pushes,
    lastPush: pushes?.[0]?.after === timeline.pull.head.sha ? pushes[0] : null,
    latest: latestWords(timeline.reviews),
    personOf: (actor) => (actor === null || isWebFlow(actor) ? null : rules.personOf(actor.id)),
    forgeApp: forgeApp(rules.organization)?.key ?? null,
    peopleByEmail: () => emailsOf(rules.organization),
  };
}

const emails = new WeakMap<Organization, ReadonlyMap<string, readonly string[]>>();

function emailsOf(organization: Organization): ReadonlyMap<string, readonly string[]> {
  let known = emails.get(organization);
  if (!known) {
    const built = new Map<string, string[]>();
    for (const { key, email } of organization.people.values()) {
      if (email === undefined) continue;
      const keys = built.get(email.toLowerCase());
      if (keys) keys.push(key);
      else built.set(email.toLowerCase(), [key]);
    }
    emails.set(organization, (known = built));
  }
  return known;
}

/** GitHub's own account, the committer of what is made on its pages: nobody. Its id as recorded answers of api.github.com have it, 2026-11. */
export const isWebFlow = (actor: Actor): boolean => actor.id === 19_864_447;

/** Pushes up to the merge, newest first: what was pushed to the branch later is no part of the pull request. null: not known. */
function pushesBefore({ pull: { merged }, pushes }: Timeline): Push[] | null {
  if (pushes === null) return null;
  const before = pushes.filter(({ at }) => merged === null || !isLater(at, merged.at));
  return before.toSorted((a, b) => (isLater(b.at, a.at) ? 1 : isLater(a.at, b.at) ? -1 : 0));
}

/** Comments decide nothing and take nothing back. A word without a time is taken for the last one: it can then count for nothing. */
function latestWords(reviews: readonly Review[]): Map<number, Review> {
  const latest = new Map<number, Review>();
  const isAfter = (a: Review, b: Review): boolean => {
    if (a.submittedAt === null || b.submittedAt === null) return b.submittedAt !== null || (a.submittedAt === null && a.id > b.id);
    return isLater(a.submittedAt, b.submittedAt) || (!isLater(b.submittedAt, a.submittedAt) && a.id > b.id);
  };
  for (const review of reviews) {
    if (review.author === null || review.state === "commented" || review.state === "pending") continue;
    const known = latest.get(review.author.id);
    if (!known || isAfter(review, known)) latest.set(review.author.id, review);
  }
  return latest;
}

/** Whether an RFC 3339 time is after another. */
export const isLater = (a: string, b: string): boolean => minutesBetween(b, a) > 0;
