/** A line of the register in rollcall's words. Pure. */
import { type MatchKey, type ObservedAccount, type ObservedEdge, type Ref, type RegisterEntry, fold } from "../../src/connector/index.ts";

const entryRef = (id: string): Ref => ({ kind: "entry", id });

export function toAccount(entry: RegisterEntry): ObservedAccount {
  return {
    ref: entryRef(entry.id),
    ...(entry.login === undefined ? {} : { login: entry.login }),
    // The register is reviewed and committed by the organisation itself: what it says of an address is as good as proof.
    emails: entry.email === undefined ? [] : [{ address: entry.email, verified: true }],
    ...(entry.name === undefined ? {} : { name: entry.name }),
    status: entry.status,
    admin: false,
    attributes: {
      ...(entry.name === undefined ? {} : { name: entry.name }),
      ...(entry.email === undefined ? {} : { email: entry.email }),
    },
  };
}

export function toEdges(entry: RegisterEntry): ObservedEdge[] {
  return Object.entries(entry.grants).map(([entitlement, level]) => ({
    account: entryRef(entry.id),
    entitlement,
    ...(level === "" ? {} : { level }),
  }));
}

export function answersTo(entry: RegisterEntry, key: MatchKey): boolean {
  const value = key.by === "id" ? entry.id : key.by === "login" ? entry.login : entry.email;
  return value !== undefined && (key.by === "id" ? value === key.value : fold(value) === fold(key.value));
}
