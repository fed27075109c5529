import * as nodeFs from "node:fs/promises";
import { dirname, relative } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { OperationOutcome } from "../../core/engine.ts";
import { isKey } from "../../core/model/key.ts";
import type { Manifest } from "../../core/model/manifest.ts";
import type { AppState } from "../../core/model/state.ts";
import { fold, type JournalEntry, type JournalOperation, savedUpTo } from "../../core/state/journal.ts";
import { unsettledEntries } from "../../core/state/overlay.ts";
import { checkBackend, checkpointKeys, type ReadCheckpoint, readCheckpoint, writeCheckpoint } from "./checkpoint-file.ts";
import { JournalFile, journalKeys, readJournal } from "./journal-file.ts";
import { acquireLock, type Holder, holders, type Lock, type LockWorld, withdraw } from "./lock.ts";
import { moveHere, whereabouts } from "./moved.ts";
import { type Owner, readOwner, writeOwner } from "./owner-file.ts";
import { type ProcessFacts, processFacts, systemUuid } from "./process-facts.ts";
import { appendRecord, readRecords, type WritableRecords } from "./record-files.ts";
import { StateError } from "./state-error.ts";
import { type FileSystem, StateFiles } from "./state-files.ts";

export interface StateDirectoryOptions {
  readonly now: () => Date;
  /**
   * Trusted folder, such as the root of the checkout: below it no symbolic link is followed. The state folder's parent where absent, and where
   * the state lies elsewhere.
   */
  readonly base?: string;
  /** UUIDs of version 4. */
  readonly uuid?: () => string;
  readonly fs?: FileSystem;
  readonly process?: ProcessFacts;
  readonly every?: LockWorld["every"];
  /** Seconds of silence after which a holder on another machine counts as dead; 300 where absent. */
  readonly leaseSeconds?: number;
}

/** A state folder, which is a Pulumi DIY backend with a journal beside it (README.md). */
export interface StateDirectory {
  /** Keys of apps that have state or a journal, sorted. */
  apps(): Promise<string[]>;
  /**
   * State as checkpoint and journal have it, also under a key that the app had before; empty where there is none. Takes no lock and writes
   * nothing.
   */
  load(app: string, connector: string, formerly?: readonly string[]): Promise<LoadedState>;
  /** Opens an app's state for writing, or says who holds it. State under a former key is moved here first, once. */
  lock(
    app: string,
    run: RunFacts,
  ): Promise<{ readonly kind: "open"; readonly app: OpenState } | { readonly kind: "held"; readonly holder: Holder }>;
  /** Who holds the lock of an app now. */
  holders(app: string): Promise<Holder[]>;
  /** Removes one lock whatever it is: for a person who knows that its run is dead. */
  unlock(app: string, id: string): Promise<void>;
  readonly records: WritableRecords;
  /** null where nobody has claimed the state yet. */
  owner(): Promise<Owner | null>;
  setOwner(owner: Owner): Promise<void>;
}

export interface LoadedState {
  readonly state: AppState;
  /** Recent writes, for `overlay`. */
  readonly entries: readonly JournalEntry[];
  /** What a killed Pulumi left unfinished, as "verb urn". */
  readonly unfinished: readonly string[];
  /** Id of the stack's default provider; null where there is no checkpoint yet. */
  readonly provider: string | null;
}

export interface RunFacts {
  readonly manifest: Manifest;
  /** Names the run in the journal. */
  readonly run: string;
  /** The organisation's day, YYYY-MM-DD. */
  readonly day: string;
  /** Keys that the app had before. */
  readonly formerly?: readonly string[];
}

/** One app's state under its lock. Every method throws StateError where the lock was lost or the disk failed. */
export interface OpenState extends LoadedState {
  readonly journal: {
    begin(operations: readonly JournalOperation[]): Promise<void>;
    end(entries: readonly { readonly operation: JournalOperation; readonly outcome: OperationOutcome }[]): Promise<void>;
    /** After a checkpoint: forgets what the vendor shows by now. */
    settle(): Promise<void>;
  };
  /** Writes a checkpoint, unless it says so already. The state must hold every outcome that was ended before. */
  save(state: AppState): Promise<"written" | "unchanged">;
  /** Gives the lock back. */
  release(): Promise<void>;
}

export function openStateDirectory(root: string, options: StateDirectoryOptions): StateDirectory {
  const files = new StateFiles(options.fs ?? nodeFs, baseOf(root, options.base), root);
  const world: LockWorld = {
    files,
    me: options.process ?? processFacts(),
    now: options.now,
    uuid: options.uuid ?? systemUuid,
    every: options.every ?? every,
    leaseMs: (options.leaseSeconds ?? 300) * 1000,
  };
  return {
    async apps() {
      return [...new Set([...(await checkpointKeys(files)), ...(await journalKeys(files))])].sort();
    },
    load: async (app, connector, formerly = []) => load(files, checked(app), connector, formerly.map(checked)),
    holders: async (app) => holders(world, checked(app)),
    unlock: async (app, id) => withdraw(files, checked(app), lockId(id)),
    records: {
      ...readRecords(files),
      append: (next) => underLock(world, recordsLock, "the records", () => appendRecord(files, next)),
    },
    owner: () => readOwner(files),
    setOwner: (owner) => writeOwner(files, owner),
    async lock(app, run) {
      await checkBackend(files);
      const locking = await acquireLock(world, checked(app));
      if (locking.kind === "held") return locking;
      try {
        const holder = await takeOver(world, app, (run.formerly ?? []).map(checked));
        if (holder) {
          await locking.lock.release();
          return { kind: "held", holder };
        }
        return { kind: "open", app: await open(world, locking.lock, app, run) };
      } catch (error) {
        await locking.lock.release();
        throw error;
      }
    },
  };
}

/** No app can have this key. */
const recordsLock = ".records";

/** For what takes moments: waits for its turn, up to half a minute. */
async function underLock<T>(world: LockWorld, name: string, what: string, work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    const locking = await acquireLock(world, name);
    if (locking.kind === "held") {
      if (attempt === 100) throw new StateError("disk", `${what} are locked by ${locking.holder.who}; run again when it is done`);
      // Of two that start together both may step back: not for the same time again.
      await sleep(100 + Math.floor(Math.random() * 400));
      continue;
    }
    try {
      return await work();
    } finally {
      await locking.lock.release();
    }
  }
}

/** Moves here what lies under a former key, under the lock of that key too; answers who holds that one. */
async function takeOver(world: LockWorld, app: string, formerly: readonly string[]): Promise<Holder | null> {
  const { files } = world;
  const found = await whereabouts(files, app, formerly);
  const former = [...new Set([found.journal, found.checkpoint])].filter((key) => key !== app).sort();
  const locks: Lock[] = [];
  try {
    for (const key of former) {
      const locking = await acquireLock(world, key);
      if (locking.kind === "held") return locking.holder;
      locks.push(locking.lock);
    }
    if (formerly.length === 0) return null;
    const place = await whereabouts(files, app, formerly);
    // What would be refused here is refused where it lies.
    await readCheckpoint(files, app, formerly, place.checkpoint);
    await readJournal(files, app, formerly, place.journal);
    await moveHere(files, app, place);
    return null;
  } finally {
    for (const lock of locks.toReversed()) await lock.release();
  }
}

/**
 * Read without the lock, while another run may be writing: checkpoint and journal belong together where no checkpoint was noted, and nothing
 * was moved, in between.
 */
async function load(files: StateFiles, app: string, connector: string, formerly: readonly string[]): Promise<LoadedState> {
  await checkBackend(files);
  for (let attempt = 1; ; attempt++) {
    const place = await whereabouts(files, app, formerly);
    const before = await readJournal(files, app, formerly, place.journal);
    const checkpoint = await readCheckpoint(files, app, formerly, place.checkpoint);
    const result = loaded(checkpoint, app, connector, before);
    const still = await whereabouts(files, app, formerly);
    const after = await readJournal(files, app, formerly, still.journal);
    const same = still.checkpoint === place.checkpoint && still.journal === place.journal;
    if (attempt === 5 || (same && savedUpTo(after) === savedUpTo(before))) return result;
  }
}

function loaded(checkpoint: ReadCheckpoint | null, app: string, connector: string, entries: readonly JournalEntry[]): LoadedState {
  const state = checkpoint?.state ?? { app, connector, accounts: new Map(), groups: new Map() };
  if (state.connector !== connector) {
    throw new StateError(
      "refused",
      `the state of ${app} was made by the connector ${state.connector}, and its file says ${connector}: an app cannot change its connector; give the new one a key of its own`,
    );
  }
  return { state: fold(state, entries), entries, unfinished: checkpoint?.unfinished ?? [], provider: checkpoint?.provider ?? null };
}

async function open(world: LockWorld, lock: Lock, app: string, run: RunFacts): Promise<OpenState> {
  const { files, now, uuid } = world;
  const formerly = run.formerly ?? [];
  const journal = await JournalFile.open(files, app, { run: run.run, day: run.day, now, mayBegin: () => lock.verify() }, formerly);
  let saving: Promise<unknown> = Promise.resolve();
  try {
    const checkpoint = await readCheckpoint(files, app, formerly);
    const { state, entries, unfinished, provider } = loaded(checkpoint, app, run.manifest.name, journal.entries());
    // What was moved names the app as it was; from now on Pulumi, too, finds the stack under its present name.
    if (checkpoint?.renamed && checkpoint.state) await writeCheckpoint(files, checkpoint.state, now, uuid, formerly);
    const write = async (next: AppState): Promise<"written" | "unchanged"> => {
      if (next.app !== app || next.connector !== run.manifest.name)
        throw new Error(`this is the state of ${next.app} by ${next.connector}, not of ${app}`);
      await lock.verify();
      const upTo = journal.latest;
      const result = await writeCheckpoint(files, next, now, uuid);
      await journal.saved(upTo);
      return result;
    };
    const inTurn = async (before: Promise<unknown>, next: AppState): Promise<"written" | "unchanged"> => {
      await before;
      return write(next);
    };
    return {
      state,
      entries: [...entries],
      unfinished,
      provider,
      journal: {
        begin: (operations) => journal.begin(operations),
        end: (ended) => journal.end(ended.map((e) => e.outcome)),
        async settle() {
          await lock.verify();
          const keep = unsettledEntries(journal.entries(), run.manifest, now());
          // What no checkpoint has yet always stays, with the begins that its ends refer to.
          const saved = savedUpTo(journal.entries());
          for (const e of journal.entries()) {
            if (e.seq <= saved) continue;
            keep.add(e.seq);
            if (e.type === "end") keep.add(e.of);
          }
          await journal.compact((e) => keep.has(e.seq));
        },
      },
      save(next) {
        const turn = inTurn(saving, next);
        saving = turn.catch(() => undefined); // its caller has the failure; the next save has its turn
        return turn;
      },
      async release() {
        await saving;
        try {
          await journal.close();
        } finally {
          await lock.release();
        }
      },
    };
  } catch (error) {
    await journal.close();
    throw error;
  }
}

function baseOf(root: string, base: string | undefined): string {
  return base !== undefined && !/^\.\.(?:$|[/\\])/.test(relative(base, root)) ? base : dirname(root);
}

function checked(app: string): string {
  if (!isKey(app)) throw new Error(`${JSON.stringify(app)} is not the key of an app`);
  return app;
}

function lockId(id: string): string {
  if (!/^[A-Za-z0-9-]{1,100}$/.test(id)) throw new Error(`${JSON.stringify(id)} is not the id of a lock`);
  return id;
}

function every(milliseconds: number, task: () => void): () => void {
  const timer = setInterval(task, milliseconds);
  timer.unref();
  return () => clearInterval(timer);
}
