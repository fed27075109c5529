import type { Clock } from "../io/http/clock.ts";
import type { ExitCode } from "./exit-code.ts";

/** What every command is given: the options that hold everywhere, and the only doors to the terminal, the clock and the environment. */
export interface Context {
  /** Root of the repository, absolute. */
  readonly dir: string;
  readonly json: boolean;
  /** Apps asked for with --app; empty = all. */
  readonly apps: readonly string[];
  readonly person?: string;
  /** Talk to the simulators that `rollcall sandbox` started here, with a state of their own. */
  readonly sandbox: boolean;
  /** Engine asked for with --engine; that of rollcall.yaml where absent. */
  readonly engine?: "embedded" | "pulumi";
  readonly verbose: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  now(): Date;
  /** Paces and times requests to vendors; the system's where absent. */
  readonly clock?: Clock;
  /** Data. */
  out(text: string): void;
  /** Messages, progress, problems. */
  err(text: string): void;
  /** A command of ours to GitHub Actions (`::warning …`), which `out` and `err` let nobody give. Absent where nothing reads it. */
  command?(line: string): void;
  readonly colour: { readonly out: boolean; readonly err: boolean };
  /** Somebody sits at the terminal: questions can be answered, lines can be rewritten. */
  readonly interactive: boolean;
  readonly width: number;
  /** Aborted by SIGINT or SIGTERM. */
  readonly signal: AbortSignal;
  ask(question: string): Promise<string>;
}

export type CommandResult = ExitCode | readonly ExitCode[];

/** A problem of the user's making: shown as one message, with the exit code it means. */
export class UsageError extends Error {
  override readonly name = "UsageError";
  readonly code: ExitCode;
  constructor(message: string, code: ExitCode) {
    super(message);
    this.code = code;
  }
}
