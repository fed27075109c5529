/** A company in a folder of its own, its apps as running simulators, and the command line over both: in this process, or as a child. */
import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Census, RunningSimulator, Simulator, SimulatorOptions } from "../../src/connector/simulator.ts";
import type { CommandResult, Context } from "../../src/cli/command.ts";
import { UsageError } from "../../src/cli/command.ts";
import { worst } from "../../src/cli/exit-code.ts";
import { endpointVariable } from "../../src/io/connectors/base-url.ts";
import { openStateDirectory } from "../../src/io/state/state-directory.ts";
import type { AppState } from "../../src/core/model/state.ts";
import github from "../../providers/github/simulator.ts";
import memory from "../../providers/memory/simulator.ts";
import scim from "../../providers/scim/simulator.ts";

const simulators: Readonly<Record<string, Simulator>> = { github, memory, scim };
const entry = join(import.meta.dirname, "..", "..", "src", "cli", "rollcall.js");

/** Text by path below the root; null removes. */
export type Files = Readonly<Record<string, string | null>>;

export interface AppSketch {
  readonly connector: "github" | "memory" | "scim";
  /** Of the app's file, in flow style; those of the simulator where absent. */
  readonly settings?: string;
  /** In place of the census: a world of the simulator's own. */
  readonly world?: unknown;
  /** Lines of the app's file after connector, settings and credentials. */
  readonly more?: string;
  readonly census?: Census;
  readonly options?: Pick<SimulatorOptions<unknown>, "lag" | "latency" | "rateLimit" | "token">;
}

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface Child {
  readonly process: ChildProcess;
  /** `code` is -1 where a signal ended it. */
  readonly ended: Promise<Ran>;
}

export interface Company {
  readonly dir: string;
  readonly apps: Readonly<Record<string, RunningSimulator<unknown>>>;
  /** Environment of the next commands and children. */
  readonly surroundings: Record<string, string>;
  /** Day and hour of the next commands; noon of 10 June 2026 at first. */
  now: Date;
  write(files: Files): Promise<void>;
  /** Text of a file below the root. */
  files(path: string): Promise<string>;
  /** Runs one command in this process. */
  run(command: (context: Context) => Promise<CommandResult>, more?: Partial<Context>): Promise<Ran>;
  /** `rollcall -C dir ...args` as a process of its own. */
  child(...args: string[]): Child;
  state(app: string): Promise<AppState>;
  /** Reaches an app by another key, as after a rename. */
  endpoint(key: string, app: string): void;
  /** Requests that changed, or tried to change, something at any app since the last `forget`. */
  mutating(): string[];
  forget(): void;
  /** A copy of the folder and the worlds, to which `restore` goes back. */
  keep(): Promise<() => Promise<void>>;
  /** Digest of every file below the root: its path and its bytes. */
  digest(): Promise<string>;
  close(): Promise<void>;
}

const organization = "organization: Acme\ndomains: [acme.example]\ntimezone: UTC\nengine: embedded\nstate: .rollcall/state\n";
const usual = {
  github: "{ organization: acme }",
  memory: "{ workspace: acme }",
  scim: "{ profile: standard, server: { addresses: managed } }",
} as const;

/** `surroundings`: further environment, for apps whose server the test brings itself. */
export async function openCompany(
  apps: Readonly<Record<string, AppSketch>>,
  files: Files,
  surroundings: Readonly<Record<string, string>> = {},
): Promise<Company> {
  const root = await mkdtemp(join(tmpdir(), "rollcall-"));
  const dir = join(root, "repository");
  await mkdir(dir);
  const running: Record<string, RunningSimulator<unknown>> = {};
  /** The cache lies beside the repository: never that of whoever runs the tests. */
  const env: Record<string, string> = { ROLLCALL_CACHE: join(root, "cache"), ...surroundings };
  const connectors = new Map<string, string>(Object.entries(apps).map(([app, { connector }]) => [app, connector]));
  const company: Company = {
    dir,
    apps: running,
    surroundings: env,
    now: new Date("2026-06-10T12:00:00Z"),
    async write(next) {
      for (const [path, text] of Object.entries(next)) {
        await mkdir(dirname(join(dir, path)), { recursive: true });
        if (text === null) await rm(join(dir, path), { recursive: true });
        else await writeFile(join(dir, path), text);
      }
    },
    files: async (path) => readFile(join(dir, path), "utf8"),
    async run(command, more = {}) {
      let out = "";
      let err = "";
      const context: Context = {
        dir,
        json: false,
        apps: [],
        sandbox: false,
        verbose: false,
        env,
        now: () => company.now,
        out: (text) => void (out += text),
        err: (text) => void (err += text),
        colour: { out: false, err: false },
        interactive: false,
        width: 100,
        signal: new AbortController().signal,
        ask: () => Promise.reject(new Error("nobody is here to answer")),
        ...more,
      };
      try {
        const result = await command(context);
        return { code: typeof result === "number" ? result : worst(result), out, err };
      } catch (error) {
        if (!(error instanceof UsageError)) throw error;
        return { code: error.code, out, err: `${err}${error.message}` };
      }
    },
    child(...args) {
      const child = spawn(process.execPath, [entry, "-C", dir, ...args], {
        env: { PATH: process.env["PATH"] ?? "", HOME: root, NO_COLOR: "1", ...env },
        stdio: ["ignore", "pipe", "pipe"],
      });
      let out = "";
      let err = "";
      child.stdout.on("data", (chunk: Buffer) => (out += chunk.toString()));
      child.stderr.on("data", (chunk: Buffer) => (err += chunk.toString()));
      return { process: child, ended: new Promise((done) => child.on("close", (code) => done({ code: code ?? -1, out, err }))) };
    },
    endpoint(key, app) {
      env[endpointVariable(key)] = env[endpointVariable(app)]!;
      connectors.set(key, connectors.get(app)!);
    },
    async state(app) {
      const found = await openStateDirectory(join(dir, ".rollcall", "state"), { now: () => company.now, base: dir }).load(
        app,
        connectors.get(app)!,
      );
      return found.state;
    },
    mutating: () =>
      Object.entries(running).flatMap(([app, s]) => s.seen.filter((r) => r.mutating).map((r) => `${app} ${r.method} ${r.path}`)),
    forget: () => Object.values(running).forEach((s) => s.forget()),
    async keep() {
      const copy = await mkdtemp(join(root, "copy-"));
      await cp(dir, copy, { recursive: true });
      const worlds = Object.entries(running).map(([app, s]) => [app, s.world()] as const);
      return async () => {
        await rm(dir, { recursive: true });
        await cp(copy, dir, { recursive: true });
        for (const [app, world] of worlds) running[app]!.load(world);
        company.forget();
      };
    },
    digest: async () => digestOf(dir),
    async close() {
      await Promise.all(Object.values(running).map((s) => s.close()));
      await rm(root, { recursive: true });
    },
  };
  const own: Record<string, string> = { "rollcall.yaml": organization };
  for (const [app, sketch] of Object.entries(apps)) {
    const { connector, more = "", settings = usual[connector], census = { accounts: [], groups: [] }, options = {} } = sketch;
    const simulator: Simulator<unknown> = simulators[connector]!;
    const variable = `${app.toUpperCase()}_TOKEN`;
    const world = sketch.world === undefined ? simulator.fromCensus(census, simulator.settings) : simulator.schema.parse(sketch.world);
    const started = await simulator.start({ world, now: () => company.now, ...options });
    running[app] = started;
    env[endpointVariable(app)] = started.url;
    env[variable] = `token-of-${app}`;
    own[`identities/apps/${app}.yaml`] = `connector: ${connector}\nsettings: ${settings}\ncredentials: { token: env:${variable} }\n${more}`;
  }
  await company.write({ ...own, ...files });
  return company;
}

async function digestOf(dir: string): Promise<string> {
  const hash = createHash("sha256");
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  for (const path of entries
    .filter((e) => e.isFile())
    .map((e) => join(e.parentPath, e.name))
    .sort()) {
    hash
      .update(`${path}\0`)
      .update(await readFile(path))
      .update("\0");
  }
  return hash.digest("hex");
}

/** `identities/people/<key>.yaml`; the name is made of the key. */
export const personFile = (key: string, lines: readonly string[]): Files => ({
  [`identities/people/${key}.yaml`]:
    [`name: ${key[0]!.toUpperCase()}${key.slice(1)}`, `email: ${key}@acme.example`, ...lines].join("\n") + "\n",
});
