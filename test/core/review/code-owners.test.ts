import { describe, expect, test } from "vitest";
import { codeOwners, type CodeOwnersInput, compareCodeOwners, isOurs } from "../../../src/core/review/code-owners.ts";
import { ownersOf } from "../../../src/core/review/owners.ts";
import { app, approvals, organization, person } from "../../support/organization.ts";
import { filesOf, now } from "./forge-of.ts";
import { paths, random, story } from "./story.ts";

const input = (s: Partial<CodeOwnersInput> = {}): CodeOwnersInput => ({
  organization: organization({
    people: [person("ada", { email: "ada@acme.example" }), person("bob", { email: "bob@acme.example" }), person("kim")],
    apps: [app("forge", { owners: ["ada"] }), app("wiki", { owners: ["bob"] })],
    policies: [approvals({ "policies/": ["ada"] })],
  }),
  now,
  loginOf: (key) => (key === "ada" ? "ada-l" : null),
  prefix: "",
  ...s,
});
const textOf = (s: Partial<CodeOwnersInput> = {}): string => {
  const made = codeOwners(input(s));
  if (made.kind === "refused") throw new Error(made.why);
  return made.text;
};

/** Who has to look at a path, as GitHub reads the file: the last line that fits. */
function asked(text: string, path: string): string[] {
  const line = text
    .split("\n")
    .filter((l) => l !== "" && !l.startsWith("#"))
    .map((l) => l.split(" "))
    .findLast(([pattern]) => pattern === "*" || (pattern!.endsWith("/") ? `/${path}`.startsWith(pattern!) : `/${path}` === pattern));
  return line?.slice(1) ?? [];
}

test("GitHub asks whom rollcall asks, for every path of 3,000 companies", () => {
  let compared = 0;
  for (let seed = 1; seed <= 3_000; seed++) {
    const files = filesOf(story(random(seed)).company);
    const owners = ownersOf(files, now);
    const made = codeOwners(input({ organization: files, loginOf: (key) => `l-${key}` }));
    if (owners.policies.people.length === 0) {
      expect(made.kind).toBe("refused");
      continue;
    }
    if (made.kind === "refused") throw new Error(made.why);
    for (const path of [
      ...Object.values(paths),
      "identities/services/bot.yaml",
      "identities/x",
      "rollcall.yaml",
      "README.md",
      "src/a.ts",
    ]) {
      // Of a policy with an entry of its own rollcall asks an owner of policies besides: here it is that one.
      const people = path.startsWith("policies/") ? owners.policies.people : owners.path(path).people;
      expect([seed, path, asked(made.text, path)]).toEqual([seed, path, people.map((key) => `@l-${key}`)]);
      compared++;
    }
  }
  expect(compared).toBeGreaterThan(20_000);
});

describe("lines", () => {
  test("a login, else the address; no line is without owners, and who cannot be named is told", () => {
    const apps = [app("forge", { owners: ["ada"] }), app("wiki", { owners: ["kim"] }), app("door", { owners: ["bob", "ada"] })];
    const made = codeOwners(input({ organization: { ...input().organization, apps: new Map(apps.map((a) => [a.key, a])) } }));
    if (made.kind === "refused") throw new Error(made.why);
    expect(made.unnamed).toEqual(["kim"]);
    expect(asked(made.text, "identities/apps/wiki.yaml")).toEqual(["@ada-l"]);
    expect(asked(made.text, "identities/apps/door.yaml")).toEqual(["@ada-l", "bob@acme.example"]);
    for (const line of made.text.split("\n")) if (line !== "" && !line.startsWith("#")) expect(line).toMatch(/^\S+(?: \S+@?\S+)+$/);
  });

  test("a login or an address that would be read as something else is not written", () => {
    const people = [
      person("ada", { email: "ada lovelace@x" }),
      person("bob", { email: "b#c@acme.example" }),
      person("kim", { email: "kim@acme.example" }),
    ];
    const files = organization({ people, apps: [app("forge", { owners: ["ada", "bob", "kim"] })] });
    expect(textOf({ organization: files, loginOf: (key) => `${key} @evil\n* @evil` })).not.toContain("evil");
    expect(asked(textOf({ organization: files, loginOf: () => null }), "rollcall.yaml")).toEqual(["kim@acme.example"]);
  });

  test("below another folder of the repository nothing else is claimed but .github", () => {
    const text = textOf({ prefix: "access/" });
    expect(asked(text, "access/rollcall.yaml")).toEqual(["@ada-l"]);
    expect(asked(text, ".github/workflows/a.yml")).toEqual(["@ada-l"]);
    expect(asked(text, "website/index.html")).toEqual([]);
    expect(codeOwners(input({ prefix: "my access*/" })).kind).toBe("refused");
  });

  test("where nobody owns policies, or can be named, there is no file rather than an open one", () => {
    const bare = organization({ people: [person("ada")], apps: [app("forge")] });
    expect(codeOwners(input({ organization: bare })).kind).toBe("refused");
    const nameless = organization({ people: [person("kim")], apps: [app("forge", { owners: ["kim"] })] });
    expect(codeOwners(input({ organization: nameless })).kind).toBe("refused");
  });
});

test("a file that only a day made old is dated, not stale", () => {
  const people = (lastDay?: string) => [
    person("ada", { email: "ada@acme.example", ...(lastDay === undefined ? {} : { lastDay }) }),
    person("bob", { email: "bob@acme.example" }),
  ];
  const files = (lastDay?: string) => organization({ people: people(lastDay), apps: [app("forge", { owners: ["ada", "bob"] })] });
  const on = (day: string) => new Date(`${day}T12:00:00Z`);
  const before = textOf({ organization: files("2026-06-09"), now: on("2026-06-01") });
  const leaver = input({ organization: files("2026-06-09"), now: on("2026-08-01") });
  expect(before).toContain("@ada-l");
  expect(compareCodeOwners(before, { ...leaver, now: on("2026-06-09") })).toBe("fresh");
  expect(compareCodeOwners(before, leaver)).toBe("dated");
  expect(compareCodeOwners(textOf(leaver), leaver)).toBe("fresh");
  expect(compareCodeOwners(`${before}* @eve\n`, leaver)).toBe("stale");
  expect(isOurs(before)).toBe(true);
  expect(isOurs("* @eve\n")).toBe(false);
});
