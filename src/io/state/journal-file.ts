import type { FileHandle } from "node:fs/promises";
import { setImmediate as turn } from "node:timers/promises";
import type { OperationOutcome } from "../../core/engine.ts";
import { type JournalEntry, type JournalOperation, journalOperation, parseJournal, savedUpTo } from "../../core/state/journal.ts";
import { renameEntry } from "../../core/state/rename-app.ts";
import { keyOf } from "./checkpoint-file.ts";
import { StateError } from "./state-error.ts";
import type { StateFiles } from "./state-files.ts";

const journalFolder = "journal";
/** Path of an app's journal below the state folder. */
export const journalPath = (app: string): string => `${journalFolder}/${app}.jsonl`;

/** Keys of apps that have a journal, sorted. */
export async function journalKeys(files: StateFiles): Promise<string[]> {
  return (await files.list(journalFolder)).flatMap((name) => keyOf(name, ".jsonl") ?? []);
}

/**
 * The whole entries of an app's journal; a torn last line is left out and left alone. `at`: the key under which its file lies; its entries may
 * name the app by any key that it had. Throws StateError where a line in between is damaged.
 */
export async function readJournal(
  files: StateFiles,
  app: string,
  formerly: readonly string[] = [],
  at: string = app,
): Promise<readonly JournalEntry[]> {
  return (await read(files, app, formerly, at)).entries;
}

interface ReadJournal {
  readonly entries: readonly JournalEntry[];
  readonly whole: number;
  readonly torn: boolean;
  /** Entries name the app by a key that it had before. */
  readonly renamed: boolean;
}

async function read(files: StateFiles, app: string, formerly: readonly string[], at: string): Promise<ReadJournal> {
  const bytes = await files.read(journalPath(at));
  if (bytes === null) return { entries: [], whole: 0, torn: false, renamed: false };
  const whole = bytes.lastIndexOf(0x0a) + 1;
  const refused = (line: string, why: string): StateError =>
    new StateError(
      "refused",
      `the journal ${journalPath(at)} is damaged${line}: ${why}. Move it away and run again: what was done is then found in ${app} itself, and only the note of who made it is lost`,
    );
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(0, whole));
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw refused("", "it is not UTF-8");
  }
  const reading = parseJournal(text, [app, ...formerly]);
  if (reading.kind === "corrupt") throw refused(` in line ${reading.line}`, reading.why);
  const entries = reading.entries.map((entry) => renameEntry(entry, app));
  return { entries, whole, torn: whole < bytes.length, renamed: entries.some((entry, i) => entry !== reading.entries[i]) };
}

export interface JournalClock {
  /** Names this run in its entries. */
  readonly run: string;
  /** The organisation's day, YYYY-MM-DD. */
  readonly day: string;
  readonly now: () => Date;
  /** Asked before each flush that holds an intent; what it throws is the answer to those intents alone. */
  readonly mayBegin?: () => Promise<void>;
}

type Draft = JournalEntry extends infer E ? (E extends JournalEntry ? Omit<E, "seq" | "run" | "at" | "day"> : never) : never;

type Job =
  | {
      readonly kind: "append";
      readonly entries: readonly JournalEntry[];
      /** Intents: they need leave to be written. */
      readonly begins: boolean;
      resolve(): void;
      reject(error: unknown): void;
    }
  | { readonly kind: "compact"; readonly keep: (entry: JournalEntry) => boolean; resolve(): void; reject(error: unknown): void };

/**
 * One app's journal, open for writing under the app's lock. An append is done when it is on disk; appends that come while one is being
 * flushed travel together in the next. After a failed write nothing more is taken: what the disk holds then is not known.
 */
export class JournalFile {
  private readonly files: StateFiles;
  private readonly app: string;
  private readonly clock: JournalClock;
  /** Opened with the first write: a run that changes nothing leaves no file behind. */
  private handle: FileHandle | null = null;
  private all: JournalEntry[];
  private last: number;
  private readonly open = new Map<string, number>();
  private readonly jobs: Job[] = [];
  private working: Promise<void> | null = null;
  private broken: Error | null = null;

  private constructor(files: StateFiles, app: string, clock: JournalClock, entries: readonly JournalEntry[]) {
    this.files = files;
    this.app = app;
    this.clock = clock;
    this.all = [...entries];
    this.last = entries.at(-1)?.seq ?? 0;
  }

  /** Opens the journal, cuts off what a crash left half written, and gives entries from before a rename the app's present key. */
  static async open(files: StateFiles, app: string, clock: JournalClock, formerly: readonly string[] = []): Promise<JournalFile> {
    const { entries, whole, torn, renamed } = await read(files, app, formerly, app);
    if (renamed) await files.write(journalPath(app), linesOf(entries));
    else if (torn) await cutOff(files, app, whole);
    return new JournalFile(files, app, clock, entries);
  }

  entries(): readonly JournalEntry[] {
    return this.all;
  }

  /** On disk when it resolves: only then may the calls be sent. */
  async begin(operations: readonly JournalOperation[]): Promise<void> {
    const entries = this.stamp(operations.map((operation) => ({ type: "begin", operation: journalOperation(operation) })));
    await this.append(entries, true);
    for (const entry of entries) if (entry.type === "begin") this.open.set(entry.operation.id, entry.seq);
  }

  /** Throws where an outcome is of an operation that this run did not begin. */
  async end(outcomes: readonly OperationOutcome[]): Promise<void> {
    const drafts = outcomes.map((outcome): Draft => {
      const of = this.open.get(outcome.id);
      if (of === undefined) throw new Error(`the operation ${outcome.id} was not begun`);
      return { type: "end", of, outcome };
    });
    await this.append(this.stamp(drafts));
    for (const { id } of outcomes) this.open.delete(id);
  }

  /** Notes that the checkpoint holds everything up to `upTo`; writes nothing where that is known. */
  async saved(upTo: number): Promise<void> {
    const known = savedUpTo(this.all);
    const news = this.all.some((e) => e.type !== "saved" && e.seq > known && e.seq <= upTo);
    if (news) await this.append(this.stamp([{ type: "saved", upTo }]));
  }

  /** Rewrites the file with the entries to keep. The latest `saved` always stays: numbers count on from it. Nothing to drop, nothing written. */
  async compact(keep: (entry: JournalEntry) => boolean): Promise<void> {
    await new Promise<void>((resolve, reject) => this.take({ kind: "compact", keep, resolve, reject }));
  }

  /** Number of the last entry: what a checkpoint that begins now will hold. */
  get latest(): number {
    return this.last;
  }

  /** Waits for what is under way. */
  async close(): Promise<void> {
    await this.working;
    await this.handle?.close();
    this.handle = null;
  }

  private stamp(drafts: readonly Draft[]): JournalEntry[] {
    const { run, day } = this.clock;
    const at = this.clock.now().toISOString();
    return drafts.map((draft) => ({ seq: ++this.last, run, at, day, ...draft }));
  }

  private async append(entries: readonly JournalEntry[], begins = false): Promise<void> {
    if (entries.length === 0) return;
    await new Promise<void>((resolve, reject) => this.take({ kind: "append", entries, begins, resolve, reject }));
  }

  private take(job: Job): void {
    this.jobs.push(job);
    this.working ??= this.work();
  }

  private async work(): Promise<void> {
    while (this.jobs.length > 0) {
      // One turn of the event loop: an outcome, the intent that follows it, and whatever the vendor answered meanwhile travel together.
      await turn();
      const together = this.jobs[0]!.kind === "append" ? takeWhile(this.jobs, (j) => j.kind === "append") : [this.jobs.shift()!];
      const batch = await this.permitted(together);
      if (batch.length === 0) continue;
      try {
        if (this.broken !== null) throw this.broken;
        if (batch[0]!.kind === "compact") await this.rewrite(batch[0]!.keep);
        else await this.flush(batch.flatMap((j) => (j.kind === "append" ? j.entries : [])));
        for (const job of batch) job.resolve();
      } catch (error) {
        this.broken ??= diskError(this.app, error);
        for (const job of batch) job.reject(this.broken);
      }
    }
    this.working = null;
  }

  /** The jobs that may be done: without leave no intent is written, and outcomes are all the same. */
  private async permitted(jobs: readonly Job[]): Promise<readonly Job[]> {
    const intends = (job: Job): boolean => job.kind === "append" && job.begins;
    if (!this.clock.mayBegin || !jobs.some(intends)) return jobs;
    try {
      await this.clock.mayBegin();
      return jobs;
    } catch (error) {
      for (const job of jobs) if (intends(job)) job.reject(error);
      return jobs.filter((job) => !intends(job));
    }
  }

  private async flush(entries: readonly JournalEntry[]): Promise<void> {
    this.handle ??= await this.files.append(journalPath(this.app));
    await this.handle.appendFile(linesOf(entries).join(""));
    await this.handle.datasync();
    this.all.push(...entries);
  }

  private async rewrite(keep: (entry: JournalEntry) => boolean): Promise<void> {
    const latest = this.all.findLast((e) => e.type === "saved");
    const kept = this.all.filter((e) => e === latest || (e.type !== "saved" && keep(e)));
    if (kept.length === this.all.length) return;
    await this.files.write(journalPath(this.app), linesOf(kept));
    await this.handle?.close();
    this.handle = null; // it was of the file that is replaced
    this.all = kept;
  }
}

const linesOf = (entries: readonly JournalEntry[]): string[] => entries.map((e) => `${JSON.stringify(e)}\n`);

async function cutOff(files: StateFiles, app: string, length: number): Promise<void> {
  const handle = await files.append(journalPath(app));
  try {
    await handle.truncate(length);
    await handle.sync();
  } catch (error) {
    throw diskError(app, error);
  } finally {
    await handle.close();
  }
}

function diskError(app: string, error: unknown): Error {
  if (error instanceof StateError) return error;
  return new StateError("disk", `the journal of ${app} could not be written: ${error instanceof Error ? error.message : String(error)}`, {
    cause: error,
  });
}

function takeWhile<T>(list: T[], fits: (item: T) => boolean): T[] {
  const end = list.findIndex((item) => !fits(item));
  return list.splice(0, end === -1 ? list.length : end);
}
