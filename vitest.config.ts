import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import { closingReporter } from "./test/support/reporter.ts";

const connectors = ["providers/**/*.test.ts", "test/contract/**/*.test.ts"];
const scenarios = ["test/scenarios/**/*.test.ts", "test/engines/**/*.test.ts"];
const e2e = ["test/e2e/**/*.test.ts"];
/** No test reads or writes what the user's own runs have kept. */
const env = { ROLLCALL_CACHE: "off" };

export default defineConfig({
  test: {
    reporters: ["default", closingReporter()],
    // vitest leaves one core free, which of two is half: and end-to-end tests wait for other processes most of the time.
    maxWorkers: Math.max(2, availableParallelism()),
    projects: [
      // Everything that is not named below is a unit test, so that no file is left out by accident.
      { test: { name: "unit", env, include: ["test/**/*.test.ts"], exclude: [...connectors, ...scenarios, ...e2e], testTimeout: 20_000 } },
      { test: { name: "connectors", env, include: connectors, testTimeout: 60_000 } },
      { test: { name: "scenarios", env, include: scenarios, testTimeout: 120_000 } },
      { test: { name: "e2e", env, include: e2e, testTimeout: 300_000, hookTimeout: 300_000 } },
    ],
  },
});
