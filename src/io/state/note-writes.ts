import * as nodeFs from "node:fs/promises";
import type { OperationOutcome } from "../../core/engine.ts";
import type { Manifest } from "../../core/model/manifest.ts";
import type { JournalEntry, JournalOperation } from "../../core/state/journal.ts";
import { unsettledEntries } from "../../core/state/overlay.ts";
import { type JournalClock, JournalFile, readJournal } from "./journal-file.ts";
import { StateFiles } from "./state-files.ts";

/** Writes that another engine made and that the vendor's lists may not show yet, as the journal of a state folder keeps them. */
export interface NotedWrites {
  /** What was noted, for `overlay`. */
  read(app: string): Promise<readonly JournalEntry[]>;
  /**
   * Notes writes that are in that engine's own state already: they are never folded, only laid over lists. To be called under the lock of the
   * app, whoever's it is.
   */
  note(
    app: string,
    manifest: Manifest,
    clock: JournalClock,
    ended: readonly { readonly operation: JournalOperation; readonly outcome: OperationOutcome }[],
  ): Promise<void>;
}

/** `base`: trusted folder below which no symbolic link is followed; `root`: the state folder. */
export function notedWrites(base: string, root: string): NotedWrites {
  const files = new StateFiles(nodeFs, base, root);
  return {
    read: (app) => readJournal(files, app),
    async note(app, manifest, clock, ended) {
      const slow = ended.filter(
        ({ operation: { verb } }) => verb !== "adopt" && verb !== "record" && (manifest.verbs[verb]?.settles ?? 0) > 0,
      );
      if (slow.length === 0) return;
      const journal = await JournalFile.open(files, app, clock);
      try {
        await journal.begin(ended.map((e) => e.operation));
        await journal.end(ended.map((e) => e.outcome));
        await journal.saved(journal.latest);
        const keep = unsettledEntries(journal.entries(), manifest, clock.now());
        await journal.compact((entry) => keep.has(entry.seq));
      } finally {
        await journal.close();
      }
    },
  };
}
