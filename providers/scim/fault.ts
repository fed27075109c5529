/** What an answer of a SCIM server means (RFC 7644 3.12), read tolerantly: `status` may be text or a number, the body HTML or nothing. */
import { type Answer, type Fault, faultOfStatus, saysManagedElsewhere } from "../../src/connector/index.ts";

const errorSchema = "urn:ietf:params:scim:api:messages:2.0:Error";

/**
 * The fault of an answer beside its status: an error inside a success. null where the status says it all.
 */
export function faultOf(answer: Answer): Fault | null {
  if (answer.status >= 400) return null;
  const error = errorOf(answer.body);
  if (error === null) return null;
  const status = error.status ?? 400;
  return faultOfStatus(status, `The server answered ${answer.status} with an error ${status} inside`);
}

/** The fault of an answer that is no success; null for a success. The server's own text is not repeated: it may echo what was sent. */
export function faultOfAnswer(answer: Answer, what: string): Fault | null {
  const type = errorOf(answer.body)?.scimType;
  const fault = faultOfStatus(
    answer.status,
    `The SCIM server answered ${answer.status} to ${what}${type === undefined ? "" : ` (${type})`}`,
  );
  if (!fault) return null;
  const request = requestOf(answer.headers);
  return {
    ...fault,
    // Some servers say 400 of what exists already.
    ...(type === "uniqueness" ? { kind: "conflict" as const } : {}),
    ...(fault.kind === "forbidden" && saysManagedElsewhere(detailOf(answer.body)) ? { managedElsewhere: true as const } : {}),
    ...(request === undefined ? {} : { request }),
  };
}

export const requestOf = (headers: Headers): string | undefined =>
  headers.get("x-request-id") ?? headers.get("x-amzn-requestid") ?? headers.get("x-slack-req-id") ?? undefined;

/** The server's own words, to be looked at and never repeated. */
const detailOf = (body: unknown): string =>
  typeof body === "object" && body !== null && "detail" in body && typeof body.detail === "string" ? body.detail : "";

function errorOf(body: unknown): { readonly status?: number; readonly scimType?: string } | null {
  if (typeof body !== "object" || body === null || Array.isArray(body)) return null;
  const { schemas, status, scimType } = body as Record<string, unknown>;
  if (!Array.isArray(schemas) || !schemas.includes(errorSchema)) return null;
  const code = Number(status);
  return {
    ...(Number.isInteger(code) && code >= 400 && code < 600 ? { status: code } : {}),
    ...(typeof scimType === "string" && /^[A-Za-z]{1,40}$/.test(scimType) ? { scimType } : {}),
  };
}
