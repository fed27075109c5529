import { expect, test } from "vitest";
import { importApp } from "../../../src/core/import/import-app.ts";
import { importFiles } from "../../../src/core/import/write-files.ts";
import type { WorkspaceFile } from "../../../src/core/source/workspace.ts";
import { manifests } from "../../support/manifests.ts";
import { app, organization, person, service } from "../../support/organization.ts";
import { account, snapshot, type WorldSketch } from "../../support/world.ts";

const forge = app("forge");
const people = [person("ada", { accounts: { forge: { login: "ada" } } })];
const services = [service("bot", "ada", { accounts: { forge: { login: "bot" } } })];

/** Files that an import writes, by path. */
function written(
  world: WorldSketch,
  files: readonly WorkspaceFile[],
  held: Readonly<Record<string, readonly string[]>> = {},
): Record<string, string> {
  const result = importApp({
    app: forge,
    manifest: manifests.get("forge")!,
    organization: organization({ people, services }),
    snapshot: snapshot("forge", world),
    newPeople: true,
  });
  const asked = new Map(Object.entries(held).map(([who, addresses]) => [who, new Set(addresses)]));
  return Object.fromEntries(importFiles(forge, result, files, asked).map((f) => [f.path, f.text]));
}

const head = "# yaml-language-server: $schema=../.schema/person.json\n";
const adaFile = "identities/people/ada.yaml";
const world: WorldSketch = { accounts: [account("u1", { login: "Ada" })], edges: [["u1", "team/red", "member"]] };

test("a newcomer's file names id and login, and the address only where there is one", () => {
  const files = written(
    { accounts: [account("u2", { login: "bob" }), account("u3", { login: "eve", name: "Eve Moneypenny", email: "eve@acme.example" })] },
    [],
  );
  expect(files).toEqual({
    "identities/people/bob.yaml": `${head}name: bob\ngrants:\n  - forge/member\naccounts:\n  forge:\n    login: bob\n    id: u2\n`,
    "identities/people/eve.yaml": `${head}name: Eve Moneypenny\nemail: eve@acme.example\ngrants:\n  - forge/member\naccounts:\n  forge:\n    login: eve\n    id: u3\n`,
  });
});

test("a known person gets id and missing grants; comments and all other lines stay", () => {
  const text = "# on call this week\nname: Ada # the first\naccounts:\n  forge: ada\n";
  expect(written(world, [{ path: adaFile, text }])[adaFile]).toBe(
    "# on call this week\nname: Ada # the first\naccounts:\n  forge:\n    login: Ada\n    id: u1\ngrants:\n  - forge/team/red\n",
  );
});

test("a file that was formatted comes out formatted, its new keys in their places", () => {
  const text = `${head}name: Ada\naccounts: { forge: ada }\nformerly: [a]\n`;
  expect(written(world, [{ path: adaFile, text }])[adaFile]).toBe(
    `${head}name: Ada\ngrants:\n  - forge/team/red\naccounts: { forge: { login: Ada, id: u1 } }\nformerly: [a]\n`,
  );
});

test("what a role gives already is not written a second time", () => {
  const text = "name: Ada\nroles: [sre]\naccounts: { forge: { login: Ada, id: u1 } }\n";
  expect(written(world, [{ path: adaFile, text }], { ada: ["forge/team/red"] })).toEqual({});
});

test("a second import of the same world writes nothing, also where the file spells the account its own way", () => {
  const text = "name: Ada\naccounts: { forge: { id: u1, login: Ada } }\ngrants: [ forge/team/red ]\n";
  expect(written(world, [{ path: adaFile, text }], { ada: ["forge/team/red"] })).toEqual({});
});

test("an invitation does not wipe out the id that the file knows", () => {
  const text = "name: Ada\naccounts: { forge: { login: ada, id: u1 } }\ngrants: [ forge/member ]\n";
  const files = written({ accounts: [account("invitation/5", { login: "Ada", status: "pending" })] }, [{ path: adaFile, text }], {
    ada: ["forge/member"],
  });
  expect(files[adaFile]).toContain("id: u1");
});

test("a service's account goes into the service's file", () => {
  const path = "identities/services/bot.yaml";
  const files = written({ accounts: [account("u9", { login: "bot" })] }, [
    { path, text: "name: Bot\nowner: ada\naccounts: { forge: bot }\n" },
  ]);
  expect(Object.keys(files)).toEqual([path]);
  expect(files[path]).toContain("id: u9");
});

test("the catalogue gets the names it lacks, in the file that is there", () => {
  const path = "identities/apps/forge.yaml";
  const files = written({ ...world, groups: [{ entitlement: "team/red", ref: { kind: "team", id: "1" }, description: "The red team" }] }, [
    { path, text: "connector: forge # ours\n" },
  ]);
  expect(files[path]).toBe("connector: forge # ours\nentitlements:\n  team/red:\n    description: The red team\n");
});
