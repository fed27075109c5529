import { type DecodedCheckpoint, decodeExport } from "../../core/state/decode.ts";
import type { AppState } from "../../core/model/state.ts";
import { UsageError } from "../command.ts";

/** A stack as rollcall's state of one app. */
export interface StackState {
  readonly state: AppState;
  /** The stack has resources: at least its tenant. */
  readonly known: boolean;
}

/**
 * An exported stack, believed as little as a state file: whatever is not rollcall's is refused before an engine runs (DESIGN 6). `json`: what
 * `pulumi stack export` printed; null: there is no such stack.
 */
export function stackState(json: unknown, app: string, connector: string): StackState {
  const empty = { app, connector, accounts: new Map(), groups: new Map() };
  if (json === null) return { state: empty, known: false };
  const decoded = decoding(json, app);
  if (decoded.state === null) return { state: empty, known: false };
  if (decoded.state.connector !== connector) {
    throw new UsageError(
      `the stack ${app} was made by the connector ${decoded.state.connector}, and its file says ${connector}: an app cannot change its connector; give the new one a key of its own`,
      3,
    );
  }
  return { state: decoded.state, known: true };
}

function decoding(json: unknown, app: string): DecodedCheckpoint {
  const decoded = decodeExport(json, app);
  if (decoded.kind === "decoded") return decoded;
  const problems = decoded.problems.map((p) => `\n  ${p.code}: ${p.summary}`).join("");
  throw new UsageError(`the state of the stack ${app} is refused; nothing is done with it${problems}`, 3);
}
