import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { RunRecord } from "../core/record/record.ts";
import { readable, verifyChain } from "../core/record/verify-chain.ts";
import { stateFolder } from "./backend.ts";
import type { Context } from "./command.ts";
import type { Repository } from "./repository.ts";

export const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

/** Every line of the records beside the state, in order, as it was read; what is no JSON is the text itself. Nothing is believed yet. */
export async function recordValues(context: Context, repository: Repository): Promise<unknown[]> {
  const folder = join(stateFolder(context, repository), "records");
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  const texts = await Promise.all(names.sort().map((name) => readFile(join(folder, name), "utf8")));
  return texts.flatMap((text) => text.split("\n").slice(0, -1)).map(parsed);
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch (error) {
    if (error instanceof SyntaxError) return line;
    throw error;
  }
}

export interface KnownRecords {
  readonly records: readonly RunRecord[];
  /** What is to be said about them, as sentences. */
  readonly remarks: readonly string[];
}

/** The records for commands that tell what was done: with a word about it where they are not what was written. */
export async function knownRecords(context: Context, repository: Repository): Promise<KnownRecords> {
  const values = await recordValues(context, repository);
  const records = readable(values);
  const problems = verifyChain(values, sha256).length;
  const broken =
    problems === 0 ? [] : [`The records are not as they were written (problems: ${problems}); rollcall audit verify names them.`];
  const none = records.length === 0 ? ["No run is recorded: this is what the files asked for. Whether it was done, no record tells."] : [];
  return { records, remarks: [...broken, ...none] };
}
