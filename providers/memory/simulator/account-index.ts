/** Accounts by folded login and address, so that a world of ten thousand is not searched at every creation. */
import { fold } from "../../../src/connector/index.ts";
import type { World, WorldAccount } from "./world.ts";

type By = "login" | "email";
type Index = Readonly<Record<By, Map<string, WorldAccount>>>;

/** Kept beside each list of accounts; whoever changes a login or an address says so to `reindex`. */
const indexes = new WeakMap<readonly WorldAccount[], Index>();

function indexOf(world: World): Index {
  let index = indexes.get(world.accounts);
  if (!index) {
    index = { login: new Map(), email: new Map() };
    indexes.set(world.accounts, index);
    for (const account of world.accounts) enter(index, account);
  }
  return index;
}

function enter(index: Index, account: WorldAccount): void {
  index.login.set(fold(account.login), account);
  if (account.email !== null) index.email.set(fold(account.email), account);
}

/** Logins and addresses are unique and compared without regard to case. */
export function findAccount(world: World, by: By, value: string): WorldAccount | undefined {
  return indexOf(world)[by].get(fold(value));
}

/** Makes a change to an account's login or address, or its arrival in the list, known. */
export function reindex(world: World, account: WorldAccount, change: () => void): void {
  const index = indexOf(world);
  for (const by of ["login", "email"] as const) {
    const value = account[by];
    if (value !== null && index[by].get(fold(value)) === account) index[by].delete(fold(value));
  }
  change();
  enter(index, account);
}
