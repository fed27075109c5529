/** What rollcall proposes by itself: lines that end soon, and how they are kept. */
import { expect, test } from "vitest";
import type { Company } from "../../../src/core/edit/edit.ts";
import { endingSoon, extend } from "../../../src/core/edit/extend.ts";
import { pointsIn, pointsTrailer } from "../../../src/core/edit/points.ts";
import { format } from "../../../src/core/format/format.ts";
import { company, loadWith } from "../small-company.ts";

const today = "2026-11-23";
const path = "identities/people/ada.yaml";

function companyWith(text: string, more: Readonly<Record<string, string>> = {}): Company {
  const changes = { ...more, [path]: text };
  const { organization, diagnostics } = loadWith(changes, today);
  if (!organization) throw new Error(JSON.stringify(diagnostics));
  return { organization, files: Object.entries({ ...company, ...changes }).map(([p, t]) => ({ path: p, text: t })) };
}

const endings = ({ organization }: Company, days = 14, now = today) =>
  endingSoon(organization, organization.people.get("ada")!, { today: now, utc: now, days });
const told = (given: Company, days?: number): string[] => endings(given, days).map((e) => `${e.what} ${e.until} ${e.to}`);

const ada = (lines: string): string => `name: Ada Lovelace\n${lines}`;
const grants = (...lines: string[]): string => ada(`grants:\n${lines.map((l) => `  - ${l}\n`).join("")}`);
const catalogue = (max: string): Record<string, string> => ({
  "identities/apps/forge.yaml": `${company["identities/apps/forge.yaml"]!}entitlements:\n  member: {}\n  team/dba: { max: ${max} }\n  team/infra: {}\n`,
});

test.each([
  ["holds today and ends within the days", "{ grant: forge/team/dba, until: 2026-12-07 }", ["forge/team/dba 2026-12-07 2027-02-21"]],
  ["ends today", "{ grant: forge/team/dba, until: 2026-11-23 }", ["forge/team/dba 2026-11-23 2027-02-21"]],
  ["ends a day too late", "{ grant: forge/team/dba, until: 2026-12-08 }", []],
  ["has ended", "{ grant: forge/team/dba, until: 2026-11-22 }", []],
  ["has no end", "forge/team/dba", []],
])("a line that %s", (_what, line, expected) => {
  expect(told(companyWith(grants(line)))).toEqual(expected);
});

test("a role of hers that ends soon is kept as well, by the least that what it gives may be given for", () => {
  expect(told(companyWith(ada("roles: [{ role: sre, until: 2026-12-01 }]\n")))).toEqual(["role sre 2026-12-01 2027-02-21"]);
  const limited = {
    ...catalogue("30d"),
    "identities/roles/dba.yaml": "grants: [forge/team/dba, forge/member]\n",
  };
  expect(told(companyWith(ada("roles: [{ role: dba, until: 2026-12-01 }]\n"), limited))).toEqual(["role dba 2026-12-01 2026-12-23"]);
});

test("nothing goes beyond the catalogue's max, and what may be given for a week is not asked about on its first day", () => {
  expect(told(companyWith(grants("{ grant: forge/team/dba, until: 2026-11-26 }"), catalogue("7d")))).toEqual([
    "forge/team/dba 2026-11-26 2026-11-30",
  ]);
  expect(told(companyWith(grants("{ grant: forge/team/dba, until: 2026-11-30 }"), catalogue("7d")))).toEqual([]);
  // The check counts from the day in UTC, which may be the day before.
  const { organization } = companyWith(grants("{ grant: forge/team/dba, until: 2026-11-26 }"), catalogue("7d"));
  expect(endingSoon(organization, organization.people.get("ada")!, { today: "2026-11-24", utc: today, days: 14 })[0]!.to).toBe(
    "2026-11-30",
  );
});

test("nobody is kept beyond her last day, and who is not here is not asked about", () => {
  const line = "grants: [{ grant: forge/team/dba, until: 2026-12-01 }]\n";
  expect(told(companyWith(ada(`last-day: 2026-12-24\n${line}`)))).toEqual(["forge/team/dba 2026-12-01 2026-12-24"]);
  for (const away of [
    "last-day: 2026-12-01",
    "last-day: 2026-11-30",
    "last-day: 2026-11-01",
    "start: 2026-11-24",
    "leave: { from: 2026-11-01 }",
  ])
    expect(told(companyWith(ada(`${away}\n${line}`)))).toEqual([]);
});

test("just those lines get a later end; comments, order and layout of the file stay", () => {
  const text = `# yaml-language-server: $schema=../.schema/person.json
name: Ada Lovelace
roles:
  - sre
  - { role: engineer, until: 2026-11-30 } # Q4
grants:
  # for the launch
  - grant: forge/team/dba
    until: 2026-11-28 # asked for by Grace
    reason: INC-421
  - { grant: forge/team/x, until: 2027-05-01 }
`;
  const given = companyWith(text);
  const edit = extend(given, "ada", endings(given));
  const after = edit.files.get(path)!;
  expect(after).toBe(text.replace("until: 2026-11-30", "until: 2027-02-21").replace("until: 2026-11-28", "until: 2027-02-21"));
  expect(format(path, after)).toEqual({ kind: "formatted", text: after });
  const kept = companyWith(after);
  expect(endings(kept)).toEqual([]);
  expect(extend(given, "ada", endings(given).slice(0, 1)).files.get(path)).toBe(text.replace("until: 2026-11-28", "until: 2027-02-21"));
});

test("a commit names what it is about, and other texts name nothing", () => {
  const ids = ["0123456789ab", "ffffffffffff"];
  expect(pointsIn(`Title\n\nrollcall: a paragraph\n\n${pointsTrailer(ids)}\nRollcall-Requester: 1 ada\n`)).toEqual(ids);
  expect(pointsIn("Title\n\nrollcall: Rollcall-About: 0123456789ab\n")).toEqual([]);
  expect(pointsIn("Rollcall-About: nothing of the kind, 0123456789abcdef\n")).toEqual([]);
});
