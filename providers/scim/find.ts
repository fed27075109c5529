/** Look-ups by key and by id. An empty answer is proof: where a server's answer is none, a fault says so. */
import {
  compareText,
  FaultError,
  fold,
  type MatchKey,
  type ObservedEdge,
  type Ref,
  refKey,
  type Subject,
} from "../../src/connector/index.ts";
import { quoted } from "./api.ts";
import type { Context } from "./context.ts";
import { groupName, memberEdge, toAccount, valueEdges } from "./convert.ts";
import type { NativeList, NativeUser } from "./native.ts";
import { nameOf } from "./entitlement.ts";

/** Subjects that answer to any of the keys, once each, in the order of their refs. */
export async function find(context: Context, keys: readonly MatchKey[]): Promise<readonly Subject[]> {
  const found = new Map<string, Subject>();
  for (const key of keys) {
    const ids = key.by === "id" ? [key.value] : (await usersBy(context, key.by, key.value)).map((u) => u.id);
    for (const id of ids) {
      const subject = await subjectOf(context, id);
      if (subject) found.set(refKey(subject.account.ref), subject);
    }
  }
  return [...found].sort(([a], [b]) => compareText(a, b)).map(([, subject]) => subject);
}

export async function get(context: Context, ref: Ref): Promise<Subject | null> {
  if (ref.kind !== "user") throw new FaultError({ kind: "invalid", message: `A ${ref.kind} is not an account` });
  return subjectOf(context, ref.id);
}

/** Users with this login or address. Throws `unsupported` where an empty answer would prove nothing. */
export async function usersBy({ api, profile }: Context, by: "login" | "email", value: string): Promise<readonly NativeUser[]> {
  const attribute = by === "login" ? "userName" : "emails";
  if (!profile.filters.includes(attribute)) throw unsupported(`The server cannot look up users by ${attribute}`);
  const path = by === "login" ? "userName" : profile.emailFilter;
  // A server that heeds case is asked for the usual spelling as well.
  const spellings = profile.filterCase === "sensitive" ? [...new Set([value, fold(value)])] : [value];
  const found = new Map<string, NativeUser>();
  for (const spelling of spellings) {
    const { body } = await api.users({ filter: `${path} eq ${quoted(spelling)}` });
    for (const user of matching(body, by, value)) found.set(user.id, user);
  }
  if (found.size === 0 && profile.filterCase === "sensitive")
    throw unsupported(`The server heeds case when it looks for ${attribute}: that it found nobody proves nothing`);
  return [...found.values()];
}

/** The rows that answer to the key. A server that does not know the filter gives everybody, page 1: then nobody on it proves nothing. */
function matching(
  { Resources = [], totalResults = Resources.length }: NativeList<NativeUser>,
  by: "login" | "email",
  value: string,
): NativeUser[] {
  const answers = (user: NativeUser): boolean =>
    by === "login"
      ? user.userName !== undefined && fold(user.userName) === fold(value)
      : (user.emails ?? []).some((e) => fold(e.value) === fold(value));
  const found = Resources.filter(answers);
  if (found.length === 0 && totalResults > 0)
    throw unsupported("The server answered a look-up with others than were asked for: it does not filter");
  return found;
}

/** The user as it is now, or null where a 404 by id proves that there is none. */
export async function userOf({ api }: Pick<Context, "api">, id: string): Promise<NativeUser | null> {
  try {
    const { body } = await api.user(id);
    if (body.id !== id) throw new FaultError({ kind: "invalid", message: `The server answered with the user ${body.id} instead of ${id}` });
    return body;
  } catch (error) {
    if (error instanceof FaultError && error.fault.kind === "notFound") return null;
    throw error;
  }
}

async function subjectOf(context: Context, id: string): Promise<Subject | null> {
  const user = await userOf(context, id);
  if (!user) return null;
  const edges = [...valueEdges(user, context.profile), ...(await groupEdges(context, user))];
  return { account: toAccount(user, context.profile), edges: edges.sort((a, b) => compareText(a.entitlement, b.entitlement)) };
}

async function groupEdges(context: Context, user: NativeUser): Promise<ObservedEdge[]> {
  const { api, profile } = context;
  if (profile.groups === "none") return [];
  if (profile.userGroups === "none") throw unsupported("The server does not tell which groups a user is in");
  if (profile.userGroups === "filter") {
    const { body } = await api.groups({ filter: `members eq ${quoted(user.id)}` });
    const rows = body.Resources ?? [];
    if ((body.totalResults ?? rows.length) > rows.length) throw unsupported("The groups of this user fill more than a page");
    return rows.map((g) => memberEdge(groupName(g), user.id));
  }
  const told: unknown = user["groups"];
  if (told === undefined || told === null) {
    if (profile.emptyMembers === "omitted") return [];
    throw unsupported("The server does not tell which groups this user is in (where that means none, set server.emptyMembers to omitted)");
  }
  const edges = new Map<string, ObservedEdge>();
  for (const one of Array.isArray(told) ? told : [told]) {
    const { value, display, type } = (typeof one === "object" && one !== null ? one : {}) as Record<string, unknown>;
    if (typeof value !== "string" && typeof value !== "number") throw unsupported("The server tells groups of a user without their ids");
    const name =
      typeof display === "string" && display !== "" ? nameOf("group", display) : groupName((await api.group(String(value))).body);
    const indirect = typeof type === "string" && fold(type) === "indirect";
    // A direct membership says more than one through a nested group.
    if (!indirect || !edges.has(name))
      edges.set(name, { ...memberEdge(name, user.id), ...(indirect ? { derived: "membership of a nested group" } : {}) });
  }
  return [...edges.values()];
}

const unsupported = (message: string): FaultError => new FaultError({ kind: "unsupported", message });
