import { dayIn } from "../compile/day.ts";
import { standingOf } from "../compile/lifecycle.ts";
import { compareText } from "../diagnostic.ts";
import type { Organization } from "../model/organization.ts";
import type { Day, Person } from "../model/person.ts";
import type { ApprovalPolicy } from "../model/policy.ts";
import { isSchema } from "../source/file-kind.ts";

/**
 * Who may say yes to what, by the organisation of one commit. The first row that fits and has somebody who is here counts; nobody counts whose
 * last day is over, whose start is to come, or who is on leave.
 *
 * | path, from the root | owners | else |
 * |---|---|---|
 * | `identities/apps/<app>.yaml`, `identities/registers/<app>.yaml` | the app's `owners` | the next rows |
 * | whatever an entry of the approval policy fits (the last one that does) | its people | the next rows |
 * | `identities/people/`, `services/`, `roles/`, `registers/` | owners of all apps | owners of policies |
 * | `identities/.schema/*.json`: for editors, nothing is decided by them | whoever owns anything | nobody |
 * | all else: `policies/`, rollcall.yaml, app files, CODEOWNERS, `.github/`, code, lockfiles, what is not known | owners of policies | nobody |
 *
 * Owners of policies: the people of the approval policy's entry for `policies/`, else the owners of all apps.
 * Access in an app is given by the `approvers` of the entitlement, else by the app's owners, else by the owners of policies.
 */
export interface Owners {
  path(path: string): Ownership;
  /** Who may let somebody into an app, or give an entitlement of it (`account`: the account alone). */
  access(app: string, target: string): Ownership;
  /** Of people, services, roles and registers that nothing else speaks of. */
  readonly everyday: Ownership;
  /** Owners of policies, who answer for everything that nobody else does. */
  readonly policies: Ownership;
  /** Whoever owns anything. */
  readonly anything: ReadonlySet<string>;
}

export interface Ownership {
  /** Keys of people who are here, sorted. Empty: nobody can say yes. */
  readonly people: readonly string[];
  /** Where that is said, as a noun phrase: `owner of identities/people/`. */
  readonly rule: string;
}

const isEveryday = /^identities\/(?:people|services|roles|registers)\/./;
const ofApp = /^identities\/(?:apps|registers)\/([^/]+)\.yaml$/;

/** Owners in `organization` on the day that `now` is for each of them. */
export function ownersOf(organization: Organization, now: Date): Owners {
  const here = presentAt(organization, now);
  const present = (people: Iterable<string>): string[] => [...new Set(people)].filter(here).sort(compareText);
  const entries = approvalPolicy(organization)?.owners ?? [];
  const entryFor = (path: string) => entries.findLast((entry) => fits(entry.path, path));

  const apps = [...organization.apps.values()];
  const ofApps = present(apps.flatMap((app) => app.owners));
  const named = present(entryFor("policies/")?.people ?? []);
  const policies: Ownership = { people: named.length > 0 ? named : ofApps, rule: "owner of policies/" };
  const anything = present([
    ...ofApps,
    ...policies.people,
    ...entries.flatMap((entry) => entry.people),
    ...apps.flatMap((app) => [...(app.entitlements?.values() ?? [])].flatMap((e) => e.approvers)),
  ]);

  const first = (...rows: readonly (Ownership | null)[]): Ownership => rows.find((row) => row && row.people.length > 0) ?? policies;
  const appOwners = (key: string): Ownership => ({
    people: present(organization.apps.get(key)?.owners ?? []),
    rule: appRule(key),
  });
  const everyday: Ownership = first({ people: ofApps, rule: "owner of an app" });
  const path = (of: string): Ownership => {
    if (isSchema(of)) return { people: anything, rule: "owner of anything" };
    const app = ofApp.exec(of)?.[1];
    const entry = entryFor(of);
    return first(
      app === undefined ? null : appOwners(app),
      entry ? { people: present(entry.people), rule: `owner of ${entry.path}` } : null,
      isEveryday.test(of) ? everyday : null,
    );
  };
  return {
    path,
    access(app, target) {
      const approvers = present(organization.apps.get(app)?.entitlements?.get(target)?.approvers ?? []);
      return first({ people: approvers, rule: `approver of ${app}/${target}` }, appOwners(app));
    },
    everyday,
    policies,
    anything: new Set(anything),
  };
}

export const appRule = (app: string): string => `owner of the app ${app}`;

/** The one policy of its kind; `check` reports a second one. */
export const approvalPolicy = (organization: Organization): ApprovalPolicy | undefined =>
  organization.policies.find((policy) => policy.kind === "approval");

/** A file by its name, a folder (with its slash) by what lies below. */
const fits = (entry: string, path: string): boolean => (entry.endsWith("/") ? path.startsWith(entry) : path === entry);

/** Whether somebody is a person of the organisation, has begun, has not left and is not on leave. */
export function presentAt(organization: Organization, now: Date): (person: string) => boolean {
  const known = new Map<string, boolean>();
  const days = new Map<string, Day>();
  const todayOf = ({ timezone = organization.settings.timezone }: Person): Day => {
    const day = days.get(timezone) ?? dayIn(now, timezone);
    days.set(timezone, day);
    return day;
  };
  return (key) => {
    let is = known.get(key);
    if (is === undefined) {
      const person = organization.people.get(key);
      is = person !== undefined && standingOf(person, todayOf(person)).lifecycle === "active";
      known.set(key, is);
    }
    return is;
  };
}
