/** Differences between what a connector reported and what the simulator says is true, each as a sentence; the first few of many. */
import { compareText } from "../../core/diagnostic.ts";
import { fold } from "../../core/model/observed.ts";
import type { Manifest } from "../../core/model/manifest.ts";
import type { Census, RunningSimulator } from "../simulator.ts";
import type { Reading } from "./read-all.ts";

const most = 5;

/** No more than a handful; the rest as a number. */
export function handful(findings: readonly string[]): string[] {
  return findings.length <= most ? [...findings] : [...findings.slice(0, most), `… and ${findings.length - most} more`];
}

export function differences(what: string, wanted: readonly string[], given: readonly string[]): string[] {
  const want = new Set(wanted);
  const have = new Set(given);
  return handful([
    ...wanted.filter((w) => !have.has(w)).map((w) => `${what} is missing: ${w}`),
    ...given.filter((g) => !want.has(g)).map((g) => `${what} is not so: ${g}`),
  ]);
}

/** Accounts, groups and direct edges of groups, compared by id, folded login, status, administration and level. */
export function againstCensus(manifest: Manifest, reading: Reading, census: Census): string[] {
  const grouped = new Set(census.groups.map((g) => g.entitlement));
  const direct = [...reading.edges.values()].filter((e) => grouped.has(e.entitlement) && e.derived === undefined);
  const accounts = [...reading.accounts.values()].filter((a) => a.outside === undefined);
  const unknownKinds = accounts.map((a) => a.ref.kind).filter((kind) => !manifest.kinds.includes(kind));
  return [
    ...differences(
      "An account",
      census.accounts.map((a) => accountText(a.id, a.login, a.status, a.admin === true)),
      accounts.map((a) => accountText(a.ref.id, a.login ?? "", a.status, a.admin)),
    ),
    ...differences("A group", [...grouped], [...reading.groups.keys()]),
    ...differences(
      "A membership",
      census.groups.flatMap((g) => g.members.map((m) => `${m.id} in ${g.entitlement}${m.level === undefined ? "" : ` as ${m.level}`}`)),
      direct.map((e) => `${e.account.id} in ${e.entitlement}${e.level === undefined ? "" : ` as ${e.level}`}`),
    ),
    ...[...new Set(unknownKinds)]
      .sort(compareText)
      .map((kind) => `It hands out refs of the kind ${kind}, which its manifest does not declare`),
  ];
}

const accountText = (id: string, login: string, status: string, admin: boolean): string =>
  `${id} ${fold(login)} ${status}${admin ? " administrator" : ""}`;

/** The world as text, for "nothing has changed". */
export const worldText = (running: RunningSimulator<unknown>): string => JSON.stringify(running.world(), sortedKeys);

function sortedKeys(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => compareText(a, b)));
}
