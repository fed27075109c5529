import { describe, expect, test } from "vitest";
import type { Call, Io, RegisterEntry, Tenant } from "../../src/connector/index.ts";
import connector from "./connector.ts";

const register: RegisterEntry[] = [
  { id: "b-2", login: "grace", name: "Grace Hopper", email: "Grace@acme.example", status: "suspended", grants: {} },
  { id: "b-1", login: "ada", name: "Ada Lovelace", status: "active", grants: { "door/lab": "" } },
];
const ada = { kind: "entry", id: "b-1" };
const grace = { kind: "entry", id: "b-2" };

const io: Io = {
  fetch: () => Promise.reject(new Error("a register is not reached over HTTP")),
  baseUrl: "",
  secret: () => Promise.reject(new Error("a register has no secret")),
  log() {},
  now: () => new Date(0),
  register,
};
const open = (settings: { where?: string } = {}): Promise<Tenant> => connector.open(settings, io);

describe("the manual connector", () => {
  test("reads the register by id, and what is not in it does not exist", async () => {
    const tenant = await open();
    const [accounts, grants] = await Promise.all(tenant.roots().map((o) => tenant.read(o.scope)));
    expect(accounts?.accounts?.map((a) => [a.ref.id, a.status])).toEqual([
      ["b-1", "active"],
      ["b-2", "suspended"],
    ]);
    expect(accounts?.closes).toEqual([{ scope: "register", complete: true }]);
    expect(grants?.edges).toEqual([{ account: ada, entitlement: "door/lab" }]);
    expect(await tenant.get({ kind: "entry", id: "b-3" })).toBeNull();
    expect(await tenant.find([{ by: "login", value: "b-1" }])).toEqual([]);
  });

  test("finds by login and address whatever the case, each subject once", async () => {
    const tenant = await open();
    const found = await tenant.find([
      { by: "email", value: "GRACE@ACME.EXAMPLE" },
      { by: "login", value: "Grace" },
      { by: "id", value: "b-1" },
    ]);
    expect(found.map((s) => s.account.ref)).toEqual([ada, grace]);
  });

  test("says what to do for every verb, by name, and that nothing is done", async () => {
    const tenant = await open({ where: "the door console" });
    const target = { name: "door/lab" };
    const calls: Call[] = [
      { verb: "create", key: "k", name: "Alan Turing", login: "alan", email: "alan@acme.example", attributes: {}, grants: [] },
      { verb: "update", ref: ada, attributes: { name: "Ada King", email: "" } },
      { verb: "suspend", ref: ada },
      { verb: "restore", ref: grace },
      { verb: "delete", ref: { kind: "entry", id: "b-9" } },
      { verb: "grant", ref: grace, target, level: "" },
      { verb: "revoke", ref: ada, target, level: "" },
      { verb: "endSessions", ref: ada },
      { verb: "revokeCredentials", ref: ada },
      { verb: "transfer", ref: ada, to: grace },
    ];
    const outcomes = await tenant.perform(calls);
    expect(outcomes.map((o) => (o.status === "human" ? o.task : o.status))).toEqual([
      "Create an account for Alan Turing (login alan, alan@acme.example) in the door console",
      "For Ada Lovelace (b-1), set the name to Ada King, clear the email in the door console",
      "Block the sign-in of Ada Lovelace (b-1) in the door console",
      "Let Grace Hopper (b-2) sign in again in the door console",
      "Delete account b-9 in the door console",
      "Give Grace Hopper (b-2) door/lab in the door console",
      "Take door/lab away from Ada Lovelace (b-1) in the door console",
      "Sign Ada Lovelace (b-1) out everywhere in the door console",
      "Revoke keys, tokens and passwords of Ada Lovelace (b-1) in the door console",
      "Hand over what Ada Lovelace (b-1) owns to Grace Hopper (b-2) in the door console",
    ]);
    // Every verb that the manifest offers is among them.
    expect(Object.keys(connector.manifest.verbs).sort()).toEqual(calls.map((c) => c.verb).sort());
  });

  test("refuses settings that it does not know", () => {
    expect(connector.config.safeParse({ where: "there" }).success).toBe(true);
    expect(connector.config.safeParse({ url: "https://x.example" }).success).toBe(false);
  });
});
