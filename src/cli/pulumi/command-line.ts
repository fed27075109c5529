import { accessSync, constants } from "node:fs";
import { basename, delimiter, dirname, join } from "node:path";
import type { Context } from "../command.ts";
import { UsageError } from "../command.ts";

/** Folder whose bin/ holds a Pulumi command line, for machines where none is on the PATH. */
const pulumiRootVariable = "ROLLCALL_PULUMI_ROOT";

/** The folder above the bin/ of the command line to use: the one on the PATH, else the one that is named. One message where there is none. */
export function pulumiRoot(env: Context["env"]): string {
  const named = env[pulumiRootVariable];
  const folders = (env["PATH"] ?? "").split(delimiter).filter((folder) => basename(folder) === "bin");
  const bin = [...folders, ...(named === undefined || named === "" ? [] : [join(named, "bin")])].find(holdsPulumi);
  if (bin !== undefined) return dirname(bin);
  throw new UsageError(
    `the Pulumi engine needs Pulumi's command line, and there is no pulumi on the PATH: get it with \`curl -fsSL https://get.pulumi.com | sh\`, or name its folder in ${pulumiRootVariable}; without it, --engine embedded works`,
    1,
  );
}

function holdsPulumi(folder: string): boolean {
  try {
    accessSync(join(folder, "pulumi"), constants.X_OK);
    return true;
  } catch {
    return false; // not there, or not to be run: the next folder is looked at
  }
}

/** What to do where the optional SDK is not installed; anything else that went wrong is what it is. */
export function withoutSdk(error: unknown): unknown {
  const missing = error instanceof Error && "code" in error && ["ERR_MODULE_NOT_FOUND", "MODULE_NOT_FOUND"].includes(String(error.code));
  if (!missing || !/@pulumi\/pulumi/.test(error.message)) return error;
  return new UsageError(
    "the Pulumi engine needs the optional package @pulumi/pulumi, which is not installed: get it with `npm install @pulumi/pulumi`; without it, --engine embedded works",
    1,
  );
}
