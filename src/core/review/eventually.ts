import type { Organization } from "../model/organization.ts";
import type { Person } from "../model/person.ts";

/**
 * The organisation as it will be once everybody whose first day is to come has started and whoever is on leave is back. What a change gives to
 * those is reviewed with the change and carried out when the day comes. Declarations that stay as they are stay the same objects.
 */
export function eventually(organization: Organization): Organization {
  return {
    ...organization,
    people: mapped(organization.people, (person) => arrived(person)),
    services: mapped(organization.services, (service) => (service.start === undefined ? service : without(service, "start"))),
  };
}

const arrivals = new WeakMap<Person, Person>();

/** The same object for the same person, so that two versions of the files that share a declaration share this one too. */
function arrived(person: Person): Person {
  if (person.start === undefined && person.leave === undefined) return person;
  let there = arrivals.get(person);
  if (!there) {
    there = without(person, "start");
    // An open leave ends by a change of the file, which is a review of its own.
    if (person.leave?.to !== undefined) there = without(there, "leave");
    arrivals.set(person, there);
  }
  return there;
}

function without<T extends object>(value: T, key: keyof T): T {
  const copy = { ...value };
  delete copy[key];
  return copy;
}

const mapped = <T>(all: ReadonlyMap<string, T>, change: (value: T) => T): ReadonlyMap<string, T> =>
  new Map([...all].map(([key, value]) => [key, change(value)]));
