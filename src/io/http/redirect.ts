import { FaultError } from "../../connector/fault.ts";
import type { Sendable } from "./read-only.ts";

/**
 * The request that a redirect asks for, or null where the answer is none. Only a GET or HEAD is sent on, and only within the same origin:
 * no credential leaves the host it is bound to (law 12). Throws FaultError `refused` for any other redirect. Rules and hosts are checked
 * again by who sends it.
 */
export function toRedirect(request: Sendable, answer: { readonly status: number; readonly headers: Headers }): Sendable | null {
  if (![301, 302, 303, 307, 308].includes(answer.status)) return null;
  const location = answer.headers.get("location");
  if (location === null || !URL.canParse(location, request.url.href)) throw refused(request, "to nowhere");
  const url = new URL(location, request.url);
  // Its query is not told: it may carry what was sent.
  if (url.origin !== request.url.origin || url.username !== "" || url.password !== "")
    throw refused(request, `to ${url.protocol}//${url.host}`);
  if (request.method !== "GET" && request.method !== "HEAD") throw refused(request, `to ${url.pathname}, and only reads are sent on`);
  return { ...request, url };
}

const refused = (request: Sendable, where: string): FaultError =>
  new FaultError({ kind: "refused", message: `${request.method} ${request.url.pathname} is redirected ${where}` });
