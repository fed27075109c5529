import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readWorkspace } from "../../../src/io/workspace/read-workspace.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "rollcall-workspace-"));
  mkdirSync(join(root, "identities/people"), { recursive: true });
  mkdirSync(join(root, "policies"));
  writeFileSync(join(root, "rollcall.yaml"), "organization: Acme\n");
  writeFileSync(join(root, "identities/people/b.yaml"), "name: B\n");
  writeFileSync(join(root, "identities/people/a.yaml"), "name: Ä\n");
});
afterEach(() => rmSync(root, { recursive: true }));

const problems = (): string[] => readWorkspace(root).diagnostics.map((d) => `${d.code} ${d.where[0]!.file}`);

test("files come sorted, by path from the root, and nothing else of the repository is read", () => {
  writeFileSync(join(root, "secret.txt"), "x");
  mkdirSync(join(root, "src"));
  const { files, diagnostics } = readWorkspace(root);
  expect(files).toEqual([
    { path: "identities/people/a.yaml", text: "name: Ä\n" },
    { path: "identities/people/b.yaml", text: "name: B\n" },
    { path: "rollcall.yaml", text: "organization: Acme\n" },
  ]);
  expect(diagnostics).toEqual([]);
});

test("a link out of the repository is reported and not followed: a file, a folder, the settings, a whole tree", () => {
  const outside = mkdtempSync(join(tmpdir(), "rollcall-outside-"));
  try {
    writeFileSync(join(outside, "c.yaml"), "name: OUTSIDE\n");
    symlinkSync(join(outside, "c.yaml"), join(root, "identities/people/c.yaml"));
    symlinkSync(outside, join(root, "identities/roles"));
    rmSync(join(root, "policies"), { recursive: true });
    symlinkSync(outside, join(root, "policies"));
    rmSync(join(root, "rollcall.yaml"));
    symlinkSync(join(outside, "c.yaml"), join(root, "rollcall.yaml"));
    expect(problems()).toEqual([
      "SYMLINK identities/people/c.yaml",
      "SYMLINK identities/roles",
      "SYMLINK policies",
      "SYMLINK rollcall.yaml",
    ]);
    expect(JSON.stringify(readWorkspace(root).files)).not.toContain("OUTSIDE");
  } finally {
    rmSync(outside, { recursive: true });
  }
});

test("a link inside the repository, or to nowhere, is reported too", () => {
  symlinkSync("a.yaml", join(root, "identities/people/c.yaml"));
  symlinkSync("nowhere", join(root, "identities/people/d.yaml"));
  expect(problems()).toEqual(["SYMLINK identities/people/c.yaml", "SYMLINK identities/people/d.yaml"]);
});

test("an oversized file is not read, and text that is not UTF-8 is refused", () => {
  writeFileSync(join(root, "identities/people/big.yaml"), Buffer.alloc(1_048_577, "a"));
  writeFileSync(join(root, "identities/people/latin.yaml"), Buffer.from([0x6e, 0xe9, 0x0a]));
  expect(problems()).toEqual(["FILE_TOO_LARGE identities/people/big.yaml", "TEXT_ENCODING identities/people/latin.yaml"]);
});

test("a pipe among the files does not hang the run", () => {
  execFileSync("mkfifo", [join(root, "identities/people/pipe.yaml")]);
  expect(problems()).toEqual(["FILE_KIND identities/people/pipe.yaml"]);
});

test("folders below folders are given on, for loading to refuse, down to a limit", () => {
  mkdirSync(join(root, `identities/${"x/".repeat(12)}`), { recursive: true });
  mkdirSync(join(root, "identities/people/uk"));
  writeFileSync(join(root, "identities/people/uk/c.yaml"), "name: C\n");
  const { files, diagnostics } = readWorkspace(root);
  expect(files.map((f) => f.path)).toContain("identities/people/uk/c.yaml");
  expect(diagnostics.map((d) => d.code)).toEqual(["FOLDER_DEPTH"]);
});

test("a root that is not there is an exception, not an empty company", () => {
  expect(() => readWorkspace(join(root, "nowhere"))).toThrow(/ENOENT/);
});
