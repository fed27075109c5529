import { z } from "zod";
import type { ProcessFacts } from "./process-facts.ts";

/** Beside every lock that rollcall writes: who holds it, so that it can be told from a dead one. Not below .pulumi/locks. */
export const leaseFolder = (app: string): string => `.rollcall-lock/${app}`;
export const leaseFile = (app: string, id: string): string => `${leaseFolder(app)}/${id}.json`;

export const leaseShape = z.object({
  version: z.literal(1),
  /** Id of the Pulumi-shaped lock file it belongs to. */
  lock: z.uuid(),
  pid: z.number().int(),
  host: z.string(),
  user: z.string(),
  boot: z.string(),
  namespace: z.string(),
  started: z.string(),
  since: z.iso.datetime(),
  heartbeat: z.iso.datetime(),
});
export type Lease = z.infer<typeof leaseShape>;

/** A lease file's text; null where it does not say what a lease says: then nothing is concluded from it. */
export function parseLease(text: string): Lease | null {
  try {
    return leaseShape.safeParse(JSON.parse(text)).data ?? null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

export const leaseText = (lease: Lease): string => `${JSON.stringify(lease)}\n`;

export function newLease(lock: string, me: ProcessFacts, now: Date): Lease {
  const { pid, host, user, boot, namespace, started } = me;
  const time = now.toISOString();
  return { version: 1, lock, pid, host, user, boot, namespace, started, since: time, heartbeat: time };
}

/** Whether holder and asker share a machine, a boot of it, and a view of its processes. */
const sameMachine = (lease: Lease, me: ProcessFacts): boolean =>
  lease.host === me.host && lease.boot === me.boot && lease.namespace === me.namespace;

/**
 * Whether the holder is known to be dead. On this machine the process decides, however long it has been silent; elsewhere its silence does:
 * no heartbeat for `leaseMs`.
 */
export function isDead(lease: Lease, me: ProcessFacts, now: Date, leaseMs: number): boolean {
  if (!sameMachine(lease, me)) return now.getTime() - Date.parse(lease.heartbeat) > leaseMs;
  const start = me.startOf(lease.pid);
  return start === null || (start !== "" && lease.started !== "" && start !== lease.started);
}
