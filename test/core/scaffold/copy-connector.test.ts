import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { expect, test } from "vitest";
import { manifest } from "../../../providers/memory/manifest.ts";
import { connectorPage } from "../../../src/core/scaffold/connector-page.ts";
import { connectorNameProblem, labelOf } from "../../../src/core/scaffold/connector-name.ts";
import { copyConnector, type TextFile } from "../../../src/core/scaffold/copy-connector.ts";

const folder = join(import.meta.dirname, "../../../providers/memory");
const reference: readonly TextFile[] = readdirSync(folder, { recursive: true, withFileTypes: true })
  .filter((e) => e.isFile())
  .map((e) => join(e.parentPath, e.name))
  .map((path) => ({ path: relative(folder, path), text: readFileSync(path, "utf8") }));
const all = (files: readonly TextFile[]): string => files.map((f) => f.text).join("\n");

test("nothing of the reference's name is left, and the copy has its own", () => {
  const files = copyConnector(reference, manifest, { name: "acme-chat", from: "package" });
  expect(all(files)).not.toMatch(/memory|imaginary|connector to copy/i);
  expect(all(files)).toContain('name: "acme-chat",\n  label: "Acme Chat",\n  description: "Acme Chat, in one sentence.",');
  expect(all(files)).toContain("https://api.acme-chat.example");
  expect(files.map((f) => f.path)).toEqual(
    reference.map((f) => f.path.replace("memory.test.ts", "acme-chat.test.ts")).sort((a, b) => (a < b ? -1 : 1)),
  );
});

test("a copy for another repository imports the package by name, one for rollcall's own its sources by path; nothing else differs", () => {
  const elsewhere = copyConnector(reference, manifest, { name: "acme", from: "package" });
  const here = copyConnector(reference, manifest, { name: "acme", from: "source" });
  expect(all(elsewhere)).not.toMatch(/src\//);
  for (const room of ["rollcall/connector", "rollcall/connector/simulation", "rollcall/connector/conformance"])
    expect(all(elsewhere)).toContain(` from "${room}";`);
  expect(all(here)).not.toContain('"rollcall/');
  const imports = /^.* from ".*";$/gm;
  expect(all(elsewhere).replaceAll(imports, "")).toBe(all(here).replaceAll(imports, ""));
});

test("the page has a row for each entitlement, verb and call, and open cells for what only the vendor can say", () => {
  const page = connectorPage({
    ...manifest,
    name: "acme",
    label: "Acme",
    entitlements: [{ ...manifest.entitlements[2]!, description: "a | b" }],
  });
  expect(page).toMatch(/^\| `space\/docs` \| reader < editor \| a \\\| b +\|$/m);
  expect(page).toMatch(/^\| `transfer` +\| +\| not possible +\| … +\|$/m);
  expect(page.match(/^\| `(?:GET|POST|PUT|PATCH|DELETE) /gm)).toHaveLength(manifest.calls.length);
  expect(page).toContain("Stopping an account is `suspend`.");
});

test.each(["Acme", "1chat", "a_b", "a--b", "-a", "a-", "", "..", "a/b", "a".repeat(32)])("%j is no name for a connector", (name) => {
  expect(connectorNameProblem(name, [])).toContain("is not a name");
});

test("a name that is taken is refused, and all others are fine", () => {
  expect(connectorNameProblem("github", ["github"])).toContain("is taken");
  for (const name of ["acme", "acme-chat", "a1", "a".repeat(31)]) expect(connectorNameProblem(name, ["github"])).toBeNull();
  expect(labelOf("acme-chat")).toBe("Acme Chat");
});
