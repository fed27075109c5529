/** Workflows and forms: their bytes, and what must never be in them whatever the repository holds. */
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import type { App } from "../../../src/core/model/app.ts";
import { actions } from "../../../src/core/scaffold/github/actions.ts";
import { bindingsOf, endpointBinding } from "../../../src/core/scaffold/github/credentials.ts";
import { githubFiles } from "../../../src/core/scaffold/github/github-files.ts";
import type { GithubSetup } from "../../../src/core/scaffold/github/setup.ts";
import { requestForms, requestHeading } from "../../../src/core/request/forms.ts";
import { readRequest } from "../../../src/core/request/read-request.ts";
import { loadWith } from "../small-company.ts";

const app = (key: string, read: Record<string, string>, write = read): App => ({
  ...loadWith().organization!.apps.get("forge")!,
  key,
  credentials: { read, write },
});

const bindings = bindingsOf([
  app("github", { token: "env:GITHUB_READ_TOKEN" }, { token: "env:GITHUB_WRITE_TOKEN" }),
  app("chat", { token: "env:CHAT_TOKEN", other: "command:VAULT_CHAT" }),
]);
const setup: GithubSetup = {
  branch: "main",
  preview: "live",
  bindings: { read: [...bindings.read, endpointBinding("ROLLCALL_ENDPOINT_CHAT")], write: bindings.write, snapshot: [] },
};
const variants: readonly GithubSetup[] = [setup, { ...setup, preview: "files" }, { ...setup, preview: "snapshot", branch: "it's/main" }];

interface Job {
  readonly name: string;
  readonly if?: string;
  readonly needs?: string | readonly string[];
  readonly environment?: string;
  readonly "timeout-minutes": number;
  readonly permissions: Readonly<Record<string, string>>;
  readonly steps: readonly {
    readonly uses?: string;
    readonly run?: string;
    readonly with?: Record<string, unknown>;
    readonly env?: Record<string, string>;
  }[];
}
interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions: unknown;
  readonly jobs: Readonly<Record<string, Job>>;
}

const workflows = (of: GithubSetup): [string, Workflow, string][] =>
  githubFiles(of)
    .filter((f) => f.path.includes("/workflows/"))
    .map(({ path, text }) => [path, parse(text) as Workflow, text]);
const everyJob = variants.flatMap((v) =>
  workflows(v).flatMap(([path, { on, jobs }]) => Object.entries(jobs).map(([id, job]) => ({ path, on, id, job }))),
);

test.each(githubFiles(setup).map(({ path, text }) => [path, text]))("%s is what it was", async (path, text) => {
  await expect(text).toMatchFileSnapshot(join(import.meta.dirname, "golden", "github", path.split("/").at(-1)!));
});

test("nothing is allowed that a job does not name, and no job is there for ever", () => {
  for (const variant of variants) for (const [, { permissions }] of workflows(variant)) expect(permissions).toEqual({});
  for (const { job } of everyJob) {
    expect(job.permissions).toBeTypeOf("object");
    expect(job["timeout-minutes"]).toBeGreaterThan(0);
  }
});

test("actions are those of the table, by the full commit, with the version beside it", () => {
  for (const pin of Object.values(actions)) expect(pin).toMatch(/^actions\/[a-z-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  for (const variant of variants) {
    for (const [, , text] of workflows(variant)) {
      const used = [...text.matchAll(/^\s*(?:- )?uses: (.*)$/gm)].map((m) => m[1]);
      expect(Object.values(actions)).toEqual(expect.arrayContaining(used));
    }
  }
});

test("no expression gets into a command, no credential into .git, no cache into a run, no script of a package runs", () => {
  for (const { job } of everyJob) {
    for (const step of job.steps) {
      expect(step.run ?? "").not.toContain("${{");
      if (step.uses?.includes("checkout")) expect(step.with).toEqual({ "fetch-depth": 0, "persist-credentials": false });
      if (step.uses?.includes("setup-node")) expect(step.with).toEqual({ "node-version": 24, "package-manager-cache": false });
      if (step.run?.includes("npm")) expect(step.run).toMatch(/^npm ci --ignore-scripts$/);
      expect(JSON.stringify(step)).not.toMatch(/actions\/cache|"cache"/);
    }
  }
});

test("secrets reach one step of a job that has an environment, and only jobs without the pull request's code", () => {
  for (const { job, on } of everyJob) {
    const text = JSON.stringify(job);
    if (!text.includes("secrets.")) continue;
    expect(job.environment).toMatch(/^rollcall(-preview)?$/);
    expect(Object.keys(on)).not.toContain("pull_request");
    expect(job.steps.filter((s) => JSON.stringify(s).includes("secrets."))).toEqual([
      expect.objectContaining({ run: expect.stringMatching(/^npx --no-install rollcall ci /) }),
    ]);
  }
  for (const { job } of everyJob.filter((j) => j.job.environment === "rollcall-preview")) {
    expect(JSON.stringify(job)).not.toContain("GITHUB_WRITE_TOKEN");
    expect(job.if).toContain("github.event.pull_request.head.repo.full_name == github.repository");
    expect(job.permissions["contents"]).toBe("read");
  }
});

test("what runs for a pull request with a token that can write checks out nothing of it", () => {
  for (const { job, on } of everyJob) {
    if (!("pull_request_target" in on)) continue;
    expect(JSON.stringify(job.steps)).not.toMatch(/head\.sha|head\.ref|refs\/pull|github\.head_ref/);
  }
  const [check] = everyJob.filter(({ on }) => "pull_request" in on);
  expect(check!.job.permissions).toEqual({ contents: "read" });
});

/** What the last job does with the results of the others. */
async function gate(results: Readonly<Record<string, string>>, variant = setup): Promise<number> {
  const { execFile } = await import("node:child_process");
  const { jobs } = workflows(variant).find(([path]) => path.endsWith("preview.yml"))![1];
  const [step] = jobs["gate"]!.steps;
  const env = { EVENT: "pull_request_target", FORK: "false", ...results };
  expect(Object.keys(step!.env!)).toEqual(expect.arrayContaining(Object.keys(results)));
  return new Promise((resolve) => execFile("bash", ["-e", "-c", step!.run!], { env }, (error) => resolve(error ? Number(error.code) : 0)));
}

test.each([
  [{ ACCESS: "success", LIVE: "success" }, 0],
  [{ ACCESS: "success", LIVE: "skipped", FORK: "true" }, 0],
  [{ ACCESS: "success", LIVE: "skipped" }, 1],
  [{ ACCESS: "success", LIVE: "failure" }, 1],
  [{ ACCESS: "success", LIVE: "failure", FORK: "true" }, 1],
  [{ ACCESS: "success", LIVE: "cancelled", FORK: "true" }, 1],
  [{ ACCESS: "skipped", LIVE: "skipped", FORK: "true" }, 1],
  [{ ACCESS: "failure", LIVE: "skipped", FORK: "true" }, 1],
  [{ ACCESS: "cancelled", LIVE: "skipped" }, 1],
  [{ ACCESS: "skipped", LIVE: "skipped", EVENT: "merge_group" }, 0],
])("the gate answers %j with %i: what was skipped does not pass for what succeeded", async (results, code) => {
  expect(await gate(results)).toBe(code);
});

test("where previews read the files alone there is no job with credentials, and the gate asks for the other one", async () => {
  const files = variants[1]!;
  const [, preview] = workflows(files).find(([path]) => path.endsWith("preview.yml"))!;
  expect(Object.keys(preview.jobs)).toEqual(["access", "gate"]);
  expect([await gate({ ACCESS: "success" }, files), await gate({ ACCESS: "skipped" }, files)]).toEqual([0, 1]);
});

test("runs that write wait for one another", () => {
  const groups = workflows(setup).flatMap(([path, w]) =>
    /(apply|scheduled)\.yml$/.test(path) ? [(w as unknown as { concurrency: unknown }).concurrency] : [],
  );
  expect(groups).toEqual([
    { group: "rollcall-apply", "cancel-in-progress": false },
    { group: "rollcall-apply", "cancel-in-progress": false },
  ]);
});

test("names that Actions does not take are given another, and said; what means something else there is refused", () => {
  expect(bindings.write).toEqual([
    { variable: "CHAT_TOKEN", from: "secrets", name: "CHAT_TOKEN" },
    { variable: "GITHUB_READ_TOKEN", from: "secrets", name: "ROLLCALL_GITHUB_READ_TOKEN" },
    { variable: "GITHUB_WRITE_TOKEN", from: "secrets", name: "ROLLCALL_GITHUB_WRITE_TOKEN" },
    { variable: "ROLLCALL_SECRET_COMMAND_VAULT_CHAT", from: "secrets", name: "ROLLCALL_SECRET_COMMAND_VAULT_CHAT" },
  ]);
  expect(bindings.read.map((b) => b.variable)).not.toContain("GITHUB_WRITE_TOKEN");
  for (const name of [
    "GITHUB_TOKEN",
    "GITHUB_REPOSITORY",
    "GITHUB_STEP_SUMMARY",
    "PATH",
    "NODE_OPTIONS",
    "LD_PRELOAD",
    "GIT_SSH_COMMAND",
    "GH_TOKEN",
  ]) {
    expect(bindingsOf([app("x", { token: `env:${name}` })]).problems.map((p) => p.code)).toContain("CI_VARIABLE");
  }
  const both = bindingsOf([app("x", { token: "env:GITHUB_ORG_KEY" }), app("y", { token: "env:ROLLCALL_GITHUB_ORG_KEY" })]);
  expect(both.problems).toMatchObject([
    { summary: expect.stringContaining("would both be filled from the secret ROLLCALL_GITHUB_ORG_KEY") },
  ]);
});

test("an issue made with a form is read as what its fields are", () => {
  for (const form of requestForms) {
    const file = githubFiles(setup).find((f) => f.path.endsWith(`rollcall-${form.verb}.yml`))!;
    const { body } = parse(file.text) as {
      body: { type: string; id?: string; attributes: { label: string; options?: string[]; placeholder?: string } }[];
    };
    const asked = body.filter((b) => b.type !== "markdown");
    expect(asked[0]!.attributes).toMatchObject({ label: requestHeading, options: [form.name] });
    expect(new Set(asked.map((b) => b.id)).size).toBe(asked.length);
    // As GitHub writes it: the first choice, what stands in the box as an example, or nothing.
    const text = asked.map(({ attributes: a }) => `### ${a.label}\n\n${a.options?.[0] ?? a.placeholder ?? "_No response_"}`).join("\n\n");
    expect(readRequest(text)).toMatchObject({ kind: "request", request: { verb: form.verb } });
  }
});
