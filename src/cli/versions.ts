import { compareText, type Diagnostic } from "../core/diagnostic.ts";
import type { Manifest } from "../core/model/manifest.ts";
import type { Organization } from "../core/model/organization.ts";
import type { ChangedFile } from "../core/report/access-diff.ts";
import type { Declaration, KnownFiles } from "../core/source/declaration.ts";
import type { Workspace, WorkspaceFile } from "../core/source/workspace.ts";
import { blobId, type CommitFiles, readCommit } from "../io/git/commit-files.ts";
import { GitFailure } from "../io/git/git-error.ts";
import { type Context, UsageError } from "./command.ts";
import { openKnownFiles } from "./known-files.ts";
import { checked, discoverConnectors, readFolder } from "./repository.ts";

/** The organisation as one version of the files has it. */
export interface Version {
  /** For people: a revision with the beginning of its commit, or "the working tree". */
  readonly label: string;
  /** null where the files have errors. */
  readonly organization: Organization | null;
  readonly diagnostics: readonly Diagnostic[];
  readonly files: readonly WorkspaceFile[];
}

export interface Versions {
  readonly base: Version;
  readonly head: Version;
  /** What differs, in order of path. */
  readonly files: readonly ChangedFile[];
  readonly manifests: ReadonlyMap<string, Manifest>;
}

/**
 * Two versions of the files, each checked as a whole. `head` undefined: the working tree. A file that both have is read and parsed once, and is
 * one declaration in both.
 */
export async function loadVersions(context: Context, base: string, head: string | undefined): Promise<Versions> {
  const { connectors, manifests } = await discoverConnectors(context.dir);
  const after = head === undefined ? { commit: null, ...readFolder(context.dir) } : await commitFiles(context.dir, head);
  const before = await commitFiles(context.dir, base, after);
  const cache = openKnownFiles(context);
  const shared = sharedFiles(cache?.files);
  const load = (label: string, { files, diagnostics }: Workspace) => {
    const loaded = checked(context, { files, connectors, manifests }, diagnostics, shared);
    shared.learn(files, loaded.declarations);
    return { label, ...loaded };
  };
  const [from, to] = [load(labelOf(base, before.commit), before), load(labelOf(head, after.commit), after)];
  cache?.keep([from, to]);
  return { base: from, head: to, files: changedFiles(before.files, after.files), manifests };
}

const labelOf = (revision: string | undefined, commit: string | null): string =>
  revision === undefined || commit === null
    ? "the working tree"
    : commit.startsWith(revision)
      ? commit.slice(0, 12)
      : `${revision} (${commit.slice(0, 12)})`;

/** `like`: files that mostly are the same, so that only what differs need be read out of Git. */
async function commitFiles(dir: string, revision: string, like?: Workspace): Promise<CommitFiles> {
  try {
    return await readCommit(dir, revision, (algorithm) => new Map((like?.files ?? []).map(({ text }) => [blobId(text, algorithm), text])));
  } catch (error) {
    if (error instanceof GitFailure) throw new UsageError(error.message, error.kind === "git" ? 1 : 3);
    throw error;
  }
}

/** What the first version declares is known to the second, besides what earlier runs have read. */
function sharedFiles(cache: KnownFiles | undefined): KnownFiles & {
  learn(files: readonly WorkspaceFile[], declarations: ReadonlyMap<string, Declaration>): void;
} {
  const seen = new Map<string, { readonly text: string; readonly declaration: Declaration }>();
  return {
    known(path, text) {
      const own = seen.get(path);
      return own?.text === text ? own.declaration : cache?.known(path, text);
    },
    learn(files, declarations) {
      for (const { path, text } of files) {
        const declaration = declarations.get(path);
        if (declaration) seen.set(path, { text, declaration });
      }
    },
  };
}

function changedFiles(base: readonly WorkspaceFile[], head: readonly WorkspaceFile[]): ChangedFile[] {
  const before = new Map(base.map((f) => [f.path, f.text]));
  const after = new Map(head.map((f) => [f.path, f.text]));
  const changed: ChangedFile[] = [];
  for (const path of [...new Set([...before.keys(), ...after.keys()])].sort(compareText)) {
    const [was, will] = [before.get(path), after.get(path)];
    if (was === will) continue;
    changed.push({ path, change: was === undefined ? "added" : will === undefined ? "removed" : "changed" });
  }
  return changed;
}
