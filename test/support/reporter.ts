import type { Reporter, TestModule, Vitest } from "vitest/node";

/** A test that did not run, with the note it gave to `ctx.skip(note)`. */
export interface Skip {
  readonly name: string;
  readonly reason: string | undefined;
}

export interface Tally {
  readonly passed: number;
  /** Failed tests, files that could not be loaded, and errors outside any test. */
  readonly failed: number;
  readonly skips: readonly Skip[];
}

/**
 * The closing lines of a run: every skip with its reason, then `N passed, N failed, N skipped` as the very last line. A skip that gives no
 * reason counts as a failure.
 */
export function closingLines(tally: Tally): string[] {
  const silent = tally.skips.filter((s) => s.reason === undefined);
  const told = tally.skips.filter((s) => s.reason !== undefined);
  return [
    ...silent.map((s) => `failed: ${s.name} was skipped without a reason`),
    ...told.map((s) => `skipped: ${s.name} (${s.reason})`),
    `${tally.passed} passed, ${tally.failed + silent.length} failed, ${told.length} skipped`,
  ];
}

function tallyOf(modules: readonly TestModule[], strayErrors: number): Tally {
  let passed = 0;
  let failed = strayErrors;
  const skips: Skip[] = [];
  for (const module of modules) {
    failed += module.errors().length;
    for (const suite of module.children.allSuites()) failed += suite.errors().length;
    for (const test of module.children.allTests()) {
      const result = test.result();
      if (result.state === "passed") passed += 1;
      else if (result.state === "failed") failed += 1;
      else
        skips.push({
          name: `${module.relativeModuleId} > ${test.fullName}`,
          reason: result.state === "skipped" ? result.note : "interrupted",
        });
    }
  }
  return { passed, failed, skips: skips.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)) };
}

/** Prints the closing lines; a skip without a reason fails the run, unless tests were chosen by name and the rest passed over. */
export function closingReporter(): Reporter {
  let vitest: Vitest | undefined;
  return {
    onInit(instance) {
      vitest = instance;
    },
    onTestRunEnd(modules, errors) {
      const all = tallyOf(modules, errors.length);
      const chosen = vitest?.config.testNamePattern !== undefined;
      const tally = chosen ? { ...all, skips: all.skips.filter((s) => s.reason !== undefined) } : all;
      process.stdout.write(`${closingLines(tally).join("\n")}\n`);
      if (tally.skips.some((s) => s.reason === undefined)) process.exitCode = 1;
    },
  };
}
