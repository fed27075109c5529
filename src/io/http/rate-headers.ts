/** What an answer's headers tell about the vendor's allowance, whatever the vendor calls them. */
export interface Allowance {
  /** Units left until `resetIn` has passed. */
  readonly remaining: number;
  /** Milliseconds from the answer on. */
  readonly resetIn: number;
  /** The vendor's name of the allowance, where it has several (GitHub: core, graphql). */
  readonly resource?: string;
}

/**
 * GitHub `x-ratelimit-*` and Okta `X-Rate-Limit-*` give the reset in seconds since 1970, Linear in milliseconds, the IETF draft's `RateLimit-*`
 * (and `RateLimit: r=, t=`) in seconds from now, GitLab's `RateLimit-*` in seconds since 1970 (vendor docs, 2026-08). null where nothing is
 * told, or where the limit is told as 0: Okta says so of its concurrency limit, which has no reset.
 */
export function allowanceOf(headers: Headers, now: Date): Allowance | null {
  const first = (...names: string[]): string | null => names.map((n) => headers.get(n)).find((v) => v !== null) ?? null;
  const combined = headers.get("ratelimit") ?? "";
  const remaining = number(
    first("x-ratelimit-remaining", "x-rate-limit-remaining", "ratelimit-remaining") ?? /\br=(\d+)/.exec(combined)?.[1],
  );
  const reset = number(first("x-ratelimit-reset", "x-rate-limit-reset", "ratelimit-reset") ?? /\bt=(\d+)/.exec(combined)?.[1]);
  const limit = number(first("x-ratelimit-limit", "x-rate-limit-limit", "ratelimit-limit"));
  if (remaining === null || reset === null || limit === 0) return null;
  const resource = headers.get("x-ratelimit-resource");
  return { remaining, resetIn: resetIn(reset, vendorTime(headers, now)), ...(resource === null ? {} : { resource }) };
}

/** `Retry-After` in milliseconds: seconds or an HTTP date. null where absent or unreadable. */
export function retryAfterOf(headers: Headers, now: Date): number | null {
  const told = headers.get("retry-after");
  if (told === null) return null;
  const seconds = number(told);
  if (seconds !== null) return seconds * 1000;
  const date = Date.parse(told);
  return Number.isNaN(date) ? null : Math.max(0, date - vendorTime(headers, now));
}

/** The vendor's clock as its Date header tells it; ours may be wrong. */
function vendorTime(headers: Headers, now: Date): number {
  const date = Date.parse(headers.get("date") ?? "");
  return Number.isNaN(date) ? now.getTime() : date;
}

function resetIn(reset: number, now: number): number {
  if (reset < 1e9) return reset * 1000;
  // One second more: both clocks are rounded to seconds.
  const at = (reset > 1e11 ? reset : reset * 1000) + 1000;
  return Math.max(0, at - now);
}

function number(text: string | null | undefined): number | null {
  if (text === null || text === undefined || !/^\s*\d+(?:\.\d+)?\s*$/.test(text)) return null;
  return Number(text);
}
