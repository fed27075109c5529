/** A run in memory: a tenant that does as it is told, a journal and a state that may break, and a record of what happened in which order. */
import type { Call, Outcome, Tenant } from "../../../../src/connector/contract.ts";
import type { FaultKind } from "../../../../src/connector/fault.ts";
import type { AppOutcome, EngineEvent, OperationOutcome } from "../../../../src/core/engine.ts";
import type { Manifest, Verb } from "../../../../src/core/model/manifest.ts";
import type { Subject } from "../../../../src/core/model/observed.ts";
import type { AppState } from "../../../../src/core/model/state.ts";
import type { CreatePayload, Operation, Phase } from "../../../../src/core/plan/operation.ts";
import type { AppRun, RunControl } from "../../../../src/io/engine/embedded/ports.ts";
import { vault } from "../../../support/manifests.ts";
import { ref, snapshot, state, type WorldSketch } from "../../../support/world.ts";

const phaseOf: Record<string, Phase | "state"> = {
  suspend: "stop",
  delete: "stop",
  endSessions: "stop",
  revokeCredentials: "stop",
  revoke: "revoke",
  transfer: "revoke",
  update: "update",
  restore: "update",
  createGroup: "groups",
  updateGroup: "groups",
  create: "create",
  grant: "grant",
  deleteGroup: "deleteGroups",
  adopt: "state",
  record: "state",
};

export interface OperationSketch extends Partial<Omit<Operation, "ref" | "payload">> {
  readonly at?: string;
  readonly payload?: Partial<CreatePayload>;
}

/** `op("grant", "ada", "team/red", { at: "u1", after: "reader" })`; the id is `verb person target`. Without `at` there is no ref. */
export function op(
  verb: Verb | "adopt" | "record",
  person: string | null,
  target = "account",
  { at, payload, ...more }: OperationSketch = {},
): Operation {
  return {
    id: `${verb} ${person ?? "-"} ${target}`,
    app: "vault",
    person,
    verb,
    phase: phaseOf[verb]!,
    target,
    ref: at === undefined ? null : ref(at),
    login: null,
    before: null,
    after: verb === "revoke" ? null : "",
    because: [],
    evidence: { kind: "seen" },
    origin: "change",
    reversible: true,
    risk: "normal",
    admin: false,
    ...(payload === undefined ? {} : { payload: { name: person ?? target, attributes: {}, grants: {}, attempts: 0, ...payload } }),
    ...more,
  };
}

export const newcomer = (person: string, payload: Partial<CreatePayload> = {}): Operation =>
  op("create", person, "account", { after: "active", payload: { email: `${person}@acme.example`, ...payload } });

export const fault = (kind: FaultKind, message: string = kind): Outcome => ({ status: "failed", fault: { kind, message } });

export interface BenchSketch {
  readonly app?: string;
  readonly operations: readonly Operation[];
  readonly state?: AppState;
  readonly world?: WorldSketch;
  readonly manifest?: Partial<Manifest>;
  readonly after?: readonly string[];
  /** What the vendor answers; done where it says nothing. Called once for each call, `nth` counts the sendings of one operation's call. */
  readonly answer?: (call: Call, nth: number) => Outcome | undefined | Promise<Outcome | undefined>;
  readonly tenant?: Partial<Tenant>;
  readonly open?: () => Promise<Tenant>;
  /** Throws to make the disk fail. */
  readonly onBegin?: (operations: readonly Operation[]) => void | Promise<void>;
  readonly onEnd?: () => void | Promise<void>;
  readonly onSave?: (state: AppState, nth: number) => void | Promise<void>;
  readonly signal?: AbortSignal;
  readonly log?: string[];
}

export interface Bench {
  readonly run: AppRun;
  readonly control: RunControl;
  /** `begin x`, `send x`, `answered x`, `end x`, `save`, `settle`, `sleep`; x = verb and what it is about. */
  readonly log: string[];
  readonly performed: (readonly Call[])[];
  readonly saved: AppState[];
  readonly events: EngineEvent[];
  /** Largest number of `perform` at once. */
  peak(): number;
}

/** `grant u1 team/red`, `create ada`: who and what a call is about. */
export function callText(call: Call): string {
  switch (call.verb) {
    case "create":
      return `create ${call.name}`;
    case "createGroup":
      return `createGroup ${call.name}`;
    case "grant":
    case "revoke":
      return `${call.verb} ${call.ref.id} ${call.target.name}`;
    case "update":
      return `update ${call.ref.id} ${Object.keys(call.attributes).join("+")}`;
    default:
      return `${call.verb} ${call.ref.id}`;
  }
}

export function bench(s: BenchSketch): Bench {
  const app = s.app ?? "vault";
  const log = s.log ?? [];
  const performed: (readonly Call[])[] = [];
  const saved: AppState[] = [];
  const events: EngineEvent[] = [];
  const sendings = new Map<string, number>();
  let inFlight = 0;
  let peak = 0;
  let calls = 0;
  const tenant: Tenant = {
    probe: () => Promise.reject(new Error("the executor does not probe")),
    roots: () => [],
    read: () => Promise.reject(new Error("the executor does not read lists")),
    find: () => Promise.resolve([]),
    get: () => Promise.resolve(null),
    async perform(batch) {
      performed.push(batch);
      peak = Math.max(peak, ++inFlight);
      calls += batch.length;
      for (const call of batch) log.push(`send ${callText(call)}`);
      // A turn of the event loop, so that what may overlap does.
      await new Promise((resolve) => setImmediate(resolve));
      try {
        return await Promise.all(
          batch.map(async (call): Promise<Outcome> => {
            const nth = (sendings.get(callText(call)) ?? 0) + 1;
            sendings.set(callText(call), nth);
            const made =
              call.verb === "create"
                ? ref(`made-${call.name}`)
                : call.verb === "createGroup"
                  ? { kind: "team", id: `made-${call.name}` }
                  : null;
            return (await s.answer?.(call, nth)) ?? { status: "done", ...(made ? { ref: made } : {}) };
          }),
        );
      } finally {
        inFlight--;
        for (const call of batch) log.push(`answered ${callText(call)}`);
      }
    },
    ...s.tenant,
  };
  return {
    log,
    performed,
    saved,
    events,
    peak: () => peak,
    run: {
      app,
      manifest: { ...vault, concurrency: 4, ...s.manifest },
      operations: s.operations,
      snapshot: snapshot(app, s.world),
      state: s.state ?? state(app),
      open: s.open ?? (() => Promise.resolve(tenant)),
      journal: {
        async begin(operations) {
          await s.onBegin?.(operations);
          for (const o of operations) log.push(`begin ${o.id}`);
        },
        async end(entries) {
          await s.onEnd?.();
          for (const e of entries) log.push(`end ${e.operation.id}`);
        },
        async settle() {
          log.push("settle");
        },
      },
      async save(next) {
        await s.onSave?.(next, saved.length + 1);
        saved.push(next);
        log.push("save");
      },
      day: "2026-06-10",
      now: () => new Date("2026-06-10T12:00:00Z"),
      calls: () => ({ read: 0, write: calls }),
      redact: (text) => text.replaceAll("hunter2", "***"),
      async sleep() {
        log.push("sleep");
      },
      after: s.after ?? [],
    },
    control: { signal: s.signal ?? new AbortController().signal, onEvent: (event) => void events.push(event) },
  };
}

export const subject = (
  at: string,
  more: Partial<Subject["account"]> = {},
  edges: readonly (readonly [string, string?])[] = [],
): Subject => ({
  account: { ref: ref(at), emails: [], status: "active", admin: false, attributes: {}, ...more },
  edges: edges.map(([entitlement, level]) => ({ account: ref(at), entitlement, ...(level === undefined ? {} : { level }) })),
});

export const outcomeOf = (result: AppOutcome, id: string): OperationOutcome => {
  const found = result.outcomes.filter((o) => o.id === id);
  if (found.length !== 1) throw new Error(`${found.length} outcomes of ${id} among ${result.outcomes.map((o) => o.id).join("; ")}`);
  return found[0]!;
};

export const statuses = (result: AppOutcome): Record<string, string> => Object.fromEntries(result.outcomes.map((o) => [o.id, o.status]));
