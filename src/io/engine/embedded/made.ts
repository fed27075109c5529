import type { OperationOutcome } from "../../../core/engine.ts";
import type { Ref } from "../../../core/model/observed.ts";
import type { Operation } from "../../../core/plan/operation.ts";
import type { StateDraft } from "../../../core/state/draft.ts";
import { leavingOf } from "../../../core/plan/leaving.ts";
import { succeeded } from "../perform/outcome.ts";
import type { AppRun } from "./ports.ts";
import type { Names } from "../perform/to-call.ts";

/** Why an operation is not sent in this run. */
type Held = Pick<OperationOutcome, "status" | "note" | "fault">;

/** What a run has made so far, and what rests on it: accounts of newcomers, groups, the emptiness of a group. */
export class Made {
  readonly names: Names;
  private readonly accounts = new Map<string, { ref: Ref; login?: string }>();
  /** Newcomers whose account is not there yet. */
  private readonly waiting = new Set<string>();
  private readonly groups = new Map<string, Ref>();
  /** Groups that this run is to make, or to give the name under which they are granted. */
  private readonly promised: ReadonlySet<string>;
  private readonly run: AppRun;
  private readonly isDone: (id: string) => boolean;
  /** Made when the first group is to be deleted. */
  private leaving: ReadonlyMap<string, readonly string[]> | null = null;

  constructor(run: AppRun, draft: StateDraft, isDone: (id: string) => boolean) {
    this.run = run;
    this.isDone = isDone;
    this.promised = new Set(run.operations.filter((o) => o.verb === "createGroup" || o.verb === "updateGroup").map((o) => o.target));
    for (const group of run.snapshot.groups) this.groups.set(group.entitlement, group.ref);
    this.names = {
      account: (person) => {
        const record = draft.account(person);
        return (
          this.accounts.get(person) ??
          (record ? { ref: record.ref, ...(record.login === undefined ? {} : { login: record.login }) } : undefined)
        );
      },
      group: (entitlement) => this.groups.get(entitlement),
    };
  }

  learn(operation: Operation, outcome: OperationOutcome): void {
    if (operation.verb === "create" && operation.person !== null) {
      if (outcome.status === "invited" || outcome.status === "pending") this.waiting.add(operation.person);
      if (outcome.ref && succeeded(outcome)) {
        const login = outcome.login ?? operation.payload?.login;
        this.accounts.set(operation.person, login === undefined ? { ref: outcome.ref } : { ref: outcome.ref, login });
      }
    }
    const group =
      operation.verb === "createGroup" ? outcome.ref : operation.verb === "updateGroup" ? (outcome.ref ?? operation.ref) : undefined;
    if (succeeded(outcome) && group) this.groups.set(operation.target, group);
  }

  /** Why this operation cannot be sent, or null. */
  holds({ person, target, verb, ref }: Operation): Held | null {
    if (verb === "grant" && ref === null && person !== null) {
      if (this.waiting.has(person)) return { status: "pending", note: "waits until the account is there" };
      if (!this.accounts.has(person)) return skipped("the account was not created");
    }
    if (verb === "grant" && this.promised.has(target) && !this.groups.has(target)) {
      return skipped(`the group for ${target} is not there under this name`);
    }
    return verb === "deleteGroup" && this.staying(target) ? skipped(`somebody is still in ${target}`) : null;
  }

  /** Somebody was to leave the group in this run and did not: deleting it would take more than was agreed. */
  private staying(entitlement: string): boolean {
    this.leaving ??= leavingOf(this.run);
    return (this.leaving.get(entitlement) ?? []).some((id) => !this.isDone(id));
  }
}

const skipped = (message: string): Held => ({ status: "skipped", fault: { kind: "skipped", message } });
