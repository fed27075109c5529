import * as nodeFs from "node:fs/promises";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { OperationOutcome } from "../../core/engine.ts";
import { type HandOver, handOverText, parseHandOver } from "../../core/state/hand-over.ts";
import { StateFiles } from "../../io/state/state-files.ts";

/**
 * Where the program of one run of Pulumi and the providers of that run meet: `.rollcall/pulumi/<app>-<engine>/`. Both are told the address
 * of the same engine, and no two engines of one machine have the same at the same time. Names and ids, never a secret; gone after the run.
 */
export interface RunFolder {
  /** What the program handed over; null where no program of this run did. */
  handedOver(): Promise<HandOver | null>;
  handOver(what: HandOver): Promise<void>;
  report(outcomes: readonly OperationOutcome[]): Promise<void>;
  outcomes(): Promise<OperationOutcome[]>;
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
    report(outcomes) {
      if (outcomes.length === 0) return appending;
      const text = outcomes.map((o) => `${JSON.stringify(o)}\n`).join("");
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
    async outcomes() {
      const bytes = await files.read(outcomesFile);
      const lines = bytes === null ? [] : bytes.toString("utf8").split("\n");
      // A last line that was being written when its process died has no line feed.
      return lines.slice(0, -1).map((line) => JSON.parse(line) as OperationOutcome);
    },
    remove: () => rm(base, { recursive: true, force: true }),
  };
}
