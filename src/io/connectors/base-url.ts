import { FaultError } from "../../connector/fault.ts";
import type { Manifest } from "../../core/model/manifest.ts";

/** The variable by which an operator moves an app to another address: an on-premises server, a proxy, a simulator. Never from the repository (law 12). */
export const endpointVariable = (app: string): string => `ROLLCALL_ENDPOINT_${app.toUpperCase().replaceAll(/[^A-Z0-9]/g, "_")}`;

/** Where an app is reached, and the host its credential may be sent to because an operator said so. */
export interface Address {
  /** Without a trailing slash. */
  readonly baseUrl: string;
  readonly extraHosts: readonly string[];
}

/**
 * The operator's endpoint where there is one, else the manifest's base URL, in which `{name}` stands for that setting. Settings can choose a
 * name below the vendor's hosts, never a host: what they make must be one of the manifest's. Throws FaultError `invalid`.
 */
export function addressOf(
  app: string,
  manifest: Manifest,
  settings: Readonly<Record<string, unknown>>,
  endpoint: string | undefined,
): Address {
  if (endpoint !== undefined && endpoint.trim() !== "") {
    const url = checked(endpoint.trim(), endpointVariable(app));
    return { baseUrl: textOf(url), extraHosts: [url.host] };
  }
  if (manifest.baseUrl === undefined) {
    throw invalid(`${app}: connector ${manifest.name} has no address of its own; set ${endpointVariable(app)}`);
  }
  const filled = manifest.baseUrl.replaceAll(/\{([^}]*)\}/g, (_, name: string) => {
    const value = settings[name];
    if (typeof value === "string" && hostPart.test(value)) return value;
    throw invalid(`${app}: the setting ${name} must be a host name or a part of one: the address is made of it`);
  });
  const url = checked(filled, `${app}: the address of connector ${manifest.name}`);
  if (!manifest.hosts.some((host) => matchesHost(host, url.hostname))) {
    throw invalid(`${app}: ${url.hostname} is none of the hosts of connector ${manifest.name} (${manifest.hosts.join(", ")})`);
  }
  return { baseUrl: textOf(url), extraHosts: [] };
}

/** Whether a manifest's host names this one: itself, or `*.` before any sub-domain. */
export const matchesHost = (pattern: string, hostname: string): boolean =>
  pattern.startsWith("*.") ? hostname.endsWith(pattern.slice(1)) && hostname.length >= pattern.length : hostname === pattern;

/** Labels of a host name. */
const hostPart = /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?){0,8}$/;

/** Its value is never repeated: whoever puts a password there by mistake must not find it in a log. */
function checked(text: string, what: string): URL {
  if (!URL.canParse(text)) throw invalid(`${what} is not an address such as https://api.example.com`);
  const url = new URL(text);
  if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "") {
    throw invalid(`${what} must be an address without user name, password, query and fragment`);
  }
  const own = ["127.0.0.1", "[::1]", "localhost"].includes(url.hostname);
  if (url.protocol !== "https:" && !(url.protocol === "http:" && own)) {
    throw invalid(`${what} must begin with https:// (http:// only for this machine)`);
  }
  return url;
}

const textOf = (url: URL): string => url.href.replace(/\/+$/, "");

const invalid = (message: string): FaultError => new FaultError({ kind: "invalid", message });
