import { minutesBetween } from "../compile/day.ts";
import { parseAddress } from "../model/address.ts";
import type { App, Provisioner } from "../model/app.ts";
import type { DesiredAccount } from "../model/desired.ts";
import { provisionerOf } from "../model/dependencies.ts";
import { spanText } from "./span.ts";
import { hasLeft } from "./remains.ts";
import type { Hold, Upstream } from "./upstream.ts";

/**
 * Apps whose accounts rollcall does not make (`provisioned-by`): what is written where, and what is verified.
 *
 * Written in the app itself:
 *
 * | what | provisioned by an app | by jit, or an app with `settles: first-login` |
 * |---|---|---|
 * | create, update | never: the provisioner's | never: the first login's, each login's |
 * | suspend, or remove where that is the vendor's stop: a leaver, a leave | at once, beside the provisioner; with `stops: provisioner` never | at once |
 * | the same for somebody employed whom no line asks for any more | never: the assignment goes, and the end is verified | at once: nobody else does |
 * | delete after retention | never: the provisioner keeps a link to the account | as elsewhere |
 * | restore after a stop of rollcall's | yes: the provisioner knows nothing of that stop | yes |
 * | sessions, tokens, transfer of a leaver | yes | yes |
 * | edges without `through` | yes, once the account is there | yes, once it is there |
 * | edges with `through` | never: carried.ts | |
 *
 * A stop does not fight with a provisioner who wants the account off as well. Where the assignment of a leaver stays (not rollcall's to revoke,
 * refused), the provisioner may let her in again: she is stopped all the same, in each run anew, and a task says that access remains.
 *
 * Wanted, and not there or suspended by others. Rows are tried from the top; "assigned" is `provisioned-by.grant` in the other app:
 *
 * | assignment | account here | outcome |
 * |---|---|---|
 * | jit | | awaited: the first login |
 * | not declared | | awaited: others assign |
 * | unknown: not read, not part of the run | | awaited, nothing is concluded (law 13) |
 * | granted by this plan | | awaited |
 * | wanted, not granted: refused, its account waits, … | | awaited, with the reason |
 * | held | absence not proven | unknown |
 * | held, `settles: first-login` | | awaited: the first login |
 * | held since an unknown time | | awaited |
 * | held for less than `settles` | | awaited, with the time left |
 * | held for longer | | finding NOT_PROVISIONED, a task: where to look |
 *
 * Not wanted, and still active here, where rollcall does not stop it:
 *
 * | assignment | outcome |
 * |---|---|
 * | unknown | awaited |
 * | revoked by this plan | awaited |
 * | gone for less than `settles` | awaited, with the time left |
 * | gone for longer, or since an unknown time | finding NOT_DEPROVISIONED, a task: access remains |
 * | stays: not rollcall's to revoke, refused, wanted by another line, kept during a leave | the same, with the reason |
 * | not declared | a task: access remains |
 */
export interface Provisioning {
  readonly by: Provisioner;
  /** Key of the identity provider; null for jit. */
  readonly provider: string | null;
  /** What is known of the assignment; null where none is declared. */
  readonly hold: Hold | null;
  /** RFC 3339. */
  readonly now: string;
}

/** One person's provisioning facts in an app; null where rollcall makes the accounts. */
export function provisioningOf(app: App, person: string, upstream: (app: string) => Upstream, now: string): Provisioning | null {
  const by = app.provisionedBy;
  if (by.name === "rollcall") return null;
  const provider = provisionerOf(app);
  const address = by.grant === undefined ? null : parseAddress(by.grant);
  return { by, provider, hold: provider !== null && address ? upstream(provider).hold(person, address) : null, now };
}

/** The provisioner was made to give somebody an account here and is, or was, told to end it: there may be one, seen or not. */
export function wasAssigned(app: App, person: string, upstream: (app: string) => Upstream): boolean {
  const provider = provisionerOf(app);
  const address = app.provisionedBy.grant === undefined ? null : parseAddress(app.provisionedBy.grant);
  if (provider === null || !address) return false;
  const hold = upstream(provider).hold(person, address);
  return hold.kind === "ending" || (hold.kind === "gone" && hold.since !== null);
}

/** The state of a verification: what is said, and where it has come to an end that people have to look at. */
export interface Verification {
  /** A clause, for the account's view and the finding. */
  readonly detail: string;
  /** Present where the time is over, or nothing will happen by itself. */
  readonly overdue?: { readonly task: string; readonly accessRemains?: true };
}

/** rollcall itself ends the account: nobody else does, or the app's file leaves leavers to both. */
export const stopsHere = ({ by }: Provisioning, desired: DesiredAccount): boolean =>
  by.name === "jit" || by.settles === null || (hasLeft(desired) && by.stops === "both");

/** What people have to do for somebody whom rollcall stops here while the provisioner goes on assigning her; null where it does not. */
export function stillAssigned(
  { provider, hold, by }: Provisioning,
  { app, name, lifecycle }: DesiredAccount,
): Verification["overdue"] | null {
  if (provider === null || lifecycle === "leave" || hold?.kind !== "kept") return null;
  return {
    task: `take ${by.grant!} from ${name} in ${provider}: rollcall stops the account in ${app}, and ${provider} may open it again, because ${hold.why}`,
    accessRemains: true,
  };
}

/** The assignment that is declared, as people know it. */
const assignment = (p: Provisioning): string => p.by.grant ?? "its assignment";

/** Wanted here, and not there (`what`: absent) or suspended by others. The absence is proven. */
export function verifyArrival(p: Provisioning, desired: DesiredAccount, what: "absent" | "suspended"): Verification {
  const { app, name } = desired;
  const { provider, hold } = p;
  if (provider === null) return { detail: `appears in ${app} when ${name} signs in for the first time` };
  if (hold === null) return { detail: `${provider} provisions it; through what is not declared (provisioned-by.grant)` };
  switch (hold.kind) {
    case "unknown":
      return { detail: `whether ${provider} shall provision it is not known: ${hold.why}` };
    case "coming":
      return { detail: `${provider} provisions ${app} once this plan has granted ${assignment(p)}` };
    case "held":
      return afterAssignment(p, desired, what, hold.since);
    case "blocked":
      return { detail: `${provider} cannot provision ${app} yet: ${hold.why}` };
    case "ending":
    case "kept":
    case "gone":
      // Only where the files contradict themselves, which check refuses.
      return { detail: `${provider} does not assign ${app}` };
  }
}

function afterAssignment(p: Provisioning, desired: DesiredAccount, what: string, since: string | null): Verification {
  const { app, name } = desired;
  const { provider, by } = p;
  if (by.settles === null) return { detail: `assigned in ${provider} (${assignment(p)}); the account appears when ${name} signs in` };
  if (since === null) return { detail: `assigned in ${provider} (${assignment(p)}), since when is not known yet` };
  const left = by.settles - minutesBetween(since, p.now);
  if (left > 0) return { detail: `assigned in ${provider} (${assignment(p)}) since ${since}; ${spanText(left)} left to provision ${app}` };
  const detail = `assigned in ${provider} (${assignment(p)}) since ${since}, ${what} in ${app} after ${spanText(by.settles)}`;
  if (what === "suspended") {
    const task = `find out whether ${provider} or somebody in ${app} suspended the account of ${name}, which is ${detail}; set last-day if ${name} left, else lift it there`;
    return { detail, overdue: { task } };
  }
  return {
    detail,
    overdue: {
      task: `look in ${provider} why ${app} is not provisioned for ${name}: whether ${assignment(p)} is bound to the app, what its provisioning log says, whether a licence is free; assigned since ${since}, ${what} in ${app} after ${spanText(by.settles)}`,
    },
  };
}

/** Not wanted here any more, still active, and the provisioner's to end. */
export function verifyEnd(p: Provisioning, desired: Pick<DesiredAccount, "app" | "name">): Verification {
  const { app, name } = desired;
  const { hold } = p;
  const provider = p.provider!;
  const remains = (why: string): Verification => ({
    detail: why,
    overdue: { task: `end the access of ${name} in ${app} in ${provider}, which provisions it: ${why}`, accessRemains: true },
  });
  if (hold === null) return remains(`no line asks for ${app}, and what assigns it is not declared (provisioned-by.grant)`);
  switch (hold.kind) {
    case "unknown":
      return { detail: `whether ${provider} still provisions it is not known: ${hold.why}` };
    case "ending":
      return { detail: `${provider} ends it once this plan has revoked ${assignment(p)}` };
    case "gone":
      return afterUnassignment(p, desired, hold.since, remains);
    case "kept":
      return remains(`${assignment(p)} stays: ${hold.why}`);
    case "held":
    case "coming":
    case "blocked":
      return remains(`a line asks for ${assignment(p)} itself, which gives ${app}`);
  }
}

function afterUnassignment(
  p: Provisioning,
  desired: Pick<DesiredAccount, "app" | "name">,
  since: string | null,
  remains: (why: string) => Verification,
): Verification {
  const { app } = desired;
  if (since === null) return remains(`not assigned in ${p.provider} (${assignment(p)}), still active in ${app}`);
  const settles = p.by.settles ?? 0;
  const left = settles - minutesBetween(since, p.now);
  if (left > 0) return { detail: `taken away in ${p.provider} (${assignment(p)}) at ${since}; ${spanText(left)} left to end ${app}` };
  return remains(`taken away in ${p.provider} (${assignment(p)}) at ${since}, still active in ${app} after ${spanText(settles)}`);
}
