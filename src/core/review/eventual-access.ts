import { dayAfter, dayIn, noonOf } from "../compile/day.ts";
import { compareText } from "../diagnostic.ts";
import type { Organization, Settings } from "../model/organization.ts";
import type { Day, GrantDeclaration, Person, Service } from "../model/person.ts";
import { eventually } from "./eventually.ts";
import { type AccessChange, accessDiff, type AccessDiff, type AccessDiffInput } from "../plan/access-diff.ts";

/**
 * What changes for whom on any day, today's changes among them: `accessDiff` on every day from which on a date of a changed declaration counts, and once as if
 * everybody had begun and nobody were on leave. A later `until` is a gain and an earlier one a loss, though today nothing differs; who starts
 * next month gains now, when it is reviewed. Each change once, of the earliest day.
 */
export function eventualAccess(input: AccessDiffInput): AccessDiff {
  const { base, head, now } = input;
  const found = new Map<string, AccessChange>();
  const add = ({ changes }: AccessDiff): void => {
    for (const change of changes) {
      const key = [change.app, change.person, change.target, change.direction].join("\n");
      if (!found.has(key)) found.set(key, change);
    }
  };
  add(accessDiff(input));
  const sides = (alter: (organization: Organization) => Organization): Pick<AccessDiffInput, "base" | "head"> => ({
    base: { ...base, organization: alter(base.organization) },
    head: { ...head, organization: alter(head.organization) },
  });
  add(accessDiff({ ...input, ...sides(eventually) }));
  const settings: Settings = { ...base.organization.settings, timezone: "UTC" };
  for (const [day, who] of turningDays(base.organization, head.organization, dayIn(now, base.organization.settings.timezone))) {
    add(accessDiff({ ...input, ...sides(only(who, settings)), now: noonOf(day) }));
  }
  return {
    changes: [...found.values()].sort(
      (a, b) =>
        compareText(a.person, b.person) ||
        compareText(a.app, b.app) ||
        Number(b.target === "account") - Number(a.target === "account") ||
        compareText(a.target, b.target) ||
        compareText(a.direction, b.direction),
    ),
  };
}

/** Days after `today` on which something of a changed declaration begins or has ended, in order, with the keys it is about; null: everybody. */
function turningDays(base: Organization, head: Organization, today: Day): [Day, ReadonlySet<string> | null][] {
  const days = new Map<Day, Set<string> | null>();
  const note = (day: Day | undefined, key: string | null): void => {
    if (day === undefined || day <= today) return;
    const keys = days.get(day);
    if (key === null || keys === null) days.set(day, null);
    else days.set(day, (keys ?? new Set()).add(key));
  };
  const after = (day: Day | undefined): Day | undefined => (day === undefined ? undefined : dayAfter(day));
  const until = (grants: readonly Pick<GrantDeclaration, "until">[], key: string | null): void => {
    for (const grant of grants) note(after(grant.until), key);
  };
  for (const principal of [...changed(base.people, head.people), ...changed(base.services, head.services)]) {
    // A person that is renamed is looked at under both names.
    for (const key of [principal.key, ...principal.formerly]) {
      note(principal.start, key);
      note(after(principal.lastDay), key);
      until([...principal.roles, ...principal.grants], key);
      if (principal.kind === "person" && principal.leave) {
        note(principal.leave.from, key);
        note(after(principal.leave.to), key);
      }
    }
  }
  for (const role of changed(base.roles, head.roles)) until(role.grants, null);
  return [...days].sort(([a], [b]) => compareText(a, b));
}

/** Both sides of every declaration that is not the same object. */
function changed<T>(before: ReadonlyMap<string, T>, after: ReadonlyMap<string, T>): T[] {
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((key) => {
    const [was, is] = [before.get(key), after.get(key)];
    return was === is ? [] : [was, is].filter((d) => d !== undefined);
  });
}

/** The organisation with these people alone, all of them in one time zone: a day is a day. */
const only =
  (keys: ReadonlySet<string> | null, settings: Settings) =>
  (organization: Organization): Organization => {
    const chosen = <T extends Person | Service>(all: ReadonlyMap<string, T>): Map<string, T> =>
      new Map([...all].filter(([key]) => keys === null || keys.has(key)).map(([key, { timezone: _zone, ...rest }]) => [key, rest as T]));
    return { ...organization, settings, people: chosen(organization.people), services: chosen(organization.services) };
  };
