import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { commentsOf, format, type FormatOptions } from "../../../src/core/format/format.ts";
import { parse } from "../../../src/core/source/parse.ts";

const person = "identities/people/ada.yaml";
const head = "# yaml-language-server: $schema=../.schema/person.json\n";

/** The formatted text without its first line, which has to be the modeline. */
function body(text: string, options: FormatOptions = {}, path = person): string {
  const result = format(path, text, options);
  if (result.kind !== "formatted") throw new Error(JSON.stringify(result));
  const [first, ...rest] = result.text.split("\n");
  expect(first).toMatch(/^# yaml-language-server: \$schema=/);
  expect(format(path, result.text, options), "a second time it changes nothing").toEqual(result);
  return rest.join("\n");
}

const table: [what: string, before: string, after: string][] = [
  ["keys take the order of their kind", "roles: [sre]\nemail: a@b.cd\nname: A\n", "name: A\nemail: a@b.cd\nroles: [sre]\n"],
  [
    "keys inside entries too, and not those of free names",
    "name: A\ngrants:\n  - { reason: r, grant: a/b }\naccounts: { wiki: a, github: { id: 7, login: b } }\n",
    "name: A\ngrants:\n  - { grant: a/b, reason: r }\naccounts: { wiki: a, github: { login: b, id: 7 } }\n",
  ],
  ["lists keep their order", "name: A\nroles: [b, a]\ngrants:\n  - b/c\n  - a/c\n", "name: A\nroles: [b, a]\ngrants:\n  - b/c\n  - a/c\n"],
  [
    "a comment goes with the line below it",
    "# their roles\nroles: [a]\n# theirs\nname: A\n",
    "# theirs\nname: A\n# their roles\nroles: [a]\n",
  ],
  ["a comment goes with the line it stands on", "roles: [a] # one\nname: A # two\n", "name: A # two\nroles: [a] # one\n"],
  ["a comment on top, apart, is about the file", "# about\n\nroles: [a]\nname: A\n", "# about\n\nname: A\nroles: [a]\n"],
  ["comments at the end stay at the end", "roles:\n  - a\n  # was: b\nname: A\n# fin\n", "name: A\nroles:\n  - a\n  # was: b\n# fin\n"],
  [
    "two spaces for each level",
    "name: A\ngrants:\n-   grant: a/b\n    until: 2030-01-01\n",
    "name: A\ngrants:\n  - grant: a/b\n    until: 2030-01-01\n",
  ],
  [
    "spaces in and around brackets",
    "name:   A\nroles: [ a,b ]\nleave: {from: 2026-01-01}\n",
    "name: A\nleave: { from: 2026-01-01 }\nroles: [a, b]\n",
  ],
  ["brackets over several lines stay so", "name: A\nroles: [\n a, b # x\n]\n", "name: A\nroles: [\n    a,\n    b, # x\n  ]\n"],
  [
    "a key in brackets without a value stands alone",
    "name: A\naccounts: {github, wiki: , chat:, x: ~}\nroles: [a: , {b}]\n",
    "name: A\nroles: [a:, { b }]\naccounts: { github, wiki, chat, x: ~ }\n",
  ],
  [
    "what stands further left below a last key without a value, or brackets, is not about the map",
    "name: A\naccounts:\n  github:\n    login: a\n    id: # later\n    # its own\n  # of all\n# roles next\nroles: [a]\nleave:\n  - a: {}\n  # of leave\n# fin\n",
    "name: A\nleave:\n  - a: {}\n  # of leave\n# roles next\nroles: [a]\naccounts:\n  github:\n    login: a\n    id: # later\n    # its own\n  # of all\n# fin\n",
  ],
  ["many blank lines become one, none at the ends", "\n\nname: A\n\n\n\nroles: [a]\n\n\n", "name: A\n\nroles: [a]\n"],
  [
    "digits that a number would lose are quoted",
    "name: A\naccounts: { a: 012, b: { id: 123456789012345678901 } }\n",
    'name: A\naccounts: { a: "012", b: { id: "123456789012345678901" } }\n',
  ],
  [
    "numbers that keep their digits, and quotes, stay",
    "name: 'A'\naccounts: { b: { login: \"7\", id: 583231 } }\n",
    "name: 'A'\naccounts: { b: { login: \"7\", id: 583231 } }\n",
  ],
  ["a text of several lines keeps its lines", "name: A\ntitle: >-\n      long\n      text\n", "name: A\ntitle: >-\n  long\n  text\n"],
  ["line ends of Windows, and a byte order mark", "\ufeffname: A\r\nroles:\r\n  - a # x\r\n", "name: A\nroles:\n  - a # x\n"],
  ["a key that is not known stays behind its neighbour", "roles: [a]\nshoe: 42\nname: A\n", "name: A\nroles: [a]\nshoe: 42\n"],
  ["a --- stays", "---\nroles: [a]\nname: A\n", "---\nname: A\nroles: [a]\n"],
];
test.each(table)("%s", (_, before, after) => {
  expect(body(before)).toBe(after);
});

test("a policy follows the order of its own kind", () => {
  const text = "because: b\nexpires: 2030-01-01\nexpect: { removals: 2, stops: 1 }\napp: a\nkind: allowance\n";
  expect(body(text, {}, "policies/a.yaml")).toBe(
    "kind: allowance\napp: a\nexpect: { stops: 1, removals: 2 }\nexpires: 2030-01-01\nbecause: b\n",
  );
});

describe("the modeline", () => {
  test("is put on top, once, and a blank line after it stays", () => {
    expect(format(person, "name: A\n")).toEqual({ kind: "formatted", text: `${head}name: A\n` });
    expect(format(person, `${head}\nname: A\n`)).toEqual({ kind: "formatted", text: `${head}\nname: A\n` });
    expect(format(person, `# x\n${head}roles: [a]\nname: A\n`)).toEqual({ kind: "formatted", text: `${head}name: A\n# x\nroles: [a]\n` });
  });

  test("of the author's own choice stays", () => {
    const own = "# yaml-language-server: $schema=https://example.com/person.json\nname: A\n";
    expect(format(person, own)).toEqual({ kind: "formatted", text: own });
  });
});

test("a file that cannot be read is left alone, with the place", () => {
  for (const [text, code] of [
    ["name: A\nroles: [a\n", "YAML_SYNTAX"],
    ["name: A\nname: B\n", "KEY_DUPLICATE"],
    ["name: &a A\n", "YAML_ANCHOR"],
  ] as const) {
    const result = format(person, text);
    expect(result.kind === "invalid" && result.diagnostics.map((d) => [d.code, d.where[0]?.file])).toEqual(
      expect.arrayContaining([[code, person]]),
    );
  }
});

describe("pruning", () => {
  const today = { pruneBefore: "2026-06-10" };
  test("takes out what ended before today, with its own comments, and the list that this leaves empty", () => {
    const text = [
      "name: A",
      "roles: [sre, { role: oncall, until: 2026-06-09 }, { role: lead, until: 2026-06-10 }]",
      "# beyond the roles",
      "grants:",
      "  # for the incident",
      "  - { grant: a/b, until: 2025-01-01 } # INC-1",
      "  - grant: a/c",
      "    until: 2026-06-09",
      "last-day: 2020-01-01",
      "",
    ].join("\n");
    expect(body(text, today)).toBe("name: A\nlast-day: 2020-01-01\nroles: [sre, { role: lead, until: 2026-06-10 }]\n");
  });

  test("keeps comments that stand apart, other entries, and lists that were empty before", () => {
    const text = "name: A\nroles: []\ngrants:\n  # section\n\n  # one\n  - { grant: a/b, until: 2025-01-01 }\n  - a/c\n";
    expect(body(text, today)).toBe("name: A\nroles: []\ngrants:\n  # section\n\n  - a/c\n");
  });

  test("what a list that is gone leaves behind does not become a remark on what follows it", () => {
    const text = "name: A\nroles:\n  - { role: sre, until: 2025-01-01 }\n  # ask Grace before adding any\n# the work one\nemail: a@b.cd\n";
    expect(body(text, today)).toBe("name: A\n# ask Grace before adding any\n\n# the work one\nemail: a@b.cd\n");
  });

  test("names an allowance that has ended as past, and no other file", () => {
    const text = (day: string): string => `kind: allowance\napp: a\nexpect: { stops: 1 }\nexpires: ${day}\nbecause: b\n`;
    expect(format("policies/a.yaml", text("2026-06-09"), today)).toEqual({ kind: "past" });
    expect(format("policies/a.yaml", text("2026-06-10"), today).kind).toBe("formatted");
    expect(format("policies/a.yaml", text("2026-06-09")).kind).toBe("formatted");
    expect(format(person, "name: A\nlast-day: 2020-01-01\n", today).kind).toBe("formatted");
  });
});

describe("whatever the layout", () => {
  const word = fc.constantFrom("sre", "ada", "x-1", "2026-01-05", "012", "7", "true", "a b", "it's", 'say "hi"', "c#d", "- e", "k: v", "");
  const scalar = fc
    .tuple(word, fc.constantFrom("plain", "single", "double"))
    .map(([text, style]) =>
      style === "double" || /^$|: |^- |"/.test(text) ? JSON.stringify(text) : style === "single" ? `'${text.replaceAll("'", "''")}'` : text,
    );
  const comment = fc.option(fc.constantFrom("# c", "#d", "# - e", "# k: v [", '# "'), { nil: "", freq: 3 });
  const space = fc.constantFrom("", " ", "  ");
  const gap = fc.array(fc.constantFrom("", "# own", "  # in", "      # deep"), { maxLength: 2 });
  const flow = (open: string, close: string, items: fc.Arbitrary<string>): fc.Arbitrary<string> =>
    fc.tuple(fc.array(fc.tuple(items, comment, space), { maxLength: 3 }), fc.boolean(), fc.boolean()).map(([parts, broken, comma]) => {
      if (!broken) return `${open}${parts.map(([text, , pad]) => `${pad}${text}${pad}`).join(",")}${close}`;
      const rows = parts.map(
        ([text, note, pad], i) => `      ${pad}${text}${i < parts.length - 1 || comma ? "," : ""}${note === "" ? "" : ` ${note}`}`,
      );
      return `${open}\n${rows.map((row) => `${row}\n`).join("")}  ${close}`;
    });
  const pair = fc.tuple(fc.constantFrom("a", "until", "grant", "role"), scalar).map(([k, v]) => `${k}: ${v}`);
  const flowMap = fc
    .uniqueArray(pair, { selector: (p) => p.split(":")[0], maxLength: 3 })
    .chain((pairs) => flow("{", "}", pairs.length === 0 ? fc.constant("a: b") : fc.constant(pairs[0]!)));
  const note = comment.map((c) => (c === "" ? "" : ` ${c}`));
  const blockMap = (indent: number): fc.Arbitrary<string[]> =>
    fc
      .uniqueArray(fc.tuple(fc.constantFrom("grant", "until", "reason", "role", "id", "login"), scalar, note, gap), {
        selector: ([k]) => k,
        minLength: 1,
        maxLength: 3,
      })
      .map((pairs) => pairs.flatMap(([k, v, c, above], i) => [...(i === 0 ? [] : above), `${" ".repeat(indent)}${k}:  ${v}${c}`]));
  const blockList = fc
    .tuple(
      fc.constantFrom(0, 2, 5),
      fc.array(fc.tuple(gap, fc.oneof(scalar, flowMap, flow("[", "]", scalar)), note, fc.option(blockMap(9), { nil: null })), {
        minLength: 1,
        maxLength: 3,
      }),
    )
    .map(([indent, items]) =>
      items.flatMap(([above, text, c, map], i) => [
        ...(i === 0 ? above.filter((l) => !l.startsWith("      ")) : above),
        ...(map
          ? [`${" ".repeat(indent)}-${" ".repeat(8 - indent)}${map[0]!.trimStart()}`, ...map.slice(1)]
          : [`${" ".repeat(indent)}- ${text}${c}`]),
      ]),
    );
  const blockText = fc
    .tuple(
      fc.constantFrom("|", ">", "|-", ">-", "|+"),
      fc.array(fc.constantFrom("one", "  two", "", "# no comment", "k: v"), { maxLength: 4 }),
    )
    .map(([header, lines]) => [header, "   first", ...lines.map((line) => (line === "" ? "" : `   ${line}`))]);
  const entry = fc.oneof(
    fc.tuple(scalar, note).map(([v, c]) => [` ${v}${c}`]),
    fc.tuple(fc.oneof(flow("[", "]", fc.oneof(scalar, flowMap)), flowMap), note).map(([v, c]) => [` ${v}${c}`]),
    fc.tuple(note, gap, blockList).map(([c, above, lines]) => [c, ...above, ...lines]),
    fc.tuple(note, gap, blockMap(3)).map(([c, above, lines]) => [c, ...above, ...lines]),
    fc.tuple(blockText, note).map(([[header, ...lines], c]) => [` ${header}${c}`, ...lines]),
    note.map((c) => [c]),
  );
  const keys = fc.constantFrom("name", "email", "title", "roles", "grants", "accounts", "leave", "start", "last-day", "shoe", "formerly");
  const file = fc
    .tuple(
      fc.uniqueArray(fc.tuple(gap, keys, entry), { selector: ([, k]) => k, minLength: 1, maxLength: 6 }),
      gap,
      fc.constantFrom("\n", "\r\n"),
      fc.constantFrom("", "\ufeff"),
      fc.boolean(),
    )
    .map(([entries, end, line, mark, modeline]) => {
      const lines = entries.flatMap(([above, key, [first, ...rest]]) => [...above, `${key}:${first}`, ...rest]);
      return mark + [...(modeline ? [head.trimEnd()] : []), ...lines, ...end, ""].join("\n").replaceAll("\n", line);
    });
  const unmarked = (text: string): string => text.replace(/^\ufeff/, "").replaceAll("\r\n", "\n");

  test("the values and every comment stay, and a second time changes nothing", () => {
    let readable = 0;
    fc.assert(
      fc.property(file, (text) => {
        const before = parse(person, unmarked(text));
        const result = format(person, text, {});
        if (before.diagnostics.some((d) => d.code !== "NUMBER_CHANGES")) {
          expect(result.kind).toBe("invalid");
          return;
        }
        readable++;
        if (result.kind !== "formatted") throw new Error(JSON.stringify(result));
        const after = parse(person, result.text);
        expect(after.diagnostics).toEqual([]);
        expect(after.source.value).toEqual(before.source.value);
        const added = text.includes(head.trimEnd()) ? [] : [head.trimEnd()];
        expect(commentsOf(result.text)).toEqual([...commentsOf(unmarked(text)), ...added].sort());
        expect(result.text).not.toMatch(/: +[|>]/.test(text) ? /\r|\ufeff/ : /\r|\ufeff|\n\n\n| \n/);
        expect(format(person, result.text, {})).toEqual(result);
      }),
      { numRuns: 3000 },
    );
    // The generator is worth something only while most of what it makes can be read.
    expect(readable).toBeGreaterThan(2000);
  });

  test("any text at all gets an answer", () => {
    const noise = fc.array(
      fc.constantFrom(
        "a",
        ": ",
        "- ",
        "\n",
        "  ",
        "# c",
        "[",
        "]",
        "{",
        "}",
        ",",
        '"',
        "'",
        "|",
        ">",
        "?",
        "&",
        "*",
        "!",
        "%",
        "---",
        "\t",
        "\r",
        "1",
      ),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(noise, (parts) => {
        const result = format(person, parts.join(""), {});
        if (result.kind === "formatted") expect(format(person, result.text, {})).toEqual(result);
        else expect(result.kind === "invalid" && result.diagnostics.length > 0).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });
});
