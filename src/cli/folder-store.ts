import { openStateDirectory, type StateDirectory } from "../io/state/state-directory.ts";
import { stateFolder } from "./backend.ts";
import type { Context } from "./command.ts";
import { directoryStore } from "./directory-store.ts";
import type { Repository } from "./repository.ts";
import type { StateStore } from "./state-store.ts";

/** State in the folder that rollcall.yaml names. */
export const folderStore = (context: Context, repository: Repository): StateStore =>
  directoryStore(context, repository, stateDirectory(context, repository));

export const stateDirectory = (context: Context, repository: Repository): StateDirectory =>
  openStateDirectory(stateFolder(context, repository), { now: context.now, base: context.dir });
