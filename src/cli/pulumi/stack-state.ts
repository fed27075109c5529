import { type DecodedCheckpoint, decodeExport } from "../../core/state/decode.ts";
import { refKey } from "../../core/model/observed.ts";
import type { AccountRecord, AppState } from "../../core/model/state.ts";
import type { HandOver } from "../../core/state/hand-over.ts";
import { UsageError } from "../command.ts";

/** A stack as rollcall's state of one app. */
export interface StackState {
  readonly state: AppState;
  /** The stack has resources: at least its tenant. */
  readonly known: boolean;
  /** Resources that Pulumi will update whatever is asked of it: "kind name". */
  readonly retried: ReadonlySet<string>;
}

/**
 * An exported stack, believed as little as a state file: whatever is not rollcall's is refused before an engine runs (DESIGN 6). `json`: what
 * `pulumi stack export` printed; null: there is no such stack.
 */
export function stackState(json: unknown, app: string, connector: string): StackState {
  const empty = { app, connector, accounts: new Map(), groups: new Map() };
  if (json === null) return { state: empty, known: false, retried: new Set() };
  const decoded = decoding(json, app);
  if (decoded.state === null) return { state: empty, known: false, retried: new Set() };
  if (decoded.state.connector !== connector) {
    throw new UsageError(
      `the stack ${app} was made by the connector ${decoded.state.connector}, and its file says ${connector}: an app cannot change its connector; give the new one a key of its own`,
      3,
    );
  }
  return { state: decoded.state, known: true, retried: new Set(decoded.retried) };
}

/** Id of a stack's default provider, to be kept when its state is written again; null where it has none. */
export const providerOf = (json: unknown, app: string): string | null => (json === null ? null : decoding(json, app).provider);

/**
 * Whether a plan still rests on what the stack holds: each record is as it was, or as the refresh of this run leaves it. Another run's work
 * shows in who is known, by which id, and in stops; an edge more or less is no reason, because edges are set one by one.
 */
export function sameRecords(planned: StackState, now: StackState, { operations }: HandOver): boolean {
  const refreshed = new Map(operations.flatMap((o) => (o.next ? [[o.next.person, o.next] as const] : [])));
  const [before, after] = [planned.state.accounts, now.state.accounts];
  const essence = (r: AccountRecord | undefined): string | null =>
    r === undefined ? null : JSON.stringify([refKey(r.ref), r.inputs.status]);
  return (
    before.size === after.size &&
    [...after].every(([person, record]) => {
      const found = essence(record);
      return found === essence(before.get(person)) || found === essence(refreshed.get(person));
    })
  );
}

function decoding(json: unknown, app: string): DecodedCheckpoint {
  const decoded = decodeExport(json, app);
  if (decoded.kind === "decoded") return decoded;
  const problems = decoded.problems.map((p) => `\n  ${p.code}: ${p.summary}`).join("");
  throw new UsageError(`the state of the stack ${app} is refused; nothing is done with it${problems}`, 3);
}
