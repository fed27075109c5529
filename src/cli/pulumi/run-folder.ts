import * as nodeFs from "node:fs/promises";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { AppOutcome, OperationOutcome } from "../../core/engine.ts";
import { type HandOver, handOverText, parseHandOver } from "../../core/state/hand-over.ts";
import { StateFiles } from "../../io/state/state-files.ts";

/** What providers say beside the state of their resources. */
export interface Told {
  readonly outcomes: readonly OperationOutcome[];
  /** Requests sent so far. */
  readonly calls: AppOutcome["calls"];
  /** The app as a whole could not be worked on any more. */
  readonly failure: AppOutcome["failure"];
}

/**
 * Where the program of one run of Pulumi and the providers of that run meet: `.rollcall/pulumi/<app>-<engine>/`. Both are told the address
 * of the same engine, and no two engines of one machine have the same at the same time. Names and ids, never a secret; gone after the run.
 */
export interface RunFolder {
  /** What the program handed over; null where no program of this run did. */
  handedOver(): Promise<HandOver | null>;
  handOver(what: HandOver): Promise<void>;
  /** Adds what became of operations. */
  report(news: Partial<Told>): Promise<void>;
  /** Everything that was reported. */
  told(): Promise<Told>;
  remove(): Promise<void>;
}

const handOverFile = "hand-over.json";
const outcomesFile = "outcomes.jsonl";

/** `engine`: its address, such as 127.0.0.1:39231. */
export function runFolder(root: string, app: string, engine: string): RunFolder {
  const base = join(root, ".rollcall", "pulumi", `${app}-${engine.replaceAll(/[^A-Za-z0-9]+/g, "-")}`);
  const files = new StateFiles(nodeFs, root, base);
  let appending: Promise<void> = Promise.resolve();
  return {
    async handedOver() {
      const bytes = await files.read(handOverFile);
      return bytes === null ? null : parseHandOver(bytes.toString("utf8"));
    },
    async handOver(what) {
      // Whatever a run that died at this very address left there is not ours.
      await files.remove(outcomesFile);
      await files.write(handOverFile, [handOverText(what)]);
    },
    report(news) {
      const text = `${JSON.stringify(news)}\n`;
      const before = appending;
      appending = (async () => {
        await before;
        const handle = await files.append(outcomesFile);
        try {
          await handle.appendFile(text);
        } finally {
          await handle.close();
        }
      })();
      return appending;
    },
    async told() {
      const bytes = await files.read(outcomesFile);
      const lines = bytes === null ? [] : bytes.toString("utf8").split("\n");
      // A last line that was being written when its process died has no line feed.
      const all = lines.slice(0, -1).map((line) => JSON.parse(line) as Partial<Told>);
      return {
        outcomes: all.flatMap((news) => news.outcomes ?? []),
        calls: all.findLast((news) => news.calls)?.calls ?? { read: 0, write: 0 },
        failure: all.findLast((news) => news.failure)?.failure ?? null,
      };
    },
    remove: () => rm(base, { recursive: true, force: true }),
  };
}
