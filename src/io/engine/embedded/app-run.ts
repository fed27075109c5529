import type { Call, Outcome, Tenant } from "../../../connector/contract.ts";
import { toFault } from "../../../connector/fault.ts";
import type { AppOutcome, OperationOutcome } from "../../../core/engine.ts";
import type { AppState } from "../../../core/model/state.ts";
import { type Operation, phases } from "../../../core/plan/operation.ts";
import { takeIntent, takeOutcome, type When } from "../../../core/state/apply-outcome.ts";
import { StateDraft } from "../../../core/state/draft.ts";
import type { AppRun, RunControl } from "./ports.ts";
import { conclude, send, type Waiting } from "../perform/conclude.ts";
import { type Batch, inLanes } from "../perform/in-lanes.ts";
import { isInterrupted, noAnswer, succeeded, toOutcome } from "../perform/outcome.ts";
import { toCall } from "../perform/to-call.ts";
import { lanesOf, type Step } from "../perform/units.ts";
import { unmet } from "./elsewhere.ts";
import { withdrawUnsent } from "./intent.ts";
import { Made } from "./made.ts";

/**
 * Carries out one app's operations: state first, then phase by phase, revocations before gains (law 5). Every failure stays with its
 * operation. Ends early on a signal, on a refused credential, and where the journal cannot be written: without it nothing may be sent.
 */
export async function runApp(run: AppRun, control: RunControl, gainsMayStart: Promise<void>): Promise<AppOutcome> {
  const worker = new AppWorker(run, control);
  await worker.work(gainsMayStart);
  return worker.result();
}

class AppWorker {
  private readonly draft: StateDraft;
  /** State before the intents of stops were written down. */
  private planned: AppState;
  private readonly run: AppRun;
  private readonly control: RunControl;
  private readonly outcomes = new Map<string, OperationOutcome>();
  private readonly made: Made;
  /** Operations whose call was handed to the connector. */
  private readonly sent = new Set<string>();
  /** Outcomes on their way to the disk. */
  private readonly ending = new Set<Promise<unknown>>();
  private done = 0;
  private failure: AppOutcome["failure"] = null;
  private tenant: Tenant | null = null;
  private readonly waitingFor: Waiting;
  private readonly total: number;

  constructor(run: AppRun, control: RunControl) {
    this.run = run;
    this.control = control;
    this.draft = new StateDraft(run.state);
    this.planned = run.state;
    this.total = run.operations.filter((o) => o.phase !== "state").length;
    this.waitingFor = {
      stopped: () => this.stopped,
      sleep: (milliseconds) => run.sleep(milliseconds),
      onWait: (seconds, why) => control.onEvent({ kind: "waiting", app: run.app, seconds, why }),
    };
    this.made = new Made(run, this.draft, (id) => succeeded(this.outcomes.get(id)));
  }

  async work(gainsMayStart: Promise<void>): Promise<void> {
    try {
      await this.prepare();
      if (this.total === 0 || this.stopped) return;
      this.tenant = await this.run.open();
      for (const phase of phases) {
        if (phase === "groups" || phase === "create") await gainsMayStart;
        const lanes = lanesOf(this.run.operations.filter((o) => o.phase === phase));
        await inLanes(
          lanes,
          this.run.manifest,
          () => this.stopped,
          (batch) => this.perform(batch),
        );
      }
    } catch (error) {
      // Only what concerns the whole app comes here: a tenant that does not open, a journal or checkpoint that cannot be written.
      const fault = toFault(error);
      this.failure = { kind: fault.kind, message: this.run.redact(fault.message) };
    } finally {
      await this.close();
    }
  }

  result(): AppOutcome {
    const why = this.failure ? "the app could not be worked on" : "interrupted before its turn";
    const outcomes = this.run.operations.map(
      (o): OperationOutcome => this.outcomes.get(o.id) ?? { id: o.id, status: "skipped", fault: { kind: "skipped", message: why } },
    );
    return { app: this.run.app, outcomes, calls: this.run.calls(), failure: this.failure };
  }

  private get stopped(): boolean {
    return this.failure !== null || this.control.signal.aborted;
  }

  /**
   * One checkpoint before the first write: what was adopted, and which stops are about to be made, so that a stop whose outcome is lost with
   * the machine is still known to be ours (law 9).
   */
  private async prepare(): Promise<void> {
    for (const operation of this.run.operations) {
      if (operation.phase !== "state") continue;
      const outcome: OperationOutcome = { id: operation.id, status: "done" };
      takeOutcome(this.draft, operation, outcome, this.moment());
      this.outcomes.set(operation.id, outcome);
    }
    this.planned = this.draft.state();
    for (const operation of this.run.operations) takeIntent(this.draft, operation);
    const tenant = this.run.snapshot.tenant?.tenant;
    if (tenant !== undefined && this.planned.tenant === undefined) this.draft.pinTenant(tenant);
    const state = this.draft.state();
    if (state !== this.run.state) await this.run.save(state);
  }

  private async close(): Promise<void> {
    withdrawUnsent(this.draft, this.planned, this.run.operations, this.sent);
    await Promise.all(this.ending);
    try {
      await this.run.save(this.draft.state());
      await this.run.journal.settle();
    } catch (error) {
      const message = `state could not be saved (the journal has what was done): ${this.run.redact(toFault(error).message)}`;
      // Said beside what ended the work, never instead of it.
      this.failure =
        this.failure === null
          ? { kind: "state", message }
          : { kind: this.failure.kind, message: `${this.failure.message}; and ${message}` };
    }
  }

  private async perform(batch: Batch): Promise<void> {
    const ready: { step: Step; call: Call }[] = [];
    for (const step of batch) {
      if (this.held(step)) continue;
      try {
        ready.push({ step, call: toCall(step, this.made.names) });
      } catch (error) {
        this.note(step, { id: "", status: "failed", fault: { kind: "invalid", message: toFault(error).message } });
      }
    }
    if (ready.length === 0 || !(await this.journaled(() => this.run.journal.begin(ready.flatMap((r) => r.step))))) return;
    // Another lane may have found meanwhile that the journal or the credential is lost.
    if (this.failure !== null) return;
    for (const { step } of ready) for (const operation of step) this.sent.add(operation.id);
    const tenant = this.tenant!;
    const answers = await send(
      tenant,
      ready.map((r) => r.call),
    );
    await Promise.all(
      ready.map(async ({ step, call }, i) => {
        const answer = answers[i] ?? noAnswer;
        if (isInterrupted(answer)) this.withdraw(step);
        else this.finish(step, await conclude(tenant, step[0]!, call, answer, this.waitingFor));
      }),
    );
  }

  /** An interruption came before anything of it was sent: it is as if its turn had never come. */
  private withdraw(step: Step): void {
    for (const { id } of step) this.sent.delete(id);
    const fault = { kind: "skipped", message: "interrupted before it was sent" };
    this.settle(step.map((operation) => ({ operation, outcome: { id: operation.id, status: "skipped", fault } })));
  }

  /** Without a journal nothing may be sent: its failure ends the work on this app, and the calls in flight come to their end. */
  private async journaled(write: () => Promise<void>): Promise<boolean> {
    try {
      await write();
      return true;
    } catch (error) {
      this.failure ??= { kind: "journal", message: `the journal could not be written: ${this.run.redact(toFault(error).message)}` };
      return false;
    }
  }

  /** What waits for something this run could not make: said, and left to the next run. */
  private held(step: Step): boolean {
    const why = unmet(step[0]!, this.control) ?? this.made.holds(step[0]!);
    return why !== null && this.note(step, { ...why, id: "" });
  }

  private note(step: Step, outcome: OperationOutcome): true {
    for (const operation of step) this.record(operation, { ...outcome, id: operation.id });
    return true;
  }

  private finish(step: Step, outcome: Outcome): void {
    if (outcome.status === "failed" && outcome.fault.kind === "auth")
      this.failure ??= { kind: "auth", message: this.run.redact(outcome.fault.message) };
    this.settle(step.map((operation) => ({ operation, outcome: toOutcome(operation, outcome, this.run.redact) })));
  }

  private moment(): When {
    return { day: this.run.day, at: this.run.now().toISOString() };
  }

  private settle(entries: readonly { readonly operation: Operation; readonly outcome: OperationOutcome }[]): void {
    for (const { operation, outcome } of entries) {
      takeOutcome(this.draft, operation, outcome, this.moment());
      this.made.learn(operation, outcome);
      this.record(operation, outcome);
    }
    // Not waited for: what is begun after it stands behind it in the file, so nothing more is sent before this is on disk too.
    const ending = this.journaled(() => this.run.journal.end(entries));
    this.ending.add(ending);
    void ending.then(() => this.ending.delete(ending));
  }

  private record(operation: Operation, outcome: OperationOutcome): void {
    this.outcomes.set(operation.id, outcome);
    this.done++;
    this.control.onEvent({ kind: "operation", app: this.run.app, outcome, done: this.done, of: this.total });
  }
}
