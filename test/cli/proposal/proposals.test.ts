/** `rollcall onboard`, `offboard` and `grant`: a pull request, or the files here. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { grant } from "../../../src/cli/commands/grant.ts";
import { offboard } from "../../../src/cli/commands/offboard.ts";
import { onboard } from "../../../src/cli/commands/onboard.ts";
import { schema } from "../../../src/cli/commands/schema.ts";
import { commitAll, git } from "../../support/git.ts";
import { bot, openStage, type Stage } from "./stage.ts";

let stage: Stage;
beforeEach(async () => {
  stage = await openStage();
});
afterEach(async () => stage.close());

const doors = async () => stage.doors;
const status = (): string => git(stage.company.dir, "status", "--porcelain");

test("a newcomer is proposed on top of the default branch; what lies here is neither read nor touched", async () => {
  await stage.company.write({ "identities/people/grace.yaml": "name: Grace\nroles: [unknown-here]\n" });
  const before = status();
  const ran = await stage.company.run(async (c) =>
    onboard(c, "Maria Mitchell", { email: "maria@acme.example", role: ["writer"], account: ["wiki=maria"] }, doors),
  );
  expect(ran).toMatchObject({ code: 0, out: "https://forge.example/pull/100\n", err: expect.stringContaining("+ wiki/space/docs:editor") });
  expect(status()).toBe(before);
  const [pull] = stage.pulls;
  expect(pull).toMatchObject({ title: "Onboard Maria Mitchell (maria-mitchell)", base: { ref: "main" }, labels: ["rollcall-request"] });
  expect(pull!.head.ref).toMatch(/^rollcall\/onboard-maria-mitchell-[0-9a-f]{8}$/);
  expect(pull!.body).toContain("<code>wiki/space/docs&#58;editor</code>");
  expect(pull!.body).toContain("Asked for by adalove");
  expect(stage.at(pull!.head.ref, "identities/people/maria-mitchell.yaml")).toContain("email: maria@acme.example\nroles:\n  - writer\n");
  expect(stage.message(pull!.head.ref)).toMatch(/\n\nRollcall-Requester: 583231 adalove$/);
  expect(git(stage.company.dir, "log", "-1", "--format=%an <%ae>", pull!.head.ref)).toBe(
    "adalove <583231+adalove@users.noreply.github.com>",
  );
});

test("a second run changes nothing, another date brings the same pull request up to date", async () => {
  const run = async (lastDay: string) => stage.company.run(async (c) => offboard(c, "ada", { lastDay }, doors));
  await run("2026-07-31");
  const branch = stage.pulls[0]!.head.ref;
  const first = git(stage.company.dir, "rev-parse", branch);
  expect((await run("2026-07-31")).err).toContain("says so already");
  expect(git(stage.company.dir, "rev-parse", branch)).toBe(first);
  expect((await run("2026-08-31")).err).toContain("pull request #100 updated");
  expect(stage.pulls).toHaveLength(1);
  expect(stage.pulls[0]).toMatchObject({ title: expect.stringContaining("2026-08-31") });
  expect(stage.at(branch, "identities/people/ada.yaml")).toContain("last-day: 2026-08-31");
});

test("a bot has no requester to name", async () => {
  stage.viewer = bot;
  await stage.company.run(async (c) => grant(c, "ada", "wiki/space/team", { until: "2026-12-31" }, doors));
  expect(stage.message(stage.pulls[0]!.head.ref)).not.toContain("Rollcall-Requester");
});

test("words from outside cannot pass for a trailer, and show as what they are", async () => {
  const name = "Rollcall-Request: #1 <img src=x> @acme/owners [a](b)";
  await stage.company.run(async (c) => onboard(c, "eve", { name }, doors));
  const [pull] = stage.pulls;
  const lines = stage.message(pull!.head.ref).split("\n");
  expect(lines.filter((l) => l.startsWith("Rollcall-Request"))).toEqual(["Rollcall-Requester: 583231 adalove"]);
  expect(pull!.body).not.toMatch(/<img|@acme|\[a\]\(b\)/);
});

test.each([
  ["a role that is none", ["eve", { name: "Eve", role: ["writr"] }], /There is no role "writr"[^]*Did you mean "writer"\?/],
  ["an address that somebody has", ["eve", { name: "Eve", email: "ada@acme.example" }], /ada has the address/],
  ["a key alone", ["eve", {}], /give the name as well/],
  ["values that fit nowhere, all at once", ["eve", { name: "Eve", start: "soon", email: "x" }], /E-mail: This is not[^]*First day: A date/],
  ["what is no account", ["eve", { name: "Eve", account: ["wiki"] }], /--account: "wiki" is not written app=login/],
] as const)("%s is refused before anything is said to the forge", async (_, [who, options], words) => {
  const ran = await stage.company.run(async (c) => onboard(c, who, options, doors));
  expect(ran).toMatchObject({ code: 3, err: expect.stringMatching(words) });
  expect([stage.pulls, git(stage.company.dir, "branch", "--list", "rollcall/*")]).toEqual([[], ""]);
});

test("a grant beyond the catalogue, or its longest time, is refused with what is meant", async () => {
  await stage.company.write({
    "identities/apps/wiki.yaml": `${await stage.company.files("identities/apps/wiki.yaml")}entitlements:\n  space/docs: {}\n  space/secrets: { max: 30d }\n`,
  });
  commitAll(stage.company.dir);
  const run = async (address: string, until: string) => stage.company.run(async (c) => grant(c, "ada", address, { until }, doors));
  expect(await run("wiki/space/secrts", "2026-06-30")).toMatchObject({
    code: 3,
    err: expect.stringMatching(/Did you mean "wiki\/space\/secrets"/),
  });
  expect(await run("wiki/space/secrets", "2026-07-11")).toMatchObject({ code: 3, err: expect.stringContaining("at most 30 days") });
  expect((await run("wiki/space/secrets", "2026-07-10")).code).toBe(0);
  expect(stage.pulls).toHaveLength(1);
});

test("--write changes the files here and their schemas; --dry-run shows it and writes nothing", async () => {
  await stage.company.run(async (c) => schema(c, {}));
  commitAll(stage.company.dir);
  const never = () => Promise.reject(new Error("nobody is asked"));
  const shown = await stage.company.run(async (c) => onboard(c, "Eve Curie", { dryRun: true }, never));
  expect(shown).toMatchObject({ code: 0, out: expect.stringContaining("+++ identities/people/eve-curie.yaml\n+# yaml-language-server") });
  expect(status()).toBe("");
  const written = await stage.company.run(async (c) => onboard(c, "Eve Curie", { write: true }, never));
  expect(written.out).toBe("wrote  identities/people/eve-curie.yaml\nwrote  identities/.schema/names.json\n");
  expect((await stage.company.run(async (c) => schema(c, { check: true }))).code).toBe(0);
});

test("schemas that change with a newcomer are part of the proposal", async () => {
  await stage.company.run(async (c) => schema(c, {}));
  commitAll(stage.company.dir);
  await stage.company.run(async (c) => onboard(c, "Eve Curie", {}, doors));
  const { ref } = stage.pulls[0]!.head;
  expect(git(stage.company.dir, "diff", "--name-only", "main", ref)).toBe(
    "identities/.schema/names.json\nidentities/people/eve-curie.yaml",
  );
  git(stage.company.dir, "checkout", "--quiet", ref);
  expect((await stage.company.run(async (c) => schema(c, { check: true }))).code).toBe(0);
});

test("files of the default branch with errors are said to be the reason", async () => {
  await stage.company.write({ "identities/people/grace.yaml": "name: Grace\nroles: [nothing]\n" });
  commitAll(stage.company.dir);
  const ran = await stage.company.run(async (c) => onboard(c, "Eve Curie", {}, doors));
  expect(ran).toMatchObject({ code: 3, err: expect.stringMatching(/ROLE_UNKNOWN[^]*have errors; they have to be mended first/) });
});
