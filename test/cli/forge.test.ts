import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import { type Context, UsageError } from "../../src/cli/command.ts";
import { repositoryAt } from "../../src/cli/forge-address.ts";
import { ciEnvironment, openForgeFor } from "../../src/cli/forge.ts";
import { faultOf, json, vendor } from "../io/http/stage.ts";

const run = promisify(execFile);
const token = "ghs_Xq7wEr5tYu8iOp0aSd3fGh";

async function folder(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), "rollcall-forge-"));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  return dir;
}

function contextOf(env: Context["env"], given: Partial<Context> = {}): Context & { readonly told: string[] } {
  const told: string[] = [];
  const context = {
    dir: tmpdir(),
    json: false,
    apps: [],
    sandbox: false,
    verbose: true,
    env,
    now: () => new Date("2026-11-25T10:00:00Z"),
    out: () => undefined,
    err: (text: string) => void told.push(text),
    colour: { out: false, err: false },
    interactive: false,
    width: 100,
    signal: new AbortController().signal,
    ask: () => Promise.reject(new Error("asked")),
    ...given,
  } satisfies Context;
  return { ...context, told };
}

async function usage(attempt: Promise<unknown>): Promise<UsageError> {
  try {
    await attempt;
  } catch (error) {
    if (error instanceof UsageError) return error;
    throw error;
  }
  throw new Error("It succeeded");
}

test("the forge is where the environment says; the token goes there and nowhere else", async () => {
  const forge = await vendor((_, response) =>
    json(response, 200, { data: { viewer: { login: "github-actions[bot]", databaseId: 41898282, type: "User" } } }),
  );
  const door = await openForgeFor(
    contextOf({ GITHUB_REPOSITORY: "acme/identity", GITHUB_API_URL: `${forge.url}/`, GITHUB_TOKEN: ` ${token}\n` }),
    { access: "write" },
  );
  expect(door.repository).toBe("acme/identity");
  expect((await door.viewer()).kind).toBe("bot");
  expect(forge.seen.map((s) => s.headers.authorization)).toEqual([`Bearer ${token}`]);
  expect(door.calls()).toEqual({ read: 1, write: 0 });
  expect(door.redact(`x ${token}`)).toBe("x [secret]");
});

test("no answer of the forge brings the token back: not in a fault, its cause or its stack, not in the log", async () => {
  const forge = await vendor((_, response) =>
    json(
      response,
      422,
      { message: `Validation Failed for ${token}` },
      { deprecation: "2026-01-01", link: `<https://x/${token}>; rel="deprecation"` },
    ),
  );
  const context = contextOf({ GITHUB_REPOSITORY: "acme/identity", GITHUB_API_URL: forge.url, GITHUB_TOKEN: token });
  const door = await openForgeFor(context, { access: "read" });
  const error = await door.pull(7).then(
    () => new Error("It succeeded"),
    (e: unknown) => e as Error,
  );
  expect(error.message).toContain("Validation Failed for [secret]");
  expect(context.told.join("")).toContain("is deprecated");
  expect(`${error.stack} ${JSON.stringify(error)} ${context.told.join("")}`).not.toContain(token);
});

test("a redirect to another host takes no token along, and the read door writes nothing", async () => {
  const thief = await vendor((_, response) => json(response, 200, {}));
  const forge = await vendor((_, response) => {
    response.writeHead(302, { location: `${thief.url}/repos/acme/identity/pulls/7` });
    response.end();
  });
  const env = { GITHUB_REPOSITORY: "acme/identity", GITHUB_API_URL: forge.url, GITHUB_TOKEN: token };
  const door = await openForgeFor(contextOf(env), { access: "read" });
  expect((await faultOf(door.pull(7))).kind).toBe("refused");
  expect(thief.seen.length).toBe(0);

  const asked = forge.seen.length;
  const choose = (access: "read" | "write") => openForgeFor(contextOf(env), { access });
  const dry = await choose("read");
  expect((await faultOf(dry.status("c2", { context: "x", state: "success", description: "y" }))).kind).toBe("refused");
  expect(forge.seen.length).toBe(asked);
});

test("what is missing is said in one message with its exit code, and never the value of anything", async () => {
  const whole = { GITHUB_REPOSITORY: "acme/identity", GITHUB_API_URL: "http://127.0.0.1:9", GITHUB_TOKEN: token };
  const opening = async (env: Context["env"], given: Partial<Context> = {}): Promise<UsageError> =>
    usage(openForgeFor(contextOf({ ...whole, ...env }, given), { access: "read" }));
  expect(await opening({ GITHUB_TOKEN: " " })).toMatchObject({ code: 4, message: expect.stringContaining("GITHUB_TOKEN") as string });
  expect((await opening({ GITHUB_REPOSITORY: "acme/../identity" })).code).toBe(3);
  expect((await opening({ GITHUB_REPOSITORY: undefined }, { dir: await folder() })).message).toContain("GITHUB_REPOSITORY");
  for (const url of [
    `http://evil.example/${token}`,
    `https://user:${token}@api.github.com`,
    `https://api.github.com/?x=${token}`,
    `not an address ${token}`,
  ]) {
    const error = await opening({ GITHUB_API_URL: url });
    expect([url, error.code]).toEqual([url, 3]);
    expect(error.message).not.toContain(token);
  }
  expect((await opening({ GITHUB_API_URL: undefined }, { sandbox: true })).message).toContain("--sandbox");
  await openForgeFor(contextOf({ ...whole, GITHUB_TOKEN: undefined, GH_TOKEN: token }), { access: "read" });
  await openForgeFor(contextOf(whole, { sandbox: true }), { access: "read" });
});

test("without GITHUB_REPOSITORY the remote origin of the checkout names it, if it is at this forge", async () => {
  const dir = await folder();
  const git = (...args: string[]) => run("git", ["-C", dir, ...args]);
  await git("init", "-q");
  const env = { GITHUB_TOKEN: token, GITHUB_API_URL: "http://127.0.0.1:9" };
  const opened = () => openForgeFor(contextOf(env, { dir }), { access: "read" });
  expect((await usage(opened())).code).toBe(3);
  await git("remote", "add", "origin", `https://x-access-token:${token}@github.com/acme/identity.git`);
  expect((await opened()).repository).toBe("acme/identity");
  await git("remote", "set-url", "origin", `https://u:${token}@gitlab.example/acme/identity.git`);
  expect((await usage(opened())).message).not.toContain(token);
});

test.each([
  ["https://github.com/acme/identity", "acme/identity"],
  ["https://github.com/acme/identity.git/", "acme/identity"],
  ["git@github.com:acme/identity.git", "acme/identity"],
  ["GitHub.com:acme/identity", "acme/identity"],
  ["ssh://git@github.com:22/acme/identity.git", "acme/identity"],
  ["https://github.com.evil.example/acme/identity", null],
  ["https://evil.example/github.com/acme", null],
  ["git@evil.example:acme/identity", null],
  ["https://github.com/acme", null],
  ["https://github.com/acme/identity/more", null],
  ["https://github.com/acme/..", null],
  ["../github.com/acme/identity", null],
  ["file:///github.com/acme/identity", null],
  ["ext::sh -c x", null],
])("the remote %s is %s", (remote, expected) => {
  expect(repositoryAt(remote, "github.com")).toBe(expected);
});

/** The surroundings of a workflow run, with this event. */
async function surroundings(event: unknown, given: Record<string, string> = {}): Promise<Pick<Context, "env"> & { dir: string }> {
  const dir = await folder();
  const path = join(dir, "event.json");
  await writeFile(path, typeof event === "string" ? event : JSON.stringify(event));
  const env = {
    GITHUB_EVENT_PATH: path,
    GITHUB_EVENT_NAME: "push",
    GITHUB_REPOSITORY: "acme/identity",
    GITHUB_SERVER_URL: "https://github.com",
    GITHUB_RUN_ID: "123",
    GITHUB_RUN_ATTEMPT: "2",
    GITHUB_ACTOR: "adalove",
    GITHUB_ACTOR_ID: "1815",
    GITHUB_REF: "refs/heads/main",
    GITHUB_SHA: "a".repeat(40),
    GITHUB_STEP_SUMMARY: join(dir, "summary.md"),
    GITHUB_OUTPUT: join(dir, "output"),
    ...given,
  };
  return { env, dir };
}

test("the surroundings of a run, and the event that it is about", async () => {
  const push = await surroundings({ before: "b".repeat(40), after: "a".repeat(40), commits: [{ id: 1 }] });
  expect(await ciEnvironment(push)).toMatchObject({
    event: "push",
    pull: null,
    issue: null,
    before: "b".repeat(40),
    after: "a".repeat(40),
    actor: "adalove",
    actorId: 1815,
    ref: "refs/heads/main",
    sha: "a".repeat(40),
    runUrl: "https://github.com/acme/identity/actions/runs/123/attempts/2",
  });
  const made = await surroundings({ before: "0".repeat(40), after: "a".repeat(40) });
  expect((await ciEnvironment(made)).before).toBeNull();
  const pull = await surroundings({ pull_request: { number: 7, title: "::error::x" } }, { GITHUB_EVENT_NAME: "pull_request_target" });
  expect(await ciEnvironment(pull)).toMatchObject({ event: "pull_request_target", pull: 7, issue: null, before: null });
  const remark = await surroundings({ issue: { number: 8, pull_request: { url: "x" } } });
  expect(await ciEnvironment(remark)).toMatchObject({ pull: 8, issue: null });
  expect(await ciEnvironment(await surroundings({ issue: { number: 9 } }))).toMatchObject({ pull: null, issue: 9 });
  expect(await ciEnvironment({ env: {} })).toMatchObject({
    event: null,
    pull: null,
    sha: null,
    runUrl: null,
    summaryPath: null,
    outputPath: null,
  });
});

test.each([
  ["an event that is no object", "[]", {}],
  ["a number that is none", { pull_request: { number: "7; rm -rf" } }, {}],
  ["a commit that is a revision", { before: "HEAD~1" }, {}],
  ["an event that is no JSON", "{", {}],
  ["no event at all", "{}", { GITHUB_EVENT_PATH: "/nowhere/event.json" }],
  ["a folder as the event", "{}", { GITHUB_EVENT_PATH: tmpdir() }],
  ["a run that is no number", "{}", { GITHUB_RUN_ID: "1/../../x" }],
  ["a commit that is an option", "{}", { GITHUB_SHA: "--upload-pack=x" }],
])("%s ends it with exit 3", async (_, event, given) => {
  expect((await usage(ciEnvironment(await surroundings(event, given)))).code).toBe(3);
});

test("an event larger than any that GitHub sends is not read", async () => {
  const large = await surroundings(`{"x":"${"y".repeat(25 * 1024 * 1024)}"}`);
  expect((await usage(ciEnvironment(large))).message).toContain("25 MiB");
});

test("a value of an output cannot set another, whatever it contains", async () => {
  const { env, dir } = await surroundings({});
  const ci = await ciEnvironment({ env });
  const hostile = "x\nend-1\nEOF\npath<<EOF\n/tmp\nEOF";
  expect(await ci.writeOutput("plan", hostile)).toBe(true);
  expect(await ci.writeOutput("other", "")).toBe(true);
  // As the runner reads it: name, mark, lines up to the mark.
  const lines = (await readFile(join(dir, "output"), "utf8")).split("\n");
  const read: Record<string, string> = {};
  while (lines.length > 1) {
    const [name, end] = lines.shift()!.split("<<");
    read[name!] = lines.splice(0, lines.indexOf(end!)).join("\n");
    lines.shift();
  }
  expect(read).toEqual({ plan: hostile, other: "" });
  await expect(ci.writeOutput("a=b\nc", "x")).rejects.toThrow("no name of an output");
  expect(await (await ciEnvironment({ env: {} })).writeOutput("plan", "x")).toBe(false);
});

test("the summary of a job is added to, and what does not fit into a mebibyte is left out, which it says", async () => {
  const { env, dir } = await surroundings({});
  const ci = await ciEnvironment({ env });
  await ci.writeSummary("# one");
  await ci.writeSummary("é".repeat(400_000));
  await ci.writeSummary("é".repeat(400_000));
  const text = await readFile(join(dir, "summary.md"), "utf8");
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(1024 * 1024);
  expect(text.startsWith("# one\né")).toBe(true);
  expect(text).toContain("_800001 bytes more do not fit");
  expect(await (await ciEnvironment({ env: {} })).writeSummary("x")).toBe(false);
});
