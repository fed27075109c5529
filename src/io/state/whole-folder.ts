import * as nodeFs from "node:fs/promises";
import { dirname } from "node:path";
import { StateFiles } from "./state-files.ts";

/** State as files by path below its folder. */
export type WholeState = ReadonlyMap<string, Buffer>;

/**
 * What stays on the machine, or is none of the folder's: locks, drafts, and what Pulumi keeps beside its stacks (the text before the last write, histories, checksums), of
 * which a history of the whole state has no need.
 */
const staysHere = /^(?:\.pulumi\/(?:locks|history|backups)\/|\.rollcall-lock\/|\.rollcall-tmp\/|lease\.json$)|\.(?:bak|attrs)$/;

/** Whether a file belongs to the state wherever it is kept. */
const travels = (path: string): boolean => !staysHere.test(path);

/** A state folder as a whole. `root`: absolute; its parent is trusted. */
export function wholeFolder(root: string): {
  /** Also while a run writes there: what comes of it is a state that some crash could have left. */
  read(): Promise<WholeState>;
  /** Into a folder that is empty, or not there. */
  write(state: WholeState): Promise<void>;
} {
  const files = new StateFiles(nodeFs, dirname(root), root);
  return {
    async read() {
      const paths = (await files.tree()).filter(travels);
      // Journals before checkpoints: a journal that says what is saved must never come with a checkpoint from before that.
      const inOrder = [...paths.filter((p) => p.startsWith("journal/")), ...paths.filter((p) => !p.startsWith("journal/"))];
      const state = new Map<string, Buffer>();
      for (const path of inOrder) {
        const bytes = await files.read(path);
        if (bytes !== null) state.set(path, bytes);
      }
      return state;
    },
    async write(state) {
      for (const [path, bytes] of state) if (travels(path)) await files.write(path, [bytes]);
    },
  };
}
