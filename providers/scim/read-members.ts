/** Members of one group that the list of groups did not show, or not all of. */
import { FaultError, type Page, type Scope, type Verdict } from "../../src/connector/index.ts";
import { quoted } from "./api.ts";
import type { Context } from "./context.ts";
import { groupName, memberEdge, memberIds } from "./convert.ts";
import type { NativeGroup } from "./native.ts";
import type { Profile } from "./profile.ts";

/** The group's id, and after a blank where its list goes on: the path needs the id, and a scope holds names only. */
export const memberCursor = (group: string, at?: string): string => `${encodeURIComponent(group)}${at === undefined ? "" : ` ${at}`}`;

/** The id in a cursor of ours; null where the text is none. */
export function groupIdOf(cursor: string): string | null {
  const encoded = cursor.split(" ")[0]!;
  try {
    return encoded === "" ? null : decodeURIComponent(encoded);
  } catch {
    return null;
  }
}

/** One page of a group's members. */
export async function readMembers(context: Context, scope: Scope, cursor: string): Promise<Page> {
  const id = groupIdOf(cursor);
  if (id === null || scope.entitlement === undefined)
    throw new FaultError({ kind: "invalid", message: `There is no list ${scope.id} to read` });
  return context.profile.members === "filter"
    ? byFilter(context, scope, scope.entitlement, id, cursor)
    : byGroup(context, scope, scope.entitlement, id);
}

async function byGroup({ api, profile }: Context, scope: Scope, entitlement: string, id: string): Promise<Page> {
  const { body: group } = await api.group(id);
  const reason = groupName(group) === entitlement ? doubtAbout(group, profile) : "the group was renamed while it was read";
  const verdict: Verdict = { scope: scope.id, complete: reason === null, ...(reason === null ? {} : { reason }) };
  return { edges: memberIds(group.members ?? []).map((user) => memberEdge(entitlement, user)), closes: [verdict] };
}

/** Why a group's members may be more than it shows; null where they are all. */
export function doubtAbout(group: NativeGroup, profile: Profile): string | null {
  if (group.members === undefined)
    return profile.emptyMembers === "omitted"
      ? null
      : "the server shows no members of it (where that means there are none, set server.emptyMembers to omitted)";
  return profile.membersCap > 0 && group.members.length === profile.membersCap
    ? `the server shows ${profile.membersCap} members, which is the most it shows`
    : null;
}

async function byFilter({ api, lists }: Context, scope: Scope, entitlement: string, id: string, cursor: string): Promise<Page> {
  const at = cursor.includes(" ") ? cursor.slice(cursor.indexOf(" ") + 1) : undefined;
  const { body } = await api.users({ ...lists.query(at), filter: `groups.value eq ${quoted(id)}` });
  const ids = (body.Resources ?? []).map((u) => u.id);
  const on = lists.follow(scope.id, at, body, ids);
  const edges = ids.map((user) => memberEdge(entitlement, user));
  return "next" in on ? { edges, next: memberCursor(id, on.next) } : { edges, closes: [{ scope: scope.id, ...on }] };
}
