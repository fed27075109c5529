/** `rollcall rename app`: every file that names it, its register, and its state at the next apply. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { apply } from "../../src/cli/commands/apply.ts";
import { check } from "../../src/cli/commands/check.ts";
import { preview } from "../../src/cli/commands/preview.ts";
import { rename } from "../../src/cli/commands/rename.ts";
import { list } from "../../src/cli/commands/state.ts";
import { type Company, openCompany, personFile } from "../support/company.ts";

let company: Company;

beforeEach(async () => {
  const root = { id: "1", login: "root", status: "active", admin: true } as const;
  company = await openCompany(
    {
      okta: {
        connector: "memory",
        census: {
          accounts: [root],
          groups: [
            { entitlement: "space/wiki-users", members: [] },
            { entitlement: "space/docs", members: [] },
          ],
        },
      },
      wiki: {
        connector: "memory",
        census: { accounts: [root], groups: [{ entitlement: "space/docs", members: [] }] },
        more: [
          "# who writes what",
          "provisioned-by:",
          "  app: okta",
          "  grant: okta/space/wiki-users # the application's group",
          "after: [okta]",
          "entitlements:",
          "  space/docs: { through: { reader: okta/space/docs } }",
          "",
        ].join("\n"),
      },
    },
    {
      ...personFile("ada", [
        "accounts: { okta: ada, wiki: ada }",
        "grants: [okta/member, { grant: wiki/space/docs:reader, reason: writes }]",
      ]),
      "identities/roles/sre.yaml": "description: Keeps it running\ngrants:\n  - okta/space/docs # of okta, not of the wiki\n",
      "policies/limits.yaml": "kind: limits\nname: of-okta\napp: okta\nstops: { count: 5, percent: 5 }\n",
    },
  );
});
afterEach(async () => company.close());

const read = async (path: string): Promise<string> => readFile(join(company.dir, path), "utf8");
const carryOut = async () => company.run(async (c) => apply(c, { yes: true }));

test("names it anew everywhere, keeps comments and settings, and leaves nothing to do at the vendor", async () => {
  expect((await carryOut()).code).toBe(0);
  const state = await company.state("okta");
  const ran = await company.run(async (c) => rename(c, "app", "okta", "entra"));
  expect(ran).toMatchObject({
    code: 0,
    err: expect.stringMatching(/ROLLCALL_ENDPOINT_OKTA is set here: it is called ROLLCALL_ENDPOINT_ENTRA.*\n.*moved by the next apply/),
  });
  expect(await read("identities/apps/entra.yaml")).toMatch(
    /^connector: memory\nsettings: { workspace: acme }\n[^]*formerly:\n {2}- okta\n$/,
  );
  expect(await read("identities/apps/wiki.yaml")).toContain(
    [
      "# who writes what",
      "provisioned-by:",
      "  app: entra",
      "  grant: entra/space/wiki-users # the application's group",
      "after: [entra]",
      "entitlements:",
      "  space/docs: { through: { reader: entra/space/docs } }",
    ].join("\n"),
  );
  expect(await read("identities/people/ada.yaml")).toContain(
    "accounts: { entra: ada, wiki: ada }\ngrants: [entra/member, { grant: wiki/space/docs:reader, reason: writes }]",
  );
  expect(await read("identities/roles/sre.yaml")).toContain("- entra/space/docs # of okta, not of the wiki");
  expect(await read("policies/limits.yaml")).toContain("app: entra");
  expect((await company.run(check)).code).toBe(0);

  company.endpoint("entra", "okta");
  company.forget();
  const files = await company.digest();
  const shown = await company.run(async (c) => preview(c, { format: "terminal" }));
  expect(shown.out).toContain("no changes");
  expect(await company.digest()).toBe(files);
  expect((await company.run(list)).out).toMatch(/^entra .*: 1 accounts/m);
  expect((await carryOut()).code).toBe(0);
  expect(company.mutating()).toEqual([]);
  expect([...(await company.state("entra")).accounts.values()]).toEqual(
    [...state.accounts.values()].map((r) => ({ ...r, inputs: { ...r.inputs, app: "entra" } })),
  );
  expect((await carryOut()).code).toBe(0);
});

test("a checkout from before the rename is refused, and the new one goes on", async () => {
  await carryOut();
  const old = await company.keep();
  await company.run(async (c) => rename(c, "app", "okta", "entra"));
  company.endpoint("entra", "okta");
  await carryOut();
  const moved = await company.files(".rollcall/state/.rollcall-moved/okta.json");
  await old();
  await company.write({ ".rollcall/state/.rollcall-moved/okta.json": moved });
  expect(await carryOut()).toMatchObject({ code: 3, err: expect.stringContaining("the state of okta was taken over by entra") });
});

test.each([
  ["nowhere", "entra", /there is no app nowhere/],
  ["okta", "wiki", /wiki is taken/],
  ["okta", "okta", /okta is taken/],
  ["okta", "Entra ID", /not a key/],
  ["okta", "entra.id", /cannot be the key of an app/],
])("of %s to %s is refused", async (from, to, words) => {
  const before = await company.digest();
  expect(await company.run(async (c) => rename(c, "app", from, to))).toMatchObject({ code: 3, err: expect.stringMatching(words) });
  expect(await company.digest()).toBe(before);
});
