import * as nodeFs from "node:fs/promises";
import { join } from "node:path";
import { type BranchLease, branchLeaseText, parseBranchLease } from "./branch-lease.ts";
import { isDead } from "./lease.ts";
import type { ProcessFacts } from "./process-facts.ts";
import { StateFiles } from "./state-files.ts";
import { wholeFolder, type WholeState } from "./whole-folder.ts";

/** Where one run works on state that is kept elsewhere. */
export interface RunFolder {
  /** The state folder, absolute. */
  readonly root: string;
  readonly state: { read(): Promise<WholeState> };
  /** Run of this checkout that died, or could not push, and whose work this one goes on with; null: the state is as the branch has it. */
  readonly recovered: string | null;
  /** Runs that left a folder behind which is gone now. */
  readonly cleared: readonly string[];
  /** Leaves it for the next run: it goes on from `commit`. */
  keep(commit: string | null): Promise<void>;
  remove(): Promise<void>;
}

export interface RunFolderInput {
  readonly home: string;
  /** This run's. */
  readonly lease: BranchLease;
  /** What was read of the branch. */
  readonly version: { readonly commit: string | null; readonly tree: WholeState };
  /** Run whose lease is on the branch and that is dead. */
  readonly dead: string | null;
  readonly me: ProcessFacts;
  readonly now: Date;
}

/**
 * Makes a run's folder `runs/<id>/` below `home`, which is trusted: `run.json` says whose it is, `state/` is the state. It begins as the commit
 * has it, unless a dead run of this machine was further: the one whose lease is on the branch (nobody has pushed after it), or one that could
 * not push and has the same commit before it. Other folders of dead runs go: the branch went on without them.
 */
export async function openRunFolder({ home, lease, version, dead, me, now }: RunFolderInput): Promise<RunFolder> {
  const files = new StateFiles(nodeFs, home, join(home, "runs"));
  const mine = lease.lock;
  const root = join(home, "runs", mine, "state");
  const left = await leftBehind(files, me, now);
  await files.write(`${mine}/run.json`, [branchLeaseText(lease)]);
  const further = left.find((l) => l.run === dead) ?? left.find((l) => l.kept !== null && l.kept === (version.commit ?? "none")) ?? null;
  if (further) await nodeFs.rename(join(home, "runs", further.run, "state"), root);
  else await wholeFolder(root).write(version.tree);
  for (const { run } of left) await nodeFs.rm(join(home, "runs", run), { recursive: true, force: true });
  return {
    root,
    state: wholeFolder(root),
    recovered: further?.run ?? null,
    cleared: left.map((l) => l.run),
    keep: (commit) => files.write(`${mine}/kept`, [commit ?? "none"]),
    remove: () => nodeFs.rm(join(home, "runs", mine), { recursive: true, force: true }),
  };
}

interface Left {
  readonly run: string;
  /** Commit it goes on from, of one that could not push. */
  readonly kept: string | null;
}

/** Folders of runs that are over. */
async function leftBehind(files: StateFiles, me: ProcessFacts, now: Date): Promise<Left[]> {
  const left: Left[] = [];
  for (const path of (await files.tree()).filter((p) => /^[0-9a-f-]{36}\/run\.json$/.test(p))) {
    const run = path.split("/")[0]!;
    const text = await files.read(path);
    const lease = text === null ? null : parseBranchLease(text.toString("utf8"));
    const kept = (await files.read(`${run}/kept`))?.toString("utf8") ?? null;
    if (lease && (kept !== null || isDead(lease, me, now, lease.ttl * 1000))) left.push({ run, kept });
  }
  return left;
}
