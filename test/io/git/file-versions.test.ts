import { afterEach, beforeEach, expect, test } from "vitest";
import { fileVersions } from "../../../src/io/git/file-versions.ts";
import { commitsHere, lineOf } from "../../../src/io/git/line.ts";
import { cloneOf, type GitFolder, openGitFolder } from "../../support/git-folder.ts";

let repository: GitFolder;
beforeEach(() => {
  repository = openGitFolder();
});
afterEach(() => repository.close());

const paths = ["rollcall.yaml", "identities/roles", "identities/people/ada.yaml"];
const shown = (found: Awaited<ReturnType<typeof fileVersions>>): unknown[] =>
  found.versions.map((v) => [v.commit.subject, v.files && Object.fromEntries(v.files.map((f) => [f.path, f.text]))]);

test("every version of some files, oldest first: other files' commits are none, removals are gone", async () => {
  repository.commit({ "rollcall.yaml": "a", "identities/people/bob.yaml": "b" }, "one");
  repository.commit({ "identities/people/bob.yaml": "c" }, "not hers");
  repository.commit({ "identities/people/ada.yaml": "d", "identities/roles/sre.yaml": "e" }, "two");
  repository.remove("identities/roles/sre.yaml");
  repository.commit({ "identities/people/ada.yaml": "a" }, "three");
  const found = await fileVersions(repository.root, "HEAD", paths, 10);
  expect(shown(found)).toEqual([
    ["one", { "rollcall.yaml": "a" }],
    ["two", { "rollcall.yaml": "a", "identities/people/ada.yaml": "d", "identities/roles/sre.yaml": "e" }],
    ["three", { "rollcall.yaml": "a", "identities/people/ada.yaml": "a" }],
  ]);
  expect(found.cut).toBeNull();
  const newest = await fileVersions(repository.root, "HEAD", paths, 2);
  expect([shown(newest), newest.cut]).toEqual([shown(found).slice(1), "limit"]);
});

test("paths are told from the folder asked about, and taken literally", async () => {
  repository.commit(
    { "org/rollcall.yaml": "a", "rollcall.yaml": "outer", "org/identities/roles/[a].yaml": "x", "org/identities/roles/a.yaml": "y" },
    "one",
  );
  const found = await fileVersions(`${repository.root}/org`, "HEAD", ["rollcall.yaml", "identities/roles/[a].yaml"], 10);
  expect(shown(found)).toEqual([["one", { "rollcall.yaml": "a", "identities/roles/[a].yaml": "x" }]]);
});

test("a merge is one version, with all that it brought; the commits of its branch are none", async () => {
  repository.commit({ "rollcall.yaml": "a" }, "one");
  repository.branch("side", "HEAD", { "identities/people/ada.yaml": "b" });
  repository.commit({ "rollcall.yaml": "c" }, "two");
  repository.git("merge", "--quiet", "--no-ff", "--message", "merge", "side");
  expect(shown(await fileVersions(repository.root, "HEAD", paths, 10)).map((v) => (v as [string])[0])).toEqual(["one", "two", "merge"]);
});

test("a link, a submodule or bytes that are no text make a version that is not to be read", async () => {
  repository.commit({ "rollcall.yaml": "a" }, "one");
  repository.git(
    "update-index",
    "--add",
    "--cacheinfo",
    `120000,${repository.git("rev-parse", "HEAD:rollcall.yaml")},identities/roles/x.yaml`,
  );
  repository.git("commit", "--quiet", "--message", "link");
  repository.git("update-index", "--force-remove", "identities/roles/x.yaml");
  repository.write("rollcall.yaml", Buffer.from([0xff]));
  repository.git("add", "rollcall.yaml");
  repository.git("commit", "--quiet", "--message", "bytes");
  repository.commit({ "rollcall.yaml": "a" }, "again");
  expect(shown(await fileVersions(repository.root, "HEAD", paths, 10))).toEqual([
    ["one", { "rollcall.yaml": "a" }],
    ["link", null],
    ["bytes", null],
    ["again", { "rollcall.yaml": "a" }],
  ]);
});

test("a shallow clone's first version is not what its commit brought", async () => {
  repository.commit({ "rollcall.yaml": "a" }, "one");
  repository.commit({ "identities/people/ada.yaml": "b" }, "two");
  repository.commit({ "identities/people/ada.yaml": "c" }, "three");
  const clone = cloneOf(repository.root, "--depth", "2");
  try {
    const found = await fileVersions(clone.root, "HEAD", paths, 10);
    expect([shown(found).map((v) => (v as [string])[0]), found.cut]).toEqual([["two", "three"], "shallow"]);
    expect(await lineOf(clone.root, "HEAD", new Date())).toMatchObject({ cut: true, commits: { length: 2 } });
  } finally {
    clone.close();
  }
});

test("the line of a branch goes by first parents, newest first; of ids, those that are commits here are told", async () => {
  const one = repository.commit({ "rollcall.yaml": "a" }, "one");
  const side = repository.branch("side", "HEAD", { x: "y" });
  const two = repository.commit({ "rollcall.yaml": "b" }, "two");
  repository.git("merge", "--quiet", "--no-ff", "--message", "merge", "side");
  const { commits, cut } = await lineOf(repository.root, "HEAD", new Date());
  expect([commits.map((c) => c.id).slice(1), cut]).toEqual([[two, one], false]);
  const blob = repository.git("rev-parse", "HEAD:x");
  expect(await commitsHere(repository.root, [side, one, blob, "f".repeat(40), "HEAD", ""])).toEqual(new Set([side, one]));
});
