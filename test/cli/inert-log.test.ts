import { expect, test } from "vitest";
import { inertLog } from "../../src/cli/terminal-context.ts";

test("text from outside in a log is no command any more, and looks the same", () => {
  const hostile = "ok\n  ::add-mask::x\n::stop-commands::y\nhm ##[error]z\na::b";
  const shown = inertLog(hostile);
  expect(shown).not.toMatch(/^\s*::/m);
  expect(shown).not.toContain("##[");
  expect(shown.replaceAll("\u200b", "")).toBe(hostile);
  expect(inertLog("a::b ## c\n: :")).toBe("a::b ## c\n: :");
});
