import { backendOf, engineName, isStateFolder, statePlace } from "./backend.ts";
import { branchStore } from "./branch-store.ts";
import type { Context } from "./command.ts";
import { directoryStore, stateDirectory } from "./directory-store.ts";
import type { Repository } from "./repository.ts";
import type { StateStore } from "./state-store.ts";

/** The state of this repository; that of the simulators with --sandbox. With the Pulumi engine it may lie in another backend. */
export async function openState(context: Context, repository: Repository): Promise<StateStore> {
  if (engineName(context, repository) === "embedded") return ownStore(context, repository);
  const remote = !isStateFolder(backendOf(context, repository), context, repository);
  return remote ? (await import("./pulumi/stack-store.ts")).stackStore(context, repository) : folderStore(context, repository);
}

/** State where rollcall.yaml says. */
export async function ownStore(context: Context, repository: Repository): Promise<StateStore> {
  const place = statePlace(context, repository);
  return place.kind === "branch" ? branchStore(context, repository, place.name) : folderStore(context, repository);
}

/** State in the folder that rollcall.yaml names. */
export const folderStore = (context: Context, repository: Repository): StateStore =>
  directoryStore(context, repository, stateDirectory(context, repository));
