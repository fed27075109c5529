import type { Connector, Io, Tenant } from "../../connector/contract.ts";
import { FaultError } from "../../connector/fault.ts";
import type { App } from "../../core/model/app.ts";
import type { RegisterEntry } from "../../core/model/register.ts";

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
  /** Base URL that the operator set outside the repository; the vendor's own where absent. */
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
  const baseUrl = (endpoint ?? manifest.baseUrl ?? "").replace(/\/+$/, "");
  let room: Room = { fetch: noHttp(app.key), counts: { read: 0, write: 0 } };
  if (manifest.calls.length > 0) {
    if (baseUrl === "") throw new FaultError({ kind: "invalid", message: `${app.key}: connector ${manifest.name} has no address of its own; set ${endpointVariable(app.key)}` });
    room = options.openRoom({ connector, app: app.key, baseUrl, access, secret: options.secret, extraHosts: endpoint === undefined ? [] : [new URL(endpoint).host] });
  }
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

/** The variable by which an operator moves an app to another address: an on-premises server, a proxy, a simulator. Never from the repository (law 12). */
export const endpointVariable = (app: string): string => `ROLLCALL_ENDPOINT_${app.toUpperCase().replaceAll(/[^A-Z0-9]/g, "_")}`;

const noHttp = (app: string) => async (): Promise<Response> => {
  throw new FaultError({ kind: "refused", message: `${app}: its connector declares no calls` });
};
