import { createHash } from "node:crypto";
import { GitFailure } from "./git-error.ts";
import type { Git } from "./open-git.ts";

export type BlobHash = "sha1" | "sha256";

/** What ids are made with in the repository that has this one. */
export const algorithmOf = (id: string): BlobHash => (id.length === 64 ? "sha256" : "sha1");

/** The id Git gives to a text as a file's content. */
export const blobId = (text: string, algorithm: BlobHash): string => idOf(Buffer.from(text), algorithm);

function idOf(bytes: Buffer, algorithm: BlobHash): string {
  return createHash(algorithm).update(`blob ${bytes.length}\0`).update(bytes).digest("hex");
}

/** Bytes asked for in one call: they are held at once. */
const atOnce = 64 * 1_048_576;

export interface BlobRequest {
  readonly id: string;
  /** As a listing said. */
  readonly size: number;
}

/** Hands every content to `take`, each id once. Checked against the id: nothing else can be read in its place. One process for each 64 MiB. */
export async function readBlobs(git: Git, wanted: readonly BlobRequest[], take: (id: string, content: Buffer) => void): Promise<void> {
  const unique = [...new Map(wanted.map((w) => [w.id, w])).values()];
  for (let i = 0; i < unique.length;) {
    const some: BlobRequest[] = [];
    for (let bytes = 0; i < unique.length && (some.length === 0 || bytes + unique[i]!.size <= atOnce); i++) {
      some.push(unique[i]!);
      bytes += unique[i]!.size;
    }
    // `<id> blob <size>\n<content>\n`, in the order asked for (git-cat-file, 2026-11).
    const out = await git.bytes(["cat-file", "--batch"], { input: some.map(({ id }) => `${id}\n`).join("") });
    let at = 0;
    for (const { id, size } of some) {
      const head = `${id} blob ${size}\n`;
      if (out.toString("latin1", at, at + head.length) !== head) throw new GitFailure("git", `Git has no content ${id}`);
      at += head.length;
      const content = out.subarray(at, at + size);
      at += size + 1;
      if (idOf(content, algorithmOf(id)) !== id) throw new GitFailure("git", `Git gave another content for ${id} than its id says`);
      take(id, content);
    }
  }
}
