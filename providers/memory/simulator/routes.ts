/** Memory's REST API over its world: which method and path does what, and what records look like on the wire. */
import { fold } from "../../../src/connector/index.ts";
import type { Exchange, Reply } from "../../../src/connector/simulation/serve.ts";
import { findAccount } from "./account-index.ts";
import { type ListView, pageOf } from "./lists.ts";
import { Refusal } from "./refusal.ts";
import * as vendor from "./vendor.ts";
import type { World, WorldAccount, WorldGroup } from "./world.ts";

export interface Office {
  readonly world: World;
  readonly lists: ListView;
  /** What each Idempotency-Key has made: `account ID` or `group ID`. */
  readonly keys: Map<string, string>;
}

type Handler = (office: Office, ids: readonly string[], exchange: Exchange) => Reply;

const routes: Readonly<Record<string, Handler>> = {
  "GET /workspace": ({ world }) => {
    const { id, name, credentialOf } = world.workspace;
    return { status: 200, body: { id, name, credentialOf } };
  },
  "GET /accounts": (office, _ids, { query }) => {
    for (const by of ["login", "email"] as const) {
      const value = query.get(by);
      // Look-ups go by an index and are fresh; only lists lag.
      if (value !== null) {
        const found = findAccount(office.world, by, value);
        return { status: 200, body: { items: found ? [accountInFull(office.world, found)] : [] } };
      }
    }
    const view = office.lists.next();
    const { items, next } = pageOf(view.accounts, (a) => a.id, query);
    return { status: 200, body: { items: items.map((a) => accountRecord(view, a)), next } };
  },
  "GET /accounts/*": ({ world }, [id]) => ({ status: 200, body: accountInFull(world, vendor.accountOf(world, id!)) }),
  "POST /accounts": (office, _ids, exchange) => {
    const known = madeBy(office, exchange, "account");
    const before = known === null ? undefined : office.world.accounts.find((a) => a.id === known);
    if (before) return { status: 200, body: accountInFull(office.world, before) };
    const made = vendor.createAccount(office.world, exchange.body);
    remember(office, exchange, "account", made.id);
    return { status: 201, body: accountInFull(office.world, made) };
  },
  "PATCH /accounts/*": ({ world }, [id], { body }) => ({ status: 200, body: accountInFull(world, vendor.changeAccount(world, id!, body)) }),
  "DELETE /accounts/*": ({ world }, [id]) => nothing(vendor.deleteAccount(world, id!)),
  "POST /accounts/*/sessions/revoke": ({ world }, [id]) => {
    vendor.accountOf(world, id!).sessions = 0;
    return { status: 204 };
  },
  "PUT /admins/*": ({ world }, [id]) => {
    vendor.accountOf(world, id!).admin = true;
    return { status: 204 };
  },
  "DELETE /admins/*": ({ world }, [id]) => nothing(vendor.unmakeAdmin(world, id!)),
  "GET /groups": (office, _ids, { query }) => {
    const view = office.lists.next();
    const { items, next } = pageOf(view.groups, (g) => g.id, query);
    return {
      status: 200,
      body: { items: items.map((g) => ({ ...groupRecord(g), members: membersPage(g, new URLSearchParams()) })), next },
    };
  },
  "GET /groups/*/members": (office, [id], { query }) => ({
    status: 200,
    body: membersPage(vendor.groupOf(office.lists.next(), id!), query),
  }),
  "PUT /groups/*/members/*": ({ world }, [group, id], { body }) => nothing(vendor.setMember(world, group!, id!, body)),
  "DELETE /groups/*/members/*": ({ world }, [group, id]) => nothing(vendor.removeMember(world, group!, id!)),
  "PUT /groups/*/members": ({ world }, [group], { body }) => nothing(vendor.replaceMembers(world, group!, body)),
  "POST /groups": (office, _ids, exchange) => {
    const known = madeBy(office, exchange, "group");
    const before = known === null ? undefined : office.world.groups.find((g) => g.id === known);
    if (before) return { status: 200, body: groupRecord(before) };
    const made = vendor.createGroup(office.world, exchange.body);
    remember(office, exchange, "group", made.id);
    return { status: 201, body: groupRecord(made) };
  },
  "PATCH /groups/*": ({ world }, [id], { body }) => ({ status: 200, body: groupRecord(vendor.changeGroup(world, id!, body)) }),
  "DELETE /groups/*": ({ world }, [id]) => nothing(vendor.deleteGroup(world, id!)),
};

const patterns = Object.entries(routes).map(([route, handler]) => {
  const [method, path] = route.split(" ");
  return { method, segments: path!.split("/"), handler };
});

/** The answer to a request whose credential has been accepted. Throws Refusal. */
export function answer(office: Office, exchange: Exchange): Reply {
  const asked = exchange.path.split("/");
  const fits = patterns.filter((p) => p.segments.length === asked.length && p.segments.every((s, i) => s === "*" || s === asked[i]));
  if (fits.length === 0) throw new Refusal(404, "no_route", `Nothing is at ${exchange.path}`);
  const route = fits.find((p) => p.method === exchange.method);
  if (!route) throw new Refusal(405, "method", `${exchange.method} is not possible at ${exchange.path}`);
  const ids = asked.filter((_, i) => route.segments[i] === "*").map(decode);
  const reply = route.handler(office, ids, exchange);
  if (exchange.method !== "GET") office.lists.wrote();
  return reply;
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new Refusal(400, "bad_path", "The path is not properly encoded");
  }
}

const nothing = (_done: void): Reply => ({ status: 204 });

function madeBy(office: Office, exchange: Exchange, kind: string): string | null {
  const key = exchange.headers["idempotency-key"];
  const made = key === undefined ? undefined : office.keys.get(`${kind} ${key}`);
  return made ?? null;
}

function remember(office: Office, exchange: Exchange, kind: string, id: string): void {
  const key = exchange.headers["idempotency-key"];
  if (key !== undefined) office.keys.set(`${kind} ${key}`, id);
}

function accountRecord(world: World, a: WorldAccount): object {
  const domain = a.email === null ? null : fold(a.email.slice(a.email.lastIndexOf("@") + 1));
  return {
    id: a.id,
    login: a.login,
    name: a.name,
    email: a.email,
    emailVerified: domain !== null && world.workspace.domains.map(fold).includes(domain),
    title: a.title,
    department: a.department,
    status: a.status,
    admin: a.admin,
  };
}

function accountInFull(world: World, a: WorldAccount): object {
  const spaces = world.groups.flatMap((g) => {
    const held = g.members.find((m) => m.account === a.id);
    return held ? [{ groupId: g.id, name: g.name, level: held.level }] : [];
  });
  return { ...accountRecord(world, a), spaces };
}

const groupRecord = (g: WorldGroup): object => ({ id: g.id, name: g.name, description: g.description });

function membersPage(g: WorldGroup, query: URLSearchParams): object {
  const { items, next } = pageOf(g.members, (m) => m.account, query);
  return { items: items.map((m) => ({ accountId: m.account, level: m.level })), next };
}
