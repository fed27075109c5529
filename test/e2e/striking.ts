/** Striking a process of rollcall while it works, and what must be the same afterwards. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Census } from "../../src/connector/simulator.ts";
import type { AppState } from "../../src/core/model/state.ts";
import type { Child, Company } from "../support/company.ts";

/** The same points in every run of the tests. */
export function seeded(seed: number): () => number {
  let a = seed;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** What a world is, without the ids that the vendor gave to newcomers in the order of their coming. */
export function meaning(census: Census): unknown {
  const login = new Map(census.accounts.map((a) => [a.id, a.login]));
  return {
    accounts: census.accounts.map((a) => ({ ...a, id: undefined })).sort((a, b) => (a.login < b.login ? -1 : 1)),
    groups: census.groups.map((g) => ({ ...g, members: g.members.map((m) => `${login.get(m.id)}:${m.level ?? ""}`).sort() })),
  };
}

/** What state remembers, without such ids and without the moment of an invitation. */
export const memory = (state: AppState): unknown =>
  [...state.accounts.values()]
    .sort((a, b) => (a.person < b.person ? -1 : 1))
    .map(({ person, login, status, stoppedByUs, owned, inputs, steps, pending }) => ({
      person,
      login,
      status,
      stoppedByUs,
      owned,
      inputs,
      steps,
      attempts: pending?.attempts,
    }));

/** When to strike: at a write the vendors see, or so many milliseconds after the first of them. */
export type Blow = { readonly atWrite: number } | { readonly after: number };

/** Starts `rollcall ...args apply --yes` and sends the signal; answers when the process is gone. */
export async function struck(company: Company, blow: Blow, signal: NodeJS.Signals, ...args: string[]): Promise<Awaited<Child["ended"]>> {
  const child = company.child(...args, "apply", "--yes");
  let writes = 0;
  const timers: NodeJS.Timeout[] = [];
  for (const simulator of Object.values(company.apps)) {
    simulator.onWrite(() => {
      writes++;
      if ("atWrite" in blow) {
        if (writes === blow.atWrite) child.process.kill(signal);
      } else if (writes === 1) timers.push(setTimeout(() => child.process.kill(signal), blow.after));
    });
  }
  const ended = await child.ended;
  timers.forEach(clearTimeout);
  for (const simulator of Object.values(company.apps)) simulator.onWrite(null);
  // What the dead process had sent already is still carried out.
  await sleep(20);
  return ended;
}
