import fc from "fast-check";
import { expect, test } from "vitest";
import { requestForms, requestHeading } from "../../../src/core/request/forms.ts";
import { readRequest } from "../../../src/core/request/read-request.ts";

/** An issue as GitHub writes it from a form. */
const body = (name: string, answers: Readonly<Record<string, string>>): string =>
  [[requestHeading, name], ...Object.entries(answers)].map(([label, value]) => `### ${label}\n\n${value}`).join("\n\n");

const onboarding = {
  Name: "Maria Mitchell",
  "E-mail": "maria@acme.example",
  Type: "employee",
  "Job title": "_No response_",
  Manager: "alan",
  "First day": "2027-01-04",
  Roles: "sre, oncall",
  Accounts: "github=mmitchell",
};

test("the answers of a form become a request", () => {
  expect(readRequest(body("Onboard somebody", onboarding))).toEqual({
    kind: "request",
    request: {
      verb: "onboard",
      fields: {
        name: "Maria Mitchell",
        email: "maria@acme.example",
        type: "employee",
        manager: "alan",
        start: "2027-01-04",
        roles: ["sre", "oncall"],
        accounts: { github: "mmitchell" },
      },
    },
  });
  expect(
    readRequest(
      body("Grant access until a day", { Person: "ada", Access: "github/team/dba", Until: "2026-12-31" }).replaceAll("\n", "\r\n"),
    ),
  ).toMatchObject({
    request: { verb: "grant", fields: { person: "ada", grant: "github/team/dba", until: "2026-12-31" } },
  });
});

test("an issue about something else is none of ours", () => {
  for (const text of ["", "It does not work", "### Steps\n\n1. none", "a ### Rollcall request in a sentence"])
    expect(readRequest(text)).toEqual({ kind: "other" });
});

test.each<[string, string, readonly RegExp[]]>([
  ["an unknown heading", `${body("Offboard somebody", { Person: "ada" })}\n\n### Roles\n\nadmin`, [/"Roles" is not one of this form/]],
  ["a heading twice", `${body("Offboard somebody", { Person: "ada" })}\n\n### Person\n\ngrace`, [/"Person" stands there twice/]],
  ["the first heading twice", `${body("Offboard somebody", { Person: "ada" })}\n\n### Rollcall request\n\nOnboard somebody`, [/twice/]],
  ["text above", `Dear robot\n\n${body("Offboard somebody", { Person: "ada" })}`, [/text above the first heading/]],
  ["an unknown form", body("Make me admin", {}), [/has to be one of: Onboard somebody/]],
  [
    "what is missing",
    body("Grant access until a day", { Person: "_No response_" }),
    [/^Person: an answer/, /^Access: an answer/, /^Until: an answer/],
  ],
  ["two lines", body("Offboard somebody", { Person: "ada\nlast-day: 2020-01-01" }), [/^Person: the answer has to stand on one line/]],
  ["a choice that is none", body("Onboard somebody", { Name: "A", Type: "root" }), [/^Type: this has to be one of/]],
  ["no day", body("Offboard somebody", { Person: "ada", "Last day": "2026-02-30" }), [/^Last day: A date is written/]],
  ["markdown for a key", body("Offboard somebody", { Person: "[ada](http://evil.example)" }), [/^Person: A key is/]],
  [
    "HTML for an address",
    body("Grant access until a day", { Person: "ada", Access: "<b>x</b>", Until: "2026-12-31" }),
    [/^Access: An address is/],
  ],
  ["a path for a key", body("Offboard somebody", { Person: "../../etc/passwd" }), [/^Person: A key is/, /^Person: A key must/]],
  ["an inherited name", body("Onboard somebody", { Name: "A", Type: "guest", Key: "__proto__" }), [/^Key: A key is/, /^Key: A key must/]],
  [
    "an inherited app",
    body("Onboard somebody", { Name: "A", Type: "guest", Accounts: "__proto__=x" }),
    [/^Accounts: "__proto__=x" is not written/],
  ],
  [
    "no pair",
    body("Onboard somebody", { Name: "A", Type: "guest", Accounts: "mmitchell" }),
    [/^Accounts: "mmitchell" is not written app=login/],
  ],
  [
    "invisible characters",
    body("Onboard somebody", { Name: "A\u202eb", Type: "guest" }),
    [/^Name: The text holds characters that cannot be seen/],
  ],
  ["no e-mail", body("Onboard somebody", { Name: "A", Type: "guest", "E-mail": "a@b" }), [/^E-mail: This is not an e-mail address/]],
  ["a long text", body("Offboard somebody", { Person: "ada", Reason: "x".repeat(301) }), [/^Reason: The text is longer than 300/]],
  ["a very long issue", body("Offboard somebody", { Person: "ada", Reason: "x".repeat(20_000) }), [/longer than 10000/]],
])("%s is refused, and told by the name of the question", (_, text, problems) => {
  const read = readRequest(text);
  expect(read).toEqual({ kind: "refused", problems: problems.map((p) => expect.stringMatching(p)) });
});

test("whatever an issue holds, the answer is a request of the schema's shape or a refusal", () => {
  const labels = [...new Set([requestHeading, ...requestForms.flatMap((f) => f.fields.map((x) => x.label)), "Other"])];
  const values = fc.oneof(
    fc.constantFrom(...requestForms.map((f) => f.name), "_No response_", "ada", "2026-12-31", "github/team/dba", "employee"),
    fc.string({ unit: "binary", maxLength: 40 }),
  );
  const issue = fc
    .array(fc.tuple(fc.constantFrom(...labels), values), { maxLength: 8 })
    .map((all) => all.map(([l, v]) => `### ${l}\n\n${v}`).join("\n\n"));
  fc.assert(
    fc.property(fc.oneof(issue, fc.string({ unit: "binary" })), (text) => {
      const read = readRequest(text);
      if (read.kind !== "request") return;
      const { fields } = read.request;
      for (const value of Object.values(fields).flat()) if (typeof value === "string") expect(value).toMatch(/^(?!\s)[^\n\r\t]+(?<!\s)$/);
      if ("person" in fields) expect(fields.person).toMatch(/^[a-z0-9][a-z0-9._-]*$/);
    }),
    { numRuns: 2_000 },
  );
});

test("no two questions of a form share a heading, and every one is a field of its schema", () => {
  for (const { fields, name } of requestForms) {
    const headings = [requestHeading, ...fields.map((f) => f.label)];
    expect(new Set(headings).size).toBe(headings.length);
    // A form that is filled in with what fits nowhere is refused for its values, never for a field that is not known.
    const read = readRequest(body(name, Object.fromEntries(fields.map((f) => [f.label, f.options?.[0] ?? "%"]))));
    expect(read.kind === "refused" && read.problems.join()).toMatch(/^(?!.*The request:)/);
  }
});
