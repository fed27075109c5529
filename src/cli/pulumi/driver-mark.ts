import * as nodeFs from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { isDead, type Lease, leaseText, newLease, parseLease } from "../../io/state/lease.ts";
import { type ProcessFacts, processFacts } from "../../io/state/process-facts.ts";
import { StateFiles } from "../../io/state/state-files.ts";
import { randomUUID } from "node:crypto";

/**
 * Says that this process is driving Pulumi on a stack: `.rollcall/pulumi/drivers/<app>/<id>.json`. Pulumi's lock has no end by itself; by this
 * mark the next run can tell a lock that a killed run of its own left behind from anybody else's, and only that one is cleared.
 */
export interface DriverMark {
  put(): Promise<void>;
  remove(): Promise<void>;
  /** Whether every lock that Pulumi's refusal names was taken by a run that was driven from this machine and is dead. */
  explains(refusal: string): Promise<boolean>;
  /** Forgets the marks of dead runs, once their locks are gone. */
  tidy(): Promise<void>;
}

export function driverMark(root: string, app: string, now: () => Date, me: ProcessFacts = processFacts()): DriverMark {
  const files = new StateFiles(nodeFs, root, join(root, ".rollcall", "pulumi", "drivers"));
  const own = `${app}/${randomUUID()}.json`;
  const dead = async (): Promise<{ readonly path: string; readonly mark: Lease }[]> => {
    const found: { path: string; mark: Lease }[] = [];
    for (const name of await files.list(app)) {
      const text = await files.read(`${app}/${name}`);
      const mark = text === null ? null : parseLease(text.toString("utf8"));
      if (mark && driverIsDead(mark, me, now())) found.push({ path: `${app}/${name}`, mark });
    }
    return found;
  };
  return {
    put: () => files.write(own, [leaseText(newLease(randomUUID(), me, now()))]),
    remove: () => files.remove(own),
    async explains(refusal) {
      const locks = locksIn(refusal);
      const marks = await dead();
      const isOurs = (lock: (typeof locks)[number]): boolean =>
        marks.some(({ mark }) => lock.host === mark.host && lock.at >= since(mark) && isGone(lock.pid, mark, me));
      return locks.length > 0 && locks.every(isOurs);
    },
    async tidy() {
      for (const { path } of await dead()) await files.remove(path);
    },
  };
}

/** A driver on this machine is dead when its process is; one of another boot or machine is not judged. */
const driverIsDead = (mark: Lease, me: ProcessFacts, now: Date): boolean =>
  mark.host === me.host && mark.namespace === me.namespace && (mark.boot !== me.boot || isDead(mark, me, now, Number.POSITIVE_INFINITY));

/** The process that took the lock: gone with the boot, or with itself. */
const isGone = (pid: number, mark: Lease, me: ProcessFacts): boolean => mark.boot !== me.boot || me.startOf(pid) === null;

/** Pulumi's lock has whole seconds. */
const since = (mark: Lease): number => Math.floor(Date.parse(mark.since) / 1000) * 1000;

const shape = z.object({ host: z.string(), pid: z.coerce.number().int(), at: z.string() });

/**
 * The locks that Pulumi's refusal names. Its form (v3.259.0): "file:///…/<uuid>.json: created by root@host (pid 4711) at 2026-11-25T18:07:35Z".
 */
function locksIn(refusal: string): { readonly host: string; readonly pid: number; readonly at: number }[] {
  return [...refusal.matchAll(/created by [^@\s]+@(?<host>\S+) \(pid (?<pid>\d+)\) at (?<at>[0-9T:.Z+-]+)/g)].map((m) => {
    const { host, pid, at } = shape.parse(m.groups);
    return { host, pid, at: Date.parse(at) };
  });
}
