import { expect, test } from "vitest";
import type { Diagnostic } from "../../../src/core/diagnostic.ts";
import { diagnosticsToJson, renderDiagnostics } from "../../../src/core/report/diagnostics.ts";

const at = (line: number, column: number, endColumn?: number) => ({
  file: "a.yaml",
  line,
  column,
  ...(endColumn === undefined ? {} : { endColumn }),
});
const text = 'name: Ada\nmanager: garce\nkey: "s3cret"\n';
const unknown: Diagnostic = {
  code: "PERSON_UNKNOWN",
  severity: "error",
  summary: "No such person.",
  fix: 'Did you mean "grace"?',
  where: [at(2, 10, 15)],
};
const secret: Diagnostic = { code: "SECRET_LITERAL", severity: "error", summary: "A secret.", where: [at(3, 6)], sensitive: true };
const warning: Diagnostic = { code: "GRANT_EXPIRED", severity: "warning", summary: "Over.", detail: "It ended.", where: [at(1, 1)] };

test("frames, in order of place, with a count", () => {
  expect(renderDiagnostics([secret, unknown, warning], () => text)).toBe(`warning[GRANT_EXPIRED]: Over.
 --> a.yaml:1:1
  |
1 | name: Ada
  | ^^^^^
  = It ended.

error[PERSON_UNKNOWN]: No such person.
 --> a.yaml:2:10
  |
2 | manager: garce
  |          ^^^^^
  = fix: Did you mean "grace"?

error[SECRET_LITERAL]: A secret.
 --> a.yaml:3:6
  | (line not shown: it may hold a secret)

2 errors, 1 warning
`);
});

test("the text of a sensitive line is never shown", () => {
  expect(renderDiagnostics([secret], () => text)).not.toContain("s3cret");
});

test("a line that holds an escape sequence cannot move the cursor", () => {
  const shown = renderDiagnostics([unknown], () => "x\nma\u001b[2Jager: garce\u202e\n");
  expect(shown).not.toContain("\u001b");
  expect(shown).not.toContain("\u202e");
});

test("of a very long line a piece around the place is shown", () => {
  const shown = renderDiagnostics([{ ...unknown, where: [at(1, 5001, 5004)] }], () => `${"x".repeat(5000)}bad${"y".repeat(4000)}`);
  expect(Math.max(...shown.split("\n").map((l) => l.length))).toBeLessThan(140);
  const [line, carets] = shown.split("\n").slice(3, 5);
  expect(line!.slice(carets!.indexOf("^"), carets!.lastIndexOf("^") + 1)).toBe("bad");
});

test("JSON is versioned, complete and in the same order whatever came first", () => {
  const json = diagnosticsToJson([secret, unknown, warning]);
  expect(JSON.parse(json)).toMatchObject({
    version: 1,
    errors: 2,
    warnings: 1,
    diagnostics: [{ code: "GRANT_EXPIRED" }, { code: "PERSON_UNKNOWN" }, { code: "SECRET_LITERAL", sensitive: true }],
  });
  expect(diagnosticsToJson([warning, unknown, secret])).toBe(json);
});

test("nothing to say is nothing", () => {
  expect(renderDiagnostics([], () => undefined)).toBe("");
});
