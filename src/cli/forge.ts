import { FaultError } from "../connector/fault.ts";
import type { Forge, ForgeReader } from "../core/forge/forge.ts";
import { systemClock } from "../io/http/clock.ts";
import { openHttp } from "../io/http/http.ts";
import { createRedactor, type Redactor } from "../io/http/redact.ts";
import { forgeFaultOf } from "../io/pull-request/fault.ts";
import { openForge } from "../io/pull-request/open-forge.ts";
import { tokenSecret, wireOf } from "../io/pull-request/wire.ts";
import { type Context, UsageError } from "./command.ts";
import { apiUrlOf, repositoryOf } from "./forge-address.ts";
import { type Progress, silent } from "./progress.ts";

export { type CiEnvironment, ciEnvironment } from "./ci-environment.ts";

/** What the door of a forge tells beside the forge. */
export interface ForgeDoor {
  /** One request, where `facts` asks for everything. */
  defaultBranch(): Promise<string>;
  /** Requests sent so far. */
  calls(): { read: number; write: number };
  redact(text: string): string;
}

interface ForgeFor<Access> {
  readonly access: Access;
  /** Told of waits. */
  readonly progress?: Progress;
}

/**
 * The forge that the environment names: repository, address and token. With "read" nothing can be written: whatever is tried is refused before
 * it is sent (law 2). Throws UsageError: exit 4 without a token, exit 3 where no repository or no address can be made out.
 */
export async function openForgeFor(context: Context, options: ForgeFor<"read">): Promise<ForgeReader & ForgeDoor>;
export async function openForgeFor(context: Context, options: ForgeFor<"read" | "write">): Promise<Forge & ForgeDoor>;
export async function openForgeFor(
  context: Context,
  { access, progress = silent }: ForgeFor<"read" | "write">,
): Promise<Forge & ForgeDoor> {
  const apiUrl = apiUrlOf(context);
  const repository = await repositoryOf(context);
  const redactor = createRedactor();
  tokenOf(context);
  const { manifest, baseUrl, extraHosts } = wireOf(apiUrl);
  const http = openHttp({
    manifest,
    app: "forge",
    baseUrl,
    access,
    secrets: {
      get: (name) => {
        if (name !== tokenSecret) throw new FaultError({ kind: "auth", message: `The forge has no credential ${name}` });
        return Promise.resolve(tokenOf(context));
      },
    },
    clock: context.clock ?? systemClock,
    redactor,
    extraHosts,
    faultOf: forgeFaultOf,
    onWait: ({ seconds, why }) => progress.event({ kind: "waiting", app: "forge", seconds, why }),
    // An interruption ends reading at once, and of writing only the waits: what is under way is concluded.
    ...(access === "read" ? { signal: context.signal } : { stop: context.signal }),
  });
  const log = (text: string): void => {
    if (context.verbose) context.err(`forge: ${redactor.text(text)}\n`);
  };
  const now = (): Date => (context.clock ?? context).now();
  return {
    ...redacting(openForge({ repository, baseUrl: apiUrl, fetch: http.fetch, log, now }), redactor),
    calls: () => ({ ...http.counts }),
    redact: (text) => redactor.text(text),
  };
}

function tokenOf({ env }: Context): string {
  const token = [env["GITHUB_TOKEN"], env["GH_TOKEN"]].map((t) => t?.trim() ?? "").find((t) => t !== "");
  if (token === undefined)
    throw new UsageError("the environment variable GITHUB_TOKEN (or GH_TOKEN) is not set: it holds the token for pull requests", 4);
  return token;
}

/** Answers of the forge stand in faults; none may bring the token back. */
function redacting<F extends Forge>(forge: F, redactor: Redactor): F {
  const guarded = Object.entries(forge).map(([name, member]: [string, unknown]) => {
    if (typeof member !== "function") return [name, member];
    return [
      name,
      async (...given: unknown[]): Promise<unknown> => {
        try {
          return await (member as (...given: unknown[]) => Promise<unknown>)(...given);
        } catch (error) {
          throw redactor.error(error);
        }
      },
    ];
  });
  return Object.fromEntries(guarded) as F;
}
