import { spawn } from "node:child_process";
import { mkdir, open, readdir, readFile, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import type { RunningSimulator } from "../../connector/simulator.ts";
import { type CommandResult, type Context, UsageError } from "../command.ts";
import { exitCodes } from "../exit-code.ts";
import { hinted } from "../hinted.ts";
import { loadSimulator, openRepository } from "../repository.ts";
import { isAlive, type SandboxFile, readSandboxFile, removeSandboxFile, runningSandbox, writeSandboxFile } from "../sandbox-file.ts";

interface StartOptions {
  readonly world?: string;
  readonly port?: number;
  readonly detach?: true;
}

/** `rollcall sandbox [start]`: one simulator for each app whose connector has one; ends with the process. */
export async function start(context: Context, options: StartOptions): Promise<CommandResult> {
  const running = await readSandboxFile(context.dir);
  if (running)
    throw new UsageError(`simulators of this repository run already (pid ${running.pid}); \`rollcall sandbox stop\` ends them`, 7);
  if (options.detach) return detach(context, options);
  const { organization } = await openRepository(context);
  await assertWorlds(context, options.world);
  // What was remembered of worlds that are gone would take everybody in the new ones for vanished.
  await rm(join(context.dir, ".rollcall", "sandbox-state"), { recursive: true, force: true });
  const started: { app: string; connector: string; simulator: RunningSimulator<unknown> }[] = [];
  let port = options.port;
  try {
    for (const app of organization.apps.values()) {
      if (context.apps.length > 0 && !context.apps.includes(app.key)) continue;
      const simulator = await loadSimulator(context.dir, app.connector);
      if (!simulator) {
        context.err(`${app.key}: connector ${app.connector} has no simulator\n`);
        continue;
      }
      const world = (await readWorld(context, options.world, app.key)) ?? simulator.fromCensus({ accounts: [], groups: [] }, app.settings);
      const parsed = simulator.schema.safeParse(world);
      if (!parsed.success)
        throw new UsageError(`${options.world}/${app.key}.json is not a world of ${app.connector}:\n${z.prettifyError(parsed.error)}`, 3);
      const runningSimulator = await simulator.start({ world: parsed.data, ...(port === undefined ? {} : { port: port++ }) });
      started.push({ app: app.key, connector: app.connector, simulator: runningSimulator });
      context.out(`${app.key}  ${runningSimulator.url}\n`);
    }
    if (started.length === 0) {
      throw new UsageError(
        "no app of this repository has a simulator; identities/apps/ holds the apps, `rollcall connectors` lists what there is",
        3,
      );
    }
    await writeSandboxFile(context.dir, {
      version: 1,
      pid: process.pid,
      apps: Object.fromEntries(started.map((s) => [s.app, { connector: s.connector, url: s.simulator.url }])),
    });
    context.err("simulators are up; use --sandbox with other commands; Ctrl-C ends them\n");
    await new Promise<void>((done) =>
      context.signal.aborted ? done() : context.signal.addEventListener("abort", () => done(), { once: true }),
    );
    return 0;
  } finally {
    await removeSandboxFile(context.dir);
    await Promise.all(started.map((s) => s.simulator.close()));
  }
}

/** A folder of worlds that is not there is a slip of the hand; a world that is not in it makes an empty app. */
async function assertWorlds(context: Context, dir: string | undefined): Promise<void> {
  if (dir !== undefined) await readdir(resolve(context.dir, dir)).catch(unreadable(dir));
}

const unreadable =
  (path: string) =>
  (error: Error): never => {
    throw new UsageError(`${path} cannot be read: ${error.message}`, 3);
  };

/** What a simulator says of a world it does not take. */
async function messageOf(answer: Response): Promise<string> {
  const body = (await answer.json()) as { message?: string };
  return body.message ?? `the simulator answered ${answer.status}`;
}

async function readWorld(context: Context, dir: string | undefined, app: string): Promise<unknown> {
  if (dir === undefined) return undefined;
  const path = resolve(context.dir, dir, `${app}.json`);
  try {
    return JSON.parse(await readFile(path, "utf8"));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new UsageError(`${path}: ${(error as Error).message}`, 3);
  }
}

async function detach(context: Context, options: StartOptions): Promise<CommandResult> {
  const entry = join(import.meta.dirname, "..", "rollcall.js");
  const args = [entry, "-C", context.dir, "sandbox", "start"];
  for (const app of context.apps) args.push("--app", app);
  if (options.world !== undefined) args.push("--world", options.world);
  if (options.port !== undefined) args.push("--port", String(options.port));
  await mkdir(join(context.dir, ".rollcall"), { recursive: true });
  const log = await open(join(context.dir, ".rollcall", "sandbox.log"), "w");
  const child = spawn(process.execPath, args, { detached: true, stdio: ["ignore", log.fd, log.fd] });
  child.unref();
  await log.close();
  for (let waited = 0; waited < 15_000; waited += 50) {
    const file = await readSandboxFile(context.dir);
    if (file) {
      for (const [app, { url }] of Object.entries(file.apps)) context.out(`${app}  ${url}\n`);
      context.err("simulators are up in the background; `rollcall sandbox stop` ends them\n");
      return 0;
    }
    if (child.exitCode !== null) break;
    await sleep(50);
  }
  // Its own words say what is wrong, and its exit code what kind of mistake that is.
  context.err(await readFile(join(context.dir, ".rollcall", "sandbox.log"), "utf8"));
  throw new UsageError("the simulators did not come up", child.exitCode === exitCodes.invalid ? 3 : 1);
}

/** `rollcall sandbox stop`. */
export async function stop(context: Context): Promise<CommandResult> {
  const file = await readSandboxFile(context.dir);
  if (!file) {
    context.err("no simulators are running here\n");
    return 0;
  }
  // The number of a process that is long gone may be another's by now: only who answers as a simulator is ended.
  if (!(await answers(file))) {
    await removeSandboxFile(context.dir);
    context.err("no simulators are running here\n");
    return 0;
  }
  process.kill(file.pid, "SIGTERM");
  for (let waited = 0; waited < 5_000 && isAlive(file.pid); waited += 50) await sleep(50);
  if (isAlive(file.pid)) throw new UsageError(`process ${file.pid} does not end`, 1);
  await removeSandboxFile(context.dir);
  context.err("simulators ended\n");
  return 0;
}

async function answers({ apps }: SandboxFile): Promise<boolean> {
  const asked = await Promise.allSettled(Object.values(apps).map(({ url }) => fetch(`${url}/_seen`)));
  return asked.some((answer) => answer.status === "fulfilled" && answer.value.ok);
}

async function urlOf(context: Context, app: string): Promise<string> {
  const file = await runningSandbox(context.dir);
  const entry = file.apps[app];
  if (!entry) throw new UsageError(`no simulator runs for ${app}${hinted(app, Object.keys(file.apps))}`, 3);
  return entry.url;
}

/** `rollcall sandbox dump github`: the whole world, in the documented schema. */
export async function dump(context: Context, app: string): Promise<CommandResult> {
  const answer = await fetch(`${await urlOf(context, app)}/_world`);
  if (!answer.ok) throw new UsageError(`the simulator answered ${answer.status}`, 1);
  context.out(`${JSON.stringify(await answer.json(), null, 2)}\n`);
  return 0;
}

/** `rollcall sandbox load github world.json`: refused whole where it does not fit the schema. */
export async function load(context: Context, app: string, path: string): Promise<CommandResult> {
  const body = path === "-" ? await text(process.stdin) : await readFile(resolve(path), "utf8").catch(unreadable(path));
  try {
    JSON.parse(body);
  } catch (error) {
    throw new UsageError(`${path} is not JSON: ${(error as Error).message}`, 3);
  }
  const answer = await fetch(`${await urlOf(context, app)}/_world`, {
    method: "PUT",
    body,
    headers: { "content-type": "application/json" },
  });
  if (!answer.ok) throw new UsageError(`not loaded: ${(await messageOf(answer)).slice(0, 2000)}`, 3);
  context.err("loaded\n");
  return 0;
}
