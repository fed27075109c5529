/** A repository on the simulated GitHub with real Git behind it: bare repositories on disk, clones, and people who push, review and merge. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { execFileSync } from "node:child_process";
import simulator, { type RunningGitHub } from "../../providers/github/simulator.ts";
import { monday } from "../../providers/github/simulator/stage.ts";
import { type World, world as schema } from "../../providers/github/simulator/world.ts";

/** Text of a file; null deletes it; a link where it leads. */
export type Files = Readonly<Record<string, string | null | { readonly link: string }>>;

/** Parsed JSON. */
// oxlint-disable-next-line typescript/no-explicit-any
type Loose = any;

export interface HostOptions {
  /** People of the organisation by login; `admin` owns it. The first admin is whom ordinary tokens belong to. Ids are 1, 2, 3 … */
  readonly people?: Readonly<Record<string, "admin" | "member" | "outside" | "stranger">>;
  /** What lies on the default branch at first. */
  readonly files?: Files;
  /** Owner and name of the repository. */
  readonly repository?: string;
  readonly visibility?: "public" | "private";
  /** Changes the world before it is loaded; the repository is `world.repositories[0]`. */
  readonly change?: (world: World) => void;
  readonly rateLimit?: boolean;
  /** Clones get what branches lead to, as over the network, and not whatever lies in the folder beside them. */
  readonly transport?: boolean;
  /** Further lists after which a write shows in them. */
  readonly lag?: number;
  /** The accepted ordinary token. */
  readonly token?: string;
  /** In front of every request of `ask`; holds them against the published description, say. */
  readonly fetch?: typeof fetch;
}

export interface HostedRepository {
  /** Base URL of the API. */
  readonly url: string;
  readonly github: RunningGitHub;
  /** owner/name. */
  readonly name: string;
  /** The bare repository. */
  readonly git: string;
  /** Folder of everything; removed by `close`. */
  readonly root: string;
  now(): Date;
  advance(seconds: number): void;
  world(): World;
  /** A working copy with `origin`, of the repository or of a fork. */
  clone(repository?: string): string;
  /** Forks for somebody: the fork's name and a working copy of it (`upstream` is the original). */
  fork(as: string): { readonly name: string; readonly git: string; readonly dir: string };
  /** The fork and its folder are gone. */
  deleteFork(name: string): void;
  /** Writes files and commits them on a branch (made from the default branch where it is new). `author` may differ from who pushes. */
  commit(commit: {
    readonly dir: string;
    readonly as: string;
    readonly branch?: string;
    readonly files?: Files;
    readonly message?: string;
    readonly author?: { readonly name: string; readonly email: string };
  }): string;
  /** A real `git push`, told to GitHub as this user's (`null`: nobody's). Throws where GitHub would turn it down. */
  push(push: {
    readonly as: string | null;
    readonly dir: string;
    readonly branch: string;
    readonly force?: boolean;
    readonly delete?: boolean;
    /** owner/name of where to; the clone's own repository where absent. */
    readonly to?: string;
  }): void;
  /** The API as somebody: a login, `app:SLUG`, or another token. The methods below throw where GitHub refuses; this one answers. */
  ask(as: string, method: string, path: string, body?: unknown): Promise<{ status: number; headers: Headers; body: Loose }>;
  /** Opens a pull request from `owner:branch` or a branch; answers its number. */
  openPull(pull: {
    readonly as: string;
    readonly head: string;
    readonly base?: string;
    readonly title?: string;
    readonly body?: string;
    readonly draft?: boolean;
  }): Promise<number>;
  /** Answers the review's id. */
  review(review: {
    readonly as: string;
    readonly pull: number;
    readonly event: "APPROVE" | "REQUEST_CHANGES" | "COMMENT";
    readonly body?: string;
  }): Promise<number>;
  dismiss(dismissal: { readonly as: string; readonly pull: number; readonly review: number }): Promise<void>;
  comment(comment: { readonly as: string; readonly on: number; readonly body: string }): Promise<number>;
  openIssue(issue: {
    readonly as: string;
    readonly title: string;
    readonly body?: string;
    readonly labels?: readonly string[];
  }): Promise<number>;
  /** Answers the commit left on the base branch. An administrator merges past rules that do not bind her. */
  merge(merge: {
    readonly as: string;
    readonly pull: number;
    readonly method?: "merge" | "squash" | "rebase";
    readonly sha?: string;
  }): Promise<string>;
  /** By the merge queue's bot. */
  queueMerge(pull: number, method?: "merge" | "squash" | "rebase"): string;
  /** Where a branch stands in the bare repository. */
  tip(branch?: string): string;
  close(): Promise<void>;
}

const someone = { "org-admin": "admin", ada: "member", grace: "member", bob: "member", outie: "outside", mallory: "stranger" } as const;

/** By default: acme/identities, private, with an administrator, three members who may write, an outside collaborator who may read, a stranger. */
export async function hostRepository(options: HostOptions = {}): Promise<HostedRepository> {
  const root = mkdtempSync(join(tmpdir(), "rollcall-host-"));
  const name = options.repository ?? "acme/identities";
  const [owner = "", short = ""] = name.split("/");
  const bare = join(root, "hosted", owner, `${short}.git`);
  let time = Date.parse(monday);
  // Every act takes a minute, so that "before" and "after" never fall together.
  const tick = (): Date => new Date((time += 60_000));
  const people = Object.entries(options.people ?? someone);
  const idOf = new Map(people.map(([login], n) => [login, n + 1] as const));
  const here = (kind: string): number[] => people.filter(([, k]) => k === kind).map(([login]) => idOf.get(login)!);
  let world: World = schema.parse({
    users: people.map(([login], n) => ({ id: n + 1, login, verifiedEmails: [`${login}@acme.example`] })),
    organizations: [
      {
        id: 1000,
        login: owner,
        plan: "team",
        basePermission: "write",
        members: [...here("admin").map((user) => ({ user, role: "admin" })), ...here("member").map((user) => ({ user }))],
        outside: here("outside"),
      },
    ],
    repositories: [
      {
        id: 2000,
        owner,
        name: short,
        git: bare,
        visibility: options.visibility ?? "private",
        collaborators: here("outside").map((user) => ({ user, permission: "read" })),
      },
    ],
  });
  options.change?.(world);
  // What a test wrote without defaults gets them.
  world = schema.parse(world);
  const mails = new Map(
    world.users.map((u) => [u.login, { name: u.name ?? u.login, email: u.verifiedEmails[0] ?? `${u.login}@users.noreply.github.com` }]),
  );
  const main = world.repositories[0]!.defaultBranch;

  const git = (dir: string, args: readonly string[], person = { name: "Founder", email: "founder@acme.example" }): string =>
    execFileSync("git", [...args], {
      cwd: dir,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        PATH: process.env["PATH"] ?? "",
        HOME: root,
        GIT_CONFIG_NOSYSTEM: "1",
        GIT_CONFIG_GLOBAL: "/dev/null",
        GIT_AUTHOR_NAME: person.name,
        GIT_AUTHOR_EMAIL: person.email,
        GIT_COMMITTER_NAME: person.name,
        GIT_COMMITTER_EMAIL: person.email,
        GIT_AUTHOR_DATE: new Date(time).toISOString(),
        GIT_COMMITTER_DATE: new Date(time).toISOString(),
      },
    }).trim();

  mkdirSync(bare, { recursive: true });
  git(bare, ["init", "--quiet", "--bare", "--initial-branch", main, "."]);
  const seed = join(root, "seed");
  mkdirSync(seed);
  git(seed, ["init", "--quiet", "--initial-branch", main, "."]);
  write(seed, options.files ?? { "README.md": "# Identities\n" });
  git(seed, ["add", "--all"]);
  git(seed, ["commit", "--quiet", "--allow-empty", "--message", "Begin"]);
  git(seed, ["push", "--quiet", bare, `HEAD:refs/heads/${main}`]);
  rmSync(seed, { recursive: true });

  const github = await simulator.start({
    world,
    now: () => new Date(time),
    rateLimit: options.rateLimit ?? false,
    lag: options.lag ?? 0,
    ...(options.token === undefined ? {} : { token: options.token }),
  });

  // As GitHub: any commit that is still there, by its id.
  git(root, ["-C", bare, "config", "uploadpack.allowAnySHA1InWant", "true"]);
  let copies = 0;
  const place = (what: string): string => join(root, "copies", `${what.replaceAll("/", "-")}-${(copies += 1)}`);
  const bareOf = (repository: string): string => {
    const found = github.world().repositories.find((r) => `${r.owner}/${r.name}` === repository)?.git;
    if (!found) throw new Error(`There is no repository ${repository}.`);
    return found;
  };
  const clone = (repository = name): string => {
    const dir = place(repository);
    mkdirSync(dirname(dir), { recursive: true });
    git(root, ["clone", "--quiet", ...(options.transport ? ["--no-local"] : []), bareOf(repository), dir]);
    return dir;
  };
  const token = (as: string): string => (idOf.has(as) || mails.has(as) ? `user:${as}` : as);

  const ask: HostedRepository["ask"] = async (as, method, path, body) => {
    const response = await (options.fetch ?? fetch)(`${github.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${token(as)}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text === "" ? undefined : JSON.parse(text) };
  };
  const must = async (as: string, method: string, path: string, body?: unknown): Promise<Loose> => {
    tick();
    const answer = await ask(as, method, `/repos/${name}${path}`, body);
    if (answer.status >= 400) throw new Error(`${method} ${path} as ${as}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  };

  return {
    url: github.url,
    github,
    name,
    git: bare,
    root,
    now: () => new Date(time),
    advance: (seconds) => void (time += seconds * 1000),
    world: () => github.world(),
    clone,
    fork(as) {
      tick();
      const copy = join(root, "hosted", as, `${short}.git`);
      mkdirSync(dirname(copy), { recursive: true });
      git(root, ["clone", "--quiet", "--bare", bare, copy]);
      const fork = github.hosting.fork(name, as, copy);
      const dir = clone(fork);
      git(dir, ["remote", "add", "upstream", bare]);
      return { name: fork, git: copy, dir };
    },
    deleteFork(fork) {
      const folder = bareOf(fork);
      github.hosting.remove(fork);
      rmSync(folder, { recursive: true });
    },
    commit({ dir, as, branch, files = {}, message = "Change", author }) {
      tick();
      const person = author ?? mails.get(as) ?? { name: as, email: `${as}@users.noreply.github.com` };
      if (branch !== undefined && branch !== git(dir, ["branch", "--show-current"])) {
        const known = git(dir, ["branch", "--list", "--all", "--format=%(refname:short)"]).split("\n");
        if (known.includes(branch) || known.includes(`origin/${branch}`)) git(dir, ["switch", "--quiet", branch]);
        else git(dir, ["switch", "--quiet", "--create", branch, `origin/${main}`]);
      }
      write(dir, files);
      git(dir, ["add", "--all"]);
      git(dir, ["commit", "--quiet", "--allow-empty", "--message", message], person);
      return git(dir, ["rev-parse", "HEAD"]);
    },
    push({ as, dir, branch, force = false, delete: gone = false, to }) {
      tick();
      const target = to === undefined ? git(dir, ["remote", "get-url", "origin"]) : bareOf(to);
      const repository = github.world().repositories.find((r) => r.git === target);
      if (!repository) throw new Error(`${target} is no repository of the simulator.`);
      github.hosting.push({ repository: `${repository.owner}/${repository.name}`, as, branch }, () => {
        const source = gone ? "" : `refs/heads/${branch}`;
        git(dir, ["push", "--quiet", ...(force ? ["--force"] : []), target, `${source}:refs/heads/${branch}`]);
      });
    },
    ask,
    openPull: async ({ as, head, base = main, title = "Change", body = "", draft = false }) =>
      (await must(as, "POST", "/pulls", { title, body, head, base, draft })).number,
    review: async ({ as, pull, event, body = event === "APPROVE" ? "" : "Please look again." }) =>
      (await must(as, "POST", `/pulls/${pull}/reviews`, { event, body })).id,
    dismiss: async ({ as, pull, review }) =>
      void (await must(as, "PUT", `/pulls/${pull}/reviews/${review}/dismissals`, { message: "Stale" })),
    comment: async ({ as, on, body }) => (await must(as, "POST", `/issues/${on}/comments`, { body })).id,
    openIssue: async ({ as, title, body = "", labels = [] }) => (await must(as, "POST", "/issues", { title, body, labels })).number,
    merge: async ({ as, pull, method = "merge", sha }) =>
      (await must(as, "PUT", `/pulls/${pull}/merge`, { merge_method: method, ...(sha === undefined ? {} : { sha }) })).sha,
    queueMerge(pull, method = "merge") {
      tick();
      return github.hosting.queueMerge(name, pull, method);
    },
    tip: (branch = main) => git(bare, ["rev-parse", "--verify", `refs/heads/${branch}`]),
    async close() {
      await github.close();
      rmSync(root, { recursive: true });
    },
  };
}

function write(dir: string, files: Files): void {
  for (const [path, content] of Object.entries(files)) {
    const full = join(dir, path);
    rmSync(full, { force: true, recursive: content === null });
    if (content === null) continue;
    mkdirSync(dirname(full), { recursive: true });
    if (typeof content === "string") writeFileSync(full, content);
    else symlinkSync(content.link, full);
  }
}
