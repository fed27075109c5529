import { overlay } from "../../core/state/overlay.ts";
import { fetchBranch } from "../../io/git/fetch.ts";
import { bytesAt } from "../../io/git/file-at.ts";
import { pushCompareAndSwap } from "../../io/git/push.ts";
import { commitFolder } from "../../io/git/write-commit.ts";
import { decodeSnapshots, encodeSnapshots, type Snapshots } from "../../io/snapshot/codec.ts";
import { keyFrom, lock, SnapshotError, unlock } from "../../io/snapshot/lock.ts";
import { UsageError } from "../command.ts";
import { openDoors } from "../doors.ts";
import type { EngineRun } from "../engine-run.ts";
import { silent } from "../progress.ts";
import type { Repository } from "../repository.ts";
import { chosenApps, type SeenApp } from "../session.ts";
import { told } from "../versions.ts";
import type { Ci } from "./ci.ts";

/** A branch of one commit: each snapshot takes the place of the one before, and no history of them is kept. */
const branch = "rollcall-snapshot";
const file = "snapshot";
const mostBytes = 64 * 1024 * 1024;
const author = { name: "rollcall", email: "rollcall@rollcall.invalid" };

/** Leaves what this run saw of the apps for previews, under lock and key. */
export async function publishSnapshots(ci: Ci, seen: ReadonlyMap<string, SeenApp>): Promise<void> {
  const { context } = ci;
  const taken: Snapshots = { takenAt: context.now().toISOString(), apps: [...seen.values()].map((s) => s.snapshot) };
  const bytes = inWords(() => lock(encodeSnapshots(taken), keyFrom(context.env["ROLLCALL_SNAPSHOT_KEY"]), ci.forge.repository));
  const expected = await told(fetchBranch(context.dir, { remote: ci.remote, branch, ...ci.signedIn }));
  const message = `Snapshot of ${taken.apps.length} apps\n`;
  const commit = await told(
    commitFolder(context.dir, { files: new Map([[file, bytes]]), parent: null, message, author, at: context.now() }),
  );
  const pushed = await told(
    pushCompareAndSwap(context.dir, { remote: ci.remote, ref: `refs/heads/${branch}`, expected, commit, ...ci.signedIn }),
  );
  if (pushed === "lost") context.err("another run published a snapshot meanwhile; that one stays\n");
}

/** The apps as the last published snapshot has them, with the state that is known now. null: none was published yet. */
export async function readSnapshots(
  ci: Ci,
  repository: Repository,
  engine: EngineRun,
): Promise<{ readonly seen: ReadonlyMap<string, SeenApp>; readonly takenAt: string } | null> {
  const { context } = ci;
  const commit = await told(fetchBranch(context.dir, { remote: ci.remote, branch, ...ci.signedIn }));
  const bytes = commit === null ? null : await told(bytesAt(context.dir, commit, file, mostBytes));
  if (bytes === null) return null;
  const taken = inWords(() => decodeSnapshots(unlock(bytes, keyFrom(context.env["ROLLCALL_SNAPSHOT_KEY"]), ci.forge.repository)));
  const byApp = new Map(taken.apps.map((s) => [s.app, s]));
  const seen = new Map<string, SeenApp>();
  for (const app of chosenApps(context, repository)) {
    const snapshot = byApp.get(app.key);
    if (!snapshot) continue;
    const manifest = repository.manifests.get(app.connector)!;
    const { state, entries } = await engine.load(app.key, app.connector);
    // Opened for what it makes of a wish; nothing is asked, and no credential is looked up before something is.
    const { tenant } = await openDoors(context, repository, app, "read", silent);
    seen.set(app.key, {
      app,
      doors: null,
      manifest,
      state,
      snapshot: overlay(snapshot, entries, manifest, context.now()),
      normalise: (wish) => tenant.normalise?.(wish) ?? wish,
    });
  }
  return { seen, takenAt: taken.takenAt };
}

function inWords<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof SnapshotError) throw new UsageError(error.message, 3);
    throw error;
  }
}
