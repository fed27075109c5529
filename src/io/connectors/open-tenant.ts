import type { Connector, Io, Tenant } from "../../connector/contract.ts";
import { FaultError } from "../../connector/fault.ts";
import type { App } from "../../core/model/app.ts";
import type { RegisterEntry } from "../../core/model/register.ts";
import { addressOf } from "./base-url.ts";

/** What the HTTP room has to be given for one app and purpose; the room itself comes from outside. */
export interface RoomRequest {
  readonly connector: Connector;
  readonly app: string;
  readonly baseUrl: string;
  readonly access: "read" | "write";
  readonly secret: (name: string) => Promise<string>;
  /** The host an operator moved this app to, if so. */
  readonly extraHosts: readonly string[];
}

export interface Room {
  readonly fetch: Io["fetch"];
  readonly counts: { readonly read: number; readonly write: number };
}

export interface OpenTenantOptions {
  readonly app: App;
  readonly connector: Connector;
  readonly access: "read" | "write";
  readonly secret: (name: string) => Promise<string>;
  /** Base URL that the operator set outside the repository; the vendor's own where absent or empty. */
  readonly endpoint: string | undefined;
  readonly register: readonly RegisterEntry[];
  openRoom(request: RoomRequest): Room;
  log(message: string): void;
  now(): Date;
}

export interface OpenedTenant {
  readonly tenant: Tenant;
  calls(): { read: number; write: number };
}

/** Opens the tenant of one app for one purpose. Throws FaultError where settings, credentials or the address are wrong. */
export async function openTenant(options: OpenTenantOptions): Promise<OpenedTenant> {
  const { app, connector, access, endpoint } = options;
  const { manifest } = connector;
  const settings = connector.config.safeParse(app.settings);
  if (!settings.success) {
    const [issue] = settings.error.issues;
    throw new FaultError({ kind: "invalid", message: `${app.key}: settings.${issue!.path.join(".")}: ${issue!.message}` });
  }
  const called = manifest.calls.length > 0;
  const { baseUrl, extraHosts } = called
    ? addressOf(app.key, manifest, settings.data as Readonly<Record<string, unknown>>, endpoint)
    : { baseUrl: "", extraHosts: [] };
  let room: Room = { fetch: noHttp(app.key), counts: { read: 0, write: 0 } };
  if (called) room = options.openRoom({ connector, app: app.key, baseUrl, access, secret: options.secret, extraHosts });
  const tenant = await connector.open(settings.data, {
    fetch: room.fetch,
    baseUrl,
    secret: options.secret,
    log: options.log,
    now: options.now,
    register: options.register,
  });
  return { tenant, calls: () => ({ read: room.counts.read, write: room.counts.write }) };
}

const noHttp = (app: string) => async (): Promise<Response> => {
  throw new FaultError({ kind: "refused", message: `${app}: its connector declares no calls` });
};
