import type { Forge } from "../../core/forge/forge.ts";
import type { Manifest } from "../../core/model/manifest.ts";
import type { ChangedPath } from "../../core/review/segment.ts";
import { prefixOf } from "../../io/git/changed-paths.ts";
import { type Context, UsageError } from "../command.ts";
import { type CiEnvironment, ciEnvironment, openForgeFor } from "../forge.ts";
import type { Reading } from "../repository.ts";
import { signedIn } from "../signed-in.ts";
import { openVersions, told, type VersionReader } from "../versions.ts";

/** What every `rollcall ci` command works with. */
export interface Ci {
  readonly context: Context;
  readonly forge: Forge;
  readonly env: CiEnvironment;
  readonly versions: VersionReader;
  readonly manifests: ReadonlyMap<string, Manifest>;
  /** The default branch: what lies there is what is wanted. */
  readonly branch: string;
  readonly remote: string;
  /** How Git signs in at the remote, where it has to. */
  readonly signedIn: { readonly authorization?: string };
  /** Paths of the Git repository as seen from rollcall's root; what lies outside begins with `../`. */
  below(paths: readonly ChangedPath[]): ChangedPath[];
}

const remote = "origin";

/** `reading`: as in `openVersions`. */
export async function openCi(context: Context, access: "read" | "write", reading: Reading = "afresh"): Promise<Ci> {
  if (context.sandbox) throw new UsageError("ci works with the apps themselves: leave --sandbox away", 1);
  const env = await ciEnvironment(context);
  const forge = await openForgeFor(context, { access });
  const versions = await openVersions(context, reading);
  const prefix = await told(prefixOf(context.dir));
  return {
    context,
    forge,
    env,
    versions,
    manifests: versions.manifests,
    branch: await forge.defaultBranch(),
    remote,
    signedIn: await signedIn(context, remote),
    below: (paths) => paths.map((p) => ({ ...p, path: p.path.startsWith(prefix) ? p.path.slice(prefix.length) : `../${p.path}` })),
  };
}
