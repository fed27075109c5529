import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { GitFailure } from "../io/git/git-error.ts";
import { openStateBranch, type StateBranch } from "../io/git/state-branch.ts";
import { branchHolder, branchLeasePath, newBranchLease } from "../io/state/branch-lease.ts";
import { memoryDisk } from "../io/state/memory-disk.ts";
import { processFacts } from "../io/state/process-facts.ts";
import { openRunFolder, type RunFolder } from "../io/state/run-folder.ts";
import { openStateDirectory } from "../io/state/state-directory.ts";
import { StateError } from "../io/state/state-error.ts";
import type { WholeState } from "../io/state/whole-folder.ts";
import { BranchWriter, type BranchTimings, usualTimings } from "./branch-writer.ts";
import { type Context, UsageError } from "./command.ts";
import { directoryStore, heldBy, toldByState, toldWritable } from "./directory-store.ts";
import type { Repository } from "./repository.ts";
import type { LockedState, StateStore, WritableState, Writer } from "./state-store.ts";

/** A commit of the branch, or that there is none yet. */
interface Version {
  readonly commit: string | null;
  readonly tree: WholeState;
}

/**
 * State on a branch of the remote. It is read as the branch has it now, into memory; a run that writes works in a folder of its own inside the
 * Git directory, and pushes.
 */
export async function branchStore(context: Context, repository: Repository, name: string): Promise<StateStore> {
  const branch = await inWords(() => openStateBranch(context.dir, { branch: name, env: context.env }));
  const version = await versionOf(branch);
  const root = join(branch.privateFolder, "state");
  const files = new Map([...version.tree].filter(([path]) => path !== branchLeasePath));
  const reading = directoryStore(
    context,
    repository,
    openStateDirectory(root, { now: context.now, base: root, fs: memoryDisk(root, files) }),
  );
  const heldNow = (seen: Version) => branchHolder(seen.tree, processFacts(), context.now());
  return {
    load: reading.load,
    records: reading.records,
    export: reading.export,
    locks: {
      holders: () => Promise.resolve([heldNow(version)].flatMap((held) => (held === null ? [] : [held.holder]))),
      unlock: () => unlock(context, branch, version),
    },
    async lock(apps, by) {
      const held = heldNow(version);
      if (held && !held.dead) throw new UsageError(`the state (branch ${name}) is ${heldBy(held.holder)}`, 7);
      return lockBranch({ context, repository, branch, version, apps, by, dead: held?.holder.id ?? null });
    },
  };
}

/** Takes what the remote has for the true history, after somebody rewrote it on purpose. */
export async function acceptBranch(context: Context, name: string): Promise<string | null> {
  const branch = await inWords(() => openStateBranch(context.dir, { branch: name, env: context.env }));
  return inWords(() => branch.accept());
}

async function versionOf(branch: StateBranch): Promise<Version> {
  return inWords(async () => {
    const commit = await branch.head();
    const files = commit === null ? [] : await branch.files(commit);
    return { commit, tree: new Map(files.map((f) => [f.path, f.bytes])) };
  });
}

interface Locking {
  readonly context: Context;
  readonly repository: Repository;
  readonly branch: StateBranch;
  readonly version: Version;
  readonly apps: readonly string[];
  readonly by: Writer;
  /** Run whose lease is on the branch and that is dead. */
  readonly dead: string | null;
}

async function lockBranch({ context, repository, branch, version, apps, by, dead }: Locking): Promise<LockedState> {
  const { now } = context;
  const run = randomUUID();
  const timings = timingsIn(context);
  const url = by.kind === "ci" ? by.url : null;
  const lease = newBranchLease(run, processFacts(), now(), url, timings.ttlSeconds);
  const folder = await toldByState(() =>
    openRunFolder({ home: branch.privateFolder, lease, version, dead, me: processFacts(), now: now() }),
  );
  for (const old of folder.cleared) await inWords(() => branch.forgetRun(old));
  if (folder.recovered !== null) context.err(`state: going on with what the run ${folder.recovered} of this checkout had not pushed\n`);
  const done = new Map<string, number>();
  const writer = new BranchWriter({
    branch,
    from: version.commit,
    tree: version.tree,
    read: folder.state.read,
    lease,
    timings,
    now,
    summary: () => summaryOf(done),
  });
  const directory = openStateDirectory(folder.root, { now, base: branch.privateFolder });
  let inner: LockedState;
  try {
    inner = await directoryStore(context, repository, directory).lock(apps, by);
  } catch (error) {
    writer.abandon();
    await folder.remove();
    throw error;
  }
  let refused = false;
  return {
    load: inner.load,
    records: toldWritable(directory.records),
    open: (app) => pushing(inner.open(app), writer, done),
    async claim() {
      refused = true;
      await claim(writer, branch, context);
      refused = false;
    },
    async release() {
      await inner.release();
      if (refused) {
        // Said already, and nothing was done.
        writer.abandon();
        await folder.remove();
        return;
      }
      await conclude(writer, folder, branch, run);
    },
  };
}

/** One app's state, whose intents are on the branch before anything is done. */
function pushing(state: WritableState, writer: BranchWriter, done: Map<string, number>): WritableState {
  return {
    async save(next) {
      const result = await state.save(next);
      if (result === "written") writer.saved();
      return result;
    },
    journal: {
      async begin(operations) {
        await writer.beforeCall();
        await state.journal.begin(operations);
      },
      async end(entries) {
        for (const { outcome } of entries) done.set(outcome.status, (done.get(outcome.status) ?? 0) + 1);
        await state.journal.end(entries);
      },
      settle: () => state.journal.settle(),
    },
  };
}

async function claim(writer: BranchWriter, branch: StateBranch, context: Context): Promise<void> {
  try {
    await inWords(() => writer.claim());
  } catch (error) {
    if (!(error instanceof StateError)) throw error;
    const held = branchHolder((await versionOf(branch)).tree, processFacts(), context.now());
    throw new UsageError(held ? `the state (branch ${branch.name}) is ${heldBy(held.holder)}` : error.message, 7);
  }
}

/** The last push. What cannot be pushed stays in its folder for the next run of this checkout; what must not be is dropped. */
async function conclude(writer: BranchWriter, folder: RunFolder, branch: StateBranch, run: string): Promise<void> {
  try {
    await writer.end();
  } catch (error) {
    if (error instanceof GitFailure && error.kind === "remote") {
      await folder.keep(writer.commit);
      throw new UsageError(
        `${error.message}. What this run did is kept in ${folder.root}: the next run that writes, from this checkout, pushes it if nobody else has pushed by then. If the machine goes away, the next run finds in the apps themselves what was done`,
        1,
      );
    }
    if (!(error instanceof StateError && error.kind === "lock-lost")) throw error;
    await folder.remove();
    await branch.forgetRun(run);
    throw new UsageError(error.message, 7);
  }
  await folder.remove();
  await inWords(() => branch.forgetRun(run));
}

async function unlock(context: Context, branch: StateBranch, { commit, tree }: Version): Promise<void> {
  await inWords(async () => {
    const message = "state: the lock is removed by hand\n";
    const run = randomUUID();
    const next = await branch.commit({ parent: commit, changed: [], removed: [branchLeasePath], message, at: context.now(), run });
    const pushed = tree.has(branchLeasePath) ? await branch.push(commit, next) : "pushed";
    await branch.forgetRun(run);
    if (pushed === "moved")
      throw new UsageError(`the state branch ${branch.name} moved meanwhile: the run that holds it is alive, or it has ended`, 7);
  });
}

function summaryOf(done: ReadonlyMap<string, number>): string {
  const total = [...done.values()].reduce((a, b) => a + b, 0);
  if (total === 0) return "written";
  const parts = [...done].sort(([a], [b]) => (a < b ? -1 : 1)).map(([status, n]) => `${n} ${status}`);
  return `${total} ${total === 1 ? "operation" : "operations"} (${parts.join(", ")})`;
}

function timingsIn({ env }: Context): BranchTimings {
  const asked = env["ROLLCALL_STATE_PUSH_SECONDS"];
  if (asked === undefined || asked === "") return usualTimings;
  if (!/^\d{1,3}$/.test(asked)) throw new UsageError("ROLLCALL_STATE_PUSH_SECONDS is a number of seconds, at most 999", 3);
  return { ...usualTimings, pushSeconds: Number(asked) };
}

/** What Git could not do is the user's to know, in its words. */
async function inWords<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof GitFailure)) throw error;
    throw new UsageError(error.message, error.kind === "remote" || error.kind === "git" ? 1 : 3);
  }
}
