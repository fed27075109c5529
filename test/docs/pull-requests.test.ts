/** The page, the workflows that are written and what doctor wants are one thing. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { requiredChecks } from "../../src/core/doctor/rules/default-branch.ts";
import { applyEnvironment, previewEnvironment } from "../../src/core/doctor/rules/environments.ts";
import { levels } from "../../src/core/doctor/finding.ts";
import { githubFiles } from "../../src/core/scaffold/github/github-files.ts";

const page = readFileSync(join(import.meta.dirname, "../../docs/pull-requests.md"), "utf8");
const bindings = { read: [], write: [], snapshot: [] };
const written = githubFiles({ branch: "main", preview: "live", bindings }).map((f) => f.text);

test("the checks that doctor wants required are jobs of the workflows, and the page says to require them", () => {
  for (const name of Object.values(requiredChecks)) {
    expect(
      written.some((text) => new RegExp(`^ {4}name: ${name}$`, "m").test(text)),
      name,
    ).toBe(true);
    expect(page).toContain(`\`${name}\``);
  }
});

test("the environments that doctor looks at are those that the workflows name, and the page says to make them", () => {
  const named = new Set(written.flatMap((text) => [...text.matchAll(/^ +environment: (\S+)$/gm)].map(([, name]) => name)));
  expect(named).toEqual(new Set([applyEnvironment, previewEnvironment]));
  for (const name of named) expect(page).toContain(`| \`${name}\``);
});

test("the page explains every level that is not plainly good", () => {
  for (const level of levels.filter((l) => l !== "ok")) expect(page).toMatch(new RegExp(`^\\| ${level} `, "m"));
});
