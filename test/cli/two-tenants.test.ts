/** Two apps with one connector are two tenants: tokens, addresses, state, journals and rate limits of one are none of the other's business. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { apply } from "../../src/cli/commands/apply.ts";
import { preview } from "../../src/cli/commands/preview.ts";
import { endpointVariable } from "../../src/io/connectors/base-url.ts";
import { type Company, openCompany, personFile, type Ran } from "../support/company.ts";
import { virtualClock } from "../io/http/virtual-clock.ts";

const account = (id: string, login: string): object => ({
  id,
  userName: `${login}@acme.example`,
  displayName: login === "ada" ? "Ada" : "Bob",
  emails: [{ value: `${login}@acme.example`, type: "work", primary: true }],
});

let company: Company;
beforeEach(async () => {
  company = await openCompany(
    {
      // The simulators take no token but their own: one that went astray would be refused, and the run would say so.
      chat: {
        connector: "scim",
        settings: "{ profile: standard, server: { addresses: managed } }",
        options: { token: "token-of-chat" },
        world: { users: [account("11", "ada")], groups: [{ id: "g1", displayName: "Everyone" }] },
      },
      draw: {
        connector: "scim",
        settings: "{ profile: figma, server: { addresses: managed } }",
        options: { token: "token-of-draw" },
        world: {
          server: { patch: "none", contentType: "application/json", filters: ["userName"], adminRole: null, entitlements: false },
          users: [account("77", "ada")],
          groups: [{ id: "g1", displayName: "Everyone" }],
        },
      },
    },
    {
      ...personFile("ada", ["roles: [all]"]),
      ...personFile("bob", ["roles: [all]"]),
      "identities/roles/all.yaml": "grants: [chat/group/Everyone, draw/group/Everyone]\n",
    },
  );
});
afterEach(async () => company.close());

const carryOut = async (more: Parameters<Company["run"]>[1] = {}): Promise<Ran> => company.run(async (c) => apply(c, { yes: true }), more);
const members = (app: string): number => (company.apps[app]!.world() as { groups: { members: unknown[] }[] }).groups[0]!.members.length;
const refs = async (app: string): Promise<(string | undefined)[]> => {
  const { accounts } = await company.state(app);
  return ["ada", "bob"].map((p) => accounts.get(p)?.ref.id);
};

test("each is written with its own token in its own dialect, and remembered by itself", async () => {
  expect((await carryOut()).code).toBe(0);
  expect([members("chat"), members("draw")]).toEqual([2, 2]);
  for (const app of ["chat", "draw"]) expect(company.apps[app]!.seen.every((r) => r.status < 400 && r.authorized)).toBe(true);
  const methods = (app: string): Set<string> => new Set(company.apps[app]!.seen.filter((r) => r.mutating).map((r) => r.method));
  expect([methods("chat"), methods("draw")]).toEqual([new Set(["POST", "PATCH"]), new Set(["POST", "PUT"])]);
  const [chat, draw] = [await refs("chat"), await refs("draw")];
  expect([chat[0], draw[0]]).toEqual(["11", "77"]);
  expect([...chat, ...draw].every((id) => id !== undefined)).toBe(true);
  company.forget();
  expect((await carryOut()).code).toBe(0);
  expect(company.mutating()).toEqual([]);
});

test("no file of one holds anything of the other, and no file holds a token", async () => {
  await carryOut();
  const state = join(company.dir, ".rollcall", "state");
  const files = (await readdir(state, { recursive: true, withFileTypes: true }))
    .filter((f) => f.isFile())
    .map((f) => join(f.parentPath, f.name));
  const of = (app: string): string[] => files.filter((f) => f.slice(state.length).includes(app));
  for (const [own, other] of [
    ["chat", "draw"],
    ["draw", "chat"],
  ] as const) {
    expect(of(own).length).toBeGreaterThanOrEqual(2); // a checkpoint and a journal
    for (const file of of(own)) {
      const text = await readFile(file, "utf8");
      expect(text).not.toContain(other);
      expect(text).not.toContain("token-of-");
    }
  }
});

test("a token goes to its own address only: addresses that were exchanged are refused, and nothing is written", async () => {
  const [chat, draw] = [endpointVariable("chat"), endpointVariable("draw")];
  const exchanged = {
    CHAT_TOKEN: "token-of-chat",
    DRAW_TOKEN: "token-of-draw",
    [chat]: company.apps["draw"]!.url,
    [draw]: company.apps["chat"]!.url,
  };
  const ran = await company.run(async (c) => preview(c, { format: "terminal" }), { env: exchanged });
  expect(ran.code).toBe(4);
  expect(company.mutating()).toEqual([]);
});

test("one that is throttled waits alone", async () => {
  const clock = virtualClock();
  company.apps["chat"]!.plant({ method: "PATCH", times: 3, kind: { answer: 429, retryAfter: 40 } });
  const ran = await carryOut({ clock });
  expect(ran.code).toBe(0);
  expect(company.apps["chat"]!.unfired).toEqual([]);
  expect(ran.err).toMatch(/chat.*rate limit/);
  expect(ran.err).not.toMatch(/draw.*rate limit/);
  expect([members("chat"), members("draw")]).toEqual([2, 2]);
});

test("one that fails leaves the other done, exit 6, and the next run finishes", async () => {
  company.apps["draw"]!.plant({ method: "PUT", match: "/Groups", times: 2, kind: { answer: 400 } });
  expect((await carryOut()).code).toBe(6);
  expect(members("chat")).toBe(2);
  expect((await carryOut()).code).toBe(0);
  expect(members("draw")).toBe(2);
});
