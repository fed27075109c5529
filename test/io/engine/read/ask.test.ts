import { describe, expect, test } from "vitest";
import type { MatchKey, Snapshot, Subject } from "../../../../src/core/model/observed.ts";
import { lookUp, refresh } from "../../../../src/io/engine/read/ask.ts";
import { account, edge, fakeTenant, fault, user } from "./fake-tenant.ts";

const calls = (): number => 9;
const redact = (text: string): string => text.replaceAll("hush", "[secret]");
const login = (value: string): MatchKey => ({ by: "login", value });
const email = (value: string): MatchKey => ({ by: "email", value });

const listed: Snapshot = {
  app: "app",
  accounts: [account("1"), account("2")],
  groups: [],
  edges: [edge("1", "a", "low"), edge("1", "b"), edge("2", "a")],
  scopes: [{ id: "accounts", covers: "accounts", complete: false, reason: "no" }],
  lookups: new Map(),
  fresh: new Map(),
  tenant: { tenant: "t", unavailable: {}, joinsByEmail: false },
  calls: 3,
};

/** A vendor that knows these subjects by login, and records what it was asked for. */
function vendor(subjects: readonly Subject[], find?: (keys: readonly MatchKey[]) => readonly Subject[]) {
  const asked: string[][] = [];
  const tenant = fakeTenant(
    {},
    {
      find: async (keys) => {
        asked.push(keys.map((k) => k.value));
        return find ? find(keys) : subjects.filter((s) => keys.some((k) => k.by === "login" && k.value.toLowerCase() === s.account.login));
      },
    },
  );
  return { tenant, asked };
}

describe("a look-up", () => {
  test("that finds somebody replaces row and edges, and one that finds nobody is kept as proof", async () => {
    const { tenant } = vendor([{ account: account("1", { name: "Ada" }), edges: [edge("1", "a", "high")] }]);
    const snapshot = await lookUp(listed, tenant, [login("LOGIN-1"), login("nobody")], calls);
    expect(snapshot.accounts).toEqual([account("1", { name: "Ada" }), account("2")]);
    expect(snapshot.edges).toEqual([edge("1", "a", "high"), edge("2", "a")]);
    expect([...snapshot.lookups]).toEqual([
      ["login:login-1", [user("1")]],
      ["login:nobody", []],
    ]);
    expect([[...snapshot.fresh], snapshot.calls, snapshot.unanswered]).toEqual([[["user/1", true]], 9, undefined]);
  });

  test("asks for many keys in few calls, and for each key once", async () => {
    const { tenant, asked } = vendor([]);
    const keys = Array.from({ length: 45 }, (_, n) => login(`n${n}`));
    const snapshot = await lookUp(listed, tenant, [...keys, login("N3")], calls);
    expect(asked.map((a) => a.length)).toEqual([20, 20, 5]);
    expect(snapshot.lookups.size).toBe(45);
  });

  test("without an answer proves nothing, and says why", async () => {
    const { tenant } = vendor([], () => {
      throw fault("transient", "hush broke");
    });
    const snapshot = await lookUp(listed, tenant, [login("x"), login("y")], calls, redact);
    expect([...snapshot.lookups]).toEqual([]);
    expect(snapshot.unanswered).toEqual([
      { asked: "login:x", reason: "[secret] broke" },
      { asked: "login:y", reason: "[secret] broke" },
    ]);
  });

  test("that fails for one key is repeated one by one: the others are answered", async () => {
    const { tenant, asked } = vendor([], (keys) => {
      if (keys.some((k) => k.value === "bad")) throw fault("invalid", "bad key");
      return [];
    });
    const snapshot = await lookUp(listed, tenant, [login("a"), login("bad"), login("c")], calls);
    expect([...snapshot.lookups.keys()]).toEqual(["login:a", "login:c"]);
    expect(snapshot.unanswered).toEqual([{ asked: "login:bad", reason: "bad key" }]);
    expect(asked).toEqual([["a", "bad", "c"], ["a"], ["bad"], ["c"]]);
  });

  test("whose answer does not show by which key it was found is not taken for an empty one", async () => {
    const hidden: Subject = { account: account("5"), edges: [] };
    const { tenant } = vendor([], (keys) => (keys.some((k) => k.value === "ada@acme.example") ? [hidden] : []));
    const snapshot = await lookUp(listed, tenant, [email("ada@acme.example"), email("bob@acme.example")], calls);
    expect([...snapshot.lookups]).toEqual([
      ["email:ada@acme.example", [user("5")]],
      ["email:bob@acme.example", []],
    ]);
  });

  test("stops asking when the credential is refused", async () => {
    const { tenant, asked } = vendor([], () => {
      throw fault("auth", "revoked");
    });
    const keys = Array.from({ length: 45 }, (_, n) => login(`n${n}`));
    const snapshot = await lookUp(listed, tenant, keys, calls);
    expect([asked.length, snapshot.unanswered?.length, snapshot.lookups.size]).toEqual([1, 45, 0]);
  });

  test("matches by id and by address without regard to case", async () => {
    const found: Subject = { account: account("7", { emails: [{ address: "Ada@Acme.example", verified: true }] }), edges: [] };
    const { tenant } = vendor([], () => [found]);
    const snapshot = await lookUp(listed, tenant, [{ by: "id", value: "7" }, email("ada@acme.EXAMPLE")], calls);
    expect([...snapshot.lookups.entries()]).toEqual([
      ["email:ada@acme.example", [user("7")]],
      ["id:7", [user("7")]],
    ]);
  });
});

describe("a fresh read", () => {
  test("replaces what lists said, proves who is gone, and leaves open what failed", async () => {
    const tenant = fakeTenant(
      {},
      {
        get: async (ref) => {
          if (ref.id === "9") throw fault("transient", "hush broke");
          return ref.id === "1" ? { account: account("1", { status: "suspended" }), edges: [edge("1", "b")] } : null;
        },
      },
    );
    const snapshot = await refresh(listed, tenant, [user("1"), user("2"), user("8"), user("9"), user("1")], calls, redact);
    expect(snapshot.accounts).toEqual([account("1", { status: "suspended" })]);
    expect(snapshot.edges).toEqual([edge("1", "b")]);
    expect([...snapshot.fresh]).toEqual([
      ["user/1", true],
      ["user/2", false],
      ["user/8", false],
    ]);
    expect(snapshot.unanswered).toEqual([{ asked: "user/9", reason: "[secret] broke" }]);
    expect(listed.accounts.length).toBe(2);
  });

  test("answered with another account proves nothing about the one asked for", async () => {
    const tenant = fakeTenant({}, { get: () => Promise.resolve({ account: account("1"), edges: [] }) });
    const snapshot = await refresh(listed, tenant, [user("4")], calls);
    expect([...snapshot.fresh]).toEqual([["user/1", true]]);
    expect(snapshot.unanswered).toEqual([{ asked: "user/4", reason: "the vendor answered with user/1" }]);
  });

  test("that succeeds later takes back that it was unanswered", async () => {
    const broken = fakeTenant({}, { get: () => Promise.reject(fault("transient")) });
    const first = await refresh(listed, broken, [user("1")], calls);
    expect(first.unanswered?.length).toBe(1);
    expect((await refresh(first, fakeTenant({}), [user("1")], calls)).unanswered).toBeUndefined();
  });
});
