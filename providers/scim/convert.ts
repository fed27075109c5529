/** The server's records in rollcall's words, and back. Pure. */
import {
  compareText,
  fold,
  type ObservedAccount,
  type ObservedEdge,
  type ObservedGroup,
  type Ref,
  type Wish,
} from "../../src/connector/index.ts";
import { nameOf } from "./entitlement.ts";
import { departmentOf, type NativeGroup, type NativeMember, type NativeUser, valuesOf } from "./native.ts";
import type { Profile } from "./profile.ts";

export const userRef = (id: string): Ref => ({ kind: "user", id });
export const groupRef = (id: string): Ref => ({ kind: "group", id });
export const groupName = (group: Pick<NativeGroup, "displayName">): string => nameOf("group", group.displayName);

type Email = NonNullable<NativeUser["emails"]>[number];

/** The address rollcall manages: the primary one, else the one for work, else the first. */
export function workEmail(user: NativeUser): Email | undefined {
  const all = (user.emails ?? []).filter((e) => e.value !== "");
  return all.find((e) => e.primary === true) ?? all.find((e) => e.type !== undefined && fold(e.type) === "work") ?? all[0];
}

export function toAccount(user: NativeUser, profile: Profile): ObservedAccount {
  const email = workEmail(user);
  const name = nameOfUser(user, profile);
  const department = departmentOf(user);
  const addresses = [...new Set((user.emails ?? []).flatMap((e) => (e.value === "" ? [] : [e.value])))].sort(compareText);
  return {
    ref: userRef(user.id),
    ...(user.userName === undefined ? {} : { login: user.userName }),
    emails: addresses.map((address) => ({ address, verified: profile.addresses === "managed" })),
    ...(name === undefined ? {} : { name }),
    status: statusOf(user, profile),
    admin: profile.roles !== null && valuesOf(user, profile.roles.attribute).some((value) => isAdminRole(value, profile)),
    attributes: {
      ...(name === undefined ? {} : { name }),
      ...(email === undefined ? {} : { email: email.value }),
      ...(user.title === undefined ? {} : { title: user.title }),
      ...(department === undefined ? {} : { department }),
    },
  };
}

/** A server that does not say whether an account is active leaves it unknown (law 13), unless it lists none but active ones. */
function statusOf(user: NativeUser, profile: Profile): ObservedAccount["status"] {
  if (user.active === undefined) return profile.inactive === "hidden" ? "active" : "unknown";
  return user.active ? "active" : "suspended";
}

/** Put for a family name where a server demands one and the person has none. */
export const noFamilyName = "-";

function nameOfUser(user: NativeUser, profile: Profile): string | undefined {
  const parts = [user.name?.givenName, user.name?.familyName].filter((p) => p !== undefined && p !== noFamilyName).join(" ");
  const joined = parts === "" ? undefined : parts;
  return profile.nameStyle === "parts" ? joined : (user.name?.formatted ?? joined ?? user.displayName);
}

const isAdminRole = (value: string, { adminRoles }: Profile): boolean => adminRoles === "all" || adminRoles.includes(value);

/** The entitlement that a value of the roles attribute is. */
export const roleName = (value: string, profile: Profile): string => nameOf(isAdminRole(value, profile) ? "admin" : "role", value);

/** Edges that the user's own record carries. */
export function valueEdges(user: NativeUser, profile: Profile): ObservedEdge[] {
  const edges = (kind: Profile["roles"], name: (value: string) => string, label: string): ObservedEdge[] =>
    kind === null
      ? []
      : valuesOf(user, kind.attribute).map((value) => ({
          account: userRef(user.id),
          entitlement: name(value),
          ...(kind.edit === "none" ? { derived: `${label} that the app sets by itself` } : {}),
        }));
  return [
    ...edges(profile.roles, (value) => roleName(value, profile), "a role"),
    ...edges(profile.entitlements, (value) => nameOf("entitlement", value), "an entitlement"),
  ];
}

export const memberEdge = (entitlement: string, id: string): ObservedEdge => ({ account: userRef(id), entitlement });

/** Users among the members, once each: servers store some twice. A group inside a group is no edge of an account. */
export const memberIds = (members: readonly NativeMember[]): string[] => [
  ...new Set(members.filter((m) => m.type === undefined || fold(m.type) !== "group").map((m) => m.value)),
];

export function toGroup(group: NativeGroup, profile: Profile, readOnly?: string): ObservedGroup {
  const why = readOnly ?? (profile.groups === "read" ? "a group that the server shows and does not let be edited" : undefined);
  return {
    entitlement: groupName(group),
    ref: groupRef(group.id),
    name: group.displayName,
    ...(why === undefined ? {} : { readOnly: why }),
  };
}

/** What the server makes of a wish: attributes that it does not keep are not wished for. */
export function normalise(wish: Wish, profile: Profile): Wish {
  const kept = Object.entries(wish.attributes).filter(([name]) => !profile.readOnly.some((r) => r === name));
  return kept.length === Object.keys(wish.attributes).length ? wish : { ...wish, attributes: Object.fromEntries(kept) };
}
