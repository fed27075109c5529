import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Settings, StatePlace } from "../core/model/organization.ts";
import { type Context, UsageError } from "./command.ts";
import type { Repository } from "./repository.ts";

/** The engine asked for: by --engine, else by rollcall.yaml. */
export const engineName = (context: Context, repository: Repository): Settings["engine"] =>
  context.engine ?? repository.organization.settings.engine;

/** Where state is kept; with --sandbox always in a folder of the simulators' own. */
export const statePlace = (context: Context, repository: Repository): StatePlace =>
  context.sandbox ? { kind: "folder", path: join(".rollcall", "sandbox-state") } : repository.organization.settings.state;

/** The folder of state that is kept in one; ends with exit 3 where it is kept on a branch. */
export function stateFolder(context: Context, repository: Repository): string {
  const place = statePlace(context, repository);
  if (place.kind === "folder") return resolve(context.dir, place.path);
  throw new UsageError(
    `state: git:${place.name} works with the embedded engine only; with Pulumi, state lies in a folder or in a backend of Pulumi's`,
    3,
  );
}

/**
 * Where the Pulumi engine keeps stacks: where the environment says, as for Pulumi itself; else in the state folder, which is a backend of
 * Pulumi's. Never where a file of the repository says: state must not be led elsewhere by a change to one.
 */
export function backendOf(context: Context, repository: Repository): string {
  const chosen = context.env["PULUMI_BACKEND_URL"];
  if (chosen !== undefined && chosen !== "" && !context.sandbox) return chosen;
  return pathToFileURL(stateFolder(context, repository)).href;
}

/** Whether a backend is the state folder itself, so that both engines share it. */
export const isStateFolder = (backend: string, context: Context, repository: Repository): boolean =>
  backend.replace(/\/+$/, "") === pathToFileURL(stateFolder(context, repository)).href;
