import { isAdmin, kindOf } from "../compile/entitlement-kind.ts";
import type { App, Risk } from "../model/app.ts";
import type { Manifest, Verb } from "../model/manifest.ts";
import { type ObservedAccount, type Ref, refKey } from "../model/observed.ts";
import type { Because } from "../model/origin.ts";
import type { Carries } from "./carries.ts";
import type { Carry, CauseKind, CreatePayload, Evidence, Operation, Phase } from "./operation.ts";
import type { AccountRecord } from "../model/state.ts";
import type { AccountView, Finding, HumanTask } from "./plan.ts";
import type { Upstream } from "./upstream.ts";

const phaseOf: Readonly<Record<Verb, Phase>> = {
  suspend: "stop",
  delete: "stop",
  endSessions: "stop",
  revokeCredentials: "stop",
  revoke: "revoke",
  transfer: "revoke",
  restore: "update",
  update: "update",
  createGroup: "groups",
  updateGroup: "groups",
  create: "create",
  grant: "grant",
  deleteGroup: "deleteGroups",
};

export interface OperationSketch {
  readonly verb: Verb | "adopt" | "record";
  readonly person: string | null;
  readonly target: string;
  readonly account?: ObservedAccount | null;
  readonly ref?: Ref | null;
  readonly before: string | null;
  readonly after: string | null;
  readonly because?: readonly Because[];
  readonly evidence?: Evidence;
  readonly origin: CauseKind;
  readonly admin?: boolean;
  readonly payload?: CreatePayload;
  readonly next?: AccountRecord;
  readonly formerKey?: string;
}

/** What planning one app collects; the only mutable thing in the room, and it never leaves `planApp`. */
export class Draft {
  readonly operations: Operation[] = [];
  readonly tasks: HumanTask[] = [];
  readonly findings: Finding[] = [];
  readonly accounts: AccountView[] = [];
  /** Groups that this plan makes: grants of them may follow in the same run. */
  readonly promised = new Set<string>();
  readonly app: App;
  readonly manifest: Manifest;
  /** Verbs that this tenant cannot do, with the reason, as `probe` said. */
  readonly unavailable: Readonly<Partial<Record<string, string>>>;
  /** What entitlements of this app carry in others. */
  readonly carries: Carries;
  /** The moment of planning, RFC 3339. */
  readonly now: string;
  /** Apps that were planned before this one. */
  readonly upstream: (app: string) => Upstream;

  constructor(given: Pick<Draft, "app" | "manifest" | "unavailable" | "carries" | "now" | "upstream">) {
    this.app = given.app;
    this.manifest = given.manifest;
    this.unavailable = given.unavailable;
    this.carries = given.carries;
    this.now = given.now;
    this.upstream = given.upstream;
  }

  /** Why no API of this tenant can do it, or null where one can. */
  missing(verb: Verb): string | null {
    return this.manifest.verbs[verb] ? (this.unavailable[verb] ?? null) : "this connector has no such call";
  }

  /** Adds an operation, or the human task it becomes where no API of this tenant can do it (law 14): then false. */
  add(sketch: OperationSketch): boolean {
    const { verb, account } = sketch;
    const because = sketch.because ?? [];
    const stateOnly = verb === "adopt" || verb === "record";
    const facts = stateOnly ? undefined : this.manifest.verbs[verb];
    const missing = stateOnly ? null : this.missing(verb);
    if (missing !== null) {
      const who = sketch.person ?? account?.login ?? "an account";
      const change = sketch.after === null ? "" : ` to ${sketch.after}`;
      this.tasks.push({
        app: this.app.key,
        person: sketch.person,
        task: `${labels[verb]} ${who}: ${sketch.target}${change} in ${this.app.key} by hand (${missing})`,
        because,
      });
      return false;
    }
    const ref = sketch.ref ?? account?.ref ?? null;
    const who = sketch.person ?? (ref ? refKey(ref) : "-");
    const admin = sketch.admin ?? (sketch.target !== "account" && adminEdge(this.manifest, sketch));
    const carries = this.carriedBy(sketch);
    const refused = this.refusal(sketch, because);
    const phase = stateOnly ? "state" : verb === "update" && sketch.target === "manager" ? "link" : phaseOf[verb];
    this.operations.push({
      id: `${this.app.key} ${who} ${verb} ${sketch.target}`,
      app: this.app.key,
      person: sketch.person,
      verb,
      phase,
      target: sketch.target,
      ref,
      login: account?.login ?? null,
      before: sketch.before,
      after: sketch.after,
      because,
      evidence: sketch.evidence ?? { kind: "seen" },
      origin: sketch.origin,
      reversible: facts?.reversible ?? true,
      risk: admin || facts?.destroysData ? "high" : this.riskOf(sketch.target),
      admin,
      ...(sketch.payload === undefined ? {} : { payload: sketch.payload }),
      ...(sketch.next === undefined ? {} : { next: sketch.next }),
      ...(sketch.formerKey === undefined ? {} : { formerKey: sketch.formerKey }),
      ...(carries.length === 0 ? {} : { carries }),
      ...(refused === null ? {} : { refused }),
    });
    return true;
  }

  /** What else the edge gives or takes; a lowered level takes what only the higher one gave. */
  private carriedBy({ verb, target, before, after }: OperationSketch): readonly Carry[] {
    if (verb === "grant") return this.carries.of(target, after ?? "");
    if (verb !== "revoke") return [];
    const kept = after === null ? [] : this.carries.of(target, after);
    return this.carries.of(target, before ?? "").filter((c) => !kept.some((k) => k.through === c.through && k.gives === c.gives));
  }

  private riskOf(target: string): Risk {
    return this.app.entitlements?.get(target)?.risk ?? "normal";
  }

  /** observe does nothing, not even to state; adopt takes nothing away. The mode of an app that an edge carries counts as well. */
  private refusal({ verb, target, after, origin }: OperationSketch, because: readonly Because[]): string | null {
    if (this.app.mode === "observe" || (this.app.mode === "adopt" && taking.has(verb))) return `mode ${this.app.mode}`;
    if (verb === "create" || verb === "grant") return this.carries.refusesGain(because);
    return verb === "revoke" && after === null && origin !== "lifecycle" ? this.carries.refusesLoss(target) : null;
  }
}

/** Verbs that take something away. A lowered level is a `revoke`. */
export const taking: ReadonlySet<string> = new Set([
  "suspend",
  "delete",
  "revoke",
  "endSessions",
  "revokeCredentials",
  "transfer",
  "deleteGroup",
]);

const labels: Readonly<Record<Verb | "adopt" | "record", string>> = {
  create: "create",
  update: "update",
  suspend: "suspend",
  restore: "restore",
  delete: "delete",
  grant: "grant",
  revoke: "revoke",
  endSessions: "end the sessions of",
  revokeCredentials: "revoke the tokens of",
  transfer: "transfer what belongs to",
  createGroup: "create the group for",
  updateGroup: "update the group for",
  deleteGroup: "delete the group for",
  adopt: "adopt",
  record: "record",
};

function adminEdge(manifest: Manifest, sketch: OperationSketch): boolean {
  if (sketch.verb !== "grant" && sketch.verb !== "revoke") return false;
  if (!kindOf(manifest, sketch.target)?.admin) return false;
  const was = sketch.before !== null && isAdmin(manifest, sketch.target, sketch.before);
  const will = sketch.after !== null && isAdmin(manifest, sketch.target, sketch.after);
  return was !== will;
}
