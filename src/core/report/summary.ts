import type { Operation } from "../plan/operation.ts";
import type { Plan } from "../plan/plan.ts";
import { isHeld } from "../plan/waits.ts";
import { count } from "./text.ts";
import { directionOf, subjectOf } from "./wording.ts";

/** What a plan would do, in numbers. Only operations that are done are counted, but for `refused` and `waiting`. */
export interface Summary {
  /** People and services whom an operation is about; accounts that nobody claims are not people. */
  readonly people: number;
  readonly gains: number;
  readonly losses: number;
  readonly creations: number;
  readonly stops: number;
  readonly restorations: number;
  readonly grants: number;
  readonly revocations: number;
  readonly updates: number;
  /** Sessions, tokens, ownership. */
  readonly steps: number;
  readonly groups: number;
  readonly adoptions: number;
  readonly adminGains: number;
  readonly adminLosses: number;
  readonly irreversible: number;
  readonly drift: number;
  /** Notes to state that no vendor sees; adoptions are counted apart. */
  readonly notes: number;
  readonly refused: number;
  /** Operations that are not done in this run because somebody's account in another app has to be there first. */
  readonly waiting: number;
  readonly tasks: number;
  readonly findings: number;
  readonly guards: number;
  /** Apps that could not be read at all, and lists that were not read to the end. */
  readonly unreadApps: number;
  readonly unreadScopes: number;
}

export function summarise(plan: Plan): Summary {
  const unrefused = plan.operations.filter((o) => o.refused === undefined);
  const active = unrefused.filter((o) => !isHeld(o));
  const vendor = active.filter((o) => o.phase !== "state");
  const of = (...verbs: readonly Operation["verb"][]): number => active.filter((o) => verbs.includes(o.verb)).length;
  const gains = vendor.filter((o) => directionOf(o) === "gain");
  const losses = vendor.filter((o) => directionOf(o) === "loss");
  return {
    people: new Set(vendor.filter((o) => o.person !== null).map(subjectOf)).size,
    gains: gains.length,
    losses: losses.length,
    creations: of("create"),
    stops: of("suspend", "delete"),
    restorations: of("restore"),
    grants: of("grant"),
    revocations: of("revoke"),
    updates: of("update"),
    steps: of("endSessions", "revokeCredentials", "transfer"),
    groups: of("createGroup", "updateGroup", "deleteGroup"),
    adoptions: of("adopt"),
    adminGains: gains.filter((o) => o.admin).length,
    adminLosses: losses.filter((o) => o.admin).length,
    irreversible: vendor.filter((o) => !o.reversible).length,
    drift: vendor.filter((o) => o.origin === "drift").length,
    notes: of("record"),
    refused: plan.operations.length - unrefused.length,
    waiting: unrefused.length - active.length,
    tasks: plan.tasks.length,
    findings: plan.findings.length,
    guards: plan.trips.length,
    unreadApps: plan.apps.filter((a) => a.failure !== null).length,
    unreadScopes: plan.apps.filter((a) => a.failure === null).reduce((n, a) => n + a.unread.length, 0),
  };
}

/** "3 people: 2 to create, 5 grants, 1 revocation; 1 gives admin rights; 2 tasks for people"; "no changes" where there is nothing to do. */
export function summaryLine(s: Summary): string {
  const some = (n: number, text: string): string[] => (n === 0 ? [] : [text]);
  const doing = [
    ...some(s.stops, `${s.stops} to stop`),
    ...some(s.steps, count(s.steps, "leaver step")),
    ...some(s.revocations, count(s.revocations, "revocation")),
    ...some(s.creations, `${s.creations} to create`),
    ...some(s.restorations, `${s.restorations} to restore`),
    ...some(s.grants, count(s.grants, "grant")),
    ...some(s.updates, count(s.updates, "update")),
    ...some(s.groups, count(s.groups, "group change")),
  ].join(", ");
  const who = s.people === 0 ? "" : `${count(s.people, "person", "people")}: `;
  return [
    doing === "" ? "no changes" : `${who}${doing}`,
    ...some(s.adminGains, `${s.adminGains} gain${s.adminGains === 1 ? "s" : ""} admin rights`),
    ...some(s.adminLosses, `${s.adminLosses} lose${s.adminLosses === 1 ? "s" : ""} admin rights`),
    ...some(s.irreversible, `${s.irreversible} cannot be undone`),
    ...some(s.drift, `${s.drift} because of drift`),
    ...some(s.adoptions, count(s.adoptions, "account adopted", "accounts adopted")),
    ...some(s.refused, `${s.refused} refused`),
    ...some(s.waiting, `${s.waiting} waiting for another app`),
    ...some(s.tasks, count(s.tasks, "task for people", "tasks for people")),
    ...some(s.findings, count(s.findings, "finding")),
    ...some(s.unreadApps, count(s.unreadApps, "app not read", "apps not read")),
    ...some(s.unreadScopes, count(s.unreadScopes, "list not read to its end", "lists not read to their end")),
  ].join("; ");
}
