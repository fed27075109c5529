import type { Actor } from "../forge/forge.ts";
import { type ForgeAccounts, forgeAccounts } from "../review/accounts.ts";
import { presentAt } from "../review/owners.ts";
import { type DoctorFacts, isSeen } from "./facts.ts";

/** Accounts at the forge, called by the people who have them. */
export interface People {
  readonly accounts: ForgeAccounts;
  /** `grace (@ghopper)`, `@mallory, who is in no file`. */
  nameOf(actor: Actor): string;
  /** Somebody who is in the files and here. */
  isHere(actor: Actor): boolean;
  /** A name as rules of branches have it (`user 7`, `ghopper`, `app 15368`, `@acme/infra`), with whoever that is. */
  nameIn(rule: string): string;
}

export function peopleOf(facts: DoctorFacts): People {
  const { organization, now, state, forge } = facts;
  const accounts = forgeAccounts(organization, isSeen(state) ? state.accounts : new Map());
  const present = presentAt(organization, now);
  const actors = isSeen(forge) ? [...(forge.facts.writers ?? []), ...(forge.facts.admins ?? [])] : [];
  const nameOf = (actor: Actor): string => {
    const person = accounts.personOf(actor.id);
    if (person === null) return `@${actor.login}, who is in no file`;
    return `${person} (@${actor.login})${present(person) ? "" : ", who is not here"}`;
  };
  return {
    accounts,
    nameOf,
    isHere: (actor) => {
      const person = accounts.personOf(actor.id);
      return person !== null && present(person);
    },
    nameIn(rule) {
      const [, name = rule, how = ""] = /^(.*?)( \(in pull requests\))?$/s.exec(rule) ?? [];
      const number = /^user (\d+)$/.exec(name)?.[1];
      const found = actors.find((a) => (number === undefined ? a.login === name : String(a.id) === number));
      if (found) return `${nameOf(found)}${how}`;
      const person = number === undefined ? null : accounts.personOf(Number(number));
      if (person !== null) return `${person} (${name})${how}`;
      return isActions(name) ? `${name} (GitHub Actions: any workflow)${how}` : rule;
    },
  };
}

/** The app of workflows, by its slug and by its number (15368: from memory, 2026-11). */
const isActions = (name: string): boolean => name === "app github-actions" || name === "app 15368";

/** An app, that of the workflows or another: what rollcall may push as. */
export const isApp = (name: string): boolean => name.startsWith("app ");
