/** Membership of one group: one member in or out, never a list made from what this run once read (law 7). */
import type { Call, Outcome } from "../../src/connector/index.ts";
import { type Answered, quoted } from "./api.ts";
import type { Context } from "./context.ts";
import { groupName } from "./convert.ts";
import { edited } from "./edit.ts";
import type { NativeGroup } from "./native.ts";
import { already, done, failed, refuse } from "./outcome.ts";
import { merged, operation, patchBody } from "./patch.ts";
import { doubtAbout } from "./read-members.ts";

type Edge = Extract<Call, { verb: "grant" | "revoke" }>;

export async function setMember(context: Context, call: Edge): Promise<Outcome> {
  const { profile } = context;
  // Not "notFound": that this run saw no such group is no proof, and a revocation must not count as done because of it.
  if (!call.target.ref) throw refuse("invalid", `The group behind ${call.target.name} was not seen in this run`);
  if (profile.groups !== "write") throw refuse("unsupported", "The server does not let groups be edited");
  const group = call.target.ref.id;
  const wanted = call.verb === "grant";
  return context.turns(`group ${group}`, async () => {
    if ((await isMember(context, call, group)) === wanted) return already();
    const answer = profile.groupEdit === "put" ? await replaced(context, call, group) : await patched(context, call, group);
    if (answer === null) return already();
    const shown = answer.body?.members === undefined ? null : has(answer.body, call.ref.id, context);
    const held = shown ?? (await isMember(context, call, group));
    if (held === null) return done(answer, { note: "the server does not show members: not confirmed" });
    return held === wanted
      ? done(answer)
      : failed("invalid", `The server accepted the change, and ${call.target.name} ${wanted ? "lacks" : "still has"} user ${call.ref.id}`);
  });
}

/** null where the server does not tell. */
async function isMember(context: Context, call: Edge, group: string): Promise<boolean | null> {
  const { api, profile } = context;
  if (profile.membership === "group") {
    const { body } = await api.group(group);
    assertName(body, call);
    return has(body, call.ref.id, context);
  }
  if (profile.membership === "none") return null;
  const { body } = await api.groups({ filter: `id eq ${quoted(group)} and members eq ${quoted(call.ref.id)}` });
  const rows = body.Resources ?? [];
  // A server that does not know the filter gives other groups as well.
  if (rows.some((g) => g.id !== group)) throw refuse("unsupported", "The server does not filter groups by id and members");
  for (const row of rows) assertName(row, call);
  return rows.length > 0;
}

function has(group: NativeGroup, user: string, { profile }: Context): boolean | null {
  if ((group.members ?? []).some((m) => m.value === user)) return true;
  return doubtAbout(group, profile) === null ? false : null;
}

/** Ids hold, names change hands: what was reviewed is a name. */
function assertName(group: NativeGroup, call: Edge): void {
  if (groupName(group) !== call.target.name) throw refuse("conflict", `The group ${call.target.name} is called ${groupName(group)} by now`);
}

function patched({ api, profile }: Context, call: Edge, group: string): Promise<Answered<NativeGroup | undefined>> {
  const member = { value: call.ref.id };
  const change =
    call.verb === "grant"
      ? operation("add", "members", [member], profile)
      : // To remove "members" without either would empty the group.
        profile.memberRemove === "filter"
        ? operation("remove", `members[value eq ${quoted(member.value)}]`, undefined, profile)
        : operation("remove", "members", [member], profile);
  return api.patchGroup(group, patchBody([change]));
}

function replaced(context: Context, call: Edge, id: string): Promise<Answered<NativeGroup | undefined> | null> {
  return edited(
    context,
    () => context.api.group(id),
    (group, ifMatch) => {
      assertName(group, call);
      const doubt = doubtAbout(group, context.profile);
      // Writing back a list that was not shown in full would take access from everybody else.
      if (doubt !== null) throw refuse("unsupported", `The members of ${call.target.name} cannot be replaced: ${doubt}`);
      const members = group.members ?? [];
      const others = members.filter((m) => m.value !== call.ref.id);
      if (call.verb === "revoke")
        return others.length === members.length ? null : context.api.putGroup(id, merged(group, { members: others }), ifMatch);
      return others.length < members.length
        ? null
        : context.api.putGroup(id, merged(group, { members: [...others, { value: call.ref.id }] }), ifMatch);
    },
  );
}
