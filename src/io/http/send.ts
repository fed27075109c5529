import type { Clock } from "./clock.ts";
import type { Failed } from "./retry.ts";
import type { Sendable } from "./read-only.ts";

/** A whole answer. */
export interface Received {
  readonly status: number;
  readonly statusText: string;
  readonly headers: Headers;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** JSON where it is, else text. */
  readonly body: unknown;
}

export interface SendOptions {
  readonly fetch: typeof globalThis.fetch;
  readonly clock: Clock;
  /** Milliseconds from the start to the last byte of the answer. */
  readonly timeout: number;
  readonly signal: AbortSignal | undefined;
}

/** Largest answer that is taken, in bytes: no list of any vendor comes near. */
const largestBody = 50 * 1024 * 1024;

/** Sends once and takes the whole answer. Never follows a redirect. Never rejects: what went wrong is the value. */
export async function send(request: Sendable, { fetch, clock, timeout, signal }: SendOptions): Promise<Received | Failed> {
  const abort = new AbortController();
  const cancel = clock.after(timeout, () => abort.abort(new Error(`no answer within ${timeout / 1000} s`)));
  // One signal for both ends: a composed one (AbortSignal.any) costs as much as the rest of a small request.
  const stop = (): void => abort.abort(signal?.reason);
  if (signal?.aborted) stop();
  signal?.addEventListener("abort", stop, { once: true });
  const label = `${request.method} ${request.url.pathname}`;
  try {
    const response = await fetch(request.url, {
      method: request.method,
      headers: request.headers,
      body: request.body,
      redirect: "manual",
      signal: abort.signal,
    });
    const bytes = await wholeBody(response);
    if (bytes === null) return lost(`The answer to ${label} is larger than ${largestBody / 1024 / 1024} MiB`, response.status);
    const body = readable(bytes, response.headers);
    if (body === broken) return lost(`The answer to ${label} is cut off or is not JSON`, response.status);
    return { status: response.status, statusText: response.statusText, headers: response.headers, bytes, body };
  } catch (error) {
    if (neverConnected(error))
      return { how: "unsent", fault: { kind: "transient", message: `${request.url.host} cannot be reached: ${told(error)}` } };
    return lost(`No answer to ${label}: ${told(error)}`);
  } finally {
    cancel();
    signal?.removeEventListener("abort", stop);
  }
}

const lost = (message: string, status?: number): Failed => ({
  how: "lost",
  fault: { kind: "transient", message, ...(status === undefined ? {} : { status }) },
});

/** null where it is too large. */
async function wholeBody(response: Response): Promise<Uint8Array<ArrayBuffer> | null> {
  if (response.body === null) return new Uint8Array(0);
  const chunks: Uint8Array[] = [];
  let size = 0;
  const reader = response.body.getReader();
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    size += read.value.length;
    if (size > largestBody) {
      await reader.cancel();
      return null;
    }
    chunks.push(read.value);
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}

const broken = Symbol("broken");

function readable(bytes: Uint8Array, headers: Headers): unknown {
  const text = new TextDecoder().decode(bytes);
  if (text === "" || !/^application\/(?:[\w.+-]+\+)?json\b/i.test(headers.get("content-type") ?? "")) return text;
  try {
    return JSON.parse(text);
  } catch {
    return broken;
  }
}

/** Codes by which the platform says that no connection came about, TLS included: not a byte of the request was sent. */
const connectCodes: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENETDOWN",
  "UND_ERR_CONNECT_TIMEOUT",
  "CERT_HAS_EXPIRED",
  "CERT_NOT_YET_VALID",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "ERR_TLS_CERT_ALTNAME_INVALID",
]);

function neverConnected(error: unknown): boolean {
  const cause = innermost(error);
  if (cause instanceof AggregateError && cause.errors.length > 0) return cause.errors.every(neverConnected);
  return connectCodes.has(codeOf(cause));
}

/** fetch says "fetch failed" and hides the reason in its cause. */
function innermost(error: unknown): unknown {
  let inner = error;
  while (inner instanceof Error && inner.cause instanceof Error) inner = inner.cause;
  return inner;
}

const codeOf = (error: unknown): string =>
  typeof error === "object" && error !== null && "code" in error && typeof error.code === "string" ? error.code : "";

function told(error: unknown): string {
  const cause = innermost(error);
  const text = cause instanceof Error ? cause.message : String(cause);
  return text === "" ? codeOf(cause) || "the connection failed" : text;
}
