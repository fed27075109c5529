import { dayIn, isPast } from "../compile/day.ts";
import type { Organization } from "../model/organization.ts";
import type { Day, Person } from "../model/person.ts";
import { type AccessChange, accessDiff, type AccessDiffInput, type AccessSide } from "../plan/access-diff.ts";
import { eventually } from "./eventually.ts";
import type { Asked } from "./ledger.ts";

type Files = Pick<AccessDiffInput, "manifests" | "now">;

/**
 * What the files ask for on later days that they name: the first day of whoever `of` chooses, and their return from a leave, with all that they then
 * hold (some vendors' stop takes it away). Where the leave is still to come, nothing of that is to be done before it begins.
 */
export function askedLater(head: AccessSide, { manifests, now }: Files, of: (person: string) => boolean): Asked[] {
  const there = { ...head, organization: eventually(head.organization) };
  const diff = (base: AccessSide): AccessChange[] => accessDiff({ base, head: there, manifests, now }).changes.filter((c) => of(c.person));
  const away = leavesOf(head.organization, now);
  const back = diff({ ...there, organization: without(there.organization, away) }).filter((c) => away.has(c.person));
  // Of whom a leave keeps away today, all is in what comes back.
  const first = diff(head).filter((c) => away.get(c.person) !== null);
  return [...first.map((c) => withSince(c, null)), ...back.map((c) => withSince(c, away.get(c.person) ?? null))];
}

/** Of what changes once everybody is there, what is about people whose leave is still to come: it comes back with them. */
export const comingBack = (changes: readonly AccessChange[], head: Organization, now: Date): Asked[] => {
  const away = leavesOf(head, now);
  return changes.flatMap((c) => {
    const since = away.get(c.person) ?? null;
    return c.direction === "gain" && since !== null ? [withSince(c, since)] : [];
  });
};

/** Leaves that will end: by person the day on which one begins, null where it has begun. */
function leavesOf({ people, settings }: Organization, now: Date): Map<string, Day | null> {
  const leaves = new Map<string, Day | null>();
  for (const { key, leave, timezone } of people.values()) {
    const today = dayIn(now, timezone ?? settings.timezone);
    if (leave?.to !== undefined && !isPast(leave.to, today)) leaves.set(key, leave.from > today ? leave.from : null);
  }
  return leaves;
}

const withSince = ({ app, person, target, after }: AccessChange, since: Day | null): Asked => ({
  app,
  person,
  target,
  after,
  ...(since === null ? {} : { since }),
});

/** As if these had not begun yet. */
const without = (organization: Organization, people: ReadonlyMap<string, unknown>): Organization => ({
  ...organization,
  people: new Map(
    [...organization.people].map(([key, person]): [string, Person] => [key, people.has(key) ? { ...person, start: "9999-12-31" } : person]),
  ),
});
