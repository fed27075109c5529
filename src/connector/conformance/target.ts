/** What the kit is pointed at, and what it answers. */
import type { Connector, Io } from "../contract.ts";
import type { RegisterEntry } from "../../core/model/register.ts";
import type { Simulator } from "../simulator.ts";

/** One connector to be judged. */
export interface Target {
  readonly connector: Connector;
  /** Absent for connectors whose vendor is a register. */
  readonly simulator?: Simulator;
  /** A register to read, for connectors whose vendor is one. */
  readonly register?: RegisterSample;
  /**
   * The HTTP room to judge the connector in, where law is the room's to keep (preview, redaction). The kit's own strict Io where absent;
   * checks that count single requests always use that.
   */
  readonly openIo?: OpenIo;
}

export interface RegisterSample {
  readonly entries: readonly RegisterEntry[];
  readonly settings: Readonly<Record<string, unknown>>;
}

/** Opens the real HTTP room on a simulator. */
export type OpenIo = (options: {
  readonly connector: Connector;
  readonly baseUrl: string;
  readonly access: "read" | "write";
  readonly token: string;
  /** What the connector logged, after redaction. */
  onLog(line: string): void;
}) => { readonly io: Io; redact(text: string): string };

/**
 * A named demand on a connector. `run` answers what is wrong, one sentence each; none where the connector passes. It throws only where
 * the simulator cannot be started or the kit itself is wrong.
 */
export interface Check {
  readonly name: string;
  /** The law of DESIGN 2 it holds up, for people. */
  readonly law: string;
  /** What the target must have for the check to say anything. */
  readonly needs: "manifest" | "simulator" | "register";
  run(target: Target): Promise<string[]>;
}
