import { daysBetween } from "../compile/day.ts";
import { kindOf } from "../compile/entitlement-kind.ts";
import { asBefore } from "../format/as-before.ts";
import { formatAddress, parseAddress } from "../model/address.ts";
import type { Manifest } from "../model/manifest.ts";
import type { Organization } from "../model/organization.ts";
import type { Day, GrantDeclaration } from "../model/person.ts";
import type { GrantRequest } from "../model/request.schema.ts";
import { count } from "../report/text.ts";
import { quoted } from "../source/secret.ts";
import { called, type Company, type Edited } from "./edit.ts";
import { principalOf } from "./principal-of.ts";
import { YamlEdit } from "./yaml-edit.ts";

/**
 * Gives somebody one thing until a day: a line of its own, or a later end for the line that gives it already. Whether the address is in the
 * catalogue, and whether the day is within its `max`, is for the check of the whole. Pure.
 *
 * | her own lines | result |
 * |---|---|
 * | none for that level | a new line |
 * | one that ends earlier, or has ended | its `until`, and the reason where one is given |
 * | one that ends that day | unchanged |
 * | one that ends later, or never | refused: this command takes nothing away |
 */
export function grantUntil(company: Company, request: GrantRequest, today: Day, manifests: ReadonlyMap<string, Manifest>): Edited {
  const { organization } = company;
  const found = principalOf(company, request.person);
  const problems = found.kind === "refused" ? [...found.problems] : [];
  const address = parseAddress(request.grant);
  if (!address) problems.push(`${quoted(request.grant)} is not an address: write app/entitlement or app/entitlement:level.`);
  if (request.until < today) problems.push(`The day ${request.until} is over: nothing would be given.`);
  if (found.kind === "refused" || !address || problems.length > 0) return { kind: "refused", problems };

  const { principal, path, text } = found;
  const { key } = principal;
  const same = meaningIn(organization, manifests);
  const index = principal.grants.findIndex((g) => same(g.grant) === same(request.grant));
  const line = principal.grants[index];
  const edit = new YamlEdit(text);
  let extended = "";
  if (line === undefined) {
    edit.addInline(["grants"], {
      grant: request.grant,
      until: request.until,
      ...(request.reason === undefined ? {} : { reason: request.reason }),
    });
  } else {
    if (line.until === request.until && (request.reason === undefined || request.reason === line.reason))
      return { kind: "unchanged", why: `${key} has ${request.grant} until ${request.until} already` };
    if (line.until === undefined || line.until > request.until) return { kind: "refused", problems: [holdsLonger(key, line)] };
    edit.set(["grants", index, "until"], request.until);
    if (request.reason !== undefined) edit.set(["grants", index, "reason"], request.reason);
    extended = line.until < today ? ` It was held until ${line.until}.` : ` It would have ended on ${line.until}.`;
  }
  const who = called(organization, principal);
  const why = request.reason === undefined ? "" : `: ${request.reason.replace(/\.$/, "")}`;
  return {
    kind: "edited",
    edit: {
      verb: "grant",
      key,
      about: `grant ${key} ${same(request.grant)}`,
      title: `Grant ${who} ${request.grant} until ${request.until}`,
      paragraph: `${who} gets ${request.grant} until the end of ${request.until}, ${count(daysBetween(today, request.until) + 1, "day")}${why}.${extended}`,
      files: new Map([[path, asBefore(path, text, edit.toString())]]),
    },
  };
}

const holdsLonger = (key: string, { grant, until, origin }: GrantDeclaration): string =>
  `${key} has ${grant} ${until === undefined ? "without an end" : `until ${until}`} already (${origin.file}:${origin.line}); to end it earlier, change that line.`;

/** An address with its level written out: without one it means the lowest. */
function meaningIn({ apps }: Organization, manifests: ReadonlyMap<string, Manifest>): (grant: string) => string {
  return (grant) => {
    const address = parseAddress(grant);
    const manifest = address && manifests.get(apps.get(address.app)?.connector ?? "");
    const lowest = manifest ? kindOf(manifest, address.entitlement)?.levels[0] : undefined;
    return address ? formatAddress({ ...address, level: address.level ?? lowest ?? "" }) : grant;
  };
}
