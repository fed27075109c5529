/** One command as a process of its own, and what it used, as the process itself reports it when it ends. */
import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

export interface Measured {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  /** User and system time of the whole process, its threads included. */
  readonly cpuSeconds: number;
  /** Most resident memory, 2^20 bytes. */
  readonly peakMegabytes: number;
  readonly wallSeconds: number;
}

const usage = pathToFileURL(join(import.meta.dirname, "usage.ts")).href;
/** What the command line starts with. */
export const rollcallEntry = join(import.meta.dirname, "..", "src", "cli", "rollcall.js");

/** `rollcall ...args` with this environment beside PATH and HOME. Rejects where the process did not end by itself. */
export async function measureRollcall(args: readonly string[], env: Readonly<Record<string, string>>): Promise<Measured> {
  const folder = await mkdtemp(join(tmpdir(), "rollcall-usage-"));
  try {
    const file = join(folder, "usage.json");
    const started = performance.now();
    const child = spawn(process.execPath, ["--import", usage, rollcallEntry, ...args], {
      env: { PATH: process.env["PATH"] ?? "", HOME: folder, NO_COLOR: "1", ...env, ROLLCALL_BENCH_USAGE: file },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let out = "";
    let err = "";
    child.stdout.on("data", (chunk: Buffer) => (out += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (err += chunk.toString()));
    const code = await new Promise<number | null>((resolve, reject) => child.on("error", reject).on("close", resolve));
    const wallSeconds = (performance.now() - started) / 1000;
    if (code === null) throw new Error(`rollcall ${args.join(" ")} was ended by a signal:\n${err}`);
    const used = JSON.parse(await readFile(file, "utf8")) as Pick<Measured, "cpuSeconds" | "peakMegabytes">;
    return { code, out, err, ...used, wallSeconds };
  } finally {
    await rm(folder, { recursive: true });
  }
}
