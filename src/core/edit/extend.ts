import { grantsUnder } from "../check/grant-limits.ts";
import { dayAfter, daysBetween, earlier } from "../compile/day.ts";
import { standingOf } from "../compile/lifecycle.ts";
import { asBefore } from "../format/as-before.ts";
import { parseAddress } from "../model/address.ts";
import type { Organization } from "../model/organization.ts";
import type { Origin } from "../model/origin.ts";
import type { Day, Person, Service } from "../model/person.ts";
import { count } from "../report/text.ts";
import { called, type Company, type Edit, listed } from "./edit.ts";
import { principalOf } from "./principal-of.ts";
import { YamlEdit } from "./yaml-edit.ts";

/** A line of somebody's own file that ends soon. */
export interface Ending {
  /** Where it stands in the file. */
  readonly list: "grants" | "roles";
  readonly index: number;
  /** An address, or `role oncall`. */
  readonly what: string;
  readonly until: Day;
  /** The end it could have instead. */
  readonly to: Day;
  readonly origin: Origin;
  readonly reason?: string;
}

/** How long something is kept on for where its catalogue says nothing. */
const usualDays = 90;

/**
 * Lines of an active principal that hold today and end within `days`. Where the catalogue has a `max`, a line is asked about in the second half of
 * it at the earliest: else what may be given for a week would be asked about on its first day. What ends with her last day in any case is left
 * out, and nothing is kept beyond it. `today`: where she is, for what has ended. `utc`: today for the check of `max`.
 */
export function endingSoon(
  organization: Organization,
  principal: Person | Service,
  { today, utc, days }: { readonly today: Day; readonly utc: Day; readonly days: number },
): Ending[] {
  if (standingOf(principal, today).lifecycle !== "active") return [];
  const lines = [
    ...principal.grants.map((line, index) => ({ line, index, list: "grants" as const, what: line.grant, addresses: [line.grant] })),
    ...principal.roles.map((line, index) => ({
      line,
      index,
      list: "roles" as const,
      what: `role ${line.role}`,
      addresses: grantsUnder(organization.roles, line.role).map((g) => g.grant),
    })),
  ];
  return lines.flatMap(({ line, index, list, what, addresses }): Ending[] => {
    const { until, origin, reason } = line;
    if (until === undefined || until < today) return [];
    if (principal.lastDay !== undefined && principal.lastDay <= until) return [];
    const max = smallest(addresses.flatMap((address) => maxDays(organization, address)));
    if (daysBetween(today, until) > (max === undefined ? days : Math.min(days, Math.floor(max / 2)))) return [];
    const to = earlier(dayAfter(earlier(today, utc)!, max ?? usualDays), principal.lastDay)!;
    return to <= until ? [] : [{ list, index, what, until, to, origin, ...(reason === undefined ? {} : { reason }) }];
  });
}

/** Gives those lines their later ends; everything else in the file stays as it is. Pure. */
export function extend(company: Company, key: string, endings: readonly Ending[]): Edit {
  const found = principalOf(company, key);
  if (found.kind === "refused") throw new Error(found.problems.join(" "));
  const { principal, path, text } = found;
  const edit = new YamlEdit(text);
  for (const { list, index, to } of endings) edit.set([list, index, "until"], to);
  const who = called(company.organization, principal);
  return {
    verb: "extend",
    key,
    about: `extend ${key}`,
    title: `Keep ${count(endings.length, "line")} of ${who} that ${endings.length === 1 ? "ends" : "end"} soon`,
    paragraph: `${who} keeps ${listed(endings.map((e) => `${e.what} until ${e.to} (instead of ${e.until})`))}.`,
    files: new Map([[path, asBefore(path, text, edit.toString())]]),
  };
}

function maxDays({ apps }: Organization, text: string): number[] {
  const address = parseAddress(text);
  const max = address && apps.get(address.app)?.entitlements?.get(address.entitlement)?.maxDays;
  return typeof max === "number" ? [max] : [];
}

const smallest = (numbers: readonly number[]): number | undefined => (numbers.length === 0 ? undefined : Math.min(...numbers));
