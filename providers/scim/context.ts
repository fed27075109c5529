import type { Scope } from "../../src/connector/index.ts";
import type { Api } from "./api.ts";
import type { Lists } from "./list.ts";
import type { Profile } from "./profile.ts";
import type { Turns } from "./turn.ts";

/** What every part of an opened tenant works with. */
export interface Context {
  readonly api: Api;
  readonly profile: Profile;
  readonly lists: Lists;
  readonly turns: Turns;
  readonly reading: Reading;
}

/** What earlier pages of this run's lists have told. Begins anew with the first page of each list. */
export interface Reading {
  /** Id of the first group of each name. */
  readonly groups: Map<string, string>;
  /** Verdicts on the two lists, once they ended. */
  users: boolean | null;
  groupList: boolean | null;
}

export const users: Scope = { id: "users", covers: "accounts" };
export const groups: Scope = { id: "groups", covers: "groups" };
/** Roles and entitlements: every user's record carries its own. */
export const values: Scope = { id: "roles and entitlements", covers: "edges" };

export const membersOf = (entitlement: string): Scope => ({ id: `${entitlement} members`, covers: "edges", entitlement });
