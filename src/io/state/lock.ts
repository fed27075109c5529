import { z } from "zod";
import { isDead, type Lease, leaseFile, leaseFolder, leaseText, newLease, parseLease } from "./lease.ts";
import type { ProcessFacts } from "./process-facts.ts";
import { StateError } from "./state-error.ts";
import type { StateFiles } from "./state-files.ts";

/** What a lock needs of the world. */
export interface LockWorld {
  readonly files: StateFiles;
  readonly me: ProcessFacts;
  readonly now: () => Date;
  readonly uuid: () => string;
  /** Runs `task` every so many milliseconds until the returned function is called. */
  readonly every: (milliseconds: number, task: () => void) => () => void;
  /** A holder elsewhere that is silent for so long counts as dead. */
  readonly leaseMs: number;
}

/** Who holds the lock of an app. */
export interface Holder {
  readonly by: "rollcall" | "pulumi";
  /** Id of the lock file. */
  readonly id: string;
  /** "ada on build-7, process 4711". */
  readonly who: string;
  /** RFC 3339, or null where the file does not say. */
  readonly since: string | null;
  /** What to do about it, as an instruction. */
  readonly fix: string;
}

export interface Lock {
  readonly id: string;
  /** Throws StateError lock-lost where the lock is no longer ours; to be asked before anything is written. */
  verify(): Promise<void>;
  release(): Promise<void>;
}

export type Locking = { readonly kind: "locked"; readonly lock: Lock } | { readonly kind: "held"; readonly holder: Holder };

const lockFolder = (app: string): string => `.pulumi/locks/organization/rollcall/${app}`;
const lockFile = (app: string, id: string): string => `${lockFolder(app)}/${id}.json`;

const lockShape = z.object({ pid: z.number(), username: z.string(), hostname: z.string(), timestamp: z.string() });

/**
 * Takes the lock of one app by Pulumi's own protocol (v3.259.0, 2026-08): look for others, write one's own, look again, and step back if
 * there is another. Two that start together may both step back; never do both go on. Locks that rollcall wrote and whose run is dead are
 * cleared first; Pulumi's never are.
 */
export async function acquireLock(world: LockWorld, app: string): Promise<Locking> {
  const { files, me } = world;
  await clearDead(world, app);
  const [before] = await holders(world, app);
  if (before) return { kind: "held", holder: before };
  const id = world.uuid();
  const lease = newLease(id, me, world.now());
  // The lease first: a lock of ours without one could never be cleared.
  await files.write(leaseFile(app, id), [leaseText(lease)]);
  await files.write(lockFile(app, id), [
    `${JSON.stringify({ pid: me.pid, username: me.user, hostname: me.host, timestamp: lease.since })}\n`,
  ]);
  const [other] = (await holders(world, app)).filter((h) => h.id !== id);
  if (other) {
    await withdraw(files, app, id);
    return { kind: "held", holder: other };
  }
  return { kind: "locked", lock: new HeldLock(world, app, lease) };
}

/** Everybody who holds the app's lock, also dead runs that nobody has cleared yet; sorted by id. */
export async function holders(world: LockWorld, app: string): Promise<Holder[]> {
  const found: Holder[] = [];
  for (const name of await world.files.list(lockFolder(app))) {
    if (!name.endsWith(".json")) continue; // side files of Pulumi's blob library
    const id = name.slice(0, -".json".length);
    const text = await world.files.read(lockFile(app, id));
    if (text !== null) found.push(holderOf(app, id, text.toString("utf8"), await leaseOf(world.files, app, id), world.leaseMs));
  }
  return found;
}

/** Removes one lock whatever it is: for a person who knows that its run is dead. */
export async function withdraw(files: StateFiles, app: string, id: string): Promise<void> {
  // The lease last, as it was written first: a crash in between leaves a lease without a lock, which holds nobody.
  await files.remove(lockFile(app, id));
  await files.remove(leaseFile(app, id));
}

async function clearDead(world: LockWorld, app: string): Promise<void> {
  for (const name of await world.files.list(leaseFolder(app))) {
    if (!name.endsWith(".json")) continue;
    const id = name.slice(0, -".json".length);
    const lease = await leaseOf(world.files, app, id);
    // A run that takes over between this look and the removal has an id of its own: only the dead one's files go.
    if (lease && isDead(lease, world.me, world.now(), world.leaseMs)) await withdraw(world.files, app, id);
  }
}

async function leaseOf(files: StateFiles, app: string, id: string): Promise<Lease | null> {
  const text = await files.read(leaseFile(app, id));
  const lease = text === null ? null : parseLease(text.toString("utf8"));
  return lease?.lock === id ? lease : null;
}

function holderOf(app: string, id: string, text: string, lease: Lease | null, leaseMs: number): Holder {
  let json: unknown = null;
  try {
    json = JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  const lock = lockShape.safeParse(json).data;
  const who = lock ? `${lock.username} on ${lock.hostname}, process ${lock.pid}` : "somebody unknown (the lock file cannot be read)";
  const since = lock?.timestamp ?? null;
  if (lease) {
    const minutes = Math.ceil(leaseMs / 60_000);
    const fix = `wait until it is done; if it is dead, the lock ends by itself on its own machine at once, elsewhere ${minutes} minutes after its last sign of life (${lease.heartbeat}), or by \`rollcall state unlock ${app}\``;
    return { by: "rollcall", id, who, since, fix };
  }
  const fix = `wait until pulumi is done; if no pulumi is running any more, \`pulumi cancel --stack organization/rollcall/${app}\` removes its lock`;
  return { by: "pulumi", id, who, since, fix };
}

class HeldLock implements Lock {
  readonly id: string;
  private readonly world: LockWorld;
  private readonly app: string;
  private lease: Lease;
  private beating: Promise<void> = Promise.resolve();
  private readonly stop: () => void;
  private released = false;

  constructor(world: LockWorld, app: string, lease: Lease) {
    this.world = world;
    this.app = app;
    this.lease = lease;
    this.id = lease.lock;
    this.stop = world.every(world.leaseMs / 10, () => {
      this.beating = this.beating.then(() => this.beat());
    });
  }

  async verify(): Promise<void> {
    if (this.released || !(await this.world.files.isThere(lockFile(this.app, this.id)))) {
      const minutes = Math.ceil(this.world.leaseMs / 60_000);
      throw new StateError(
        "lock-lost",
        `the lock of ${this.app} is gone: it was removed by hand, or this run was silent for over ${minutes} minutes and another took over; nothing more is written, run again`,
      );
    }
  }

  async release(): Promise<void> {
    if (this.released) return;
    this.released = true;
    this.stop();
    await this.beating;
    await withdraw(this.world.files, this.app, this.id);
  }

  /**
   * A failing heartbeat is no failure of the run: `verify` tells whether the lock is still ours before each write, and the disk's failure
   * shows at the next of them.
   */
  private async beat(): Promise<void> {
    if (this.released) return;
    try {
      await this.verify();
      const lease = { ...this.lease, heartbeat: this.world.now().toISOString() };
      await this.world.files.write(leaseFile(this.app, this.id), [leaseText(lease)]);
      this.lease = lease;
    } catch (error) {
      if (!(error instanceof StateError)) throw error;
    }
  }
}
