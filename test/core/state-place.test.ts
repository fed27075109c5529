import { describe, expect, test } from "vitest";
import { parseStatePlace } from "../../src/core/model/organization.ts";
import { settingsFile } from "../../src/core/model/organization.schema.ts";

const accepts = (state: string): boolean => settingsFile.safeParse({ organization: "Acme", state }).success;

describe("where state is kept", () => {
  test("is a folder inside the repository, or git: and a branch", () => {
    for (const state of [".rollcall/state", "state", "a/b_c", "git:rollcall-state", "git:rollcall/state-2", "git:v1.0"])
      expect(accepts(state), state).toBe(true);
    expect(parseStatePlace("a/b")).toEqual({ kind: "folder", path: "a/b" });
    expect(parseStatePlace("git:rollcall/state")).toEqual({ kind: "branch", name: "rollcall/state" });
  });

  test("is never led elsewhere: not out of the repository, not to another remote, not to a branch that people work on", () => {
    const folders = ["", "../state", "/var/state", "a/../../b", ".git/state", "a//b", "a\\b", "C:state", "s3://bucket"];
    const branches = [
      "git:",
      "git:main",
      "git:Master",
      "git:HEAD",
      "git:refs/heads/main",
      "git:a..b",
      "git:a/../b",
      "git:-x",
      "git:--upload-pack=evil",
      "git:a b",
      "git:a~1",
      "git:a@{1}",
      "git:a.lock",
      "git:.hidden",
      "git:a/.b",
      "git:a.",
      "git:a/",
      "git:/a",
      "git:a:b",
      "git:https://evil.example/x",
      "git:under_score",
      `git:${"a".repeat(200)}`,
    ];
    for (const state of [...folders, ...branches]) expect(accepts(state), state).toBe(false);
  });
});
