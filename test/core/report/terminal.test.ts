import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Operation } from "../../../src/core/plan/operation.ts";
import type { Style } from "../../../src/core/report/style.ts";
import { terminalPlan } from "../../../src/core/report/terminal.ts";
import { everything, operation, plan, shuffled } from "./plans.ts";

describe("the plan for a terminal", () => {
  test("shows one of everything as the golden file does", async () => {
    await expect(terminalPlan(everything)).toMatchFileSnapshot("golden/everything.txt");
  });

  test("is the same text for the same plan in another order", () => {
    expect(terminalPlan(shuffled(everything))).toBe(terminalPlan(everything));
  });

  test("shows what a person loses before what the person gains", () => {
    const lines = terminalPlan(everything).split("\n");
    const ada = lines.slice(lines.indexOf("  ada"), lines.indexOf("  bob")).filter((l) => /^ {4}\S/.test(l));
    expect(ada.map((l) => l.trim()[0])).toEqual(["-", "±", "~", "+", "±"]);
  });

  test("keeps to the width of the terminal, without losing a word", () => {
    const narrow = terminalPlan(everything, { width: 60 });
    const long = narrow.split("\n").filter((l) => l.length > 60 && !l.includes("["));
    expect(long).toEqual([]);
    const words = (text: string): string => text.replace(/\s+/g, " ");
    expect(words(narrow)).toBe(words(terminalPlan(everything)));
  });

  test("colours through the functions it is given, and only through them", () => {
    const tag = (name: string) => (text: string) => `<${name}>${text}</${name}>`;
    const style: Style = { strong: tag("b"), faint: tag("f"), gain: tag("g"), loss: tag("l"), change: tag("c"), alarm: tag("a") };
    const text = terminalPlan(everything, { style });
    expect(text).toContain("- <l>delete account bob-k</l> <a>[cannot be undone]</a>");
    expect(text.replace(/<\/?[bfglca]>/g, "")).toBe(terminalPlan(everything));
    expect(terminalPlan(everything)).not.toMatch(/\u001b/);
  });

  test("counts plain adoptions in one line, and lists those that matter: all with verbose, refused ones and administrators always", () => {
    const adopt = (person: string, more: Partial<Operation> = {}): Operation =>
      operation({ ...more, verb: "adopt", person, login: person, after: "active" });
    const adoptions = plan([adopt("ada"), adopt("alan"), adopt("grace", { admin: true }), adopt("hedy", { refused: "guard x" })]);
    const listed = (text: string): string[] => text.split("\n").filter((l) => l.includes("adopt account"));
    expect(terminalPlan(adoptions)).toContain("  ~ 2 accounts found and adopted");
    expect(listed(terminalPlan(adoptions)).map((l) => l.trim().split(" ")[3])).toEqual(["grace", "hedy"]);
    expect(listed(terminalPlan(adoptions, { verbose: true }))).toHaveLength(4);
    expect(terminalPlan(adoptions, { verbose: true })).not.toContain("found and adopted");
  });

  test("says in its last line what would be done", () => {
    const last = terminalPlan(everything).trimEnd().split("\n").at(-1);
    expect(last).toBe(
      "4 people: 1 to stop, 2 revocations, 1 to create, 4 grants, 1 update; 1 gains admin rights; 2 cannot be undone; 1 because of drift; 1 account adopted; 1 refused; 1 task for people; 2 findings; 1 app not read; 1 list not read to its end",
    );
  });
});

test("no name from outside can move the cursor or command the build", () => {
  const hostile = fc.oneof(
    fc.constantFrom("::error::x", "\u001b[2J", "a\n::stop-commands::x", "##[error]x", "\u202Ex", "x".repeat(10_240)),
    fc.string({ unit: "grapheme" }),
  );
  fc.assert(
    fc.property(hostile, hostile, (a, b) => {
      const text = terminalPlan(
        plan([
          operation({ verb: "revoke", person: null, login: a, target: b, before: b }),
          operation({ verb: "update", person: b, target: a, before: a, after: b }),
        ]),
      );
      expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
      expect(text).not.toMatch(/^\s*::|##\[/m);
      expect(text.split("\n").length).toBeLessThan(20);
    }),
  );
});
