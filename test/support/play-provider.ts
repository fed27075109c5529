import type { World } from "../../providers/memory/simulator/world.ts";
import type { RunningSimulator } from "../../src/connector/simulator.ts";
import type { Company } from "./company.ts";

export const memoryOf = (company: Company, app: string): RunningSimulator<World> => company.apps[app] as RunningSimulator<World>;

/**
 * What an identity provider does by itself, at the moment of the call: whoever is active in its space `users` has an active account in the app,
 * everybody else there (but root) is off, and its spaces are carried over as readers. Both apps are by the connector memory.
 */
export function provision(
  company: Company,
  { provider, app, users, spaces }: { provider: string; app: string; users: string; spaces: Readonly<Record<string, string>> },
): void {
  const from = memoryOf(company, provider).world();
  const to = structuredClone(memoryOf(company, app).world());
  const activeIn = (name: string): World["accounts"] => {
    const members = new Set(from.groups.find((g) => g.name === name)!.members.map((m) => m.account));
    return from.accounts.filter((a) => members.has(a.id) && a.status === "active");
  };
  const wanted = new Map(activeIn(users).map((a) => [a.login, a]));
  for (const [login, { email, name }] of wanted) {
    if (to.accounts.some((a) => a.login === login)) continue;
    to.accounts.push({ ...to.accounts[0]!, id: `made-${login}`, login, name, email, admin: false });
  }
  for (const account of to.accounts) if (account.login !== "root") account.status = wanted.has(account.login) ? "active" : "suspended";
  const idOf = (login: string): string => to.accounts.find((a) => a.login === login)!.id;
  for (const [space, carrier] of Object.entries(spaces)) {
    const carried = activeIn(carrier).filter((a) => wanted.has(a.login));
    to.groups.find((g) => g.name === space)!.members = carried.map((a) => ({ account: idOf(a.login), level: "reader" as const }));
  }
  memoryOf(company, app).load(to);
}
