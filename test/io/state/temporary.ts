import * as nodeFs from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { RunFacts, StateDirectoryOptions } from "../../../src/io/state/state-directory.ts";
import type { FileSystem } from "../../../src/io/state/state-files.ts";
import { manifest, noon } from "../../core/state/sample.ts";

/** A folder that is gone after the test. */
export async function temporaryFolder(): Promise<string> {
  const folder = await nodeFs.realpath(await nodeFs.mkdtemp(join(tmpdir(), "rollcall-state-")));
  onTestFinished(() => nodeFs.rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A clock that stands, and no timers. */
export const still: StateDirectoryOptions = { now: () => noon(), every: () => () => undefined };

export const run: RunFacts = { manifest, run: "r1", day: "2026-03-01" };

export type Fault = "ENOSPC" | "EIO";
type Call = "write" | "sync" | "rename" | "open";

/** A disk that fails one kind of call on paths that match, from when `on` is called. */
export function failingDisk(): { fs: FileSystem; on(call: Call, path: RegExp, code: Fault): void; off(): void } {
  let plan: { call: Call; path: RegExp; code: Fault } | null = null;
  const check = (call: Call, path: string): void => {
    if (plan && plan.call === call && plan.path.test(path)) throw Object.assign(new Error(`${plan.code}: planted`), { code: plan.code });
  };
  const fs: FileSystem = {
    ...nodeFs,
    open: (async (path: string, flags?: string | number, mode?: number) => {
      check("open", path);
      const handle = await nodeFs.open(path, flags, mode);
      return new Proxy(handle, {
        get(target, name) {
          const value: unknown = Reflect.get(target, name, target);
          if (typeof value !== "function") return value;
          return async (...given: unknown[]) => {
            if (name === "appendFile") {
              try {
                check("write", path);
              } catch (error) {
                await target.appendFile(String(given[0]).slice(0, 10)); // a disk fills up in the middle of a write
                throw error;
              }
            }
            if (name === "sync" || name === "datasync") check("sync", path);
            return value.apply(target, given);
          };
        },
      });
    }) as FileSystem["open"],
    rename: async (from, to) => {
      check("rename", String(to));
      return nodeFs.rename(from, to);
    },
  };
  return { fs, on: (call, path, code) => void (plan = { call, path, code }), off: () => void (plan = null) };
}
