import { defineConfig } from "vitest/config";
import { closingReporter } from "./test/support/reporter.ts";

const connectors = ["providers/**/*.test.ts", "test/contract/**/*.test.ts"];
const scenarios = ["test/scenarios/**/*.test.ts", "test/engines/**/*.test.ts"];
const e2e = ["test/e2e/**/*.test.ts"];

export default defineConfig({
  test: {
    reporters: ["default", closingReporter()],
    projects: [
      // Everything that is not named below is a unit test, so that no file is left out by accident.
      { test: { name: "unit", include: ["test/**/*.test.ts"], exclude: [...connectors, ...scenarios, ...e2e], testTimeout: 20_000 } },
      { test: { name: "connectors", include: connectors, testTimeout: 60_000 } },
      { test: { name: "scenarios", include: scenarios, testTimeout: 120_000 } },
      { test: { name: "e2e", include: e2e, testTimeout: 300_000, hookTimeout: 300_000 } },
    ],
  },
});
