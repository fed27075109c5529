/** Every bad input through the real command line: exit 3, the place named, nothing secret said, and an end. */
import { rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { apply } from "../../src/cli/commands/apply.ts";
import { check } from "../../src/cli/commands/check.ts";
import { type Files, openCompany } from "../support/company.ts";

const ada = "identities/people/ada.yaml";
const app = "identities/apps/wiki.yaml";
const token = "ghp_16C7e42F292c6912E7710c838347Ae178B4a";

interface Case {
  readonly files?: Files;
  /** What files cannot say: a link, bytes. `outside` is a file beside the repository. */
  readonly arrange?: (dir: string, outside: string) => Promise<void>;
  readonly code: string;
  readonly place: string;
  /** Must be printed nowhere. */
  readonly secret?: string;
}

const cases: Readonly<Record<string, Case>> = {
  "an unknown role": { files: { [ada]: "name: Ada\nroles: [sr]\n" }, code: "ROLE_UNKNOWN", place: `${ada}:2:9` },
  "a key twice": { files: { [ada]: "name: Ada\nname: Ada\n" }, code: "KEY_DUPLICATE", place: `${ada}:2:1` },
  "roles in a circle": {
    files: { "identities/roles/a.yaml": "includes: [b]\n", "identities/roles/b.yaml": "includes: [a]\n" },
    code: "ROLE_CYCLE",
    place: "identities/roles/a.yaml:1:12",
  },
  "a bomb of brackets": { files: { [ada]: `name: ${"[".repeat(60_000)}\n` }, code: "YAML_DEPTH", place: `${ada}:1:23` },
  "fifty thousand keys": {
    files: { [ada]: `name: Ada\n${Array.from({ length: 50_000 }, (_, i) => `k${i}: 1`).join("\n")}\n` },
    code: "YAML_LINES",
    place: `${ada}:20001:1`,
  },
  "fifty thousand keys in few lines": {
    files: {
      [ada]: `name: Ada\naccounts: {${Array.from({ length: 50_000 }, (_, i) => `${i % 500 === 0 ? "\n  " : ""}k${i}: 1`).join(", ")}\n  }\n`,
    },
    code: "FILE_TOO_COMPLEX",
    place: ada,
  },
  "a prototype": { files: { [ada]: "name: Ada\n__proto__: { admin: true }\n" }, code: "KEY_FORBIDDEN", place: `${ada}:2:1` },
  "a wrong type": { files: { [ada]: "name: [Ada]\n" }, code: "VALUE_TYPE", place: `${ada}:1:7` },
  "no rollcall.yaml": { arrange: async (dir) => rm(join(dir, "rollcall.yaml")), code: "SETTINGS_MISSING", place: "rollcall.yaml:1:1" },
  "a pasted token": {
    files: { [app]: `connector: memory\ncredentials: { token: ${token} }\n` },
    code: "SECRET_LITERAL",
    place: `${app}:2:`,
    secret: token,
  },
  "a link that leads out of the repository": {
    arrange: async (dir, outside) => {
      await rm(join(dir, ada));
      await symlink(outside, join(dir, ada));
    },
    code: "SYMLINK",
    place: `${ada}:1:1`,
    secret: "what lies outside",
  },
  "an expression without end": {
    files: { "identities/roles/all.yaml": `when: '${"!".repeat(3_000)}(person.department.matches("(a+)+$"))'\n` },
    code: "EXPRESSION_LIMIT",
    place: "identities/roles/all.yaml:1:",
  },
};

for (const [name, { files = {}, arrange, code, place, secret }] of Object.entries(cases)) {
  test.concurrent(`${name} is exit 3, and its place is named`, async () => {
    const company = await openCompany({}, { [ada]: "name: Ada\n", ...files });
    try {
      const outside = join(company.dir, "..", "outside.yaml");
      await writeFile(outside, "name: what lies outside\n");
      await arrange?.(company.dir, outside);
      const text = await company.child("check").ended;
      const json = await company.run(check, { json: true });
      expect(text).toMatchObject({ code: 3, out: "" });
      expect(text.err).toContain(`error[${code}]: `);
      expect(text.err).toContain(` --> ${place}`);
      expect(json).toMatchObject({ code: 3, err: "" });
      const { diagnostics } = JSON.parse(json.out) as { diagnostics: { code: string; where: { file: string; line: number }[] }[] };
      expect(diagnostics.filter((d) => d.code === code).map((d) => d.where[0]?.file)).toContain(place.split(":")[0]);
      if (secret !== undefined) expect(text.err + json.out).not.toContain(secret);
      const applied = await company.run(async (context) => apply(context, { yes: true }));
      expect(applied.code).toBe(3);
      expect(applied.err).toContain("nothing was done");
    } finally {
      await company.close();
    }
  });
}
