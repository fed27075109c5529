/** What people who write no YAML ask for: onboard, offboard, grant until. */
import { expect, test } from "vitest";
import type { Company, Edited } from "../../../src/core/edit/edit.ts";
import { grantUntil } from "../../../src/core/edit/grant-until.ts";
import { offboard } from "../../../src/core/edit/offboard.ts";
import { keyFromName, onboard } from "../../../src/core/edit/onboard.ts";
import { format } from "../../../src/core/format/format.ts";
import { company, loadWith, manifests } from "../small-company.ts";

const today = "2026-11-23";

function companyWith(changes: Readonly<Record<string, string>> = {}): Company {
  const { organization, diagnostics } = loadWith(changes, today);
  if (!organization) throw new Error(JSON.stringify(diagnostics));
  return { organization, files: Object.entries({ ...company, ...changes }).map(([path, text]) => ({ path, text })) };
}

/** The only file of an edit that has to have come about; it has to load together with the others. */
function textOf(edited: Edited, given: Company): string {
  if (edited.kind !== "edited") throw new Error(JSON.stringify(edited));
  const [[path, after] = ["", ""], ...more] = [...edited.edit.files];
  expect(more).toEqual([]);
  const loaded = loadWith({ ...Object.fromEntries(given.files.map((f) => [f.path, f.text])), [path]: after }, today);
  expect(loaded.diagnostics.filter((d) => d.severity === "error")).toEqual([]);
  expect(format(path, after)).toEqual({ kind: "formatted", text: after });
  return after;
}

const ada = (text: string): Record<string, string> => ({ "identities/people/ada.yaml": text });

test("a newcomer's file is in the house's spelling, its key made from the name", () => {
  const given = companyWith();
  const edited = onboard(
    given,
    { name: "Sofja Kowalewskaja", roles: ["sre", "sre"], accounts: { forge: "sofja" }, email: "sofja@acme.example", start: "2027-01-04" },
    today,
  );
  expect(textOf(edited, given)).toBe(`# yaml-language-server: $schema=../.schema/person.json
name: Sofja Kowalewskaja
email: sofja@acme.example
start: 2027-01-04
roles:
  - sre
accounts:
  forge: sofja
`);
  expect(edited).toMatchObject({ edit: { key: "sofja-kowalewskaja", about: "onboard sofja-kowalewskaja" } });
});

test.each([
  ["Łukasz O'Neill-Çelik", "ukasz-o-neill-celik"],
  ["  -- ", null],
  ["李", null],
  ["constructor", null],
])("of the name %j the key is %j", (name, key) => {
  expect(keyFromName(name)).toBe(key);
});

test.each([
  [{ key: "grace", name: "Another Grace" }, /There is a person grace already/],
  [{ key: "bot", name: "Bot Person" }, /key of a service/],
  [{ key: "ada-byron", name: "Ada" }, /was the key of ada before a rename/],
  [{ name: "Ada Byron" }, /was the key of ada before a rename/],
  [{ name: "Eve", email: "GRACE@acme.example" }, /grace has the address/],
])("a key or an address that somebody has, or had, is refused: %j", (request, words) => {
  const given = companyWith(ada(`${company["identities/people/ada.yaml"]}formerly: [ada-byron]\n`));
  const edited = onboard(given, request, today);
  expect(edited).toEqual({ kind: "refused", problems: [expect.stringMatching(words)] });
});

test("all reasons come at once", () => {
  expect(onboard(companyWith(), { key: "grace", name: "G", email: "ada@acme.example" }, today)).toMatchObject({
    problems: [expect.stringMatching(/person grace/), expect.stringMatching(/ada has the address/)],
  });
});

const laidOut = `# yaml-language-server: $schema=../.schema/person.json
# Works from Ockham on Fridays.
name: Ada Lovelace
email: ada@acme.example # the old one is gone
manager: grace
department: platform
roles: [sre] # since 2024
`;

test("a last day is put in its place, and every comment stays", () => {
  const given = companyWith(ada(laidOut));
  const edited = offboard(given, { person: "ada", lastDay: "2026-12-31", reason: "moves to Turin." }, today);
  expect(textOf(edited, given)).toBe(laidOut.replace("roles:", "last-day: 2026-12-31\nroles:"));
  expect(edited).toMatchObject({ edit: { title: "Offboard Ada Lovelace (ada): last day 2026-12-31" } });
});

test("a file that was laid out in another way keeps its own", () => {
  const given = companyWith(ada("roles:   [ sre ]\nname: Ada Lovelace\n"));
  const edited = offboard(given, { person: "ada" }, today);
  expect(edited).toMatchObject({ kind: "edited", edit: { files: new Map([["identities/people/ada.yaml", expect.any(String)]]) } });
  expect(edited.kind === "edited" && edited.edit.files.get("identities/people/ada.yaml")).toMatch(
    /^roles: +\[ ?sre ?\]\nname: Ada Lovelace\nlast-day: 2026-11-23\n$/,
  );
});

test("who leaves somebody behind is said", () => {
  expect(offboard(companyWith(), { person: "grace" }, today)).toMatchObject({
    edit: { paragraph: expect.stringMatching(/1 person has grace as manager\. grace owns the service bot\./) },
  });
});

test.each([
  ["2026-12-01", "2026-12-31", /access goes on for 30 days more/],
  ["2026-12-31", "2026-12-01", /It was 2026-12-31 until now/],
  ["2026-10-31", "2026-12-31", /which is over: this gives back everything/],
  [undefined, "2026-11-01", /That day is over: every account is stopped when this is merged/],
])("a last day of %s that becomes %s says what it means", (before, lastDay, words) => {
  const line = before === undefined ? "" : `last-day: ${before}\n`;
  const edited = offboard(companyWith(ada(`name: Ada\n${line}`)), { person: "ada", lastDay }, today);
  expect(edited).toMatchObject({ edit: { paragraph: expect.stringMatching(words) } });
});

test("the same last day again is no change, one before the start is refused, and a mistyped key is understood", () => {
  const given = companyWith(ada("name: Ada\nstart: 2026-05-01\nlast-day: 2026-12-01\n"));
  expect(offboard(given, { person: "ada", lastDay: "2026-12-01" }, today).kind).toBe("unchanged");
  expect(offboard(given, { person: "ada", lastDay: "2026-04-30" }, today)).toMatchObject({
    problems: [expect.stringMatching(/before the start/)],
  });
  expect(offboard(given, { person: "adda" }, today)).toEqual({
    kind: "refused",
    problems: ['There is no person or service "adda". Did you mean "ada"?'],
  });
});

const grant = (given: Company, until: string, more: { grant?: string; reason?: string; person?: string } = {}): Edited =>
  grantUntil(given, { person: "ada", grant: "forge/team/dba", until, ...more }, today, manifests);

test("a grant becomes a line of its own, with its end and its reason", () => {
  const given = companyWith(ada(laidOut));
  const edited = grant(given, "2026-12-31", { reason: "INC-421" });
  expect(textOf(edited, given)).toBe(`${laidOut}grants:\n  - { grant: forge/team/dba, until: 2026-12-31, reason: INC-421 }\n`);
});

test("text that means something to YAML is text in the file", () => {
  const given = companyWith(ada(laidOut));
  const reason = '"}, grant: forge/owner # - { a: [';
  const after = textOf(grant(given, "2026-12-31", { reason }), given);
  expect(loadWith(ada(after), today).organization?.people.get("ada")?.grants).toMatchObject([{ grant: "forge/team/dba", reason }]);
});

test("a line that ends earlier gets the later end, whether it says the lowest level or not; its comment and reason stay", () => {
  const line = "grants:\n  - { grant: forge/team/dba, until: 2026-11-30, reason: INC-1 } # asked twice\n  - forge/team/infra\n";
  const given = companyWith(ada(`${laidOut}${line}`));
  for (const address of ["forge/team/dba", "forge/team/dba:member"]) {
    const edited = grant(given, "2026-12-31", { grant: address });
    expect(textOf(edited, given)).toBe(`${laidOut}${line.replace("2026-11-30", "2026-12-31")}`);
    expect(edited).toMatchObject({ edit: { about: "grant ada forge/team/dba:member" } });
  }
  expect(textOf(grant(given, "2026-12-31", { grant: "forge/team/dba:maintainer" }), given)).toContain(
    "{ grant: forge/team/dba:maintainer, until: 2026-12-31 }",
  );
});

test.each([
  ["{ grant: forge/team/dba, until: 2027-01-31 }", /has forge\/team\/dba until 2027-01-31 already .*ada.yaml:3/],
  ["forge/team/dba", /without an end already/],
])("where she has it for longer nothing is taken away: %s", (line, words) => {
  const given = companyWith(ada(`name: Ada\ngrants:\n  - ${line}\n`));
  expect(grant(given, "2026-12-31")).toEqual({ kind: "refused", problems: [expect.stringMatching(words)] });
});

test("a day that is over, what is no address and who is nobody are refused together; the same line again is no change", () => {
  expect(grant(companyWith(), "2026-11-22", { grant: "forge", person: "nobody" })).toMatchObject({ problems: { length: 3 } });
  const given = companyWith(ada("name: Ada\ngrants:\n  - { grant: forge/team/dba, until: 2026-12-31 }\n"));
  expect(grant(given, "2026-12-31").kind).toBe("unchanged");
});

test("with `comments: keys` nobody is named", () => {
  const given = companyWith({ "rollcall.yaml": `${company["rollcall.yaml"]}pull-requests: { comments: keys }\n` });
  for (const edited of [
    grant(given, "2026-12-31"),
    offboard(given, { person: "ada" }, today),
    onboard(given, { key: "eve", name: "Eve Curie" }, today),
  ]) {
    expect(edited.kind === "edited" && `${edited.edit.title} ${edited.edit.paragraph}`).toMatch(/^(?!.*(Lovelace|Curie))/);
  }
});
