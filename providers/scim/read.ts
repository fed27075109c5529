/** Reading: one page is one request. What a page proves is said with it. */
import {
  FaultError,
  type ObservedEdge,
  type ObservedGroup,
  type Opening,
  type Page,
  type Scope,
  type Verdict,
} from "../../src/connector/index.ts";
import { type Context, groups, membersOf, users, values } from "./context.ts";
import { groupName, memberEdge, memberIds, toAccount, toGroup, valueEdges } from "./convert.ts";
import type { NativeGroup } from "./native.ts";
import { groupIdOf, memberCursor, readMembers } from "./read-members.ts";

export const roots = ({ profile }: Pick<Context, "profile">): readonly Opening[] =>
  profile.groups === "none" ? [{ scope: users }] : [{ scope: users }, { scope: groups }];

/** One page of a scope. Throws FaultError. */
export async function readPage(context: Context, scope: Scope, cursor: string | undefined): Promise<Page> {
  if (scope.id === users.id) return readUsers(context, cursor);
  if (scope.id === groups.id) return readGroups(context, cursor);
  if (scope.entitlement !== undefined && cursor !== undefined && groupIdOf(cursor) !== null) return readMembers(context, scope, cursor);
  throw new FaultError({ kind: "invalid", message: `There is no list ${scope.id} to read` });
}

async function readUsers(context: Context, cursor: string | undefined): Promise<Page> {
  const { api, lists, profile, reading } = context;
  if (cursor === undefined) reading.users = null;
  const { body } = await api.users(lists.query(cursor));
  const rows = body.Resources ?? [];
  const on = lists.follow(
    users.id,
    cursor,
    body,
    rows.map((u) => u.id),
  );
  const page = { accounts: rows.map((u) => toAccount(u, profile)), edges: rows.flatMap((u) => valueEdges(u, profile)) };
  if ("next" in on) return { ...page, next: on.next };
  reading.users = on.complete;
  return { ...page, ...ending(context, [{ scope: users.id, ...on }], []) };
}

async function readGroups(context: Context, cursor: string | undefined): Promise<Page> {
  const { api, lists, reading } = context;
  if (cursor === undefined) {
    reading.groups.clear();
    reading.groupList = null;
  }
  const { body } = await api.groups(lists.query(cursor));
  const rows = body.Resources ?? [];
  const on = lists.follow(
    groups.id,
    cursor,
    body,
    rows.map((g) => g.id),
  );
  const found = rows.map((group) => oneGroup(context, group));
  const page = { groups: found.flatMap((f) => f.groups), edges: found.flatMap((f) => f.edges) };
  const opens = found.flatMap((f) => f.opens);
  const closes = found.flatMap((f) => f.closes);
  if ("next" in on) return { ...page, opens, closes, next: on.next };
  reading.groupList = on.complete;
  return { ...page, ...ending(context, [...closes, { scope: groups.id, ...on }], opens) };
}

/**
 * The end of one of the two lists. Whether roles and entitlements were all seen is said by whichever ends last: the scope stands for every
 * entitlement that has no list of its own, so a group that was not listed must not be among them.
 */
function ending({ profile, reading }: Context, closes: readonly Verdict[], opens: readonly Opening[]): Pick<Page, "opens" | "closes"> {
  const lists = profile.groups === "none" ? [reading.users] : [reading.users, reading.groupList];
  if ((profile.roles === null && profile.entitlements === null) || lists.includes(null)) return { opens, closes };
  const complete = lists.every((verdict) => verdict === true);
  const verdict: Verdict = {
    scope: values.id,
    complete,
    ...(complete ? {} : { reason: "the lists of users and groups are not complete" }),
  };
  return { opens: [...opens, { scope: values }], closes: [...closes, verdict] };
}

interface Found {
  readonly groups: readonly ObservedGroup[];
  readonly edges: readonly ObservedEdge[];
  readonly opens: readonly Opening[];
  readonly closes: readonly Verdict[];
}

function oneGroup(context: Context, group: NativeGroup): Found {
  const { profile, reading } = context;
  const name = groupName(group);
  const scope = membersOf(name);
  const first = reading.groups.get(name);
  if (first !== undefined && first !== group.id) {
    // Which of the two a file means nobody can say: neither is written to, and nothing is concluded.
    const reason = `another group of the same name: ${group.displayName}`;
    return {
      groups: [toGroup({ ...group, id: first }, profile, reason), toGroup(group, profile, reason)],
      edges: [],
      opens: [],
      closes: [{ scope: scope.id, complete: false, reason: `several groups are called ${group.displayName}` }],
    };
  }
  reading.groups.set(name, group.id);
  const base = { groups: [toGroup(group, profile)], edges: [] };
  const members = profile.members === "list" ? (group.members ?? (profile.emptyMembers === "omitted" ? [] : undefined)) : undefined;
  if (profile.members === "none") {
    const reason = "the server shows no members of groups";
    return { ...base, opens: [{ scope }], closes: [{ scope: scope.id, complete: false, reason }] };
  }
  const edges = memberIds(members ?? []).map((id) => memberEdge(name, id));
  const cut = profile.membersCap > 0 && (members?.length ?? 0) >= profile.membersCap;
  if (members === undefined || cut) return { ...base, edges, opens: [{ scope, cursor: memberCursor(group.id) }], closes: [] };
  return { ...base, edges, opens: [{ scope }], closes: [{ scope: scope.id, complete: true }] };
}
