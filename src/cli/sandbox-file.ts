import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "zod";
import { UsageError } from "./command.ts";

/** `.rollcall/sandbox.json`: where the simulators of this repository listen. Written by `rollcall sandbox`, read by `--sandbox`. */
const schema = z.strictObject({
  version: z.literal(1),
  pid: z.int().positive(),
  apps: z.record(z.string(), z.strictObject({ connector: z.string(), url: z.url({ hostname: /^127\.0\.0\.1$/ }) })),
});
export type SandboxFile = z.infer<typeof schema>;

const path = (dir: string): string => join(dir, ".rollcall", "sandbox.json");

export async function writeSandboxFile(dir: string, value: SandboxFile): Promise<void> {
  await mkdir(dirname(path(dir)), { recursive: true });
  await writeFile(`${path(dir)}.tmp`, `${JSON.stringify(value, null, 2)}\n`);
  await rename(`${path(dir)}.tmp`, path(dir));
}

export const removeSandboxFile = (dir: string): Promise<void> => rm(path(dir), { force: true });

/** null where there is none, or where the process that wrote it is gone. */
export async function readSandboxFile(dir: string): Promise<SandboxFile | null> {
  let text: string;
  try {
    text = await readFile(path(dir), "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
  const parsed = schema.parse(JSON.parse(text));
  return isAlive(parsed.pid) ? parsed : null;
}

/** The running sandbox, or a message that says how to start one. */
export async function runningSandbox(dir: string): Promise<SandboxFile> {
  const file = await readSandboxFile(dir);
  if (!file) throw new UsageError("no simulators are running here: start them with `rollcall sandbox --detach`", 1);
  return file;
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
