import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { readBoundedTree, type TreeFile } from "./bounded-tree.ts";
import { GitFailure } from "./git-error.ts";
import { authorizationFor, type RemoteEnvironment } from "./github-token.ts";
import { openGit } from "./open-git.ts";
import { pushTo, refAt } from "./push.ts";
import { headBranch, openRemote, type RemoteOptions, remoteUrl } from "./remote.ts";
import { isAncestor, isId } from "./revision.ts";

/**
 * A branch of the remote whose tree is somebody's data, changed by compare-and-swap alone: a push says which commit it has read, and the server
 * takes it only where the branch is still there. No checkout, no index, no hook; the working tree is not looked at.
 */
export interface StateBranch {
  readonly name: string;
  /** As Git knows it: a name, or an address. */
  readonly remote: string;
  /** Folder inside the Git directory, absolute: what lies there cannot have come with a commit. */
  readonly privateFolder: string;
  /**
   * The branch's commit at the remote, brought here; null where there is no such branch. Where its history does not contain what was seen last
   * from here, GitFailure of kind rewritten.
   */
  head(): Promise<string | null>;
  /** Takes whatever the remote has for the true history from now on; answers its commit. */
  accept(): Promise<string | null>;
  files(commit: string): Promise<TreeFile[]>;
  /** A commit on `parent` (null: the first), here alone so far. */
  commit(draft: CommitDraft): Promise<string>;
  /** moved: the branch is not at `from` any more, and stays as it is. GitFailure of kind remote: refused, or not reached. */
  push(from: string | null, to: string): Promise<"pushed" | "moved">;
  /** Whether the branch is at `commit`, as the remote says. */
  isAt(commit: string | null): Promise<boolean>;
  /** A run is over: its commits need not be kept any longer. */
  forgetRun(run: string): Promise<void>;
}

export interface CommitDraft {
  readonly parent: string | null;
  readonly changed: readonly TreeFile[];
  readonly removed: readonly string[];
  readonly message: string;
  readonly at: Date;
  /** Holds the commit until it is pushed; of a run that writes, its own. */
  readonly run: string;
}

export interface StateBranchOptions {
  readonly branch: string;
  readonly env: RemoteEnvironment;
}

/** `dir`: a folder of the repository. The remote is `origin`, or what ROLLCALL_STATE_REMOTE names; never what a file of the repository says. */
export async function openStateBranch(dir: string, { branch, env }: StateBranchOptions): Promise<StateBranch> {
  const git = openGit(dir);
  const common = (await git.text(["rev-parse", "--path-format=absolute", "--git-common-dir"])).trim();
  const ref = `refs/heads/${branch}`;
  if ((await headBranch(dir)) === branch)
    throw new GitFailure("tree", `${branch} is checked out here: the state needs a branch of its own, which nobody works on`);
  const name = env["ROLLCALL_STATE_REMOTE"] || "origin";
  const shown = name.replace(/\/\/[^/@\s]*@/, "//");
  const authorization = authorizationFor((await remoteUrl(dir, name)) ?? name, env);
  const options: RemoteOptions = { remote: name, ...(authorization === undefined ? {} : { authorization }) };
  const reading = await openRemote(git, options, "fetch");
  const writing = await openRemote(git, options, "push");

  const seenRef = `refs/rollcall/seen/${branch}`;
  const seen = async (): Promise<string | null> => (await git.text(["for-each-ref", "--format=%(objectname)", seenRef])).trim() || null;
  // Another run of this checkout may be noting something, too.
  const patient = { config: ["core.filesRefLockTimeout=5000"] };
  const note = async (commit: string): Promise<void> => void (await git.bytes(["update-ref", seenRef, commit], patient));

  const remoteHead = (): Promise<string | null> => reached(`the remote ${shown} was not reached`, () => refAt(git, reading, ref));
  const bring = async (): Promise<string | null> => {
    const commit = await remoteHead();
    if (commit === null || commit === (await seen())) return commit;
    // Into no ref: what was seen is noted once it is believed.
    const how = ["--quiet", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules", "--refmap=", "--upload-pack=git-upload-pack"];
    await reached(`the branch ${branch} could not be fetched from ${shown}`, () =>
      git.bytes(["fetch", ...how, "--", reading.url, commit], reading.call),
    );
    return commit;
  };

  return {
    name: branch,
    remote: shown,
    privateFolder: join(common, "rollcall"),
    async head() {
      const [before, commit] = [await seen(), await bring()];
      if (before !== null && before !== commit && (commit === null || !(await isAncestor(dir, before, commit))))
        throw rewritten(branch, shown, before, commit);
      if (commit !== null && commit !== before) await note(commit);
      return commit;
    },
    async accept() {
      const commit = await bring();
      if (commit !== null) await note(commit);
      else if ((await seen()) !== null) await git.bytes(["update-ref", "-d", seenRef]);
      return commit;
    },
    async files(commit) {
      const files = await readBoundedTree(git, commit);
      const stranger = files.find((f) => f.path === "rollcall.yaml" || f.path.startsWith("identities/"));
      if (stranger)
        throw new GitFailure("tree", `the branch ${branch} holds ${stranger.path}: people work on it, and state needs a branch of its own`);
      return files;
    },
    async commit(draft) {
      // With --force: a run's ref moves wherever the run's commits go.
      const importing = ["fast-import", "--quiet", "--done", "--force", "--date-format=raw"];
      const commit = (await git.text(importing, { input: importStream(draft) })).trim();
      if (!isId(commit)) throw new GitFailure("git", "Git did not tell the commit that it made");
      return commit;
    },
    async push(from, to) {
      const what = `${shown} did not take the state (branch ${branch})`;
      for (let attempt = 1; ; attempt++) {
        const swap = { ref, expected: from, commit: to };
        const answer = await reached(what, () => pushTo(git, writing, swap)).catch((error: unknown) => {
          if (error instanceof GitFailure && error.kind === "remote") return error;
          throw error;
        });
        if (answer === "moved") {
          await note(to);
          return "pushed";
        }
        // A server that is busy with the ref takes nothing either: what counts is where the branch is.
        if (answer === "lost" && (await remoteHead()) !== from) return "moved";
        if (attempt === 3) throw answer === "lost" ? new GitFailure("remote", `${what}: it is busy with the branch`) : answer;
        await sleep(300 * attempt ** 2);
      }
    },
    isAt: async (commit) => (await remoteHead()) === commit,
    forgetRun: async (run) => void (await git.bytes(["update-ref", "-d", runRef(run)])),
  };
}

/** One commit as git-fast-import takes it: the whole of it in one call, and contents of any size. */
function importStream({ parent, changed, removed, message, at, run }: CommitDraft): Buffer {
  const text = Buffer.from(message);
  const parts: (string | Buffer)[] = [
    "feature done\n",
    `commit ${runRef(run)}\nmark :1\n`,
    `committer rollcall <rollcall@rollcall.invalid> ${Math.floor(at.getTime() / 1000)} +0000\n`,
    `data ${text.length}\n`,
    text,
    "\n",
    parent === null ? "" : `from ${parent}\n`,
    ...removed.map((path) => `D ${path}\n`),
    ...changed.flatMap(({ path, bytes }) => [`M 100644 inline ${path}\ndata ${bytes.length}\n`, bytes, "\n"]),
    "get-mark :1\n",
    "done\n",
  ];
  return Buffer.concat(parts.map((part) => (typeof part === "string" ? Buffer.from(part) : part)));
}

/** Keeps a run's commits from the garbage collector. */
const runRef = (run: string): string => `refs/rollcall/run/${run}`;

const rewritten = (branch: string, remote: string, before: string, now: string | null): GitFailure =>
  new GitFailure(
    "rewritten",
    `the history of ${branch} on ${remote} was rewritten: it was at ${before.slice(0, 12)} when this checkout saw it last, and ${
      now === null ? "the branch is gone now" : `that is not in the history of ${now.slice(0, 12)}, where it is now`
    }. Somebody pushed over the state, or removed it. If that was meant, \`rollcall state accept\` takes what is there; if not, push ${before.slice(0, 12)} back and find out who did it`,
  );

/** Whatever Git says of a remote, with what was tried. */
async function reached<T>(what: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (!(error instanceof GitFailure) || error.kind === "repository") throw error;
    throw new GitFailure("remote", `${what}: ${error.message.replace(/^Git failed: /, "")}`, { cause: error });
  }
}
