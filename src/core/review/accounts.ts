import type { App } from "../model/app.ts";
import type { Organization } from "../model/organization.ts";
import type { AccountRecord } from "../model/state.ts";

/** Who is behind an account at the forge, and the other way round. */
export interface ForgeAccounts {
  /** Key of the app with the forge's accounts; null where the files do not tell which it is: then nobody is known. */
  readonly app: string | null;
  /** By the account's number, never by its login: a login can be given to somebody else. null: nobody, a service, or more than one. */
  personOf(actor: number): string | null;
  /** The login as the person's file has it, else as state remembers it. */
  loginOf(person: string): string | null;
  /** The number that `personOf` knows the person by; null: none, or one that somebody else claims as well. */
  numberOf(person: string): number | null;
}

/** The app whose accounts people review with: the one that rollcall.yaml names, else the only one of the connector `github`. */
export function forgeApp({ settings, apps }: Organization): App | null {
  const { accounts } = settings.pullRequests;
  if (accounts !== undefined) return apps.get(accounts) ?? null;
  const all = [...apps.values()].filter((app) => app.connector === "github");
  return all.length === 1 ? all[0]! : null;
}

/**
 * Accounts by the files, and by what state remembers of that app (by key; none where state is not at hand). A file's id stands above state's. An
 * id that several keys claim, people or services, is nobody's: who of them it was would be a guess.
 */
export function forgeAccounts(organization: Organization, records: ReadonlyMap<string, AccountRecord>): ForgeAccounts {
  const app = forgeApp(organization);
  if (!app) return { app: null, personOf: () => null, loginOf: () => null, numberOf: () => null };
  const claims = new Map<string, Set<string>>();
  for (const { key, accounts } of [...organization.people.values(), ...organization.services.values()]) {
    const ref = records.get(key)?.ref;
    const id = accounts.get(app.key)?.id ?? (ref?.kind === "user" ? ref.id : undefined);
    if (id !== undefined) claims.set(id, (claims.get(id) ?? new Set()).add(key));
  }
  const personOf = (actor: number): string | null => {
    const [claim, ...others] = claims.get(String(actor)) ?? [];
    return claim !== undefined && others.length === 0 && organization.people.has(claim) ? claim : null;
  };
  return {
    app: app.key,
    personOf,
    numberOf(person) {
      const number = [...claims].find(([, keys]) => keys.has(person))?.[0];
      return number !== undefined && personOf(Number(number)) === person ? Number(number) : null;
    },
    loginOf(person) {
      const hint = organization.people.get(person)?.accounts.get(app.key);
      if (hint?.login !== undefined) return hint.login;
      const record = records.get(person);
      // What state remembers may be of another account than the one whose id the file gives.
      return hint?.id !== undefined && record?.ref.id !== hint.id ? null : (record?.login ?? null);
    },
  };
}
