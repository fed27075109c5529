import { createHash } from "node:crypto";
import type { RunRecord } from "../core/record/record.ts";
import { readable, verifyChain } from "../core/record/verify-chain.ts";
import type { Context } from "./command.ts";
import type { Repository } from "./repository.ts";
import { openState } from "./state.ts";

export const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

/** Every line of the records beside the state, in order, as it was read; what is no JSON is the text itself. Nothing is believed yet. */
export const recordValues = async (context: Context, repository: Repository): Promise<readonly unknown[]> =>
  (await openState(context, repository)).records.values();

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
