/** A SCIM server that others wrote: scimmy-routers (npm) on express 4, over a store in memory. One a process: scimmy keeps its resources in one place. */
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
// @ts-expect-error -- express 4 brings no types, and one function of it is used
import untypedExpress from "express";
import scimmy from "scimmy";
import Routers from "scimmy-routers";

export type Row = Record<string, unknown> & { readonly id: string };

interface Asked {
  readonly id?: string;
  readonly filter?: { match(rows: readonly Row[]): Row[] };
}
/** As far as it is used here. */
interface ResourceClass {
  ingress(handler: (asked: Asked, data: object) => Row): ResourceClass;
  egress(handler: (asked: Asked) => Row | Row[]): ResourceClass;
  degress(handler: (asked: Asked) => void): ResourceClass;
}

const express = untypedExpress as () => RequestListener & { use(path: string, handler: unknown): void };
const { Error: ScimError } = scimmy.Types as unknown as { Error: new (status: number, type: string | null, message: string) => Error };
const { User, Group } = scimmy.Resources as unknown as { User: ResourceClass; Group: ResourceClass };

export interface ScimmyServer {
  readonly url: string;
  readonly users: Map<string, Row>;
  readonly groups: Map<string, Row>;
  /** Method, path and query of every request. */
  readonly asked: string[];
  close(): Promise<void>;
}

export const membersOf = (group: Row): { value: string }[] => (group["members"] ?? []) as { value: string }[];

/** Accepts one token. Ids are numbers from 1 on, in the order of making. */
export async function openScimmyServer(token: string): Promise<ScimmyServer> {
  const users = new Map<string, Row>();
  const groups = new Map<string, Row>();
  const asked: string[] = [];
  const free = (): string => {
    let id = users.size + groups.size + 1;
    while (users.has(String(id)) || groups.has(String(id))) id += 1;
    return String(id);
  };
  const withGroups = (user: Row): Row => {
    const mine = [...groups.values()].filter((g) => membersOf(g).some((m) => m.value === user.id));
    return { ...user, groups: mine.map((g) => ({ value: g.id, display: g["displayName"] })) };
  };

  function store(resource: ResourceClass, rows: Map<string, Row>, shown: (row: Row) => Row, name: string): ResourceClass {
    const one = (id: string): Row => {
      const row = rows.get(id);
      if (!row) throw new ScimError(404, null, `Resource ${id} not found`);
      return row;
    };
    return resource
      .ingress(({ id }, data) => {
        const fields = JSON.parse(JSON.stringify(data)) as Record<string, unknown>;
        if (id === undefined && [...rows.values()].some((r) => r[name] === fields[name])) throw new ScimError(409, "uniqueness", "taken");
        const row = { ...(id === undefined ? {} : one(id)), ...fields, id: id ?? free() };
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

  scimmy.Resources.declare(store(User, users, withGroups, "userName") as never);
  scimmy.Resources.declare(store(Group, groups, (g) => g, "displayName") as never);
  const app = express();
  app.use(
    "/scim",
    new Routers({
      type: "bearer",
      handler(request: { header(name: string): string | undefined }) {
        if (request.header("Authorization") !== `Bearer ${token}`) throw new Error("No such token");
        return "rollcall";
      },
    }),
  );
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    app(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/scim`,
    users,
    groups,
    asked,
    async close() {
      server.closeAllConnections();
      await new Promise<void>((resolve, reject) => server.close((error) => (error ? reject(error) : resolve())));
    },
  };
}
