import type { Call, Outcome, Tenant } from "../../../connector/contract.ts";
import { toFault } from "../../../connector/fault.ts";
import type { AppOutcome, OperationOutcome } from "../../../core/engine.ts";
import type { Ref } from "../../../core/model/observed.ts";
import type { AccountRecord, AppState, GroupRecord } from "../../../core/model/state.ts";
import { applyOutcome } from "../../../core/state/apply-outcome.ts";
import type { HandOver } from "../../../core/state/hand-over.ts";
import type { JournalOperation } from "../../../core/state/journal.ts";
import { conclude, send, type Waiting } from "../perform/conclude.ts";
import { noAnswer, succeeded, toOutcome } from "../perform/outcome.ts";
import { toCall } from "../perform/to-call.ts";
import { lanesOf } from "../perform/units.ts";
import { limited } from "../perform/limited.ts";

/** Everything a worker needs of one app; joined in cli/pulumi. */
export interface WorkerPort {
  readonly app: string;
  readonly connector: string;
  /** Calls in flight at once. */
  readonly concurrency: number;
  /** The organisation's day, YYYY-MM-DD. */
  readonly day: string;
  now(): Date;
  /** Opened with the write credential; called only if there is something to write. */
  open(): Promise<Tenant>;
  /** The ids behind names, and operations that others rest on: those that make or rename groups. */
  readonly names: Pick<HandOver, "groups" | "accounts" | "leaving" | "operations">;
  redact(text: string): string;
  sleep(milliseconds: number): Promise<void>;
  /** Tells the program's driver what became of operations, and why the app as a whole is lost where it is. */
  report(outcomes: readonly OperationOutcome[], failure: AppOutcome["failure"]): Promise<void>;
}

/** What became of one resource. `record`: what state shall hold; undefined where there is nothing to hold yet. */
export interface Worked<R> {
  readonly record: R | undefined;
  readonly outcomes: readonly OperationOutcome[];
}

/**
 * Carries out the operations of single resources, as Pulumi asks for them, in one process: what several resources rest on (a group that a
 * grant needs) is made once, by whichever comes first. Failures stay with their operation; a refused credential ends all work on the app.
 */
export class Worker {
  private readonly port: WorkerPort;
  private readonly turn: ReturnType<typeof limited>;
  private readonly outcomes = new Map<string, OperationOutcome>();
  private readonly groups: Map<string, Ref>;
  private readonly groupOperations: ReadonlyMap<string, JournalOperation>;
  private readonly groupWork = new Map<string, Promise<OperationOutcome>>();
  private tenant: Promise<Tenant> | null = null;
  private failure: AppOutcome["failure"] = null;
  private readonly waiting: Waiting;

  constructor(port: WorkerPort) {
    this.port = port;
    this.turn = limited(port.concurrency);
    this.groups = new Map(port.names.groups);
    this.groupOperations = new Map(
      port.names.operations.filter((o) => o.verb === "createGroup" || o.verb === "updateGroup").map((o) => [o.target, o]),
    );
    this.waiting = {
      stopped: () => this.failure !== null,
      sleep: (milliseconds) => port.sleep(milliseconds),
      onWait: () => undefined,
    };
  }

  /** One account: its operations in their order, what is lost before what is gained. */
  async account(person: string, operations: readonly JournalOperation[], known: AccountRecord | undefined): Promise<Worked<AccountRecord>> {
    let state: AppState = this.stateOf(known === undefined ? [] : [[person, known]]);
    const outcomes: OperationOutcome[] = [];
    const take = (step: readonly JournalOperation[], all: readonly OperationOutcome[]): void => {
      for (const [i, operation] of step.entries()) state = applyOutcome(state, operation, all[i]!, this.when);
      outcomes.push(...all);
    };
    for (const operation of operations.filter(isStateOnly)) take([operation], [{ id: operation.id, status: "done" }]);
    for (const step of lanesOf(operations.filter((o) => !isStateOnly(o))).flat()) {
      const record = state.accounts.get(person);
      take(step, await this.step(step, record, outcomes));
    }
    await this.port.report(outcomes, this.failure);
    return { record: state.accounts.get(person), outcomes };
  }

  /** One managed group: made, renamed, described or deleted. */
  async group(entitlement: string, operations: readonly JournalOperation[], known: GroupRecord | undefined): Promise<Worked<GroupRecord>> {
    const groups = new Map(known === undefined ? [] : [[entitlement, known] as const]);
    let state: AppState = { ...this.stateOf([]), groups };
    let last = known;
    const outcomes: OperationOutcome[] = [];
    for (const operation of operations) {
      const outcome = operation.verb === "deleteGroup" ? await this.deleteGroup(operation) : await this.madeGroup(operation);
      state = applyOutcome(state, operation, outcome, this.when);
      last = state.groups.get(entitlement) ?? last ?? (operation.ref ? { entitlement, ref: operation.ref } : undefined);
      outcomes.push(outcome);
    }
    await this.port.report(outcomes, this.failure);
    return { record: last, outcomes };
  }

  /** Operations about accounts that nobody claims. */
  async strays(operations: readonly JournalOperation[]): Promise<OperationOutcome[]> {
    const lanes = await Promise.all(
      lanesOf(operations).map(async (lane) => {
        const outcomes: OperationOutcome[] = [];
        for (const step of lane) outcomes.push(...(await this.step(step, undefined, [])));
        return outcomes;
      }),
    );
    await this.port.report(lanes.flat(), this.failure);
    return lanes.flat();
  }

  private get when(): { readonly day: string; readonly at: string } {
    return { day: this.port.day, at: this.port.now().toISOString() };
  }

  private stateOf(accounts: readonly (readonly [string, AccountRecord])[]): AppState {
    return { app: this.port.app, connector: this.port.connector, accounts: new Map(accounts), groups: new Map() };
  }

  /** One call for one account, or the reason why there is none. */
  private async step(
    step: readonly JournalOperation[],
    record: AccountRecord | undefined,
    before: readonly OperationOutcome[],
  ): Promise<readonly OperationOutcome[]> {
    const [operation] = step;
    const { verb, target, person } = operation!;
    const all = (outcome: Omit<OperationOutcome, "id">): readonly OperationOutcome[] =>
      step.map((o) => this.note({ id: o.id, ...outcome }));
    if (verb === "grant" && operation!.ref === null && person !== null) {
      const create = before.find((o) => o.id === `${this.port.app} ${person} create account`);
      if (create?.status === "invited" || create?.status === "pending")
        return all({ status: "pending", note: "waits until the account is there" });
      if (!create || !succeeded(create)) return all(skipped("the account was not created"));
    }
    const needed = verb === "grant" ? [target] : verb === "create" ? Object.keys(operation!.payload?.grants ?? {}) : [];
    for (const entitlement of needed) {
      const making = this.groupOperations.get(entitlement);
      if (making && !succeeded(await this.madeGroup(making)) && verb === "grant")
        return all(skipped(`the group for ${target} is not there under this name`));
    }
    return (await this.sent(step, record)).map((outcome) => this.note(outcome));
  }

  private async sent(step: readonly JournalOperation[], record: AccountRecord | undefined): Promise<readonly OperationOutcome[]> {
    const of = (outcome: Omit<OperationOutcome, "id">): OperationOutcome[] => step.map((o) => ({ id: o.id, ...outcome }));
    let call: Call;
    try {
      call = toCall(step, {
        account: (person) =>
          record?.person === person
            ? record.login === undefined
              ? { ref: record.ref }
              : { ref: record.ref, login: record.login }
            : this.port.names.accounts.get(person),
        group: (entitlement) => this.groups.get(entitlement),
      });
    } catch (error) {
      return of({ status: "failed", fault: { kind: "invalid", message: toFault(error).message } });
    }
    return this.turn(async () => {
      if (this.failure !== null) return of(skipped("the app could not be worked on"));
      let outcome: Outcome;
      try {
        this.tenant ??= this.port.open();
        const tenant = await this.tenant;
        const [answer] = await send(tenant, [call]);
        outcome = await conclude(tenant, step[0]!, call, answer ?? noAnswer, this.waiting);
      } catch (error) {
        // Only what concerns the whole app comes here: a tenant that does not open.
        const fault = toFault(error);
        outcome = { status: "failed", fault };
        this.failure ??= { kind: fault.kind, message: this.port.redact(fault.message) };
      }
      if (outcome.status === "failed" && outcome.fault.kind === "auth")
        this.failure ??= { kind: "auth", message: this.port.redact(outcome.fault.message) };
      return step.map((o) => toOutcome(o, outcome, (text) => this.port.redact(text)));
    });
  }

  /** The same promise for everybody who asks: the group is made once. */
  private madeGroup(operation: JournalOperation): Promise<OperationOutcome> {
    const known = this.groupWork.get(operation.id);
    if (known) return known;
    const work = (async () => {
      const [outcome] = await this.sent([operation], undefined);
      const ref = outcome!.ref ?? (operation.verb === "updateGroup" ? operation.ref : null);
      if (succeeded(outcome) && ref) this.groups.set(operation.target, ref);
      return this.note(outcome!);
    })();
    this.groupWork.set(operation.id, work);
    return work;
  }

  /** Deleting a group in which somebody stayed would take more than was agreed. */
  private async deleteGroup(operation: JournalOperation): Promise<OperationOutcome> {
    const leaving = this.port.names.leaving.get(operation.target) ?? [];
    if (leaving.some((id) => !succeeded(this.outcomes.get(id))))
      return this.note({ id: operation.id, ...skipped(`somebody is still in ${operation.target}`) });
    return this.note((await this.sent([operation], undefined))[0]!);
  }

  private note(outcome: OperationOutcome): OperationOutcome {
    this.outcomes.set(outcome.id, outcome);
    return outcome;
  }
}

const isStateOnly = (o: JournalOperation): boolean => o.verb === "adopt" || o.verb === "record";

const skipped = (message: string): Omit<OperationOutcome, "id"> => ({ status: "skipped", fault: { kind: "skipped", message } });

/** For errors: "github ada grant team/infra: forbidden: …", or null where it went well or waits. */
export function complaint(o: OperationOutcome): string | null {
  if (o.status === "failed" || o.status === "skipped") return `${o.id}: ${o.fault ? `${o.fault.kind}: ${o.fault.message}` : o.status}`;
  return null;
}

/** For what is left undone without being a failure. */
export const leftover = (o: OperationOutcome): string | null =>
  o.status === "human" || o.status === "pending"
    ? `${o.id}: ${o.status === "human" ? "for people to do" : "under way"}: ${o.note ?? ""}`
    : null;
