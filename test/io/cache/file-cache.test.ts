import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { decoderVersion } from "../../../src/io/cache/decoder-version.ts";
import { type FileCache, openFileCache } from "../../../src/io/cache/file-cache.ts";
import { company, loadWith } from "../../core/small-company.ts";

const { declarations } = loadWith();
const files = Object.entries(company).map(([path, text]) => ({ path, text }));
const ada = "identities/people/ada.yaml";

let folder: string;
let notes: string[];
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), "rollcall-cache-")), "deep", "rollcall");
  notes = [];
});
afterEach(() => rmSync(join(folder, "..", ".."), { recursive: true, force: true }));

const open = (version = "v1", root = "/repository"): FileCache =>
  openFileCache({ folder, root, version, note: (message) => void notes.push(message) });

/** What a run does: asks for every file, then keeps what it read. */
function run(cache: FileCache, read = files): string[] {
  const known = read.filter(({ path, text }) => cache.known(path, text) !== undefined);
  cache.keep([{ files: read, declarations }]);
  return known.map((f) => f.path);
}
const onlyFile = (): string => join(folder, readdirSync(folder)[0]!);

describe("what was read before", () => {
  test("is known to the next run, by its path and its text, and to nobody else's eyes", () => {
    expect(run(open())).toEqual([]);
    expect(run(open())).toEqual(files.map((f) => f.path));
    expect(open().known(ada, company[ada]!)).toStrictEqual(declarations.get(ada));
    expect(open().known(ada, `${company[ada]!}# changed\n`)).toBeUndefined();
    expect(open().known("identities/people/bob.yaml", company[ada]!)).toBeUndefined();
    expect(readdirSync(folder)).toHaveLength(1);
    expect([0o700, 0o600]).toEqual([modeOf(folder), modeOf(onlyFile())]);
    expect(notes).toEqual([]);
  });

  test("is written only where something is new, and what is no longer used is forgotten", () => {
    run(open());
    const before = readFileSync(onlyFile());
    run(open());
    expect(readFileSync(onlyFile()).equals(before)).toBe(true);
    const changed = files.map((f) => (f.path === ada ? { ...f, text: `${f.text}# changed\n` } : f));
    run(open(), changed);
    expect(open().known(ada, company[ada]!)).toBeUndefined();
    expect(run(open(), changed)).toEqual(files.map((f) => f.path));
  });

  test("by another decoder is not looked at, and by another repository lies in a file of its own", () => {
    run(open());
    expect(run(open("v2"))).toEqual([]);
    expect(run(open("v1"))).toEqual([]);
    expect(run(open("v1", "/another"))).toEqual([]);
    expect(readdirSync(folder)).toHaveLength(2);
  });
});

const modeOf = (path: string): number => lstatSync(path).mode & 0o777;

describe("a cache that is of no use is as if it were not there", () => {
  const spoilt: readonly (readonly [string, (path: string) => void])[] = [
    ["cut off", (path) => writeFileSync(path, readFileSync(path).subarray(0, 200))],
    ["with one bit turned", (path) => writeFileSync(path, turned(readFileSync(path)))],
    ["empty", (path) => writeFileSync(path, "")],
    ["of another kind altogether", (path) => writeFileSync(path, "hello\n")],
    ["writable by others", (path) => chmodSync(path, 0o666)],
    [
      "a link to elsewhere",
      (path) => {
        writeFileSync(join(folder, "elsewhere"), readFileSync(path));
        rmSync(path);
        symlinkSync(join(folder, "elsewhere"), path);
      },
    ],
    [
      "a folder",
      (path) => {
        rmSync(path);
        mkdirSync(path);
      },
    ],
  ];
  test.each(spoilt)("%s", (_, spoil) => {
    run(open());
    spoil(onlyFile());
    const cache = open();
    expect(files.filter(({ path, text }) => cache.known(path, text) !== undefined)).toEqual([]);
    expect(notes).toHaveLength(1);
    cache.keep([{ files, declarations }]);
  });

  test("where it cannot be written, nothing is said but to who wants to know, and nothing is left behind", () => {
    mkdirSync(join(folder, ".."), { recursive: true });
    writeFileSync(folder, "a file where the folder should be");
    expect(run(open())).toEqual([]);
    expect(notes).not.toEqual([]);
    expect(readFileSync(folder, "utf8")).toBe("a file where the folder should be");
  });

  test("files of repositories that nobody works on any more are removed", () => {
    run(open("v1", "/old"));
    const old = onlyFile();
    utimesSync(old, new Date("2020-01-01"), new Date("2020-01-01"));
    run(open());
    expect(existsSync(old)).toBe(false);
    expect(readdirSync(folder)).toHaveLength(1);
  });
});

function turned(bytes: Buffer): Buffer {
  bytes[bytes.length - 10]! ^= 1;
  return bytes;
}

describe("the decoder's version", () => {
  test("is another one when any file of its code changes, comes or goes, and when the libraries do", () => {
    const code = join(folder, "code");
    mkdirSync(code, { recursive: true });
    writeFileSync(join(code, "person.schema.ts"), "export const person = 1;");
    const versions = [decoderVersion([code], "yaml 2")];
    writeFileSync(join(code, "person.schema.ts"), "export const person = 2;");
    versions.push(decoderVersion([code], "yaml 2"), decoderVersion([code], "yaml 3"));
    writeFileSync(join(code, "role.ts"), "export const role = 1;");
    versions.push(decoderVersion([code], "yaml 2"));
    expect(new Set(versions).size).toBe(4);
    expect(versions).not.toContain(null);
  });

  test("is none where the code cannot be read: then nothing is kept", () => {
    expect(decoderVersion([join(folder, "nowhere")], "")).toBeNull();
  });
});
