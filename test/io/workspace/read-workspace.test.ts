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

const problems = async (): Promise<string[]> => (await readWorkspace(root)).diagnostics.map((d) => `${d.code} ${d.where[0]!.file}`);

test("files come sorted, by path from the root, and nothing else of the repository is read", async () => {
  writeFileSync(join(root, "secret.txt"), "x");
  mkdirSync(join(root, "src"));
  const { files, diagnostics } = await readWorkspace(root);
  expect(files).toEqual([
    { path: "identities/people/a.yaml", text: "name: Ä\n" },
    { path: "identities/people/b.yaml", text: "name: B\n" },
    { path: "rollcall.yaml", text: "organization: Acme\n" },
  ]);
  expect(diagnostics).toEqual([]);
});

test("a link out of the repository is reported and not followed: a file, a folder, the settings, a whole tree", async () => {
  const outside = mkdtempSync(join(tmpdir(), "rollcall-outside-"));
  try {
    writeFileSync(join(outside, "c.yaml"), "name: OUTSIDE\n");
    symlinkSync(join(outside, "c.yaml"), join(root, "identities/people/c.yaml"));
    symlinkSync(outside, join(root, "identities/roles"));
    rmSync(join(root, "policies"), { recursive: true });
    symlinkSync(outside, join(root, "policies"));
    rmSync(join(root, "rollcall.yaml"));
    symlinkSync(join(outside, "c.yaml"), join(root, "rollcall.yaml"));
    expect(await problems()).toEqual([
      "SYMLINK identities/people/c.yaml",
      "SYMLINK identities/roles",
      "SYMLINK policies",
      "SYMLINK rollcall.yaml",
    ]);
    expect(JSON.stringify((await readWorkspace(root)).files)).not.toContain("OUTSIDE");
  } finally {
    rmSync(outside, { recursive: true });
  }
});

test("a link inside the repository, or to nowhere, is reported too", async () => {
  symlinkSync("a.yaml", join(root, "identities/people/c.yaml"));
  symlinkSync("nowhere", join(root, "identities/people/d.yaml"));
  expect(await problems()).toEqual(["SYMLINK identities/people/c.yaml", "SYMLINK identities/people/d.yaml"]);
});

test("an oversized file is not read, and text that is not UTF-8 is refused", async () => {
  writeFileSync(join(root, "identities/people/big.yaml"), Buffer.alloc(1_048_577, "a"));
  writeFileSync(join(root, "identities/people/latin.yaml"), Buffer.from([0x6e, 0xe9, 0x0a]));
  expect(await problems()).toEqual(["FILE_TOO_LARGE identities/people/big.yaml", "TEXT_ENCODING identities/people/latin.yaml"]);
});

test("a pipe among the files does not hang the run", async () => {
  execFileSync("mkfifo", [join(root, "identities/people/pipe.yaml")]);
  expect(await problems()).toEqual(["FILE_KIND identities/people/pipe.yaml"]);
});

test("folders below folders are given on, for loading to refuse, down to a limit", async () => {
  mkdirSync(join(root, `identities/${"x/".repeat(12)}`), { recursive: true });
  mkdirSync(join(root, "identities/people/uk"));
  writeFileSync(join(root, "identities/people/uk/c.yaml"), "name: C\n");
  const { files, diagnostics } = await readWorkspace(root);
  expect(files.map((f) => f.path)).toContain("identities/people/uk/c.yaml");
  expect(diagnostics.map((d) => d.code)).toEqual(["FOLDER_DEPTH"]);
});

test("a root that is not there is an exception, not an empty company", async () => {
  await expect(readWorkspace(join(root, "nowhere"))).rejects.toThrow(/ENOENT/);
});
