/** Checks of identity: ids hold, and look-ups say what the lists say. */
import { compareText } from "../../../core/diagnostic.ts";
import { fold, type MatchKey, type ObservedAccount, type Ref, refKey, type Subject } from "../../../core/model/observed.ts";
import { FaultError } from "../../fault.ts";
import type { Tenant } from "../../contract.ts";
import { differences, handful } from "../compare.ts";
import { edgeKey, readAll, type Reading } from "../read-all.ts";
import { smallCensus } from "../sample.ts";
import { inSession } from "../session.ts";
import type { Check } from "../target.ts";

export const idsSurviveARename: Check = {
  name: "ids survive a change of login and e-mail address",
  law: "6: identity is the vendor's immutable id",
  needs: "simulator",
  run: (target) =>
    inSession(target, { census: smallCensus(target.connector.manifest) }, async ({ running, open }) => {
      const chosen = running.census().accounts.find((a) => a.status === "active" && !a.admin);
      if (!chosen) return ["The sample has no ordinary account to rename"];
      const refOf = (reading: Reading, login: string): Ref | undefined =>
        [...reading.accounts.values()].find((a) => a.login !== undefined && fold(a.login) === fold(login))?.ref;
      const ref = refOf(await readAll((await open("read")).tenant), chosen.login);
      if (!ref) return [`The list does not show the account ${chosen.login}`];
      target.simulator!.rename(running, chosen.id, "kit-renamed");
      const { tenant } = await open("read");
      const listed = refOf(await readAll(tenant), "kit-renamed");
      const fresh = await tenant.get(ref);
      const byNew = await tenant.find([{ by: "login", value: "kit-renamed" }]);
      const byOld = await tenant.find([{ by: "login", value: chosen.login }]);
      const answers = (found: readonly Subject[]): boolean => found.some((s) => refKey(s.account.ref) === refKey(ref));
      return [
        ...(listed && refKey(listed) === refKey(ref)
          ? []
          : [`The list shows ${refKey(ref)} as ${listed ? refKey(listed) : "nobody"} once it is renamed`]),
        ...(fresh?.account.login === "kit-renamed"
          ? []
          : [`get(${refKey(ref)}) answers ${fresh?.account.login ?? "nobody"} once it is renamed`]),
        ...(answers(byNew) ? [] : ["The new login does not find the account"]),
        ...(answers(byOld) ? ["The old login still finds the account"] : []),
      ];
    }),
};

export const lookUpsAgreeWithLists: Check = {
  name: "look-ups by key and by id say what the lists say",
  law: "6: logins and addresses are compared case-folded",
  needs: "simulator",
  run: (target) =>
    inSession(target, { census: smallCensus(target.connector.manifest) }, async ({ open }) => {
      const { tenant } = await open("read");
      const reading = await readAll(tenant);
      const findings: string[] = [];
      for (const account of reading.accounts.values()) {
        findings.push(...compareSubject(`get(${refKey(account.ref)})`, reading, account, await tenant.get(account.ref)));
        for (const key of keysOf(account)) {
          const found = (await tenant.find([key])).filter((s) => refKey(s.account.ref) === refKey(account.ref));
          findings.push(...(found.length > 1 ? [`find(${key.by}: ${key.value}) answers the same account twice`] : []));
          findings.push(...compareSubject(`find(${key.by}: ${key.value})`, reading, account, found[0] ?? null));
        }
      }
      return handful(findings);
    }),
};

export const unknownKeysFindNothing: Check = {
  name: "unknown keys and ids find nothing, and none walks up the path",
  law: "3: an empty look-up by key proves absence",
  needs: "simulator",
  run: (target) =>
    inSession(target, { census: smallCensus(target.connector.manifest) }, async ({ running, open }) => {
      const { tenant, strict } = await open("read");
      const [known] = (await readAll(tenant)).accounts.values();
      const findings: string[] = [];
      const keys: MatchKey[] = [
        { by: "id", value: "99999999" },
        { by: "login", value: "kit-nobody" },
        { by: "email", value: "kit-nobody@acme.example" },
      ];
      for (const key of keys) if ((await tenant.find([key])).length > 0) findings.push(`find(${key.by}: ${key.value}) answers somebody`);
      if ((await tenant.find(keys)).length > 0) findings.push("Three unknown keys together answer somebody");
      if (known && (await tenant.get({ kind: known.ref.kind, id: "99999999" })) !== null)
        findings.push("get() of an unknown id answers somebody");
      for (const id of ["..", "../..", "", "a/b", "?login=x", "%2e%2e"]) {
        if (known && (await quietly(tenant, { kind: known.ref.kind, id })))
          findings.push(`get() of the id ${JSON.stringify(id)} answers somebody`);
      }
      // Refusing such an id is as good as not finding it; asking for something else altogether is not.
      findings.push(...strict.violations);
      if (running.seen.some((r) => r.mutating)) findings.push("A look-up wrote");
      return handful(findings);
    }),
};

async function quietly(tenant: Tenant, ref: { kind: string; id: string }): Promise<boolean> {
  try {
    return (await tenant.get(ref)) !== null;
  } catch (error) {
    if (error instanceof FaultError) return false;
    throw error;
  }
}

/** Every key the account can be known by, the login also in other letters. */
function keysOf(account: ObservedAccount): MatchKey[] {
  if (account.status !== "active" && account.status !== "suspended") return [];
  const logins: MatchKey[] =
    account.login === undefined
      ? []
      : [account.login, account.login.toUpperCase(), account.login.toLowerCase()].map((value) => ({ by: "login", value }));
  const emails: MatchKey[] = account.emails.filter((e) => e.verified).map((e) => ({ by: "email", value: e.address.toUpperCase() }));
  return [{ by: "id", value: account.ref.id }, ...logins, ...emails];
}

function compareSubject(asked: string, reading: Reading, account: ObservedAccount, subject: Subject | null): string[] {
  if (!subject) return [`${asked} answers nothing, and the list has the account`];
  const same =
    refKey(subject.account.ref) === refKey(account.ref) &&
    subject.account.status === account.status &&
    subject.account.admin === account.admin;
  const edges = (
    of: Iterable<{ account: { kind: string; id: string }; entitlement: string; level?: string; derived?: string }>,
  ): string[] =>
    [...of]
      .filter((e) => e.derived === undefined)
      .map((e) => `${edgeKey(e)} ${e.level ?? ""}`)
      .sort(compareText);
  const listed = edges([...reading.edges.values()].filter((e) => refKey(e.account) === refKey(account.ref)));
  return [
    ...(same ? [] : [`${asked} answers another ref, status or administration than the list`]),
    ...differences(`${asked}: an edge`, listed, edges(subject.edges)),
  ];
}
