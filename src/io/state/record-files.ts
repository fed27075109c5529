import { z } from "zod";
import type { RunRecord } from "../../core/record/record.ts";
import { recordSchema } from "../../core/record/record.schema.ts";
import { StateError, systemCode } from "./state-error.ts";
import type { StateFiles } from "./state-files.ts";

const folder = "records";

/** What runs did, one JSON object a line, in `records/<YYYY-MM>.jsonl`. Lines are added and never changed; the chain of hashes is core's. */
export interface Records {
  /** In order. StateError names the file and the line of what is damaged. */
  all(): Promise<readonly RunRecord[]>;
  last(): Promise<RunRecord | null>;
  /** Every line as it was read, in order; what is no JSON is the text itself. Nothing is believed: for who judges the chain. */
  values(): Promise<readonly unknown[]>;
}

export interface WritableRecords extends Records {
  /**
   * Adds what `next` makes of the last record, under a lock of its own: two runs over different apps make one chain. On disk when it resolves.
   * Where the record is not the one that follows, StateError.
   */
  append(next: (last: RunRecord | null) => RunRecord): Promise<RunRecord>;
}

export function readRecords(files: StateFiles): Records {
  return {
    async all() {
      const records: RunRecord[] = [];
      for (const name of await months(files)) records.push(...(await recordsIn(files, name)));
      return records;
    },
    async last() {
      for (const name of (await months(files)).toReversed()) {
        const record = (await recordsIn(files, name)).at(-1);
        if (record) return record;
      }
      return null;
    },
    async values() {
      const values: unknown[] = [];
      for (const name of await months(files)) for (const line of await linesIn(files, name)) values.push(jsonOr(line, line));
      return values;
    },
  };
}

/** To be called under the lock of the records. */
export async function appendRecord(files: StateFiles, next: (last: RunRecord | null) => RunRecord): Promise<RunRecord> {
  const last = await readRecords(files).last();
  const record = recordSchema.parse(next(last));
  if (record.sequence !== (last?.sequence ?? 0) + 1 || record.previous !== (last?.hash ?? null))
    throw new Error(`record ${record.sequence} does not follow ${last === null ? "nothing" : `record ${last.sequence}`}`);
  // Never into a month before the last: a clock that was set back must not change the order.
  const name = [`${record.at.slice(0, 7)}.jsonl`, ...(await months(files)).slice(-1)].sort().at(-1)!;
  const path = `${folder}/${name}`;
  const bytes = await files.read(path);
  const whole = (bytes?.lastIndexOf(0x0a) ?? -1) + 1;
  const handle = await files.append(path);
  try {
    // What a crash left half written was never acknowledged.
    if (bytes !== null && whole < bytes.length) await handle.truncate(whole);
    await handle.appendFile(`${JSON.stringify(record)}\n`);
    await handle.sync();
  } catch (error) {
    if (systemCode(error) === null) throw error;
    throw new StateError("disk", `the record of this run could not be written to ${path}: ${(error as Error).message}`, { cause: error });
  } finally {
    await handle.close();
  }
  return record;
}

async function months(files: StateFiles): Promise<string[]> {
  const names = await files.list(folder);
  const stranger = names.find((name) => !/^\d{4}-\d{2}\.jsonl$/.test(name));
  if (stranger !== undefined)
    throw new StateError("refused", `${folder}/${stranger} is no file of records, which are named by month, such as 2026-11.jsonl`);
  return names;
}

/** A last line without its end was never acknowledged, and is none. */
async function linesIn(files: StateFiles, name: string): Promise<string[]> {
  const bytes = (await files.read(`${folder}/${name}`)) ?? Buffer.alloc(0);
  const whole = bytes.subarray(0, bytes.lastIndexOf(0x0a) + 1);
  return whole.toString("utf8").split("\n").slice(0, -1);
}

async function recordsIn(files: StateFiles, name: string): Promise<RunRecord[]> {
  return (await linesIn(files, name)).map((line, i) => parse(line, `${folder}/${name}:${i + 1}`));
}

function parse(line: string, where: string): RunRecord {
  const json = jsonOr(line, undefined);
  if (json === undefined) throw damaged(where, "it is not JSON");
  const parsed = recordSchema.safeParse(json);
  if (!parsed.success) throw damaged(where, z.prettifyError(parsed.error).split("\n").join(" "));
  return parsed.data;
}

function jsonOr(text: string, otherwise: unknown): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    if (error instanceof SyntaxError) return otherwise;
    throw error;
  }
}

const damaged = (where: string, why: string): StateError =>
  new StateError(
    "refused",
    `${where} is no run record (${why}); records are never edited: find out who did it, and put the line back from a copy or from the history of the state branch`,
  );
