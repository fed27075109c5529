import { GitPluginError, simpleGit, type SimpleGitOptions } from "simple-git";
import { GitFailure } from "./git-error.ts";
import { fixedConfiguration, gitEnvironment } from "./no-foreign-code.ts";

/** How a call ended: its exit code (null where it was killed), what it said. */
export interface Ended {
  readonly code: number | null;
  readonly out: Buffer;
  readonly err: string;
}

export interface Call {
  /** Given on stdin; never empty. */
  readonly input?: string | Buffer;
  /** Variables of the environment beside the fixed ones, which they may replace. */
  readonly env?: Readonly<Record<string, string>>;
  /** `key=value`, beside the fixed ones. */
  readonly config?: readonly string[];
  /** Milliseconds without a sign of life after which it is ended. */
  readonly patience?: number;
  /** Bytes that it may write; past them it is ended, and that is a GitFailure of kind limit. */
  readonly most?: number;
}

/** Git in the repository that holds a folder. One process a call. */
export interface Git {
  readonly dir: string;
  /** How it ended, whatever the exit code. Throws GitFailure where Git is not there or the folder lies in no repository. */
  ended(args: readonly string[], call?: Call): Promise<Ended>;
  /** What it wrote. Throws GitFailure in one line where it did not end well. */
  bytes(args: readonly string[], call?: Call): Promise<Buffer>;
  text(args: readonly string[], call?: Call): Promise<string>;
}

/**
 * simple-git refuses what may run programs, unless it is allowed. What is allowed here is what switches such things off (no-foreign-code.ts), and
 * `--upload-pack`, `--receive-pack` with Git's own names. Whatever comes from outside stands behind `--` or `--end-of-options`, or is an id.
 */
const unsafe: NonNullable<SimpleGitOptions["unsafe"]> = {
  allowUnsafeHooksPath: true,
  allowUnsafeFsMonitor: true,
  allowUnsafeAskPass: true,
  allowUnsafeCredentialHelper: true,
  allowUnsafeSshCommand: true,
  allowUnsafeConfigPaths: true,
  allowUnsafeConfigEnvCount: true,
  allowUnsafePack: true,
};

export function openGit(dir: string): Git {
  const ended = async (args: readonly string[], call: Call = {}): Promise<Ended> => {
    const { input, patience, most = Number.POSITIVE_INFINITY } = call;
    const stop = new AbortController();
    let written = 0;
    let end: Ended | undefined;
    const environment = gitEnvironment(call.env ?? {});
    try {
      const git = simpleGit({
        baseDir: dir,
        config: [...fixedConfiguration, ...(call.config ?? [])],
        allowEnvironment: Object.keys(environment),
        unsafe,
        // Not when the process is gone, but when all that it wrote has been read.
        completion: { onClose: true, onExit: false },
        ...(input === undefined ? {} : { input: () => input }),
        abort: stop.signal,
        ...(patience === undefined ? {} : { timeout: { block: patience } }),
        // Left alone, simple-git takes a process that was killed, or that failed in silence, for one that ended well.
        errors: (error, { exitCode, stdOut, stdErr }) => {
          end = { code: exitCode, out: Buffer.concat(stdOut), err: Buffer.concat(stdErr).toString() };
          return error instanceof GitPluginError ? error : undefined;
        },
      });
      git.outputHandler((_, stdout) =>
        stdout.on("data", (bytes: Buffer) => {
          written += bytes.length;
          if (written > most) stop.abort();
        }),
      );
      await git.env(environment).raw([...args]);
    } catch (error) {
      if (written > most)
        throw new GitFailure("limit", "Git has more to say than can be taken: the repository is too large", { cause: error });
      throw failure(error instanceof Error ? error.message : String(error), { cause: error });
    }
    // What ended by itself in that moment has said too much all the same.
    if (written > most) throw new GitFailure("limit", "Git has more to say than can be taken: the repository is too large");
    if (!end) throw new GitFailure("git", "Git failed: its end was not seen");
    // ENOENT of the spawn, not a word of Git's.
    if (end.code !== 0 && /^Error: spawn .* ENOENT/.test(end.err)) throw failure("ENOENT");
    if (end.code === 128 && /not a git repository/i.test(end.err)) throw new GitFailure("repository", `${dir} is not in a Git repository`);
    return end;
  };
  const bytes = async (args: readonly string[], call?: Call): Promise<Buffer> => {
    const end = await ended(args, call);
    if (end.code !== 0) throw failureOf(end);
    return end.out;
  };
  return { dir, ended, bytes, text: async (args, call) => (await bytes(args, call)).toString() };
}

/** The failure that an end is, in one line. */
export const failureOf = (end: Ended): GitFailure => failure(end.err === "" && end.code === null ? "it was stopped" : end.err);

function failure(message: string, options?: ErrorOptions): GitFailure {
  if (/ENOENT/.test(message)) return new GitFailure("git", "Git is not installed, or not on the PATH", options);
  const lines = message.split("\n").filter((line) => line.trim() !== "");
  // Of several lines the one that says why: warnings and progress come before it.
  const line = lines.find((l) => /^(?:fatal|error): /.test(l)) ?? lines[0] ?? "no reason given";
  const hint = /promisor|missing blob|transport '.*' not allowed/.test(message) ? " (a partial clone lacks objects: clone it whole)" : "";
  const kind = noObject.test(line) ? "revision" : "git";
  return new GitFailure(kind, `Git failed: ${withoutSecrets(line.trim())}${hint}`, options);
}

const noObject =
  /^fatal: (?:bad object|bad revision|Not a valid (?:object|commit) name|not a tree object|unable to read tree)|not something we can merge/;

/** An address may hold a user and a password. */
const withoutSecrets = (line: string): string => line.replaceAll(/:\/\/[^/@\s]*@/g, "://");
