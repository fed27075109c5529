import { compareText } from "../core/diagnostic.ts";
import type { Manifest } from "../core/model/manifest.ts";
import type { ChangedFile } from "../core/report/access-diff.ts";
import type { Declaration, KnownFiles } from "../core/source/declaration.ts";
import type { Workspace, WorkspaceFile } from "../core/source/workspace.ts";
import { blobId } from "../io/git/blobs.ts";
import { type CommitFiles, readCommit } from "../io/git/commit-files.ts";
import { readTree, type TextsAtHand } from "../io/git/tree-files.ts";
import { GitFailure } from "../io/git/git-error.ts";
import type { Discovered } from "../io/connectors/discover.ts";
import { type Context, UsageError } from "./command.ts";
import { openKnownFiles } from "./known-files.ts";
import { checked, discoverConnectors, type Loaded, readFolder, type Reading } from "./repository.ts";

/** The organisation as one version of the files has it. */
export interface Version extends Loaded {
  /** For people: a revision with the beginning of its commit, or "the working tree". */
  readonly label: string;
  /** Full id; null for the working tree and for a tree that no commit has. */
  readonly commit: string | null;
}

/** Versions of the files, read one after another; what they share is read and parsed once, and is one declaration in all of them. */
export interface VersionReader extends Discovered {
  at(revision: string): Promise<Version>;
  /** A tree that no commit has, such as what a merge would leave. */
  tree(id: string, label: string): Promise<Version>;
  /** Files that no tree has, such as those of a commit without what nobody approved. */
  of(files: readonly WorkspaceFile[], label: string): Version;
  folder(): Version;
  /** For the next run: what these versions declare. */
  keep(versions: readonly Version[]): void;
}

export interface Versions {
  readonly base: Version;
  readonly head: Version;
  /** What differs, in order of path. */
  readonly files: readonly ChangedFile[];
  readonly manifests: ReadonlyMap<string, Manifest>;
}

export async function openVersions(context: Context, reading: Reading): Promise<VersionReader> {
  const discovered = await discoverConnectors(context.dir);
  const { connectors, manifests } = discovered;
  const cache = reading === "known" ? openKnownFiles(context) : null;
  const shared = sharedFiles(cache?.files);
  const read = new Map<string, Promise<Version>>();
  const load = (label: string, commit: string | null, { files, diagnostics }: Workspace): Version => {
    const loaded = checked(context, { files, connectors, manifests }, diagnostics, shared);
    shared.learn(files, loaded.declarations);
    return { label, commit, ...loaded };
  };
  const fromGit = async (revision: string): Promise<Version> => {
    const found = await commitFiles(context.dir, revision, shared.texts);
    return load(labelOf(revision, found.commit), found.commit, found);
  };
  return {
    ...discovered,
    at: (revision) => {
      const known = read.get(revision) ?? fromGit(revision);
      read.set(revision, known);
      return known;
    },
    tree: async (id, label) => load(label, null, await told(readTree(context.dir, id, atHand(shared.texts)))),
    of: (files, label) => load(label, null, { files, diagnostics: [] }),
    folder: () => load(labelOf(undefined, null), null, readFolder(context.dir)),
    keep: (versions) => cache?.keep(versions),
  };
}

/**
 * Two versions of the files, each checked as a whole. `head` undefined: the working tree. A file that both have is read and parsed once, and is
 * one declaration in both.
 */
export async function loadVersions(context: Context, base: string, head: string | undefined): Promise<Versions> {
  const reader = await openVersions(context, "known");
  const to = head === undefined ? reader.folder() : await reader.at(head);
  const from = await reader.at(base);
  reader.keep([from, to]);
  return { base: from, head: to, files: changedFiles(from.files, to.files), manifests: reader.manifests };
}

const labelOf = (revision: string | undefined, commit: string | null): string =>
  revision === undefined || commit === null
    ? "the working tree"
    : commit.startsWith(revision)
      ? commit.slice(0, 12)
      : `${revision} (${commit.slice(0, 12)})`;

/** `texts`: contents that are at hand, so that only what differs need be read out of Git. */
const commitFiles = (dir: string, revision: string, texts: () => Iterable<string>): Promise<CommitFiles> =>
  told(readCommit(dir, revision, atHand(texts)));

const atHand =
  (texts: () => Iterable<string>): TextsAtHand =>
  (algorithm) =>
    new Map([...texts()].map((text) => [blobId(text, algorithm), text]));

/** What Git could not do is the user's to know, in its own words. */
export async function told<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof GitFailure) throw new UsageError(error.message, error.kind === "git" ? 1 : 3);
    throw error;
  }
}

/** What the first version declares is known to the second, besides what earlier runs have read. */
function sharedFiles(cache: KnownFiles | undefined): KnownFiles & {
  learn(files: readonly WorkspaceFile[], declarations: ReadonlyMap<string, Declaration>): void;
  texts(): Iterable<string>;
} {
  const seen = new Map<string, { readonly text: string; readonly declaration: Declaration }>();
  const texts = new Set<string>();
  return {
    texts: () => texts,
    known(path, text) {
      const own = seen.get(path);
      return own?.text === text ? own.declaration : cache?.known(path, text);
    },
    learn(files, declarations) {
      for (const { path, text } of files) {
        texts.add(text);
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
