import { join } from "node:path";
import type { Connector } from "../connector/contract.ts";
import type { Simulator } from "../connector/simulator.ts";
import { compile } from "../core/compile/compile.ts";
import { dayIn } from "../core/compile/day.ts";
import { type Diagnostic, hasErrors, tidyDiagnostics } from "../core/diagnostic.ts";
import { conditionHolds } from "../core/expression/holds.ts";
import { loadOrganization, type LoadResult } from "../core/load.ts";
import type { Desired } from "../core/model/desired.ts";
import type { Manifest } from "../core/model/manifest.ts";
import type { Organization } from "../core/model/organization.ts";
import { diagnosticsToJson, renderDiagnostics } from "../core/report/diagnostics.ts";
import type { Workspace, WorkspaceFile } from "../core/source/workspace.ts";
import type { Declaration, KnownFiles } from "../core/source/declaration.ts";
import { openKnownFiles } from "./known-files.ts";
import { checkSettings, discover, type Discovered, findSimulator } from "../io/connectors/discover.ts";
import { readWorkspace } from "../io/workspace/read-workspace.ts";
import { type Context, UsageError } from "./command.ts";
import { paintFor } from "./palette.ts";

/** rollcall's own connectors lie beside src/; a repository may bring more in its own providers/. */
const ownProviders = join(import.meta.dirname, "..", "..", "providers");
const providerFolders = (dir: string): string[] => [...new Set([ownProviders, join(dir, "providers")])];

export interface Loaded extends Pick<LoadResult, "draft" | "keys"> {
  readonly organization: Organization | null;
  readonly diagnostics: readonly Diagnostic[];
  readonly files: readonly WorkspaceFile[];
  readonly connectors: ReadonlyMap<string, Connector>;
  readonly manifests: ReadonlyMap<string, Manifest>;
  /** By path, of files about which no problem speaks. */
  readonly declarations: ReadonlyMap<string, Declaration>;
}

export interface Repository extends Loaded {
  readonly organization: Organization;
}

export async function discoverConnectors(dir: string): Promise<Discovered> {
  return discover(providerFolders(dir));
}

/** The simulator beside a connector, or null. */
export const loadSimulator = (dir: string, connector: string): Promise<Simulator | null> => findSimulator(providerFolders(dir), connector);

/**
 * How files are read: `known` takes what an earlier run has read for read, and is for commands that only tell something. Whatever writes, to a
 * vendor, to state or to files, reads `afresh`.
 */
export type Reading = "afresh" | "known";

/** Reads and checks the whole repository; every problem is in `diagnostics`. */
export async function loadRepository(context: Context, reading: Reading = "afresh"): Promise<Loaded> {
  const { connectors, manifests, problems } = await discoverConnectors(context.dir);
  const workspace = readFolder(context.dir);
  // A connector that no app uses must not hold up the others; for one that is used, the app's file is the error.
  const found = problems.map((summary): Diagnostic => ({ code: "CONNECTOR_BROKEN", severity: "warning", summary, where: [] }));
  const known = reading === "known" ? openKnownFiles(context) : null;
  const loaded = checked(context, { files: workspace.files, connectors, manifests }, [...found, ...workspace.diagnostics], known?.files);
  known?.keep([{ files: workspace.files, declarations: loaded.declarations }]);
  return loaded;
}

/** The files on disk; ends with exit 3 where there is no such folder. */
export function readFolder(dir: string): Workspace {
  try {
    return readWorkspace(dir);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new UsageError(code === "ENOENT" ? `there is no folder ${dir}` : `${dir} cannot be read: ${message}`, 3);
  }
}

/** What files declare, checked as a whole. `problems` of reading them are among its diagnostics. */
export function checked(
  context: Context,
  given: Pick<Loaded, "files" | "connectors" | "manifests">,
  problems: readonly Diagnostic[],
  known?: KnownFiles,
): Loaded {
  const { files, connectors, manifests } = given;
  const result = loadOrganization({
    files,
    manifests,
    checkSettings: checkSettings(connectors),
    today: dayIn(context.now(), "UTC"),
    ...(known ? { known } : {}),
  });
  const diagnostics = tidyDiagnostics([...problems, ...result.diagnostics]);
  const { draft, keys, declarations } = result;
  return { ...given, draft, keys, organization: hasErrors(diagnostics) ? null : result.organization, diagnostics, declarations };
}

/** The repository as it would be with these files in it, before they are written. Ends with exit 3 where it would have errors. */
export function withFiles(context: Context, repository: Repository, changed: readonly WorkspaceFile[]): Repository {
  const files = new Map([...repository.files, ...changed].map((f) => [f.path, f]));
  return faultless(context, checked(context, { ...repository, files: [...files.values()] }, []));
}

/** The same, where nothing can go on with errors: shows them and ends with exit 3. Warnings are shown by `check` only. */
export async function openRepository(context: Context, reading: Reading = "afresh"): Promise<Repository> {
  return faultless(context, await loadRepository(context, reading));
}

function faultless(context: Context, loaded: Loaded): Repository {
  const { organization } = loaded;
  if (!organization) {
    reportDiagnostics(context, loaded, "err");
    throw new UsageError("the files have errors; nothing was done", 3);
  }
  return { ...loaded, organization };
}

export function reportDiagnostics(context: Context, loaded: Pick<Loaded, "files" | "diagnostics">, to: "out" | "err"): void {
  const texts = new Map(loaded.files.map((f) => [f.path, f.text]));
  if (context.json && to === "out") {
    context.out(diagnosticsToJson(loaded.diagnostics));
    return;
  }
  if (loaded.diagnostics.length > 0)
    context[to](renderDiagnostics(loaded.diagnostics, (file) => texts.get(file), paintFor(context.colour[to])));
}

/** What everything shall be, at an instant. */
export function compiled(
  repository: Repository,
  now: Date,
): { desired: Desired; today: string; manifestByApp: ReadonlyMap<string, Manifest> } {
  const { organization, manifests } = repository;
  const desired = compile({ organization, manifests, now, holds: conditionHolds() });
  const manifestByApp = new Map([...organization.apps.values()].map((a) => [a.key, manifests.get(a.connector)!]));
  return { desired, today: dayIn(now, organization.settings.timezone), manifestByApp };
}
