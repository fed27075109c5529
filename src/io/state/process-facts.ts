import { randomUUID } from "node:crypto";
import { readFileSync, readlinkSync } from "node:fs";
import { hostname, userInfo } from "node:os";
import { systemCode } from "./state-error.ts";

/** Who this process is, so that another run can tell whether it still lives. */
export interface ProcessFacts {
  readonly pid: number;
  readonly host: string;
  readonly user: string;
  /** One boot of one machine; "" where the system does not tell. */
  readonly boot: string;
  /** Within it pids mean the same process: containers of one machine have several. "" where the system does not tell. */
  readonly namespace: string;
  /** When this process started, in the system's own units; "" where it does not tell. A pid that is used again has another one. */
  readonly started: string;
  /** Start of a living process by pid; "" where it lives and its start is not known; null where there is none. */
  startOf(pid: number): string | null;
}

/** The facts of this process, from /proc where there is one (Linux), else from what Node knows. */
export function processFacts(): ProcessFacts {
  return {
    pid: process.pid,
    host: hostname(),
    user: userName(),
    boot: readIfThere("/proc/sys/kernel/random/boot_id")?.trim() ?? "",
    namespace: linkIfThere("/proc/self/ns/pid") ?? "",
    started: startOf(process.pid) ?? "",
    startOf,
  };
}

function startOf(pid: number): string | null {
  if (!Number.isSafeInteger(pid) || pid <= 0) return null;
  const stat = readIfThere(`/proc/${pid}/stat`);
  if (stat !== null) {
    // proc(5): the name in parentheses may hold anything; after it come state (field 3) and, as field 22, the start time.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" || fields[0] === "X" ? null : (fields[19] ?? "");
  }
  try {
    process.kill(pid, 0); // sends nothing: asks whether it exists
    return "";
  } catch (error) {
    return systemCode(error) === "EPERM" ? "" : null;
  }
}

const absent = (error: unknown): boolean => ["ENOENT", "ESRCH", "EACCES", "EINVAL", "ENOTDIR"].includes(systemCode(error) ?? "");

function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (absent(error)) return null;
    throw error;
  }
}

function linkIfThere(path: string): string | null {
  try {
    return readlinkSync(path);
  } catch (error) {
    if (absent(error)) return null;
    throw error;
  }
}

function userName(): string {
  try {
    return userInfo().username;
  } catch (error) {
    // A container may run under a user id that has no name.
    if (systemCode(error) !== null) return `uid ${process.getuid?.() ?? "unknown"}`;
    throw error;
  }
}

/** UUIDs of version 4 from the system's randomness. */
export const systemUuid = (): string => randomUUID();
