/**
 * A pull request about one person in an organisation of 10,000: what the files change, the preview by the files alone, and the one that asks ten
 * apps. Each command is a process of its own in a fresh checkout, as in CI; apps and forge are simulators in this one.
 */
import { execFile } from "node:child_process";
import { readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { findSimulator } from "../src/io/connectors/discover.ts";
import { endpointVariable } from "../src/io/connectors/base-url.ts";
import type { RunningSimulator } from "../src/connector/simulator.ts";
import { hostRepository, type HostedRepository } from "../test/support/hosted-repository.ts";
import { type Measured, measureRollcall } from "./measure.ts";
import { generateOrganization } from "./organization.ts";

interface Parts {
  readonly changes: number;
  /** Milliseconds: merging and reading both sides, comparing them today, on every day to come, together; and what is kept for the next run. */
  readonly files: number;
  readonly diff: number;
  readonly dates: number;
  readonly all: number;
  readonly kept: number;
}

export async function run(say: (line: string) => void, people = 10_000): Promise<void> {
  const stage = await openStage(people);
  try {
    say(`${people} people, 10 apps; one of them loses her team's role`);
    say("");
    say("| access diff | files | ms | aim | of which reading | comparing | on later days |");
    say("| --- | --- | ---: | ---: | ---: | ---: | ---: |");
    const part = (how: string, p: Parts, aim = ""): void =>
      say(`| | ${how} | ${[p.all, aim, p.files, p.diff, p.dates].map((n) => (typeof n === "number" ? n.toFixed(0) : n)).join(" | ")} |`);
    part("read afresh", await stage.parts("afresh"));
    await stage.parts("known");
    part("known", await stage.parts("known"), "2,000");
    say("");
    say("| command | files | CPU s | wall s | peak MB | requests to the forge | calls of the apps |");
    say("| --- | --- | ---: | ---: | ---: | ---: | ---: |");
    await stage.preview(["--files"], "kept");
    for (const [name, args, cache] of [
      ["ci preview --files", ["--files"], "off"],
      ["ci preview --files", ["--files"], "kept"],
      ["ci preview", [], "off"],
      ["ci preview", [], "kept"],
    ] as const) {
      const { measured, forge, calls } = await stage.preview(args, cache);
      const figures = [measured.cpuSeconds.toFixed(2), measured.wallSeconds.toFixed(1), Math.round(measured.peakMegabytes), forge, calls];
      say(`| ${name} | ${cache === "off" ? "read afresh" : "known"} | ${figures.join(" | ")} |`);
    }
  } finally {
    await stage.close();
  }
}

interface Stage {
  parts(reading: "afresh" | "known"): Promise<Parts>;
  preview(args: readonly string[], cache: "off" | "kept"): Promise<{ measured: Measured; forge: number; calls: number }>;
  close(): Promise<void>;
}

async function openStage(size: number): Promise<Stage> {
  const { files, worlds } = generateOrganization(size);
  const texts = Object.fromEntries(files);
  texts["rollcall.yaml"] = texts["rollcall.yaml"]!.replace(".rollcall/state", "git:rollcall-state");
  const host = await hostRepository({ files: texts });
  const apps = new Map<string, RunningSimulator<unknown>>();
  const env: Record<string, string> = {
    GITHUB_ACTIONS: "true",
    GITHUB_REPOSITORY: host.name,
    GITHUB_API_URL: host.url,
    GITHUB_SERVER_URL: "https://github.com",
    GITHUB_TOKEN: "app:github-actions",
  };
  for (const [app, world] of worlds) {
    const connector = /^connector: (\S+)$/m.exec(texts[`identities/apps/${app}.yaml`]!)![1]!;
    const simulator = (await findSimulator([join(import.meta.dirname, "..", "providers")], connector))!;
    const running = await simulator.start({ world, now: () => new Date() });
    apps.set(app, running);
    env[endpointVariable(app)] = running.url;
    env[`${app.toUpperCase()}_TOKEN`] = `token-of-${app}`;
  }
  // State learns of the accounts as it does in earnest.
  await inCheckout(host, async (dir) => succeeded(await measureRollcall(["-C", dir, "ci", "apply"], { ...env, ROLLCALL_CACHE: "off" })));
  const path = [...files.keys()].find((p) => p.startsWith("identities/people/"))!;
  const dir = host.clone();
  host.commit({ dir, as: "ada", branch: "one", files: { [path]: texts[path]!.replace(/^roles: .*\n/m, "") } });
  host.push({ as: "ada", dir, branch: "one" });
  const pull = await host.openPull({ as: "ada", head: "one", title: "One person" });
  const cache = join(host.root, "cache");
  return {
    parts: (reading) =>
      promisify(execFile)(process.execPath, [join(import.meta.dirname, "pull-request", "access-diff.ts"), dir, "main", "one", reading], {
        env: { PATH: process.env["PATH"] ?? "", HOME: host.root, ROLLCALL_CACHE: join(host.root, "parts") },
      }).then(({ stdout }) => JSON.parse(stdout) as Parts),
    preview: (args, kept) =>
      inCheckout(host, async (checkout) => {
        host.github.forget();
        const out = join(host.root, "pull.json");
        const options = ["-C", checkout, "ci", "preview", "--pull", String(pull), "--out", out, ...args];
        const measured = succeeded(await measureRollcall(options, { ...env, ROLLCALL_CACHE: kept === "off" ? "off" : cache }));
        const { live } = JSON.parse(await readFile(out, "utf8")) as { live: { plan: { apps: { calls: { read: number } }[] } } | null };
        return { measured, forge: host.github.seen.length, calls: (live?.plan.apps ?? []).reduce((sum, a) => sum + a.calls.read, 0) };
      }),
    async close() {
      for (const app of apps.values()) await app.close();
      await host.close();
    },
  };
}

async function inCheckout<T>(host: HostedRepository, work: (dir: string) => Promise<T>): Promise<T> {
  // A runner checks out at the same place each time, by which the cache knows a repository again.
  const dir = join(host.root, "checkout");
  await rename(host.clone(), dir);
  try {
    return await work(dir);
  } finally {
    await rm(dir, { recursive: true });
  }
}

function succeeded(measured: Measured): Measured {
  if (measured.code !== 0) throw new Error(`ended with ${measured.code}:\n${measured.err}${measured.out}`);
  return measured;
}
