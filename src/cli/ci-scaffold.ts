import type { GeneratedFile } from "../core/doctor/facts.ts";
import { type Binding, type Bindings, bindingsOf, endpointBinding, snapshotKey } from "../core/scaffold/github/credentials.ts";
import { githubFiles } from "../core/scaffold/github/github-files.ts";
import { endpointVariable } from "../io/connectors/base-url.ts";
import type { Repository } from "./repository.ts";

export interface CiScaffold {
  readonly files: readonly { readonly path: string; readonly text: string }[];
  readonly bindings: Bindings & { readonly snapshot: readonly Binding[] };
}

/**
 * Workflows and forms for a repository as it is now, applied from `branch`: which secrets they name follows from its app files. With problems among
 * the bindings they do not work.
 */
export function ciScaffold({ organization, manifests }: Pick<Repository, "organization" | "manifests">, branch: string): CiScaffold {
  const bindings = bindingsOf(organization.apps.values());
  // Apps without an address of their own are where the operator says.
  const endpoints = [...organization.apps.values()]
    .filter((app) => manifests.get(app.connector)?.baseUrl === undefined && Object.keys(app.credentials.read).length > 0)
    .map((app) => endpointBinding(endpointVariable(app.key)));
  const { preview } = organization.settings.pullRequests;
  // The scheduled run locks what it saw, the preview unlocks it.
  const snapshot: Binding[] = preview === "snapshot" ? [{ variable: snapshotKey, from: "secrets", name: snapshotKey }] : [];
  const whole = { ...bindings, read: [...bindings.read, ...endpoints], write: [...bindings.write, ...endpoints, ...snapshot], snapshot };
  return { files: githubFiles({ branch, preview, bindings: whole }), bindings: whole };
}

/** What lies at their paths, beside what would be written there. `textOf`: null where there is none. */
export const compareFiles = (files: CiScaffold["files"], textOf: (path: string) => Promise<string | null>): Promise<GeneratedFile[]> =>
  Promise.all(
    files.map(async ({ path, text }) => {
      const there = await textOf(path);
      return { path, state: there === null ? "missing" : there === text ? "same" : "different" };
    }),
  );
