import type { Call, Outcome, Tenant } from "../../../connector/contract.ts";
import { toFault } from "../../../connector/fault.ts";
import type { AppOutcome, OperationOutcome } from "../../../core/engine.ts";
import { type Ref, refKey } from "../../../core/model/observed.ts";
import type { AppState } from "../../../core/model/state.ts";
import { type Operation, phases } from "../../../core/plan/operation.ts";
import { applyOutcome, intendStop } from "../../../core/state/apply-outcome.ts";
import type { AppRun, RunControl } from "./ports.ts";
import { withdrawUnsent } from "./intent.ts";
import { conclude, send, type Waiting } from "../perform/conclude.ts";
import { noAnswer, succeeded, toOutcome } from "../perform/outcome.ts";
import { type Names, toCall } from "../perform/to-call.ts";
import { type Batch, inLanes, lanesOf, type Step } from "../perform/units.ts";

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
  private state: AppState;
  /** State before the intents of stops were written down. */
  private planned: AppState;
  private readonly run: AppRun;
  private readonly control: RunControl;
  private readonly outcomes = new Map<string, OperationOutcome>();
  private readonly made = new Map<string, { ref: Ref; login?: string }>();
  private readonly waiting = new Set<string>();
  /** Operations whose call was handed to the connector. */
  private readonly sent = new Set<string>();
  private readonly groups = new Map<string, Ref>();
  /** Groups that this run is to make, or to give the name under which they are granted. */
  private readonly promised: ReadonlySet<string>;
  private done = 0;
  private failure: AppOutcome["failure"] = null;
  private tenant: Tenant | null = null;
  private readonly names: Names;
  private readonly waitingFor: Waiting;
  private readonly total: number;

  constructor(run: AppRun, control: RunControl) {
    this.run = run;
    this.control = control;
    this.state = run.state;
    this.planned = run.state;
    this.total = run.operations.filter((o) => o.phase !== "state").length;
    this.promised = new Set(run.operations.filter((o) => o.verb === "createGroup" || o.verb === "updateGroup").map((o) => o.target));
    for (const group of run.snapshot.groups) this.groups.set(group.entitlement, group.ref);
    this.waitingFor = {
      stopped: () => this.stopped,
      sleep: (milliseconds) => run.sleep(milliseconds),
      onWait: (seconds, why) => control.onEvent({ kind: "waiting", app: run.app, seconds, why }),
    };
    this.names = {
      account: (person) => {
        const record = this.state.accounts.get(person);
        return (
          this.made.get(person) ??
          (record ? { ref: record.ref, ...(record.login === undefined ? {} : { login: record.login }) } : undefined)
        );
      },
      group: (entitlement) => this.groups.get(entitlement),
    };
  }

  async work(gainsMayStart: Promise<void>): Promise<void> {
    try {
      await this.prepare();
      if (this.total === 0) return;
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
    const before = this.state;
    for (const operation of this.run.operations) {
      if (operation.phase !== "state") continue;
      const outcome: OperationOutcome = { id: operation.id, status: "done" };
      this.state = applyOutcome(this.state, operation, outcome, this.run.day);
      this.outcomes.set(operation.id, outcome);
    }
    this.planned = this.state;
    for (const operation of this.run.operations) {
      this.state = intendStop(this.state, operation);
    }
    const tenant = this.run.snapshot.tenant?.tenant;
    if (tenant !== undefined && this.state.tenant === undefined) this.state = { ...this.state, tenant };
    if (this.state !== before) await this.run.save(this.state);
  }

  private async close(): Promise<void> {
    this.state = withdrawUnsent(this.state, this.planned, this.run.operations, this.sent);
    try {
      await this.run.save(this.state);
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
        ready.push({ step, call: toCall(step, this.names) });
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
      ready.map(async ({ step, call }, i) =>
        this.finish(step, await conclude(tenant, step[0]!, call, answers[i] ?? noAnswer, this.waitingFor)),
      ),
    );
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

  /** Grants that wait for something this run could not make: said, and left to the next run. */
  private held(step: Step): boolean {
    const [operation] = step;
    const { person, target, verb } = operation!;
    if (verb === "grant" && operation!.ref === null && person !== null) {
      const account = this.made.get(person);
      if (this.waiting.has(person)) return this.note(step, { id: "", status: "pending", note: "waits until the account is there" });
      if (!account)
        return this.note(step, { id: "", status: "skipped", fault: { kind: "skipped", message: "the account was not created" } });
    }
    if (verb === "grant" && this.promised.has(target) && !this.groups.has(target)) {
      return this.note(step, {
        id: "",
        status: "skipped",
        fault: { kind: "skipped", message: `the group for ${target} is not there under this name` },
      });
    }
    if (verb === "deleteGroup" && this.staying(target)) {
      return this.note(step, { id: "", status: "skipped", fault: { kind: "skipped", message: `somebody is still in ${target}` } });
    }
    return false;
  }

  /** Somebody was to leave the group in this run and did not: deleting it would take more than was agreed. */
  private staying(entitlement: string): boolean {
    const members = new Set(this.run.snapshot.edges.filter((e) => e.entitlement === entitlement).map((e) => refKey(e.account)));
    return this.run.operations.some((o) => {
      const leaves =
        (o.verb === "revoke" && o.target === entitlement) || (o.verb === "delete" && o.ref !== null && members.has(refKey(o.ref)));
      return leaves && !succeeded(this.outcomes.get(o.id));
    });
  }

  private note(step: Step, outcome: OperationOutcome): true {
    for (const operation of step) this.record(operation, { ...outcome, id: operation.id });
    return true;
  }

  private async finish(step: Step, outcome: Outcome): Promise<void> {
    const entries = step.map((operation) => ({ operation, outcome: toOutcome(operation.id, outcome, this.run.redact) }));
    if (outcome.status === "failed" && outcome.fault.kind === "auth")
      this.failure ??= { kind: "auth", message: this.run.redact(outcome.fault.message) };
    for (const { operation, outcome: own } of entries) {
      this.state = applyOutcome(this.state, operation, own, this.run.day);
      this.learn(operation, own);
      this.record(operation, own);
    }
    await this.journaled(() => this.run.journal.end(entries));
  }

  private learn(operation: Operation, outcome: OperationOutcome): void {
    if (operation.verb === "create" && operation.person !== null) {
      if (outcome.status === "invited" || outcome.status === "pending") this.waiting.add(operation.person);
      if (outcome.ref && (outcome.status === "done" || outcome.status === "already")) {
        const login = outcome.login ?? operation.payload?.login;
        this.made.set(operation.person, login === undefined ? { ref: outcome.ref } : { ref: outcome.ref, login });
      }
    }
    const done = outcome.status === "done" || outcome.status === "already";
    const group =
      operation.verb === "createGroup" ? outcome.ref : operation.verb === "updateGroup" ? (outcome.ref ?? operation.ref) : undefined;
    if (done && group) this.groups.set(operation.target, group);
  }

  private record(operation: Operation, outcome: OperationOutcome): void {
    this.outcomes.set(operation.id, outcome);
    this.done++;
    this.control.onEvent({ kind: "operation", app: this.run.app, outcome, done: this.done, of: this.total });
  }
}
