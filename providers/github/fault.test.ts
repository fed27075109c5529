import { describe, expect, test } from "vitest";
import { faultOf, faultOfAnswer } from "./fault.ts";

const answer = (status: number, body: unknown, headers: Record<string, string> = {}) => ({ status, body, headers: new Headers(headers) });

describe("what an answer of GitHub means", () => {
  test.each([
    ["a 403 with retry-after", answer(403, { message: "You have exceeded a secondary rate limit." }, { "retry-after": "7" }), 7],
    ["a 429 with retry-after", answer(429, {}, { "retry-after": "3" }), 3],
    ["a 403 that only says so", answer(403, { message: "You have triggered an abuse detection mechanism." }), 60],
    [
      "a 403 with a used-up allowance",
      answer(
        403,
        { message: "API rate limit exceeded" },
        { "x-ratelimit-remaining": "0", "x-ratelimit-reset": "1772442030", date: "Mon, 02 Mar 2026 09:00:00 GMT" },
      ),
      31,
    ],
    [
      "a 200 of GraphQL with RATE_LIMITED",
      answer(200, { errors: [{ type: "RATE_LIMITED", message: "slow down" }] }, { "retry-after": "5" }),
      5,
    ],
  ])("%s is a throttle", (_what, given, retryAfter) => {
    expect(faultOf(given)).toMatchObject({ kind: "throttled", retryAfter });
  });

  test("a 403 without any of that is a refusal, whose meaning its status says", () => {
    expect(faultOf(answer(403, { message: "Must have admin rights" }, { "x-ratelimit-remaining": "4999" }))).toBeNull();
  });

  test("a 403 that names another manager says so, and one that denies it does not", () => {
    const fault = (message: string) => faultOfAnswer({ status: 403, headers: new Headers(), body: { message } });
    expect(fault("You cannot create or update members for an external group backed team since they are managed by acme")).toMatchObject({
      kind: "forbidden",
      managedElsewhere: true,
    });
    expect(fault("This team is externally managed").managedElsewhere).toBe(true);
    for (const other of ["This team is not externally managed.", "Must have admin rights to Repository.", "Forbidden"])
      expect(fault(other)).not.toHaveProperty("managedElsewhere");
  });

  test("GraphQL's own breakdown is worth another try; what it does not find is the caller's", () => {
    expect(faultOf(answer(200, { data: null, errors: [{ message: "Something went wrong while executing your query." }] }))).toMatchObject({
      kind: "transient",
    });
    expect(faultOf(answer(200, { errors: [{ type: "NOT_FOUND", message: "Could not resolve to a User" }] }))).toBeNull();
    expect(faultOf(answer(200, [1, 2]))).toBeNull();
    expect(faultOf(answer(200, "<html>"))).toBeNull();
  });
});
