/**
 * The connector at a SCIM server that others wrote: scimmy-routers (npm) on express 4, over a store in memory. (On express 5 scimmy-routers 1.3.2
 * loses startIndex and count, and every page is page 1; the connector then calls the list incomplete.) Its quirks, seen with scimmy 1.3:
 * pages of 20 unless asked, a page past the end is page 1 again, a PATCH that changes nothing answers 204, a member can be stored twice,
 * filters heed case, empty lists of members are left out.
 */
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { incomplete, readAll } from "../../src/connector/conformance/read-all.ts";
import { openStrictIo } from "../../src/connector/conformance/strict-io.ts";
import type { Outcome, Tenant } from "../../src/connector/index.ts";
import connector from "./connector.ts";

type Row = Record<string, unknown> & { id: string };
interface Asked {
  readonly id?: string;
  readonly filter?: { match(rows: readonly Row[]): Row[] };
}
interface ResourceClass {
  ingress(handler: (asked: Asked, data: object) => Row): ResourceClass;
  egress(handler: (asked: Asked) => Row | Row[]): ResourceClass;
  degress(handler: (asked: Asked) => void): ResourceClass;
}
interface Scimmy {
  readonly Resources: { readonly User: ResourceClass; readonly Group: ResourceClass; declare(resource: ResourceClass): unknown };
  readonly Types: { readonly Error: new (status: number, type: string | null, message: string) => Error };
}
type Express = () => RequestListener & { use(path: string, handler: unknown): void };
type Routers = new (options: { type: string; handler(request: { header(name: string): string | undefined }): string }) => unknown;

/** The default export of a package that need not be installed; null where it is not. */
async function installed<T>(name: string): Promise<T | null> {
  try {
    return ((await import(name)) as { default: T }).default;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ERR_MODULE_NOT_FOUND") return null;
    throw error;
  }
}

const scimmy = await installed<Scimmy>("scimmy");
const routers = await installed<Routers>("scimmy-routers");
const express = await installed<Express>("express");
const absent = [scimmy ? "" : "scimmy", routers ? "" : "scimmy-routers", express ? "" : "express"].filter((n) => n !== "");
describe("a third party's server", () => {
  const users = new Map<string, Row>();
  const groups = new Map<string, Row>();
  let server: Server | undefined;
  let tenant: Tenant;
  let next = 1;

  const held = (group: Row): { value: string }[] => (group["members"] ?? []) as { value: string }[];
  const withGroups = (user: Row): Row => {
    const mine = [...groups.values()].filter((g) => held(g).some((m) => m.value === user.id));
    return { ...user, groups: mine.map((g) => ({ value: g.id, display: g["displayName"] })) };
  };

  function store(resource: ResourceClass, rows: Map<string, Row>, shown: (row: Row) => Row, name: string): ResourceClass {
    const { Error: ScimError } = scimmy!.Types;
    const one = (id: string): Row => {
      const row = rows.get(id);
      if (!row) throw new ScimError(404, null, `Resource ${id} not found`);
      return row;
    };
    return resource
      .ingress(({ id }, data) => {
        const fields = JSON.parse(JSON.stringify(data)) as Record<string, unknown>;
        if (id === undefined && [...rows.values()].some((r) => r[name] === fields[name])) throw new ScimError(409, "uniqueness", "taken");
        const row = { ...(id === undefined ? {} : one(id)), ...fields, id: id ?? String(next++) };
        rows.set(row.id, row);
        return shown(row);
      })
      .egress(({ id, filter }) => {
        if (id !== undefined) return shown(one(id));
        const all = [...rows.values()].map(shown);
        return filter ? filter.match(all) : all;
      })
      .degress(({ id }) => void rows.delete(one(id!).id));
  }

  const perform = async (call: Parameters<Tenant["perform"]>[0][number]): Promise<Outcome> => (await tenant.perform([call]))[0]!;

  beforeEach((context) => context.skip(absent.length > 0, `not installed: ${absent.join(", ")}`));
  beforeAll(async () => {
    if (absent.length > 0) return;
    const { Resources } = scimmy!;
    Resources.declare(store(Resources.User, users, withGroups, "userName"));
    Resources.declare(store(Resources.Group, groups, (g) => g, "displayName"));
    for (let i = 0; i < 250; i += 1) {
      const id = String(next++);
      users.set(id, {
        id,
        userName: `person-${i}`,
        displayName: `Person ${i}`,
        active: true,
        emails: [{ value: `person-${i}@acme.example`, type: "work" }],
      });
    }
    const twice = [{ value: "1" }, { value: "2" }, { value: "1" }];
    groups.set("g1", { id: "g1", displayName: "Engineers", members: twice });
    const app = express!();
    app.use(
      "/scim",
      new routers!({
        type: "bearer",
        handler(request) {
          if (request.header("Authorization") !== "Bearer t") throw new Error("No such token");
          return "rollcall";
        },
      }),
    );
    server = createServer(app);
    await new Promise<void>((resolve) => server!.listen(0, "127.0.0.1", resolve));
    const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/scim`;
    const { io } = openStrictIo({ connector, baseUrl, access: "write", token: "t" });
    tenant = await connector.open({ profile: "scimmy" }, io);
    await tenant.probe();
  });
  afterAll(async () => {
    const running = server;
    if (!running) return;
    running.closeAllConnections();
    await new Promise<void>((resolve, reject) => running.close((error) => (error ? reject(error) : resolve())));
  });

  test("is read to its end, members that are stored twice once", async () => {
    const reading = await readAll(tenant);
    expect([incomplete(reading), reading.accounts.size]).toEqual([[], 250]);
    expect([...reading.edges.values()].map((e) => e.account.id)).toEqual(["1", "2"]);
  });

  test("finds by login and by id, and takes no silence for proof", async () => {
    expect((await tenant.find([{ by: "login", value: "PERSON-0" }]))[0]?.edges).toEqual([
      { account: { kind: "user", id: "1" }, entitlement: "group/Engineers" },
    ]);
    await expect(tenant.find([{ by: "login", value: "nobody" }])).rejects.toMatchObject({ fault: { kind: "unsupported" } });
    expect(await tenant.get({ kind: "user", id: "99999" })).toBeNull();
  });

  test("makes, changes, stops, restores and deletes an account, each once", async () => {
    const made = await perform({
      verb: "create",
      key: "app/alan/0",
      name: "Alan Turing",
      email: "alan@acme.example",
      attributes: {},
      grants: [],
    });
    expect(made).toMatchObject({ status: "done", login: "alan@acme.example" });
    const ref = (made as { ref: { kind: string; id: string } }).ref;
    const change = { verb: "update" as const, ref, attributes: { title: "Reader", name: "A. Turing" } };
    expect((await perform(change)).status).toBe("done");
    expect(users.get(ref.id)).toMatchObject({ title: "Reader", name: { familyName: "Turing" } });
    expect((await perform({ verb: "suspend", ref })).status).toBe("done");
    expect((await perform({ verb: "suspend", ref })).status).toBe("done"); // the PATCH changes nothing and is answered 204
    expect((await tenant.get(ref))?.account.status).toBe("suspended");
    expect((await perform({ verb: "restore", ref })).status).toBe("done");
    expect((await perform({ verb: "delete", ref })).status).toBe("done");
    expect((await perform({ verb: "delete", ref })).status).toBe("already");
  });

  test("edits one membership at a time, and removes both copies of one that is stored twice", async () => {
    const target = { name: "group/Engineers", ref: { kind: "group", id: "g1" } };
    const edge = (verb: "grant" | "revoke", id: string): Promise<Outcome> =>
      perform({ verb, ref: { kind: "user", id }, target, level: "" });
    const members = (): string[] => held(groups.get("g1")!).map((m) => m.value);
    expect([(await edge("grant", "3")).status, (await edge("grant", "3")).status]).toEqual(["done", "already"]);
    expect(members()).toEqual(["1", "2", "1", "3"]);
    expect([(await edge("revoke", "1")).status, (await edge("revoke", "1")).status]).toEqual(["done", "already"]);
    expect(members()).toEqual(["2", "3"]);
  });

  test("makes, renames and deletes a group", async () => {
    const made = await perform({ verb: "createGroup", key: "app/group/R", name: "group/R+26D" });
    const ref = (made as { ref: { kind: string; id: string } }).ref;
    expect(groups.get(ref.id)).toMatchObject({ displayName: "R&D" });
    expect((await perform({ verb: "createGroup", key: "app/group/R", name: "group/R+26D" })).status).toBe("already");
    expect((await perform({ verb: "updateGroup", ref, name: "group/Research" })).status).toBe("done");
    expect((await perform({ verb: "deleteGroup", ref, name: "group/Research" })).status).toBe("done");
    expect(groups.has(ref.id)).toBe(false);
  });
});
