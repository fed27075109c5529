import { GitFailure } from "../io/git/git-error.ts";
import type { StateBranch } from "../io/git/state-branch.ts";
import { type BranchLease, branchLeasePath, branchLeaseText } from "../io/state/branch-lease.ts";
import { StateError } from "../io/state/state-error.ts";
import type { WholeState } from "../io/state/whole-folder.ts";

export interface BranchTimings {
  /** A push that nobody waits for comes at most that often; the branch was asked about at most twice that long ago before a call begins. */
  readonly pushSeconds: number;
  /** A run that has nothing to push still shows that it lives. */
  readonly heartbeatSeconds: number;
  /** Silence after which others, elsewhere, take it for dead. */
  readonly ttlSeconds: number;
}

export const usualTimings: BranchTimings = { pushSeconds: 30, heartbeatSeconds: 300, ttlSeconds: 900 };

export interface BranchWriterInput {
  readonly branch: StateBranch;
  /** Commit that was read, and its files; null and none where there is no branch yet. */
  readonly from: string | null;
  readonly tree: WholeState;
  /** The state as it lies in this run's folder. */
  read(): Promise<WholeState>;
  readonly lease: BranchLease;
  readonly timings: BranchTimings;
  readonly now: () => Date;
  /** Says in a commit's message what was done so far. */
  summary(): string;
}

/** What became of a push. */
type Pushed = "pushed" | "nothing";

/**
 * One run's state on a branch. Every push is a compare-and-swap against the commit that this run read or pushed last, so that the first one is
 * the lock, and each later one tells whether the lock still is ours. History stays linear. Pushes go one after another.
 */
export class BranchWriter {
  private readonly input: BranchWriterInput;
  private at: string | null;
  /** Files as the branch has them at `at`. */
  private pushed: Map<string, Buffer>;
  private claimed = false;
  private lost: StateError | null = null;
  /** When the branch was last known to be at `at`. */
  private confirmed: number;
  private lastPush: number;
  /** Checkpoints written so far, and how many of them the branch has. */
  private saves = 0;
  private savesOut = 0;
  private turn: Promise<unknown> = Promise.resolve();
  /** In the background, where nobody waits. */
  private working = false;
  private readonly stop: () => void;

  constructor(input: BranchWriterInput) {
    this.input = input;
    this.at = input.from;
    this.pushed = new Map(input.tree);
    this.confirmed = this.lastPush = input.now().getTime();
    const timer = setInterval(() => void this.beat(), Math.min(input.timings.heartbeatSeconds, 60) * 500);
    timer.unref();
    this.stop = () => clearInterval(timer);
  }

  /** Others see from here on that this run writes; StateError lock-lost where one was faster. */
  async claim(): Promise<void> {
    if (this.claimed) return;
    await this.inTurn(async () => {
      if (this.claimed) return;
      await this.push("begins", true);
      this.claimed = true;
    });
  }

  /** A checkpoint was written: what it intends must be out before a call is. */
  saved(): void {
    this.saves++;
  }

  /**
   * To be awaited before a call is sent: what the checkpoint intends is on the branch then, and the branch was ours a moment ago. StateError
   * where it is not, and nothing may be begun any more.
   */
  async beforeCall(): Promise<void> {
    if (this.lost) throw this.lost;
    await this.claim();
    const { pushSeconds, ttlSeconds } = this.input.timings;
    const intended = this.saves;
    // Also where a push that may hold it is under way: it is waited for.
    if (this.savesOut < intended)
      return this.inTurn(async () => void (this.savesOut < intended && (await this.push(this.input.summary(), true))));
    if (this.age() > 2 * pushSeconds) {
      try {
        await this.inTurn(async () => void (this.age() > pushSeconds && (await this.confirm())));
      } catch (error) {
        // The lease is ours for a while yet: only what is certain stops a run, or a silence that others may take for death.
        if (!(error instanceof GitFailure) || error.kind !== "remote" || this.silence() > ttlSeconds / 2) throw error;
      }
    } else if (this.age() > pushSeconds) this.inBackground(async () => void (this.age() > pushSeconds && (await this.confirm())));
  }

  /** The last push: outcomes and records, and the lease is gone. Nothing to say and never claimed: no push. */
  async end(): Promise<Pushed> {
    this.stop();
    return this.inTurn(async () => {
      if (this.lost) throw this.lost;
      return this.push(this.input.summary(), false);
    });
  }

  /** Ends the heartbeat, for a run that does not come to its end. */
  abandon(): void {
    this.stop();
  }

  get commit(): string | null {
    return this.at;
  }

  private age = (): number => (this.input.now().getTime() - this.confirmed) / 1000;
  private silence = (): number => (this.input.now().getTime() - this.lastPush) / 1000;

  private async beat(): Promise<void> {
    if (this.claimed && !this.lost && this.silence() >= this.input.timings.heartbeatSeconds)
      this.inBackground(() => this.push(this.input.summary(), true));
  }

  /** What it finds out about the lock is kept; that the remote is not reached shows where somebody waits. */
  private inBackground(work: () => Promise<unknown>): void {
    if (this.working) return;
    this.working = true;
    this.inTurn(work)
      .catch((error: unknown) => {
        if (!(error instanceof GitFailure || error instanceof StateError)) throw error;
      })
      .finally(() => (this.working = false));
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.turn.then(work);
    this.turn = result.catch(() => undefined); // its caller has the failure; the next has its turn
    return result;
  }

  /** The branch is still ours: by a push where there is something to push, else by a look. */
  private async confirm(): Promise<void> {
    if (this.lost) throw this.lost;
    const asked = this.input.now().getTime();
    if ((await this.push(this.input.summary(), true)) === "nothing") {
      if (!(await this.input.branch.isAt(this.at))) throw this.loss();
      this.confirmed = asked;
    }
  }

  private async push(message: string, holding: boolean): Promise<Pushed> {
    if (this.lost) throw this.lost;
    const { branch, lease, now } = this.input;
    const asked = now();
    const saves = this.saves;
    const state = new Map(await this.input.read());
    const due = asked.getTime() - this.lastPush >= this.input.timings.heartbeatSeconds * 1000;
    const leaseNow =
      this.claimed && !due && this.same(state)
        ? this.pushed.get(branchLeasePath)!
        : Buffer.from(branchLeaseText({ ...lease, heartbeat: asked.toISOString() }));
    if (holding) state.set(branchLeasePath, leaseNow);
    const changed = [...state].filter(([path, bytes]) => !this.pushed.get(path)?.equals(bytes)).map(([path, bytes]) => ({ path, bytes }));
    const removed = [...this.pushed.keys()].filter((path) => !state.has(path));
    if (changed.length === 0 && removed.length === 0) {
      this.savesOut = saves;
      return "nothing";
    }
    const text = `${message}\n\nRollcall-Run: ${lease.lock}\n`;
    const commit = await branch.commit({ parent: this.at, changed, removed, message: `state: ${text}`, at: asked, run: lease.lock });
    if ((await branch.push(this.at, commit)) === "moved") throw this.loss();
    this.at = commit;
    this.pushed = state;
    this.confirmed = this.lastPush = asked.getTime();
    this.savesOut = saves;
    return "pushed";
  }

  /** Whether nothing but the lease would be pushed. */
  private same(state: WholeState): boolean {
    return (
      [...this.pushed.keys()].every((path) => path === branchLeasePath || state.has(path)) &&
      [...state].every(([path, bytes]) => this.pushed.get(path)?.equals(bytes))
    );
  }

  private loss(): StateError {
    this.lost = new StateError(
      "lock-lost",
      this.claimed
        ? `the state branch ${this.input.branch.name} moved under this run: its lock was removed by hand, or it was silent for too long and another took over; nothing more is begun, run again`
        : `the state branch ${this.input.branch.name} moved while this run was reading, so that its plan may be out of date; nothing was done, run again`,
    );
    return this.lost;
  }
}
