/** Reading: one page is one request. What a page proves is said with it. */
import {
  compareText,
  FaultError,
  type MatchKey,
  type Opening,
  type Page,
  type Ref,
  refKey,
  type Scope,
  type Subject,
} from "../../src/connector/index.ts";
import type { Answered, Api, NativeAccountInFull } from "./api.ts";
import { accountRef, adminEdges, spaceName, toAccount, toEdge, toGroup, toSubject } from "./convert.ts";

const accounts: Scope = { id: "accounts", covers: "accounts" };
/** Administrators are marked in the list of accounts: this scope is answered in passing. */
const admins: Scope = { id: "admins", covers: "edges", entitlement: "admin" };
const spaces: Scope = { id: "spaces", covers: "groups" };
const membersOf = (group: string): Scope => ({ id: `${spaceName(group)} members`, covers: "edges", entitlement: spaceName(group) });

export const roots = (): readonly Opening[] => [{ scope: accounts }, { scope: spaces }];

/** One page of a scope. `self`: id of the credential's own account. */
export async function readPage(api: Api, self: string | null, scope: Scope, cursor: string | undefined): Promise<Page> {
  if (scope.id === accounts.id) return readAccounts(api, self, cursor);
  if (scope.id === spaces.id) return readSpaces(api, cursor);
  if (scope.id.endsWith(" members") && cursor !== undefined) return readMembers(api, scope, cursor);
  throw new FaultError({ kind: "invalid", message: `There is no list ${scope.id} to read` });
}

async function readAccounts(api: Api, self: string | null, cursor: string | undefined): Promise<Page> {
  const { body } = await api.accounts(cursor);
  return {
    accounts: body.items.map((a) => toAccount(a, self)),
    edges: body.items.flatMap(adminEdges),
    ...(body.next === null
      ? {
          opens: [{ scope: admins }],
          closes: [
            { scope: accounts.id, complete: true },
            { scope: admins.id, complete: true },
          ],
        }
      : { next: body.next }),
  };
}

/** The list of spaces carries the first page of each one's members; only what continues is opened. */
async function readSpaces(api: Api, cursor: string | undefined): Promise<Page> {
  const { body } = await api.groups(cursor);
  return {
    groups: body.items.map(toGroup),
    edges: body.items.flatMap((g) => g.members.items.map((m) => toEdge(g.name, m))),
    opens: body.items.map((g) => ({
      scope: membersOf(g.name),
      ...(g.members.next === null ? {} : { cursor: `${g.id} ${g.members.next}` }),
    })),
    closes: [
      ...body.items.filter((g) => g.members.next === null).map((g) => ({ scope: membersOf(g.name).id, complete: true })),
      ...(body.next === null ? [{ scope: spaces.id, complete: true }] : []),
    ],
    ...(body.next === null ? {} : { next: body.next }),
  };
}

/** A cursor of ours is the space's id, a blank, the vendor's cursor: the path needs the id, and a scope holds names only. */
async function readMembers(api: Api, scope: Scope, cursor: string): Promise<Page> {
  const blank = cursor.indexOf(" ");
  const group = cursor.slice(0, blank);
  const { body } = await api.members(group, cursor.slice(blank + 1));
  return {
    edges: body.items.map((m) => ({ account: accountRef(m.accountId), entitlement: scope.entitlement!, level: m.level })),
    ...(body.next === null ? { closes: [{ scope: scope.id, complete: true }] } : { next: `${group} ${body.next}` }),
  };
}

/** Subjects that answer to any of the keys, once each, in the order of their refs. */
export async function find(api: Api, self: string | null, keys: readonly MatchKey[]): Promise<readonly Subject[]> {
  const found = new Map<string, Subject>();
  for (const key of keys) {
    const natives = key.by === "id" ? await byId(api, key.value) : (await api.findAccounts(key.by, key.value)).body.items;
    for (const native of natives) {
      const subject = toSubject(native, self);
      found.set(refKey(subject.account.ref), subject);
    }
  }
  return [...found.entries()].sort(([a], [b]) => compareText(a, b)).map(([, subject]) => subject);
}

export async function get(api: Api, self: string | null, ref: Ref): Promise<Subject | null> {
  if (ref.kind !== "account") throw new FaultError({ kind: "invalid", message: `A ${ref.kind} is not an account` });
  const [native] = await byId(api, ref.id);
  return native ? toSubject(native, self) : null;
}

async function byId(api: Api, id: string): Promise<NativeAccountInFull[]> {
  try {
    const answer: Answered<NativeAccountInFull> = await api.account(id);
    return [answer.body];
  } catch (error) {
    // 404 by id is this vendor's proof that the account does not exist; its tokens see all accounts or none.
    if (error instanceof FaultError && error.fault.kind === "notFound") return [];
    throw error;
  }
}
