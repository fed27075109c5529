import fc from "fast-check";
import { expect, test } from "vitest";
import { loadOrganization } from "../../src/core/load.ts";
import { diagnosticsToJson, renderDiagnostics } from "../../src/core/report/diagnostics.ts";
import { checkSettings, company, loadWith, manifests, placesOf } from "./small-company.ts";

const token = "ghp_abcdefghij0123456789ABCDEFGHIJ012345";

test("every kind of bad input is found in one run, each at its place, quickly, without repeating the secret", () => {
  const started = performance.now();
  const result = loadWith({
    "rollcall.yaml": null,
    "identities/people/a1.yaml": "name: A\nroles: [nobody-has-this]\n",
    "identities/people/a2.yaml": "name: A\ntitle: x\ntitle: y\n",
    "identities/people/a3.yaml": `a: ${"[".repeat(5000)}\n`,
    "identities/people/a4.yaml": Array.from({ length: 50_000 }, (_, i) => `k${i}: v\n`).join(""),
    "identities/people/a5.yaml": "__proto__: { polluted: true }\nname: A\n",
    "identities/people/a6.yaml": "name: 5\ntitle: [x]\n",
    "identities/roles/r1.yaml": "includes: [r2]\n",
    "identities/roles/r2.yaml": "includes: [r1]\n",
    "identities/roles/r3.yaml": 'when: person.name.matches("(a+)+$")\n',
    "identities/apps/leaky.yaml": `connector: forge\nsettings: { organization: acme }\ncredentials: { token: ${token} }\n`,
  });
  expect(performance.now() - started).toBeLessThan(2000);
  expect(placesOf(result)).toEqual([
    "SECRET_LITERAL identities/apps/leaky.yaml:3:23",
    "ROLE_UNKNOWN identities/people/a1.yaml:2:9",
    "KEY_DUPLICATE identities/people/a2.yaml:3:1",
    "YAML_DEPTH identities/people/a3.yaml:1:20",
    "YAML_LINES identities/people/a4.yaml:20001:1",
    "KEY_FORBIDDEN identities/people/a5.yaml:1:1",
    "VALUE_TYPE identities/people/a6.yaml:1:7",
    "VALUE_TYPE identities/people/a6.yaml:2:8",
    "ROLE_CYCLE identities/roles/r1.yaml:1:12",
    "EXPRESSION_FORBIDDEN identities/roles/r3.yaml:1:7",
    "SETTINGS_MISSING rollcall.yaml:1:1",
  ]);
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  const shown = renderDiagnostics(result.diagnostics, (f) => result.sources.get(f)?.text) + diagnosticsToJson(result.diagnostics);
  expect(shown).not.toContain(token);
  expect(shown).not.toContain(token.slice(0, 12));
});

test("a file with one wrong key is still checked for everything else", () => {
  const result = loadWith({
    "identities/people/ada.yaml": "name: Ada\nemial: x\nroles: [ser]\n",
    "identities/apps/forge.yaml": "connector: frge\ncredentials: { token: 5 }\n",
  });
  expect(placesOf(result)).toEqual([
    "CONNECTOR_UNKNOWN identities/apps/forge.yaml:1:12",
    "SECRET_LITERAL identities/apps/forge.yaml:2:23",
    "KEY_UNKNOWN identities/people/ada.yaml:2:1",
    "ROLE_UNKNOWN identities/people/ada.yaml:3:9",
  ]);
});

test("a secret is found, and never repeated, wherever it is pasted", () => {
  const secrets = [
    token,
    "github_pat_11ABCDEFG0abcdefghijkl_mnopqrstuvwxyz",
    "gho_abcdefghij0123456789ABCDEFGHIJ012345",
    "xoxb-123456789012-abcdefghijkl",
    "AKIAABCDEFGHIJKLMNOP",
    "sk-proj-abcdefghijklmnop1234567890",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJlMTIzNDU2",
  ];
  const spots: ((s: string) => [string, string])[] = [
    (s) => ["identities/people/x.yaml", `name: ${s}\n`],
    (s) => ["identities/people/x.yaml", `name: X\n${s}: y\n`],
    (s) => ["identities/people/x.yaml", `name: X\nroles: [${s}]\n`],
    (s) => ["identities/people/x.yaml", `name: X\nmanager: ${s}\n`],
    (s) => ["identities/people/x.yaml", `name: X # ${s}\n`],
    (s) => ["identities/people/x.yaml", `name: "X ${s}\n`],
    (s) => ["identities/people/x.yaml", `name: X\ngrants: [forge/${s}]\n`],
    (s) => ["identities/apps/x.yaml", `connector: ${s}\n`],
    (s) => ["identities/apps/x.yaml", `connector: forge\nsettings: { organization: [${s}] }\n`],
    (s) => ["identities/apps/x.yaml", `connector: forge\nsettings: { organization: a }\ncredentials: { read: { token: ${s} } }\n`],
    (s) => ["identities/roles/x.yaml", `when: person.${s.replace(/[^a-zA-Z0-9_]/g, "_")} == "${s}"\n`],
    (s) => ["policies/x.yaml", `kind: ${s}\n`],
  ];
  for (const secret of secrets) {
    for (const spot of spots) {
      const [path, text] = spot(secret);
      const result = loadWith({ [path]: text });
      expect(result.organization).toBeNull();
      expect(result.diagnostics.filter((d) => d.code === "SECRET_LITERAL" && d.sensitive).length, text).toBeGreaterThan(0);
      const shown = renderDiagnostics(result.diagnostics, (f) => result.sources.get(f)?.text) + JSON.stringify(result.diagnostics);
      expect(shown, text).not.toContain(secret);
      expect(shown, text).not.toContain(secret.slice(0, 14));
    }
  }
});

test("literal credentials, secret-named settings and keys over several lines are refused without being shown", () => {
  const result = loadWith({
    "identities/apps/forge.yaml":
      "connector: forge\nsettings: { organization: acme, api-key: hunter2hunter }\ncredentials: { read: { token: correcthorse } }\n",
    "identities/people/ada.yaml":
      "name: Ada\ntitle: |\n  -----BEGIN PRIVATE KEY-----\n  MIIEvQIBADANBgkqhkiG\n  -----END PRIVATE KEY-----\nrole: MIIEvQIBADANBgkqhkiG\n",
  });
  expect(placesOf(result).filter((p) => p.startsWith("SECRET"))).toEqual([
    "SECRET_LITERAL identities/apps/forge.yaml:2:42",
    "SECRET_LITERAL identities/apps/forge.yaml:3:31",
    "SECRET_LITERAL identities/people/ada.yaml:3:3",
  ]);
  const shown = renderDiagnostics(result.diagnostics, (f) => result.sources.get(f)?.text);
  for (const secret of ["hunter2hunter", "correcthorse", "BEGIN PRIVATE"]) expect(shown).not.toContain(secret);
});

test("named sources are accepted, by purpose and for both", () => {
  const of = (credentials: string) =>
    loadWith({ "identities/apps/forge.yaml": `connector: forge\nsettings: { organization: a }\ncredentials: ${credentials}\n` });
  expect(of("{ read: { token: env:A }, write: { token: command:B } }").organization?.apps.get("forge")?.credentials).toEqual({
    read: { token: "env:A" },
    write: { token: "command:B" },
  });
  expect(placesOf(of("{ read: { token: env:A }, token: env:B }"))).toEqual(["CREDENTIALS_SHAPE identities/apps/forge.yaml:3:40"]);
  expect(placesOf(of("{ token: env:lower }"))).toEqual(["SECRET_LITERAL identities/apps/forge.yaml:3:23"]);
});

test("the order of files does not matter", () => {
  const files = Object.entries({ ...company, "identities/people/bob.yaml": "name: Bob\nroles: [nope]\nemail: ada@acme.example\n" }).map(
    ([path, text]) => ({ path, text }),
  );
  const load = (given: typeof files) => loadOrganization({ files: given, manifests, checkSettings, today: "2026-11-23" });
  const good = Object.entries(company).map(([path, text]) => ({ path, text }));
  const [expectedBad, expectedGood] = [load(files), load(good)];
  fc.assert(
    fc.property(
      fc.shuffledSubarray(files, { minLength: files.length }),
      fc.shuffledSubarray(good, { minLength: good.length }),
      (bad, fine) => {
        expect(load(bad).diagnostics).toEqual(expectedBad.diagnostics);
        const { organization } = load(fine);
        expect(organization).toEqual(expectedGood.organization);
        expect([...organization!.people.keys()]).toEqual([...expectedGood.organization!.people.keys()]);
      },
    ),
    { numRuns: 30 },
  );
});

test("whatever a file holds, loading returns, and everything it says can be rendered", () => {
  const yamlish = fc
    .array(
      fc.oneof(
        fc.constantFrom(
          "a",
          "name",
          "roles",
          "when",
          "accounts",
          ": ",
          ":",
          "- ",
          "\n",
          "\n  ",
          "[",
          "]",
          "{",
          "}",
          ", ",
          '"',
          "'",
          "#",
          " # ",
          "|",
          ">",
          "\n---\n",
          "&a ",
          "*a ",
          "!!x ",
          "? ",
          "<<: ",
          "__proto__",
          "012",
          "1e999",
          "null",
          "~",
          "%",
          "\\",
          "\t",
          "\r\n",
          "@",
          "`",
        ),
        fc.string({ unit: "binary", maxLength: 4 }),
      ),
      { maxLength: 60 },
    )
    .map((parts) => parts.join(""));
  const path = fc.constantFrom(
    "rollcall.yaml",
    "identities/people/x.yaml",
    "identities/services/x.yaml",
    "identities/roles/x.yaml",
    "identities/apps/x.yaml",
    "identities/registers/x.yaml",
    "policies/x.yaml",
    "identities/x",
    "x",
  );
  fc.assert(
    fc.property(path, fc.oneof(yamlish, fc.string({ unit: "binary", maxLength: 200 }), fc.json()), (at, text) => {
      const result = loadWith({ [at]: text });
      renderDiagnostics(result.diagnostics, (f) => result.sources.get(f)?.text);
      diagnosticsToJson(result.diagnostics);
      expect(result.organization === null).toBe(result.diagnostics.some((d) => d.severity === "error"));
    }),
    { numRuns: 400 },
  );
});

test("conditions of any text are refused or compiled, and what is compiled holds or does not", () => {
  const celish = fc
    .array(
      fc.constantFrom(
        "person",
        ".name",
        ".x",
        "==",
        "(",
        ")",
        "[",
        "]",
        '"a"',
        "&&",
        "||",
        "!",
        "1",
        "?",
        ":",
        ".map(",
        "size(",
        ",",
        " in ",
        "true",
        "{",
        "}",
        "-",
        "'",
      ),
      { maxLength: 40 },
    )
    .map((p) => p.join(""));
  fc.assert(
    fc.property(fc.oneof(celish, fc.string({ maxLength: 600 })), (when) => {
      loadWith({ "identities/roles/engineer.yaml": `when: ${JSON.stringify(when)}\n` });
    }),
    { numRuns: 300 },
  );
});
