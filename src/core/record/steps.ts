import { dayAfter, dayIn, instantOf, momentOf, startOfDay, timeOf } from "../compile/day.ts";
import { asksOf, type Holds } from "../compile/expand-roles.ts";
import { compareText } from "../diagnostic.ts";
import { conditionHolds } from "../expression/holds.ts";
import type { Manifest } from "../model/manifest.ts";
import type { Organization } from "../model/organization.ts";
import type { Day, Person, Service } from "../model/person.ts";
import { type AccessChange, accessDiff } from "../plan/access-diff.ts";

/** A commit of the default branch, as Git tells it. Name and subject are text from outside, and nobody vouches for the author's name. */
export interface CommitFacts {
  readonly id: string;
  /** When it counts as made, RFC 3339 in UTC. */
  readonly at: string;
  /** The date it bears, which can be any. */
  readonly dated: string;
  readonly author: string;
  readonly subject: string;
}

/** What one commit left of the files that reach somebody. */
export interface VersionOf {
  readonly commit: CommitFacts;
  /** null where it has errors: what was before it goes on. */
  readonly organization: Organization | null;
}

export interface StepsInput {
  /** Key as it is now, or as it last was. */
  readonly person: string;
  /** In the order of history, oldest first: every commit that touched a file that reaches her. */
  readonly versions: readonly VersionOf[];
  /** History begins earlier than the first version: what that one holds is where the account begins, and no change. */
  readonly cut: boolean;
  readonly manifests: ReadonlyMap<string, Manifest>;
  readonly now: Date;
}

/** A moment at which what somebody shall have changed. */
export interface Step {
  readonly cause: { readonly kind: "commit"; readonly commit: CommitFacts } | { readonly kind: "date"; readonly day: Day };
  /** RFC 3339 in UTC. Never before that of the step before: where a commit bears an earlier date than one it follows, it is given that one's. */
  readonly at: string;
  /** Key at that time; of a commit that took her file away, the key before it. */
  readonly person: string;
  /** The key before, where this commit changed it. */
  readonly renamedFrom: string | null;
  readonly changes: readonly AccessChange[];
}

/**
 * What somebody was meant to have, step by step, oldest first: at each commit what it changed, and between commits what dates changed that the
 * files had named before. A commit by which nothing changes for her is no step.
 */
export function stepsOf({ person, versions, cut, manifests, now }: StepsInput): Step[] {
  const sound = versions.filter((v): v is VersionOf & { organization: Organization } => v.organization !== null);
  const keys = keysOver(person, sound);
  const holds = conditionHolds();
  const steps: Step[] = [];
  let before = null as Standing | null;
  /** Commits may bear dates that run backwards, or lie ahead: dates of files are gone through once and in order. */
  let reached = Number.NEGATIVE_INFINITY;
  for (const [i, { commit, organization }] of sound.entries()) {
    reached = Math.max(reached, Math.min(instantOf(commit.at), now.getTime()));
    if (before !== null) steps.push(...byDates(before, reached, manifests, holds));
    const key: string | null = keys[i] ?? before?.key ?? null;
    if (key === null) continue;
    const head = only(organization, key);
    const moment = timeOf(reached);
    const renamedFrom = before !== null && before.key !== key ? before.key : null;
    if (i > 0 || !cut) {
      const base: Organization = before?.organization ?? only(organization, null);
      const { changes } = accessDiff({
        base: { organization: base, holds },
        head: { organization: head, holds },
        manifests,
        now: momentOf(reached),
      });
      if (changes.length > 0 || renamedFrom !== null)
        steps.push({ cause: { kind: "commit", commit }, at: moment, person: key, renamedFrom, changes });
    }
    before = { organization: head, key, at: reached };
  }
  if (before !== null) steps.push(...byDates(before, now.getTime(), manifests, holds));
  return steps;
}

/** Every key by which a version knows her; null where it has no such file. */
function keysOver(person: string, versions: readonly { readonly organization: Organization }[]): (string | null)[] {
  const keys: (string | null)[] = [];
  let key = person;
  let later: Person | Service | undefined;
  for (const { organization } of versions.toReversed()) {
    let found = principalOf(organization, key);
    if (!found) {
      const former = later?.formerly.find((k) => principalOf(organization, k));
      if (former !== undefined) found = principalOf(organization, (key = former));
    }
    keys.push(found ? key : null);
    later = found ?? later;
  }
  return keys.toReversed();
}

/** The person or service of that key. */
export const principalOf = ({ people, services }: Pick<Organization, "people" | "services">, key: string): Person | Service | undefined =>
  people.get(key) ?? services.get(key);

function only(organization: Organization, key: string | null): Organization {
  const pick = <T>(map: ReadonlyMap<string, T>): ReadonlyMap<string, T> =>
    new Map(key !== null && map.has(key) ? [[key, map.get(key)!]] : []);
  return { ...organization, people: pick(organization.people), services: pick(organization.services) };
}

interface Standing {
  readonly organization: Organization;
  readonly key: string;
  readonly at: number;
}

/** What the dates in one version of the files changed, after it and up to a moment. */
function byDates({ organization, key, at }: Standing, until: number, manifests: ReadonlyMap<string, Manifest>, holds: Holds): Step[] {
  const principal = principalOf(organization, key);
  if (!principal) return [];
  const zone = principal.timezone ?? organization.settings.timezone;
  const [from, to] = [dayIn(momentOf(at), zone), dayIn(momentOf(until), zone)];
  const steps: Step[] = [];
  let last = momentOf(at);
  for (const day of turningDays(principal, organization, holds)) {
    if (day <= from || day > to) continue;
    const moment = startOfDay(day, zone);
    const side = { organization, holds };
    const { changes } = accessDiff({ base: side, head: side, manifests, now: moment, baseNow: last });
    last = moment;
    if (changes.length > 0)
      steps.push({ cause: { kind: "date", day }, at: timeOf(moment.getTime()), person: key, renamedFrom: null, changes });
  }
  return steps;
}

/** Days on which something may be other than the day before, in order. */
function turningDays(principal: Person | Service, organization: Organization, holds: Holds): Day[] {
  const { start, lastDay } = principal;
  const leave = principal.kind === "person" ? principal.leave : undefined;
  const over = (day: Day | undefined, days = 1): Day[] => (day === undefined ? [] : [dayAfter(day, days)]);
  const days = [
    ...over(start, 0),
    ...over(lastDay),
    ...[...organization.apps.values()].flatMap((app) => over(lastDay, app.leavers.deleteAfterDays + 1)),
    ...over(leave?.from, 0),
    ...over(leave?.to),
    ...asksOf(principal, organization, holds).flatMap(({ because }) => over(because.until)),
  ];
  return [...new Set(days)].sort(compareText);
}
