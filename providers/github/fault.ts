import type { Answer, Fault, FaultKind } from "../../src/connector/index.ts";
import { faultOfStatus, saysManagedElsewhere } from "../../src/connector/index.ts";

/** Seconds to wait after a secondary limit that names no time (GitHub docs "Best practices", 2026-08). */
const secondaryWait = 60;

/**
 * What an answer of GitHub means beside its status: a 403 that is a rate limit, an error inside HTTP 200. null where the status says it all,
 * and for GraphQL errors that are about single objects, which only the caller can judge.
 */
export function faultOf(answer: Answer): Fault | null {
  const message = messageOf(answer.body);
  const request = requestOf(answer.headers);
  const fault = (kind: FaultKind, text: string, retryAfter?: number): Fault => ({
    kind,
    message: text,
    status: answer.status,
    ...(request === undefined ? {} : { request }),
    ...(retryAfter === undefined ? {} : { retryAfter }),
  });
  if (answer.status === 403 || answer.status === 429) {
    const wait = waitOf(answer.headers);
    if (wait !== undefined) return fault("throttled", message ?? "GitHub's rate limit is reached", wait);
    if (answer.status === 429 || /rate limit|abuse detection/i.test(message ?? "")) {
      return fault("throttled", message ?? "GitHub's rate limit is reached", secondaryWait);
    }
    return null;
  }
  if (answer.status !== 200) return null;
  for (const error of errorsOf(answer.body)) {
    if (error.type === "RATE_LIMITED" || error.type === "RATE_LIMIT") {
      return fault("throttled", error.message, waitOf(answer.headers) ?? secondaryWait);
    }
    // An untyped error without a path is the server's own: "Something went wrong while executing your query".
    if (/something went wrong|timed? ?out|couldn't respond/i.test(error.message)) return fault("transient", error.message);
  }
  return null;
}

/** The fault of an answer that is not a success, with GitHub's own words. */
export function faultOfAnswer(answer: Answer): Fault {
  const special = faultOf(answer);
  if (special) return special;
  const request = requestOf(answer.headers);
  const message = `GitHub answered ${answer.status}: ${messageOf(answer.body) ?? "no reason given"}`;
  const fault = faultOfStatus(answer.status, message) ?? { kind: "invalid" as const, message, status: answer.status };
  const elsewhere = fault.kind === "forbidden" && saysManagedElsewhere(messageOf(answer.body) ?? "");
  return { ...fault, ...(request === undefined ? {} : { request }), ...(elsewhere ? { managedElsewhere: true as const } : {}) };
}

export interface GraphqlError {
  readonly type?: string;
  readonly message: string;
  readonly path?: readonly unknown[];
}

/** The `errors` of a GraphQL answer; empty where there are none. */
export function errorsOf(body: unknown): readonly GraphqlError[] {
  if (typeof body !== "object" || body === null || !("errors" in body) || !Array.isArray(body.errors)) return [];
  return body.errors.map((e: unknown) => {
    const error = typeof e === "object" && e !== null ? (e as Record<string, unknown>) : {};
    return {
      message: typeof error["message"] === "string" ? error["message"] : "an error without a message",
      ...(typeof error["type"] === "string" ? { type: error["type"] } : {}),
      ...(Array.isArray(error["path"]) ? { path: error["path"] } : {}),
    };
  });
}

export const requestOf = (headers: Headers): string | undefined => headers.get("x-github-request-id") ?? undefined;

/** `message` and the details of `errors` of a REST error. */
function messageOf(body: unknown): string | undefined {
  if (typeof body !== "object" || body === null || !("message" in body) || typeof body.message !== "string") return undefined;
  const details = errorsOf(body).filter((e) => e.message !== body.message && e.message !== "an error without a message");
  return [body.message, ...details.map((e) => e.message)].join("; ");
}

/** Seconds, from retry-after, or from the reset time of an allowance that is used up. */
function waitOf(headers: Headers): number | undefined {
  const told = Number(headers.get("retry-after") ?? Number.NaN);
  if (Number.isFinite(told) && told >= 0) return told;
  if (headers.get("x-ratelimit-remaining") !== "0") return undefined;
  const reset = Number(headers.get("x-ratelimit-reset") ?? Number.NaN);
  const date = Date.parse(headers.get("date") ?? "");
  // The reset is in seconds since 1970 by GitHub's clock; its Date header is that clock.
  if (!Number.isFinite(reset) || !Number.isFinite(date)) return secondaryWait;
  return Math.max(1, Math.ceil(reset - date / 1000) + 1);
}
