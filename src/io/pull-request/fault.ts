import type { Answer } from "../../connector/contract.ts";
import { type Fault, faultOfStatus } from "../../connector/fault.ts";

/** Seconds to wait after a secondary limit that names no time (GitHub docs "Best practices for using the REST API", 2026-11). */
const secondaryWait = 60;

/**
 * What an answer means beside its status, for the HTTP room: a 403 that is a rate limit, an error inside HTTP 200. null where the status says
 * it all. How long to wait is in the headers, which the HTTP room reads; only where they say nothing a time is given here.
 */
export function forgeFaultOf(answer: Answer): Fault | null {
  const { status, headers } = answer;
  if (status === 403 || status === 429) {
    const message = messageOf(answer.body);
    const timed = headers.has("retry-after") || headers.get("x-ratelimit-remaining") === "0";
    if (!timed && status === 403 && !/rate limit|abuse detection/i.test(message ?? "")) return null;
    const text = message ?? "GitHub's rate limit is reached";
    return { kind: "throttled", message: text, ...about(answer), ...(timed ? {} : { retryAfter: secondaryWait }) };
  }
  if (status !== 200) return null;
  for (const { type, message } of graphqlErrorsOf(answer.body)) {
    if (type === "RATE_LIMITED" || type === "RATE_LIMIT") return { kind: "throttled", message, ...about(answer) };
    if (/something went wrong|timed? ?out|couldn't respond/i.test(message)) return { kind: "transient", message, ...about(answer) };
  }
  return null;
}

/** The fault of an answer that is not a success, in GitHub's own words. */
export function faultOfAnswer(answer: Answer): Fault {
  const special = forgeFaultOf(answer);
  if (special) return special;
  const { status } = answer;
  const message = `GitHub answered ${status}: ${messageOf(answer.body) ?? "no reason given"}`;
  return { ...(faultOfStatus(status, message) ?? { kind: "invalid", message }), ...about(answer) };
}

/** One entry of a REST error's `errors`: `{ resource: "Label", field: "name", code: "already_exists" }`. */
export interface Detail {
  readonly field: string;
  readonly code: string;
  readonly message: string;
}

/** The entries of `errors` of a REST error (422); empty where there are none. */
export function detailsOf(body: unknown): Detail[] {
  return entries(body).map((e) => ({ field: textOf(e, "field"), code: textOf(e, "code"), message: textOf(e, "message") }));
}

/** The `errors` of a GraphQL answer; empty where there are none. */
export function graphqlErrorsOf(body: unknown): { readonly type: string; readonly message: string }[] {
  return entries(body).map((e) => ({ type: textOf(e, "type"), message: textOf(e, "message") || "an error without a message" }));
}

/** `message` of a REST error with what its details add. */
function messageOf(body: unknown): string | undefined {
  if (!isObject(body) || typeof body["message"] !== "string") return undefined;
  const details = detailsOf(body).map(({ field, code, message }) => [field, message || code].filter((t) => t !== "").join(": "));
  return [body["message"], ...details.filter((d) => d !== "" && d !== body["message"])].join("; ");
}

function entries(body: unknown): Record<string, unknown>[] {
  if (!isObject(body) || !Array.isArray(body["errors"])) return [];
  // GitHub gives some details as bare sentences.
  return body["errors"].map((e: unknown) => (isObject(e) ? e : { message: String(e) }));
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;

const textOf = (entry: Record<string, unknown>, key: string): string => (typeof entry[key] === "string" ? entry[key] : "");

/** GitHub's id of the request, which its support asks for, and the status. */
function about({ status, headers }: Answer): { readonly status: number; readonly request?: string } {
  const request = headers.get("x-github-request-id");
  return { status, ...(request === null ? {} : { request }) };
}
