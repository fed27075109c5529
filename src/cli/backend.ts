import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Settings } from "../core/model/organization.ts";
import type { Context } from "./command.ts";
import type { Repository } from "./repository.ts";

/** The engine asked for: by --engine, else by rollcall.yaml. */
export const engineName = (context: Context, repository: Repository): Settings["engine"] =>
  context.engine ?? repository.organization.settings.engine;

/** The folder of local state; that of the simulators with --sandbox. */
export const stateFolder = (context: Context, repository: Repository): string =>
  context.sandbox ? join(context.dir, ".rollcall", "sandbox-state") : resolve(context.dir, repository.organization.settings.state);

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
