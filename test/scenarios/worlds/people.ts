/** People come, move, go, rest and come back; keys and logins change. */
import { expect } from "vitest";
import memory from "../../../providers/memory/simulator.ts";
import { apply } from "../../../src/cli/commands/apply.ts";
import { personFile } from "../../support/company.ts";
import type { Scenario } from "../scenario.ts";
import { changeWiki, inDocs, people, quiet, wiki } from "./small.ts";

export const peopleScenarios: readonly Scenario[] = [
  {
    name: "joiner",
    apps: wiki(),
    before: people,
    change: personFile("dan", ["title: Clerk", "grants: [wiki/space/docs:reader, wiki/space/data:editor]"]),
    world: { wiki: [...quiet.slice(0, 3), "dan active space/data:editor space/docs:reader", "root active admin"] },
  },
  {
    name: "mover",
    apps: wiki(),
    before: people,
    change: personFile("ada", ["grants: [wiki/space/data:reader]"]),
    world: { wiki: ["ada active space/data:reader", ...quiet.slice(1)] },
  },
  {
    name: "leaver",
    apps: wiki(),
    before: people,
    change: inDocs("bob", "last-day: 2026-06-09"),
    world: { wiki: [quiet[0], "bob suspended", ...quiet.slice(2)] },
  },
  {
    name: "last-day-is-today",
    apps: wiki(),
    before: people,
    change: inDocs("bob", "last-day: 2026-06-10"),
    world: { wiki: quiet },
  },
  {
    name: "leaver-after-retention",
    apps: wiki({ more: "leavers: { delete-after: 30d }\n" }),
    before: { ...people, ...inDocs("bob", "last-day: 2026-05-01") },
    first: "2026-05-02",
    world: { wiki: [quiet[0], ...quiet.slice(2)] },
  },
  {
    name: "re-hire",
    apps: wiki(),
    before: people,
    change: inDocs("bob", "last-day: 2026-06-09"),
    world: { wiki: [quiet[0], "bob suspended", ...quiet.slice(2)] },
    async also(company) {
      await company.write(inDocs("bob"));
      expect((await company.run((context) => apply(context, { yes: true }))).code).toBe(0);
      const bobs = company.apps["wiki"]!.census().accounts.filter((a) => a.login === "bob");
      expect(bobs.map((b) => [b.id, b.status])).toEqual([["3", "active"]]);
      expect(company.apps["wiki"]!.census().groups.find((g) => g.entitlement === "space/docs")!.members).toContainEqual({
        id: "3",
        level: "editor",
      });
      company.forget();
      await company.run((context) => apply(context, { yes: true }));
      expect(company.mutating()).toEqual([]);
    },
  },
  {
    name: "leave-begins",
    apps: wiki(),
    before: { ...people, ...inDocs("cat", "leave: { from: 2026-06-08, to: 2026-06-20 }") },
    first: "2026-06-07",
    // Access is off, assignments are kept.
    world: { wiki: [quiet[0], quiet[1], "cat suspended space/docs:editor", quiet[3]] },
  },
  {
    name: "leave-ends",
    apps: wiki(),
    before: { ...people, ...inDocs("cat", "leave: { from: 2026-06-01, to: 2026-06-09 }") },
    first: "2026-06-05",
    world: { wiki: quiet },
  },
  {
    name: "grant-expires",
    apps: wiki(),
    before: {
      ...people,
      ...personFile("ada", ["grants: [wiki/space/docs:editor, { grant: wiki/space/data:editor, until: 2026-06-09, reason: INC-421 }]"]),
    },
    first: "2026-06-09",
    world: { wiki: quiet },
  },
  {
    name: "rename-of-key",
    apps: wiki(),
    before: people,
    change: {
      "identities/people/ada.yaml": null,
      "identities/people/lovelace.yaml": "name: Ada\nemail: ada@acme.example\nformerly: [ada]\ngrants: [wiki/space/docs:editor]\n",
    },
    world: { wiki: quiet },
    async also(company) {
      const state = await company.state("wiki");
      expect([...state.accounts.keys()].sort()).toEqual(["bob", "cat", "lovelace"]);
      expect(state.accounts.get("lovelace")).toMatchObject({ ref: { id: "2" }, owned: { "space/docs": "editor" } });
    },
  },
  {
    name: "rename-of-login",
    apps: wiki(),
    before: people,
    meanwhile: (company) => memory.rename(company.apps["wiki"] as never, "2", "countess"),
    // Her id is known: she stays who she is, and the address the files give is set again.
    world: { wiki: [...quiet.slice(1, 3), "countess active space/docs:editor", quiet[3]] },
    also: async (company) =>
      expect((await company.state("wiki")).accounts.get("ada")).toMatchObject({ login: "countess", ref: { id: "2" } }),
  },
  {
    name: "recycled-login",
    apps: wiki(),
    before: { ...people, ...inDocs("ada", "accounts: { wiki: ada }") },
    meanwhile: (company) =>
      changeWiki(company, (world) => {
        const ada = world.accounts.find((a) => a.id === "2")!;
        Object.assign(ada, { login: "ada-old", email: "ada-old@acme.example" });
        world.accounts.push({ ...ada, id: "9", login: "ada", email: "ada@acme.example" });
      }),
    // Another human may have the name now: nothing is written to either account.
    world: { wiki: ["ada active", "ada-old active space/docs:editor", ...quiet.slice(1)] },
  },
  {
    name: "person-file-deleted",
    apps: wiki(),
    before: people,
    change: {
      "identities/people/bob.yaml": null,
      ...personFile("dan", ["grants: [wiki/space/docs:reader]"]),
      ...inDocs("cat", "last-day: 2026-06-01"),
    },
    codes: { preview: 5, apply: 5, again: 5 },
    world: { wiki: quiet },
  },
];
