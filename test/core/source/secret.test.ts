import { expect, test } from "vitest";
import { looksRandom, quoted, withoutSecrets } from "../../../src/core/source/secret.ts";
import { hideSecrets } from "../../../src/core/source/pasted-secrets.ts";
import { parse } from "../../../src/core/source/parse.ts";

const token = "ghp_abcdefghij0123456789ABCDEFGHIJ012345";

test("a name that is a secret, or looks like one, is not repeated; others are, shortened and without control characters", () => {
  expect(quoted(token)).toBe("[hidden]");
  expect(quoted(`x ${token}`)).toBe("[hidden]");
  expect(quoted("Zk3vQ9xT7mW2bN8cR5yU1pL4")).toBe("[hidden]");
  expect(quoted("sre")).toBe('"sre"');
  expect(quoted("a\u001b[2Jb")).not.toContain("\u001b");
  expect(quoted("x ".repeat(200)).length).toBeLessThan(90);
});

test("secrets are cut out of texts, key blocks whole", () => {
  expect(withoutSecrets(`a ${token} b`)).toBe("a [secret] b");
  expect(withoutSecrets("x -----BEGIN RSA PRIVATE KEY-----\nabc\n-----END RSA PRIVATE KEY-----\ny")).toBe("x [secret]\ny");
});

test("messages of others (a connector's schema) lose their secrets too, and lines with one are marked", () => {
  const { source } = parse("a.yaml", `a: 1\nb: ${token}\n`);
  const shown = hideSecrets(
    [
      {
        code: "X",
        severity: "error",
        summary: `bad ${token}`,
        detail: token,
        fix: `not ${token}`,
        where: [{ file: "a.yaml", line: 1, column: 1 }],
      },
      { code: "Y", severity: "error", summary: "s", where: [{ file: "a.yaml", line: 2, column: 1 }] },
    ],
    new Map([["a.yaml", source]]),
  );
  expect(JSON.stringify(shown)).not.toContain(token);
  expect(shown.map((d) => d.sensitive)).toEqual([undefined, true]);
});

test("names, hosts, UUIDs and file names do not look random; generated keys do", () => {
  for (const ordinary of [
    "acme",
    "platform-engineering-team-north",
    "2f1c3a9e-0000-4000-8000-1234567890ab",
    "https://acme.example/a/b/c/d/e/f",
  ]) {
    expect(looksRandom(ordinary), ordinary).toBe(false);
  }
  for (const random of ["Zk3vQ9xT7mW2bN8cR5yU1pL4", "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b"])
    expect(looksRandom(random), random).toBe(true);
});
