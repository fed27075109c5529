/** Bots against a real Git remote and the simulated GitHub: pull requests by `rollcall` as a process of its own, from a clone and from a workflow. */
import { execFile } from "node:child_process";
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type HostedRepository, hostRepository } from "../support/hosted-repository.ts";

const entry = join(import.meta.dirname, "..", "..", "src", "cli", "rollcall.js");

const files = {
  "rollcall.yaml": "organization: Acme\ndomains: [acme.example]\ntimezone: UTC\nstate: git:rollcall-state\n",
  "identities/apps/github.yaml":
    "connector: github\nsettings: { organization: acme }\ncredentials: { token: env:ACME_TOKEN }\nentitlements:\n  team/infra: {}\n  team/dba: { max: 90d }\n",
  "identities/people/ada.yaml":
    "name: Ada Lovelace\nemail: ada@acme.example\nroles: [sre] # since 2024\naccounts:\n  github: { login: ada, id: 2 }\n",
  "identities/people/grace.yaml": "name: Grace Hopper\nemail: grace@acme.example\naccounts:\n  github: { login: grace, id: 3 }\n",
  "identities/roles/sre.yaml": "grants: [github/team/infra]\n",
};

let host: HostedRepository;
let dir: string;
beforeEach(async () => {
  host = await hostRepository({ files });
  dir = host.clone();
});
afterEach(async () => host.close());

async function rollcall(as: string, args: readonly string[], more: Readonly<Record<string, string>> = {}) {
  const env = {
    PATH: process.env["PATH"] ?? "",
    HOME: host.root,
    NO_COLOR: "1",
    ROLLCALL_CACHE: "off",
    GITHUB_API_URL: host.url,
    GITHUB_REPOSITORY: host.name,
    GITHUB_TOKEN: as,
    ...more,
  };
  return new Promise<{ code: number; out: string; err: string }>((resolve) =>
    execFile(process.execPath, [entry, "-C", dir, ...args], { env }, (error, out, err) =>
      resolve({ code: error ? Number(error.code) : 0, out, err }),
    ),
  );
}

const git = (...args: string[]): string => execFileSync("git", args, { cwd: host.git, encoding: "utf8" }).trim();
const pulls = () => host.world().repositories[0]!.pulls;

/** "Allow GitHub Actions to create and approve pull requests". */
function allow(): void {
  const world = structuredClone(host.world());
  world.repositories[0]!.actions.mayApprove = true;
  host.github.load(world);
}

test("a person's command opens a pull request in her name, and a second one with another day brings it up to date", async () => {
  const until = (day: string) => rollcall("user:ada", ["grant", "grace", "github/team/dba", "--until", day, "--reason", "INC-421"]);
  const [soon, later] = [30, 60].map((days) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)) as [string, string];
  const first = await until(soon);
  expect(first).toMatchObject({ code: 0, err: expect.stringContaining("+ github/team/dba:member") });
  expect(await until(soon)).toMatchObject({ code: 0, err: expect.stringContaining("says so already") });
  expect(await until(later)).toMatchObject({ code: 0, out: first.out });
  expect(pulls()).toHaveLength(1);
  const [pull] = pulls();
  const branch = git("for-each-ref", "--format=%(refname)", "refs/heads/rollcall/");
  expect(branch).toMatch(/^refs\/heads\/rollcall\/grant-grace-[0-9a-f]{8}$/);
  expect(git("show", `${branch}:identities/people/grace.yaml`)).toContain(`- { grant: github/team/dba, until: ${later}, reason: INC-421 }`);
  expect(git("log", "-1", "--format=%B", branch)).toMatch(/Rollcall-Requester: 2 ada$/);
  expect(git("rev-list", "--count", `main..${branch}`)).toBe("1");
  expect(pull).toMatchObject({ title: `Grant Grace Hopper (grace) github/team/dba until ${later}` });
  expect(execFileSync("git", ["status", "--porcelain"], { cwd: dir, encoding: "utf8" })).toBe("");
});

test("the newest default branch is what is changed, not the clone", async () => {
  const other = host.clone();
  host.commit({
    dir: other,
    as: "grace",
    files: { "identities/people/ada.yaml": `${files["identities/people/ada.yaml"]}# Moved to Turin.\n` },
  });
  host.push({ as: "grace", dir: other, branch: "main" });
  expect(await rollcall("user:ada", ["offboard", "ada", "--last-day", "2099-12-31"])).toMatchObject({ code: 0 });
  const branch = git("for-each-ref", "--format=%(refname)", "refs/heads/rollcall/");
  expect(git("show", `${branch}:identities/people/ada.yaml`)).toMatch(
    /last-day: 2099-12-31[^]*# Moved to Turin\.|# Moved to Turin\.[^]*last-day: 2099-12-31/,
  );
});

test("a branch that somebody works on is left alone", async () => {
  await rollcall("user:ada", ["offboard", "grace", "--last-day", "2099-12-31"]);
  const branch = git("for-each-ref", "--format=%(refname:short)", "refs/heads/rollcall/");
  execFileSync("git", ["fetch", "--quiet"], { cwd: dir });
  const mine = host.commit({ dir, as: "bob", branch, files: { "identities/people/grace.yaml": "name: Grace\nlast-day: 2098-01-01\n" } });
  host.push({ as: "bob", dir, branch });
  expect(await rollcall("user:ada", ["offboard", "grace", "--last-day", "2099-11-30"])).toMatchObject({
    code: 3,
    err: expect.stringContaining("somebody else"),
  });
  expect(git("rev-parse", branch)).toBe(mine);
});

test("an issue becomes a pull request that names it, follows its edits, and is answered", async () => {
  const event = join(host.root, "event.json");
  const ask = async (number: number, body: string, action: string, sender: number) => {
    writeFileSync(
      event,
      JSON.stringify({
        action,
        issue: { number, body },
        sender: { id: sender },
        ...(action === "edited" ? { changes: { body: {} } } : {}),
      }),
    );
    return rollcall("app:github-actions", ["ci", "request"], { GITHUB_EVENT_PATH: event, GITHUB_EVENT_NAME: "issues" });
  };
  const body = (day: string): string =>
    `### Rollcall request\n\nOffboard somebody\n\n### Person\n\nada\n\n### Last day\n\n${day}\n\n### Reason\n\n_No response_`;
  const number = await host.openIssue({ as: "grace", title: "Ada leaves", body: body("2099-12-31"), labels: ["rollcall-request"] });
  // Off at first, and nothing in a workflow can switch it on.
  expect(await ask(number, body("2099-12-31"), "opened", 3)).toMatchObject({
    code: 4,
    err: expect.stringContaining("Settings, Actions, General"),
  });
  const { body: told } = await host.ask("grace", "GET", `/repos/${host.name}/issues/${number}/comments`);
  expect(told).toMatchObject([{ body: expect.stringContaining("not permitted to create") }]);
  allow();
  expect(await ask(number, body("2099-12-31"), "opened", 3)).toMatchObject({ code: 0 });
  await host.ask("grace", "PATCH", `/repos/${host.name}/issues/${number}`, { body: body("2099-11-30") });
  expect(await ask(number, body("2099-11-30"), "edited", 3)).toMatchObject({ code: 0 });
  await host.ask("bob", "PATCH", `/repos/${host.name}/issues/${number}`, { body: body("2090-01-01") });
  expect(await ask(number, body("2090-01-01"), "edited", 4)).toMatchObject({ code: 0 });

  expect(pulls()).toHaveLength(1);
  const branch = `rollcall/request-${number}`;
  expect(git("log", "-1", "--format=%B", branch)).toMatch(new RegExp(`Rollcall-Request: #${number}$`));
  expect(git("show", `${branch}:identities/people/ada.yaml`)).toContain("last-day: 2099-11-30");
  const { body: comments } = await host.ask("grace", "GET", `/repos/${host.name}/issues/${number}/comments`);
  expect(comments).toHaveLength(1);
  expect(comments[0].body).toContain("Somebody else than its author");
});
