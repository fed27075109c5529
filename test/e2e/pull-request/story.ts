/**
 * A company whose files lie in a hosted repository: people push, review and merge on a simulated GitHub with real Git behind it, and the
 * commands of the workflows run as CI would, each in a fresh checkout.
 */
import { spawn } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { CommandResult, Context } from "../../../src/cli/command.ts";
import { UsageError } from "../../../src/cli/command.ts";
import { apply } from "../../../src/cli/ci/apply.ts";
import { preview, type PreviewOptions } from "../../../src/cli/ci/preview.ts";
import { scheduled, type ScheduledOptions } from "../../../src/cli/ci/scheduled.ts";
import { worst } from "../../../src/cli/exit-code.ts";
import { endpointVariable } from "../../../src/io/connectors/base-url.ts";
import type { RunningSimulator } from "../../../src/connector/simulator.ts";
import memory from "../../../providers/memory/simulator.ts";
import { type Files as HostedFiles, type HostedRepository, type HostOptions, hostRepository } from "../../support/hosted-repository.ts";
import type { Files, Ran } from "../../support/company.ts";

interface Event {
  readonly name: string;
  readonly payload: unknown;
}

export interface Story {
  readonly host: HostedRepository;
  readonly wiki: RunningSimulator<unknown>;
  /** Further environment of every command. */
  readonly env: Record<string, string>;
  /** Commits files on a branch of somebody's and opens a pull request. */
  propose(proposal: {
    readonly as: string;
    readonly files: Files | HostedFiles;
    readonly branch?: string;
    readonly fork?: boolean;
    readonly title?: string;
  }): Promise<number>;
  /** Pushes files onto a branch as somebody; main where none is named. */
  push(push: { readonly as: string; readonly files: Files | HostedFiles; readonly branch?: string; readonly force?: boolean }): void;
  approve(pull: number, ...people: string[]): Promise<void>;
  merge(pull: number, as?: string, method?: "merge" | "squash" | "rebase"): Promise<string>;
  /** `rollcall ci preview` on the event of a pull request, with the base checked out. */
  preview(pull: number, options?: PreviewOptions): Promise<Ran>;
  /** `rollcall ci apply` on a push to main. */
  apply(): Promise<Ran>;
  scheduled(options?: ScheduledOptions): Promise<Ran>;
  /** Any command in a fresh checkout of main. */
  run(command: (context: Context) => Promise<CommandResult>, event?: Event): Promise<Ran>;
  /** The same by `rollcall ...args` as a process of its own, as a step of a workflow starts it. The clock is the machine's. */
  child(args: readonly string[], event?: Event): Promise<Ran>;
  /** The event of a pull request. */
  eventOf(pull: number): Event;
  /** Comments by rollcall on a pull request or an issue. */
  comments(number: number): string[];
  /** Pull requests that rollcall opened by itself or for somebody: from branches of its own. */
  proposals(): { number: number; title: string; state: string; body: string; branch: string; labels: string[]; assignees: string[] }[];
  issues(): { number: number; title: string; state: string; body: string; labels: string[] }[];
  /** Logins that hold a team at GitHub, sorted. */
  team(slug: string): string[];
  /** Who is a member of the organisation at GitHub, or invited. */
  members(): string[];
  close(): Promise<void>;
}

/** Logins at GitHub have the numbers 1, 2, 3 … in this order. */
const logins = {
  "org-admin": "admin",
  ada: "member",
  grace: "member",
  mary: "member",
  isaac: "member",
  newton: "stranger",
  mallory: "stranger",
} as const;
const entry = join(import.meta.dirname, "..", "..", "..", "src", "cli", "rollcall.js");
const numberOf = (login: string): number => Object.keys(logins).indexOf(login) + 1;

export const personOf = (key: string, lines: readonly string[] = [], login = key): Files => ({
  [`identities/people/${key}.yaml`]: [
    `name: ${key[0]!.toUpperCase()}${key.slice(1)}`,
    `email: ${key}@acme.example`,
    ...(login in logins ? [`accounts: { github: { login: ${login}, id: "${numberOf(login)}" } }`] : []),
    ...lines,
    "",
  ].join("\n"),
});

export const baseFiles: Files = {
  "rollcall.yaml": "organization: Acme\ndomains: [acme.example]\ntimezone: UTC\nstate: git:rollcall-state\n",
  "identities/apps/github.yaml":
    "connector: github\nsettings: { organization: acme }\ncredentials:\n  read: { token: env:ACME_GITHUB_READ }\n  write: { token: env:ACME_GITHUB_WRITE }\nowners: [grace]\n",
  "identities/apps/wiki.yaml": "connector: memory\nsettings: { workspace: acme }\ncredentials: { token: env:ACME_WIKI }\nowners: [isaac]\n",
  "identities/roles/engineer.yaml": "grants: [github/team/dev]\n",
  "policies/approval.yaml":
    "kind: approval\nowners:\n  identities/people/: [mary, grace]\n  identities/roles/: [grace]\n  policies/: [grace, isaac]\n",
  ...personOf("ada", ["grants: [github/member]"]),
  ...personOf("grace", ["grants: [github/member]"]),
  ...personOf("mary", ["grants: [github/member]"]),
  ...personOf("isaac", ["grants: [github/member]"]),
  "policies/protected.yaml": "kind: protected\naccounts: [{ app: github, login: org-admin }]\n",
};

export interface StoryOptions extends Pick<HostOptions, "change" | "visibility" | "rateLimit" | "transport"> {
  /** Beside `baseFiles`. */
  readonly files?: Files;
}

export async function openStory(options: StoryOptions = {}): Promise<Story> {
  const { files = {}, ...rest } = options;
  const host = await hostRepository({
    people: logins,
    files: Object.fromEntries(Object.entries({ ...baseFiles, ...files }).filter(([, text]) => text !== null)),
    ...rest,
    change: (world) => {
      const [organization] = world.organizations;
      for (const [n, slug] of ["dev", "dba", "infra"].entries()) {
        organization!.teams.push({ ...team, members: [], id: 5000 + n, slug, name: slug });
      }
      world.users.push({
        id: 900,
        login: "rollcall[bot]",
        name: null,
        email: null,
        verifiedEmails: [],
        app: "rollcall",
        createdAt: "2026-01-05T09:00:00Z",
      });
      world.apps.push({ slug: "rollcall", id: 42, bot: 900, permissions: ["contents:write", "pull_requests:write"] });
      world.repositories[0]!.actions.mayApprove = true;
      rest.change?.(world);
    },
  });
  const wiki: RunningSimulator<unknown> = await memory.start({
    world: memory.fromCensus({ accounts: [], groups: [] }, memory.settings),
    now: host.now,
  });
  const env: Record<string, string> = {
    GITHUB_ACTIONS: "true",
    GITHUB_REPOSITORY: host.name,
    GITHUB_API_URL: host.url,
    GITHUB_SERVER_URL: "https://github.com",
    GITHUB_TOKEN: "app:github-actions",
    GITHUB_RUN_ID: "4711",
    GITHUB_RUN_ATTEMPT: "1",
    ROLLCALL_CACHE: "off",
    [endpointVariable("github")]: host.url,
    [endpointVariable("wiki")]: wiki.url,
    ACME_GITHUB_READ: "user:org-admin",
    ACME_GITHUB_WRITE: "user:org-admin",
    ACME_WIKI: "wiki-token",
  };
  // What commands push past the simulator is the workflow's.
  host.github.hosting.assume("app:github-actions");
  let events = 0;

  const surroundings = (event: Event | undefined): Record<string, string> => {
    const eventPath = join(host.root, "events", `${(events += 1)}.json`);
    mkdirSync(dirname(eventPath), { recursive: true });
    writeFileSync(eventPath, JSON.stringify(event?.payload ?? {}));
    return {
      ...env,
      GITHUB_EVENT_NAME: event?.name ?? "workflow_dispatch",
      GITHUB_EVENT_PATH: eventPath,
      GITHUB_SHA: host.tip(),
      GITHUB_REF: "refs/heads/main",
      GITHUB_ACTOR: "grace",
      GITHUB_ACTOR_ID: String(numberOf("grace")),
    };
  };
  const run: Story["run"] = async (command, event) => {
    const dir = host.clone();
    let out = "";
    let err = "";
    const context: Context = {
      dir,
      json: false,
      apps: [],
      sandbox: false,
      verbose: false,
      env: surroundings(event),
      now: host.now,
      out: (text) => void (out += text),
      command: (line) => void (out += `${line}\n`),
      err: (text) => void (err += text),
      colour: { out: false, err: false },
      interactive: false,
      width: 100,
      signal: new AbortController().signal,
      ask: () => Promise.reject(new Error("nobody is here to answer")),
    };
    try {
      const result = await command(context);
      return { code: typeof result === "number" ? result : worst(result), out, err };
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      return { code: error.code, out, err: `${err}${error.message}` };
    } finally {
      rmSync(dir, { recursive: true });
    }
  };

  const repository = () => host.world().repositories.find((r) => `${r.owner}/${r.name}` === host.name)!;
  let branches = 0;
  const story: Story = {
    host,
    wiki,
    env,
    run,
    async propose({ as, files: changed, branch = `${as}-${(branches += 1)}`, fork = false, title = "Change" }) {
      const place = fork ? host.fork(as) : { name: host.name, dir: host.clone() };
      host.commit({ dir: place.dir, as, branch, files: changed, message: title });
      host.push({ as, dir: place.dir, branch });
      return await host.openPull({ as, head: fork ? `${as}:${branch}` : branch, title });
    },
    push({ as, files: changed, branch = "main", force = false }) {
      const dir = host.clone();
      host.commit({ dir, as, branch, files: changed });
      host.push({ as, dir, branch, force });
    },
    async approve(pull, ...people) {
      for (const as of people) await host.review({ as, pull, event: "APPROVE" });
    },
    merge: async (pull, as = "org-admin", method = "merge") => await host.merge({ as, pull, method }),
    eventOf: (pull) => ({
      name: "pull_request_target",
      payload: { action: "synchronize", number: pull, pull_request: { number: pull } },
    }),
    preview: async (pull, previewOptions = {}) => await run((context) => preview(context, previewOptions), story.eventOf(pull)),
    async child(args, event) {
      const dir = host.clone();
      const running = spawn(process.execPath, [entry, "-C", dir, ...args], {
        env: { PATH: process.env["PATH"] ?? "", HOME: host.root, NO_COLOR: "1", ...surroundings(event) },
        stdio: ["ignore", "pipe", "pipe"],
      });
      let out = "";
      let err = "";
      running.stdout.on("data", (chunk: Buffer) => (out += chunk.toString()));
      running.stderr.on("data", (chunk: Buffer) => (err += chunk.toString()));
      const code = await new Promise<number | null>((ended, broken) => running.on("error", broken).on("close", ended));
      rmSync(dir, { recursive: true });
      return { code: code ?? -1, out, err };
    },
    apply: async () =>
      await run((context) => apply(context, {}), {
        name: "push",
        payload: { ref: "refs/heads/main", before: host.tip(), after: host.tip() },
      }),
    scheduled: async (asked) =>
      await run(
        (context) => scheduled(context, asked ?? {}),
        asked ? { name: "workflow_dispatch", payload: {} } : { name: "schedule", payload: { schedule: "17 * * * *" } },
      ),
    comments: (number) =>
      [...repository().issues, ...repository().pulls]
        .find((i) => i.number === number)!
        .comments.filter((c) => c.body.startsWith("<!-- rollcall:"))
        .map((c) => c.body),
    proposals: () =>
      repository()
        .pulls.filter((p) => p.head.branch.startsWith("rollcall/"))
        .map(({ number, title, state, body, head, labels, assignees }) => ({
          number,
          title,
          state,
          body: body ?? "",
          branch: head.branch,
          labels: [...labels],
          assignees: assignees.map((id) => host.world().users.find((u) => u.id === id)!.login),
        })),
    issues: () =>
      repository().issues.map(({ number, title, state, body, labels }) => ({
        number,
        title,
        state,
        body: body ?? "",
        labels: [...labels],
      })),
    team: (slug) => {
      const w = host.world();
      const found = w.organizations[0]!.teams.find((t) => t.slug === slug)!;
      return found.members.map((m) => w.users.find((u) => u.id === m.user)!.login).sort();
    },
    members: () => {
      const w = host.world();
      const o = w.organizations[0]!;
      const login = (id: number | null): string => w.users.find((u) => u.id === id)?.login ?? "?";
      return [...o.members.map((m) => login(m.user)), ...o.invitations.map((i) => `${login(i.user)} (invited)`)].sort();
    },
    async close() {
      await wiki.close();
      await host.close();
    },
  };
  return story;
}

const team = { parent: null, description: null, privacy: "closed" as const, synced: false, createdAt: "2026-01-05T09:00:00Z" };
