import { expect, test, vi } from "vitest";
import { z } from "zod";
import type { Io } from "../../src/connector/index.ts";
import { openApi } from "./api.ts";

test("an API that is going to end is told to the log, which is redacted, and not to the console", async () => {
  const told: string[] = [];
  const warn = vi.spyOn(console, "warn").mockReturnValue();
  const headers = { deprecation: "Wed, 25 Nov 2026 00:00:00 GMT", link: '<https://github.blog/x>; rel="deprecation"' };
  const io: Io = {
    baseUrl: "https://api.github.com",
    fetch: () => Promise.resolve(Response.json({}, { headers })),
    log: (text: string) => void told.push(text),
    now: () => new Date(0),
  } as unknown as Io;
  const api = await openApi(io);
  await api.get("GET /rate_limit", {}, z.object({}));
  expect(told).toEqual([expect.stringContaining("is deprecated")]);
  expect(warn).not.toHaveBeenCalled();
  warn.mockRestore();
});
