import { FaultError } from "../../connector/fault.ts";
import type { Sendable } from "./read-only.ts";
import type { Received } from "./send.ts";

/** Headers that would let a request say it is for another host. */
const notForConnectors = ["host", "forwarded", "x-forwarded-host"];

/**
 * What was given to fetch, in a form that can be sent more than once. Text that is no absolute URL is below the base URL. Throws FaultError
 * `refused` where it cannot be a request.
 */
export async function toSendable(
  input: string | URL | Request,
  init: RequestInit | undefined,
  baseUrl: string,
): Promise<{ request: Sendable; signal: AbortSignal | undefined }> {
  const given = typeof input === "string" ? absolute(input, baseUrl) : input;
  let request: Request;
  try {
    request = new Request(given, { ...init, redirect: "manual" });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    // Such an error repeats the value, which may be a credential, in a spelling of its own; so it is no cause either.
    if (message.includes("header value"))
      throw new FaultError({ kind: "refused", message: "A header of the request holds a line break or another character that none can" });
    throw new FaultError({ kind: "refused", message }, { cause: error });
  }
  const headers = new Headers(request.headers);
  for (const name of notForConnectors) headers.delete(name);
  const body = request.body === null ? null : new Uint8Array(await request.arrayBuffer());
  const signal = init?.signal ?? (input instanceof Request ? input.signal : undefined);
  return { request: { method: request.method, url: new URL(request.url), headers, body }, signal };
}

const absolute = (text: string, baseUrl: string): string =>
  URL.canParse(text) ? text : `${baseUrl}${text.startsWith("/") ? "" : "/"}${text}`;

const bodiless: ReadonlySet<number> = new Set([204, 205, 304]);

/** An answer whose body nobody has read yet. */
export function toResponse(request: Sendable, answer: Received): Response {
  const headers = new Headers(answer.headers);
  // The body is as it is after transport.
  for (const name of ["content-encoding", "content-length", "transfer-encoding"]) headers.delete(name);
  const body = bodiless.has(answer.status) || request.method === "HEAD" ? null : answer.bytes;
  const response = new Response(body, { status: answer.status, statusText: answer.statusText, headers });
  // SDKs read it; a Response that was made by hand has none.
  Object.defineProperty(response, "url", { value: request.url.href });
  return response;
}
