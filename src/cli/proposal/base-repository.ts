import { hasErrors } from "../../core/diagnostic.ts";
import { readCommit } from "../../io/git/commit-files.ts";
import { type Context, UsageError } from "../command.ts";
import { checked, discoverConnectors, type Repository, reportDiagnostics } from "../repository.ts";

/** The repository as a commit has it, for a change on top of it. Connectors are those of this checkout. Ends with exit 3 where it has errors. */
export async function repositoryAt(context: Context, commit: string): Promise<Repository> {
  const { connectors, manifests } = await discoverConnectors(context.dir);
  const { files, diagnostics } = await readCommit(context.dir, commit);
  const loaded = checked(context, { files, connectors, manifests }, diagnostics);
  const { organization } = loaded;
  if (organization && !hasErrors(loaded.diagnostics)) return { ...loaded, organization };
  reportDiagnostics(context, loaded, "err");
  throw new UsageError(`the files at ${commit.slice(0, 12)} have errors; they have to be mended first`, 3);
}
