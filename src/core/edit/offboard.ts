import { daysBetween } from "../compile/day.ts";
import { asBefore } from "../format/as-before.ts";
import type { Organization } from "../model/organization.ts";
import type { Day } from "../model/person.ts";
import type { OffboardRequest } from "../model/request.schema.ts";
import { count } from "../report/text.ts";
import { called, type Company, type Edited, listed } from "./edit.ts";
import { principalOf } from "./principal-of.ts";
import { YamlEdit } from "./yaml-edit.ts";

/**
 * Sets the last day of a person or a service.
 *
 * | last day so far | asked for | result |
 * |---|---|---|
 * | none, or later | any day | set: access ends earlier than it would have |
 * | the same | the same | unchanged |
 * | earlier, not over yet | a later one | set: access goes on for longer, and that is said |
 * | over | a later one | set as well: she is back, and everything her file asks for comes with her; said |
 *
 * All of them are reviewed; none is refused for its direction. Pure.
 */
export function offboard(company: Company, request: OffboardRequest, today: Day): Edited {
  const { organization } = company;
  const found = principalOf(company, request.person);
  if (found.kind === "refused") return found;
  const { principal, path, text } = found;
  const lastDay = request.lastDay ?? today;
  const before = principal.lastDay;
  const who = called(organization, principal);
  if (before === lastDay) return { kind: "unchanged", why: `${principal.key} has the last day ${lastDay} already` };
  if (principal.start !== undefined && lastDay < principal.start)
    return { kind: "refused", problems: [`The last day ${lastDay} lies before the start of ${principal.key}, ${principal.start}.`] };

  const sentences = [
    `${who} has the last day ${lastDay}${request.reason === undefined ? "" : `: ${request.reason.replace(/\.$/, "")}`}.`,
    lastDay < today
      ? "That day is over: every account is stopped when this is merged."
      : "Access holds until the end of that day; on the day after, every account is stopped.",
    ...(before === undefined ? [] : [changeOf(before, lastDay, today)]),
    ...leftBehind(organization, principal.key),
  ];
  return {
    kind: "edited",
    edit: {
      verb: "offboard",
      key: principal.key,
      about: `offboard ${principal.key}`,
      title: `Offboard ${who}: last day ${lastDay}`,
      paragraph: sentences.join(" "),
      files: new Map([[path, asBefore(path, text, new YamlEdit(text).set(["last-day"], lastDay).toString())]]),
    },
  };
}

function changeOf(before: Day, lastDay: Day, today: Day): string {
  if (lastDay < before) return `It was ${before} until now.`;
  if (before < today) return `It was ${before}, which is over: this gives back everything that the file asks for.`;
  return `It was ${before} until now: access goes on for ${count(daysBetween(before, lastDay), "day")} more.`;
}

/** What will be without somebody to answer for it. */
function leftBehind({ people, services, apps }: Organization, key: string): string[] {
  const reports = [...people.values()].filter((p) => p.manager === key);
  const owned = [...services.values()].filter((s) => s.owner === key).map((s) => s.key);
  const apped = [...apps.values()].filter((a) => a.owners.includes(key)).map((a) => a.key);
  return [
    ...(reports.length === 0 ? [] : [`${count(reports.length, "person has", "people have")} ${key} as manager.`]),
    ...(owned.length === 0 ? [] : [`${key} owns the ${owned.length === 1 ? "service" : "services"} ${listed(owned)}.`]),
    ...(apped.length === 0 ? [] : [`${key} is an owner of ${listed(apped)}.`]),
  ];
}
