/** The vendor's records in rollcall's words, and back. Pure. */
import type { ObservedAccount, ObservedEdge, ObservedGroup, Ref, Subject } from "../../src/connector/index.ts";
import type { NativeAccount, NativeAccountInFull, NativeGroup, NativeMembership } from "./api.ts";

export const accountRef = (id: string): Ref => ({ kind: "account", id });

export const spaceName = (group: string): string => `space/${group}`;

/** The vendor's name of a space, or null where the entitlement is none. */
export const groupName = (entitlement: string): string | null =>
  entitlement.startsWith("space/") ? entitlement.slice("space/".length) : null;

export function toAccount(native: NativeAccount, self: string | null): ObservedAccount {
  const attributes: Record<string, string> = { name: native.name };
  if (native.email !== null) attributes["email"] = native.email;
  if (native.title !== null) attributes["title"] = native.title;
  if (native.department !== null) attributes["department"] = native.department;
  return {
    ref: accountRef(native.id),
    login: native.login,
    emails: native.email === null ? [] : [{ address: native.email, verified: native.emailVerified }],
    name: native.name,
    status: native.status,
    admin: native.admin,
    ...(self === native.id ? { self: true as const } : {}),
    attributes,
  };
}

/** The one edge that the account's own record carries. */
export const adminEdges = (native: NativeAccount): ObservedEdge[] =>
  native.admin ? [{ account: accountRef(native.id), entitlement: "admin" }] : [];

export const toEdge = (group: string, member: NativeMembership): ObservedEdge => ({
  account: accountRef(member.accountId),
  entitlement: spaceName(group),
  level: member.level,
});

export function toGroup(native: NativeGroup): ObservedGroup {
  return {
    entitlement: spaceName(native.name),
    ref: { kind: "space", id: native.id },
    name: native.name,
    ...(native.description === null ? {} : { description: native.description }),
  };
}

export function toSubject(native: NativeAccountInFull, self: string | null): Subject {
  const spaces = native.spaces.map((s) => toEdge(s.name, { accountId: native.id, level: s.level }));
  return { account: toAccount(native, self), edges: [...adminEdges(native), ...spaces] };
}

/** Attributes as the vendor's fields. An empty text clears the field. */
export function fromAttributes(attributes: Readonly<Record<string, string>>): Record<string, string | null> {
  const fields: Record<string, string | null> = {};
  for (const name of ["name", "email", "title", "department"]) {
    const value = attributes[name];
    if (value !== undefined) fields[name] = value === "" ? null : value;
  }
  return fields;
}
