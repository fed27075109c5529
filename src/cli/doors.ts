import type { Tenant } from "../connector/contract.ts";
import type { App } from "../core/model/app.ts";
import { endpointVariable } from "../io/connectors/base-url.ts";
import { openTenant } from "../io/connectors/open-tenant.ts";
import { secretsFrom } from "../io/connectors/secrets.ts";
import { systemClock } from "../io/http/clock.ts";
import { openHttp } from "../io/http/http.ts";
import { createRedactor } from "../io/http/redact.ts";
import { inWorks } from "../io/http/work.ts";
import type { Context } from "./command.ts";
import type { Progress } from "./progress.ts";
import type { Repository } from "./repository.ts";
import { runningSandbox } from "./sandbox-file.ts";

/** One app, opened for one purpose. */
export interface Doors {
  readonly tenant: Tenant;
  /** Requests sent so far. */
  calls(): { read: number; write: number };
  redact(text: string): string;
}

/** What of a repository an app is opened with. */
export interface DoorFrame {
  readonly connectors: Repository["connectors"];
  readonly organization: Pick<Repository["organization"], "registers">;
}

/** Opens an app with the credential of one purpose: with "read" nothing can be written, whatever the connector tries (law 2). */
export async function openDoors(
  context: Context,
  repository: DoorFrame,
  app: App,
  access: "read" | "write",
  progress: Progress,
): Promise<Doors> {
  const redactor = createRedactor();
  const connector = repository.connectors.get(app.connector)!;
  const { endpoint, env } = await surroundings(context, app);
  const { tenant, calls } = await openTenant({
    app,
    connector,
    access,
    endpoint,
    secret: registering(secretsFrom(app.key, app.credentials[access], env), redactor.register),
    register: repository.organization.registers.get(app.key)?.accounts ?? [],
    openRoom: (request) =>
      openHttp({
        manifest: connector.manifest,
        app: app.key,
        baseUrl: request.baseUrl,
        access,
        secrets: { get: request.secret },
        clock: context.clock ?? systemClock,
        redactor,
        extraHosts: request.extraHosts,
        onWait: ({ seconds, why }) => progress.event({ kind: "waiting", app: app.key, seconds, why }),
        ...(connector.faultOf ? { faultOf: (answer) => connector.faultOf!(answer) } : {}),
        // An interruption ends reading at once, and of writing only the waits: what is under way is concluded.
        ...(access === "read" ? { signal: context.signal } : { stop: context.signal }),
      }),
    log: (message) => {
      if (context.verbose) context.err(`${app.key}: ${redactor.text(message)}\n`);
    },
    now: context.now,
  });
  return { tenant: access === "read" ? tenant : inWorks(tenant), calls, redact: (text) => redactor.text(text) };
}

/** Address and environment of an app: the operator's own, or those of the simulators with --sandbox, which need no real credential. */
async function surroundings(context: Context, app: App): Promise<{ endpoint: string | undefined; env: Context["env"] }> {
  if (!context.sandbox) return { endpoint: context.env[endpointVariable(app.reachedAs ?? app.key)], env: context.env };
  const sandbox = await runningSandbox(context.dir);
  const sources = [...Object.values(app.credentials.read), ...Object.values(app.credentials.write)];
  const dummies = Object.fromEntries(sources.filter((s) => s.startsWith("env:")).map((s) => [s.slice(4), "sandbox-token"]));
  return { endpoint: sandbox.apps[app.key]?.url ?? "http://127.0.0.1:9", env: dummies };
}

function registering(secret: (name: string) => Promise<string>, register: (value: string) => void) {
  return async (name: string): Promise<string> => {
    const value = await secret(name);
    register(value);
    return value;
  };
}
