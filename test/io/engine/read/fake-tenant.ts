/** A tenant written by hand: pages by scope and cursor, and whatever a test wants to go wrong. */
import type { Opening, Page, Tenant } from "../../../../src/connector/contract.ts";
import { FaultError, type FaultKind } from "../../../../src/connector/fault.ts";
import type { MatchKey, ObservedAccount, ObservedEdge, ObservedGroup, Ref, Scope, Subject } from "../../../../src/core/model/observed.ts";

export const user = (id: string): Ref => ({ kind: "user", id });

export const account = (id: string, more: Partial<ObservedAccount> = {}): ObservedAccount => ({
  ref: user(id),
  login: `login-${id}`,
  emails: [],
  status: "active",
  admin: false,
  attributes: {},
  ...more,
});

export const edge = (id: string, entitlement: string, level?: string): ObservedEdge => ({
  account: user(id),
  entitlement,
  ...(level === undefined ? {} : { level }),
});

export const group = (entitlement: string, id = entitlement): ObservedGroup => ({ entitlement, ref: { kind: "team", id } });

export const accounts: Scope = { id: "accounts", covers: "accounts" };
export const teams: Scope = { id: "teams", covers: "groups" };
export const membersOf = (team: string): Scope => ({ id: `${team} members`, covers: "edges", entitlement: team });
export const done = (scope: Scope) => ({ scope: scope.id, complete: true });

export const fault = (kind: FaultKind, message: string = kind): FaultError => new FaultError({ kind, message });

export interface FakeTenant extends Tenant {
  /** `scope` or `scope cursor`, in the order of asking. */
  readonly asked: string[];
}

type Answer = Page | Error | (() => Page | Promise<Page>);

/** Pages by `scope` and `scope cursor`. What is not there is a defect of the test. */
export function fakeTenant(
  pages: Readonly<Record<string, Answer>>,
  more: Partial<Tenant> & { roots?: () => readonly Opening[] } = {},
): FakeTenant {
  const asked: string[] = [];
  return {
    asked,
    probe: () => Promise.resolve({ tenant: "t-1", unavailable: {}, joinsByEmail: false }),
    roots: () => [{ scope: accounts }],
    async read(scope, cursor) {
      const key = cursor === undefined ? scope.id : `${scope.id} ${cursor}`;
      asked.push(key);
      const answer = pages[key];
      if (answer === undefined) throw new Error(`The test has no page "${key}"`);
      if (answer instanceof Error) throw answer;
      return typeof answer === "function" ? answer() : answer;
    },
    find: (_keys: readonly MatchKey[]) => Promise.resolve([] as readonly Subject[]),
    get: () => Promise.resolve(null),
    perform: () => Promise.resolve([]),
    ...more,
  };
}
