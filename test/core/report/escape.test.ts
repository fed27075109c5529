import { expect, test } from "vitest";
import { code, escapeMarkdown } from "../../../src/core/report/escape.ts";
import { visible } from "../../../src/core/report/text.ts";

test.each([
  ["@everyone", "&#64;&#8203;everyone"],
  ["a|b", "a&#124;b"],
  ["*bold* _it_", "&#42;bold&#42; &#95;it&#95;"],
  ["<script>", "&lt;script&gt;"],
  ["&lt;", "&amp;lt;"],
  ["`x`", "&#96;x&#96;"],
  ["a::error::b", "a&#58;&#58;error&#58;&#58;b"],
  ["[a](b)", "&#91;a&#93;&#40;b&#41;"],
  ["#12", "&#35;&#8203;12"],
  ["GH-12", "GH-&#8203;12"],
  ["https://x.example", "https&#58;&#8203;//x.example"],
  ["a94a8fe5ccb19ba61c4c0873d391e987982fbbd3", "a&#8203;94a8fe5ccb19ba61c4c0873d391e987982fbbd3"],
  ["2026-11-25 feedback 1234567", "2026-11-25 feedback 1234567"],
  ["1. one", "1&#46; one"],
  ["- one", "&#45; one"],
  ["    four", "&#32;&#32;&#32;&#32;four"],
  ["Ada Lovelace, identities/people/ada.yaml", "Ada Lovelace, identities/people/ada.yaml"],
  ["Émilie 李", "Émilie 李"],
])("%j is escaped to %j", (text, escaped) => {
  expect(escapeMarkdown(text)).toBe(escaped);
});

test("a name in code type keeps every character for copying", () => {
  expect(code("github/team/infra:maintainer")).toBe("<code>github/team/infra&#58;maintainer</code>");
  expect(code("</code><b>")).toBe("<code>&lt;/code&gt;&lt;b&gt;</code>");
});

test("what cannot be seen or moves the cursor is shown as its number", () => {
  expect(visible("a\nb\u202Ec\u001b[31m\u200b")).toBe("a\\u{a}b\\u{202e}c\\u{1b}[31m\\u{200b}");
});

test("fillers, joiners and selectors that show nothing are shown as their numbers", () => {
  expect(visible("a\u3164b\u034fc\ufe0fd\u2800e")).toBe("a\\u{3164}b\\u{34f}c\\u{fe0f}d\\u{2800}e");
});

test("a line of a log cannot become a command", () => {
  expect(visible("::error::x")).toBe("\\u{3a}:error::x");
  expect(visible(" ::error::x")).toBe(" \\u{3a}:error::x");
  expect(visible("x ##[error]y")).toBe("x \\u{23}#[error]y");
});

test("a name of 10 kB is cut and says how long it was", () => {
  expect(visible("x".repeat(10_240), 20)).toBe(`${"x".repeat(20)}… (10240 characters)`);
});
