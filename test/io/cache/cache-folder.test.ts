import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { cacheFolder } from "../../../src/io/cache/cache-folder.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "rollcall-cache-"));
  mkdirSync(join(root, "repository/.cache"), { recursive: true });
  mkdirSync(join(root, "home"));
});
afterEach(() => rmSync(root, { recursive: true }));

const at = (env: Record<string, string>) => cacheFolder(env, join(root, "repository"));

test("it is where ROLLCALL_CACHE says, else below XDG_CACHE_HOME, else below the home folder, else nowhere", () => {
  expect(at({ ROLLCALL_CACHE: join(root, "a"), XDG_CACHE_HOME: join(root, "b"), HOME: join(root, "home") })).toEqual({
    folder: join(root, "a"),
  });
  expect(at({ XDG_CACHE_HOME: join(root, "b"), HOME: join(root, "home") })).toEqual({ folder: join(root, "b/rollcall") });
  expect(at({ ROLLCALL_CACHE: "", XDG_CACHE_HOME: "", HOME: join(root, "home") })).toEqual({ folder: join(root, "home/.cache/rollcall") });
  expect(at({})).toHaveProperty("off");
  expect(at({ ROLLCALL_CACHE: "off", HOME: join(root, "home") })).toHaveProperty("off");
  expect(at({ ROLLCALL_CACHE: "somewhere" })).toHaveProperty("off");
});

test("it is never inside the repository, by whatever way it leads there: a change to the files could bring answers along", () => {
  const inside = join(root, "repository/.cache");
  expect(at({ ROLLCALL_CACHE: inside })).toHaveProperty("off");
  expect(at({ HOME: join(root, "repository") })).toHaveProperty("off");
  expect(at({ ROLLCALL_CACHE: join(root, "repository") })).toHaveProperty("off");
  expect(at({ ROLLCALL_CACHE: join(root, "repository/..cache") })).toHaveProperty("off");
  symlinkSync(inside, join(root, "link"));
  expect(at({ ROLLCALL_CACHE: join(root, "link/deeper/still") })).toHaveProperty("off");
  expect(at({ ROLLCALL_CACHE: join(root, "repository-of-another") })).toHaveProperty("folder");
});
