import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parse } from "../../../src/core/source/parse.ts";
import { indexLines } from "../../../src/core/source/line-index.ts";
import { limits, prescan } from "../../../src/core/source/prescan.ts";
import { readTokens } from "../../../src/core/source/tokens.ts";

const codes = (text: string): string[] =>
  parse("f.yaml", text).diagnostics.map((d) => `${d.code} ${d.where[0]!.line}:${d.where[0]!.column}`);

describe("bombs are refused quickly, in whatever position they hide", () => {
  const bombs: [name: string, (n: number) => string][] = [
    ["on one line", (n) => `a: ${"[".repeat(n)}`],
    ["closed again", (n) => `a: ${"[".repeat(n)}${"]".repeat(n)}`],
    ["across lines", (n) => `a:\n${"  [\n".repeat(n)}`],
    ["of maps", (n) => `a: ${"{a: ".repeat(n)}`],
    ["after a quote that is never closed", (n) => `a: x "\nb: ${"[".repeat(n)}`],
    ["after an apostrophe in a word", (n) => `a: don't\nb: ${"[ ' ]' , ".repeat(n)}`],
    ["between quoted closings", (n) => `a: ${'["]",'.repeat(n)}`],
    ["after comments", (n) => `a: # "\n${" [ # ]\n".repeat(n)}`],
    ["after text that looks like a block", (n) => `a: b |\n${"   [\n".repeat(n)}`],
    ["in the lines of a quoted text that is none", (n) => `a: x' \nb: '\n${" [ '\n [ '".repeat(n)}`],
    ["of compact lists", (n) => "- ".repeat(n)],
    ["of compact lists over lines", (n) => Array.from({ length: Math.min(n, 1500) }, (_, i) => `${"  ".repeat(i)}-`).join("\n")],
    ["of explicit keys", (n) => "? ".repeat(n)],
    ["of colons", (n) => ": ".repeat(n)],
    ["of indentation", (n) => Array.from({ length: Math.min(n, 1300) }, (_, i) => `${" ".repeat(i)}a:`).join("\n")],
    ["of lists below keys", (n) => Array.from({ length: Math.min(n, 1300) }, (_, i) => `${" ".repeat(i)}- a:`).join("\n")],
    ["of tags", (n) => "!!a ".repeat(n)],
    ["of anchors", (n) => "&a ".repeat(n)],
  ];
  test.each(bombs)("%s", (_name, bomb) => {
    for (const n of [40, 1000, 10_000]) {
      const started = performance.now();
      const { diagnostics, source } = parse("f.yaml", bomb(n));
      expect(performance.now() - started).toBeLessThan(2000);
      expect(diagnostics.length).toBeGreaterThan(0);
      expect(source.value).toBeUndefined();
    }
  });

  test("also those that the pre-scan takes for quoted text: the depth of what is being built is what counts", () => {
    const text = `x: {a:" ${"[".repeat(1000)}\n`;
    expect(prescan("f.yaml", text)).toEqual([]);
    expect(codes(text)).toEqual(["YAML_DEPTH 1:23"]);
  });

  test.each(bombs)("%s, without the pre-scan", (_name, bomb) => {
    for (const n of [40, 1000]) {
      const text = bomb(n);
      const { tokens, diagnostics } = readTokens(text, indexLines("f.yaml", text));
      // Either refused, or what the lexer made of it is not deep at all.
      const starts = text.length < 40 ? 0 : JSON.stringify(tokens).split('"items":[').length;
      expect(diagnostics.length > 0 || starts <= 40, `${starts}`).toBe(true);
    }
  });
});

test("files of the largest size that passes cost less than two seconds, whatever fills them", () => {
  const fill = (unit: (i: number) => string, perLine: number): string => {
    let text = "";
    for (let i = 1, lines = 0; text.length < 1_030_000 && lines < 19_900; i++) {
      text += unit(i);
      if (i % perLine === 0) {
        text += "\n ";
        lines++;
      }
    }
    return text;
  };
  const fillers = [
    `{${fill((i) => `k${i}: v,`, 500)}}`,
    `[${fill(() => ",", 9000)}]`,
    `[${fill(() => "[],", 3000)}]`,
    `[${fill(() => "a: b,", 1900)}]`,
    `[${fill(() => '"a" ', 2400)}]`,
    `[${fill(() => ": ", 2400)}]`,
    fill(() => "]", 9000),
    `a: "${fill((i) => (i % 2 ? "b" : " ".repeat(5000)), 2)}"`,
    `a: >\n${fill(() => " x", 4000)}`,
    fill(() => "eyJaaaaaaaaaaaa-", 600),
    fill((i) => `k${i}: # c\n`, 1_000_000).slice(0, 400_000),
  ];
  for (const text of fillers) {
    const started = performance.now();
    parse("f.yaml", text);
    expect(performance.now() - started, text.slice(0, 20)).toBeLessThan(2000);
  }
});

test.each([
  ["anchor", "a: &x 1\n", "YAML_ANCHOR 1:4"],
  ["alias", "a: *x\n", "YAML_ALIAS 1:4"],
  ["tag", "a: !!str 1\n", "YAML_TAG 1:4"],
  ["directive", "%YAML 1.1\n---\na: 1\n", "YAML_DIRECTIVE 1:1"],
  ["second document", "a: 1\n---\nb: 1\n", "YAML_DOCUMENTS 2:1"],
  ["merge key", "<<: { a: 1 }\n", "KEY_FORBIDDEN 1:1"],
  ["__proto__", "a:\n  __proto__: 1\n", "KEY_FORBIDDEN 2:3"],
  ["constructor", "constructor: 1\n", "KEY_FORBIDDEN 1:1"],
  ["duplicate key", "a: 1\nb: 2\na: 3\n", "KEY_DUPLICATE 3:1"],
  ["duplicate key in quotes", 'a: 1\n"a": 3\n', "KEY_DUPLICATE 2:1"],
  ["leading zero", "a: 012\n", "NUMBER_CHANGES 1:4"],
  ["too many digits", "a: 9007199254740993\n", "NUMBER_CHANGES 1:4"],
  ["hexadecimal", "a: 0x10\n", "NUMBER_CHANGES 1:4"],
  ["infinity", "a: .inf\n", "NUMBER_CHANGES 1:4"],
  ["tab as indentation", "a:\n\t- b\n", "YAML_TAB 2:1"],
  ["byte order mark", "\ufeffa: 1\n", "TEXT_CONTROL 1:1"],
  ["NUL", "a: x\u0000\n", "TEXT_CONTROL 1:5"],
  ["text direction override", "a: x\u202ey\n", "TEXT_CONTROL 1:5"],
  ["lone surrogate", "a: \ud800\n", "TEXT_ENCODING 1:4"],
  ["long line", `a: ${"b".repeat(10_001)}\n`, "YAML_LINE_LENGTH 1:1"],
  ["broken quotes", "a: 'b\n", "YAML_SYNTAX 1:4"],
])("refused: %s", (_name, text, expected) => {
  expect(codes(text)).toContain(expected);
});

test.each([
  ["a quote that swallows the rest of the file", 'name: "Ada\nroles: [a]\n', ["YAML_SYNTAX 1:7"]],
  ["a lone quote at the very end", "name: '", ["YAML_SYNTAX 1:7"]],
  ["a bracket with keys below", "roles: [a\nname: Ada\n", ["YAML_SYNTAX 1:8"]],
  ["a brace inside brackets: the last that was opened", "grants: [{ grant: x\n", ["YAML_SYNTAX 1:10"]],
  ["what is wrong before it is told as well", "a: 1\n  b: 2\nc: [x\n", ["YAML_SYNTAX 1:4", "YAML_SYNTAX 3:4"]],
  ["a closed one is none", "a: [x]\n  b: 2\n", ["YAML_SYNTAX 2:1"]],
])("what is never closed is shown where it was opened: %s", (_name, text, expected) => {
  expect([...new Set(codes(text))]).toEqual(expected);
});

test("a file over 1 MiB in bytes is refused, even where its characters are fewer", () => {
  expect(prescan("f", "é".repeat(600_000)).map((d) => d.code)).toContain("FILE_TOO_LARGE");
});

test("what people really write passes: prose with brackets and apostrophes, blocks, flow over lines, windows line ends", () => {
  const text = `# don't [worry]\n---\nname: "O'Neil [x"\ndescription: |\n  some [[[[[[[[[[[[[[[[[[[[ text\n    - indented\nroles: [a,\n  { role: b }, # [\n  c]\ntitle: it's [fine\r\nday: 2026-01-05\n`;
  const { source, diagnostics } = parse("f.yaml", text);
  expect(diagnostics).toEqual([]);
  expect(source.value).toMatchObject({ name: "O'Neil [x", roles: ["a", { role: "b" }, "c"], title: "it's [fine", day: "2026-01-05" });
});

test("nesting of sixteen passes and of seventeen does not", () => {
  expect(codes(`${"[".repeat(limits.depth)}${"]".repeat(limits.depth)}`)).toEqual([]);
  expect(codes(`${"[".repeat(17)}${"]".repeat(17)}`)).toEqual(["YAML_DEPTH 1:17"]);
});

test("places: values, keys, list items, ranges inside a text, and the nearest part of what is not there", () => {
  const { source } = parse("f.yaml", 'a:\n  - b: "x == y"\n');
  expect(source.locate(["a", 0, "b"])).toEqual({ file: "f.yaml", line: 2, column: 8, endColumn: 16 });
  expect(source.locate(["a"], { key: true })).toEqual({ file: "f.yaml", line: 1, column: 1, endColumn: 2 });
  expect(source.locate(["a", 0, "b"], { within: { start: 2, end: 4 } })).toEqual({ file: "f.yaml", line: 2, column: 11, endColumn: 13 });
  expect(source.locate(["a", 0, "zz"])).toMatchObject({ line: 2, column: 5 });
});

test("any text comes back as a value or as diagnostics with places inside it", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 300 }), (text) => {
      const { source, diagnostics } = parse("f.yaml", text);
      if (source.value === undefined) expect(diagnostics.length).toBeGreaterThan(0);
      const lines = text.split("\n").length;
      for (const d of diagnostics) for (const p of d.where) expect(p.line).toBeLessThanOrEqual(lines);
    }),
    { numRuns: 1000 },
  );
});
