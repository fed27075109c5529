import { CommanderError } from "commander";
import { UsageError } from "./command.ts";
import { exitCodes, type ExitCode, worst } from "./exit-code.ts";
import { buildProgram } from "./program.ts";
import { forLog } from "./terminal-context.ts";

/** Runs the command line and answers the exit code. Never throws. */
export async function main(argv: readonly string[]): Promise<ExitCode> {
  const stop = new AbortController();
  const onSignal = (): void => {
    if (stop.signal.aborted) process.exit(exitCodes.interrupted);
    process.stderr.write("\ninterrupted: finishing what is under way; a second signal ends at once\n");
    stop.abort();
  };
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  let code: ExitCode = exitCodes.ok;
  const program = buildProgram((result) => {
    code = typeof result === "number" ? result : worst(result);
  }, stop.signal);
  try {
    await program.parseAsync([...argv], { from: "user" });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.unexpected;
    // A question that was on the screen, or a request that was under way: the interruption is the reason, not the error.
    if (stop.signal.aborted && !(error instanceof UsageError)) return exitCodes.interrupted;
    if (error instanceof UsageError) {
      process.stderr.write(forLog(`rollcall: ${error.message}\n`));
      return error.code;
    }
    const verbose = argv.includes("--verbose");
    if (isSystemError(error) && !verbose) {
      process.stderr.write(forLog(`rollcall: ${error.message}\n`));
      return exitCodes.unexpected;
    }
    const what = error instanceof Error ? (verbose ? error.stack : error.message) : String(error);
    process.stderr.write(forLog(`rollcall: unexpected: ${what}\n`));
    if (!verbose) process.stderr.write("run again with --verbose for the stack, and please report it\n");
    return exitCodes.unexpected;
  } finally {
    process.off("SIGINT", onSignal);
    process.off("SIGTERM", onSignal);
  }
}

/** What the operating system refused (a full disk, a folder that may not be written) is no defect of rollcall's, and says what and where. */
const isSystemError = (error: unknown): error is NodeJS.ErrnoException =>
  error instanceof Error && "code" in error && "syscall" in error && typeof error.syscall === "string";
