import { FaultError } from "../../connector/fault.ts";

/**
 * The hosts a credential may be sent to. Where the base URL in force lies on a host of the manifest, those are the manifest's and the
 * operator's; where the operator moved the app elsewhere (a simulator, a proxy), only the operator's: nothing then reaches the vendor.
 */
export interface HostBinding {
  /** From the connector's code. `*.example.com` matches sub-domains. */
  readonly hosts: readonly string[];
  /** From the operator's environment, with the port where it is not the usual one. Never from the repository. */
  readonly extraHosts: readonly string[];
  readonly baseUrl: string;
}

const loopback: ReadonlySet<string> = new Set(["127.0.0.1", "[::1]", "localhost"]);

/** Whether this is a name of the machine itself: only there may a credential travel without TLS. */
const isLoopback = (hostname: string): boolean => loopback.has(hostname);

/** Throws FaultError `refused` unless a credential may go to this URL. */
export function assertHost(url: URL, binding: HostBinding): void {
  if (url.username !== "" || url.password !== "") throw refused("A URL must not carry a user name or password");
  if (url.protocol !== "https:" && !(url.protocol === "http:" && isLoopback(url.hostname))) {
    throw refused(`${url.protocol}//${url.host} is not https`);
  }
  const base = new URL(binding.baseUrl);
  const atVendor = binding.hosts.some((host) => matches(host, base));
  const allowed = atVendor ? [...binding.hosts, ...binding.extraHosts] : binding.extraHosts;
  if (!allowed.some((host) => matches(host, url))) {
    throw refused(`${url.host} is not a host this credential may be sent to (allowed: ${allowed.join(", ") || "none"})`);
  }
}

/** Host and port; a pattern without a port means the scheme's usual one. */
function matches(pattern: string, url: URL): boolean {
  const wanted = pattern.toLowerCase();
  if (!wanted.startsWith("*.")) return url.host === wanted;
  const suffix = wanted.slice(1);
  return url.host.endsWith(suffix) && url.host.length > suffix.length;
}

const refused = (message: string): FaultError => new FaultError({ kind: "refused", message });
