import { FaultError } from "../../connector/fault.ts";
import type { CallRule } from "../../core/model/manifest.ts";

/** A request's URL as the manifest sees it. */
export interface Matched {
  readonly rule: CallRule;
  /** Below the base URL, without the query. */
  readonly path: string;
}

/**
 * The rule that a request falls under: the first that matches. Throws FaultError `refused` where none does, where the path could mean
 * something else to the vendor than to us (dot segments, empty segments, broken escapes), and outside the base URL's path.
 */
export function matchCall(calls: readonly CallRule[], baseUrl: string, method: string, url: URL): Matched {
  const path = pathBelow(baseUrl, url);
  const given = path.split("/");
  for (const segment of given.slice(1)) assertPlain(segment, path);
  const rule = calls.find((r) => r.method === method && pathMatches(r.path, given));
  if (!rule) throw refused(`${method} ${path} is not a call that the connector declares`);
  return { rule, path };
}

/** On the base URL's own origin the part below its path; on another of the vendor's hosts the whole path. */
function pathBelow(baseUrl: string, url: URL): string {
  const base = new URL(baseUrl);
  if (url.origin !== base.origin) return url.pathname;
  const prefix = base.pathname.replace(/\/$/, "");
  if (url.pathname !== prefix && !url.pathname.startsWith(`${prefix}/`)) throw refused(`${url.pathname} is not below the base URL`);
  return url.pathname.slice(prefix.length) || "/";
}

/** `*` matches one segment that is not empty, `**` the rest, which may be empty. */
function pathMatches(pattern: string, given: readonly string[]): boolean {
  const wanted = pattern.split("/");
  const rest = wanted.indexOf("**");
  const fixed = rest < 0 ? wanted : wanted.slice(0, rest);
  if (rest < 0 ? wanted.length !== given.length : given.length < rest) return false;
  return fixed.every((segment, i) => (segment === "*" ? given[i] !== "" : segment === given[i]));
}

/** A vendor may decode a segment before it routes: what would then walk up the path or end it is refused. */
function assertPlain(segment: string, path: string): void {
  let decoded: string;
  try {
    decoded = decodeURIComponent(segment);
  } catch (error) {
    throw new FaultError({ kind: "refused", message: `${path} has an escape that is not UTF-8` }, { cause: error });
  }
  const dots = decoded.split(/[/\\]/).some((part) => part === "." || part === ".." || /^(?:\.|%2e){1,2}$/i.test(part));
  const control = /[\u0000-\u001f\u007f]/.test(decoded);
  if (dots || control) throw refused(`${path} has a segment that could lead elsewhere`);
}

const refused = (message: string): FaultError => new FaultError({ kind: "refused", message });
