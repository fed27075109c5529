/** Groups themselves. SCIM groups have no description: one that a file gives stays in the file. */
import type { Call, Outcome } from "../../src/connector/index.ts";
import { quoted } from "./api.ts";
import type { Context } from "./context.ts";
import { groupRef } from "./convert.ts";
import { partsOf } from "./entitlement.ts";
import { already, done, failed, refuse } from "./outcome.ts";
import { merged, operation, patchBody } from "./patch.ts";

type GroupCall = Extract<Call, { verb: "createGroup" | "updateGroup" | "deleteGroup" }>;

const groupSchema = "urn:ietf:params:scim:schemas:core:2.0:Group";

export async function changeGroup(context: Context, call: GroupCall): Promise<Outcome> {
  const { api, profile } = context;
  if (profile.groups !== "write") throw refuse("unsupported", "The server does not let groups be edited");
  const displayName = displayNameOf(call.name);
  switch (call.verb) {
    case "createGroup": {
      const [known] = await groupsCalled(context, displayName);
      // Only a group of this very wish is ours; another of the name may have been made by anybody, for anything.
      if (known)
        return profile.externalId && known.externalId === call.key
          ? already({ ref: groupRef(known.id) })
          : failed("conflict", `There is a group ${displayName}`);
      const answer = await api.createGroup({
        schemas: [groupSchema],
        displayName,
        ...(profile.externalId ? { externalId: call.key } : {}),
      });
      return done(answer, { ref: groupRef(answer.body.id) });
    }
    case "updateGroup":
      return context.turns(`group ${call.ref.id}`, async () => {
        const { body, etag } = await api.group(call.ref.id);
        if (body.displayName === displayName) return already();
        if (profile.groupEdit === "patch")
          return done(await api.patchGroup(call.ref.id, patchBody([operation("replace", "displayName", displayName, profile)])));
        if (body.members === undefined && profile.emptyMembers === "shown")
          throw refuse("unsupported", "The server does not show the group's members, and replacing it could take them away");
        return done(await api.putGroup(call.ref.id, merged(body, { displayName }), profile.etag ? etag : undefined));
      });
    case "deleteGroup":
      return done(await api.remove("Groups", call.ref.id));
  }
}

async function groupsCalled({ api, profile }: Context, displayName: string): Promise<{ id: string; externalId?: string | undefined }[]> {
  if (!profile.filters.includes("displayName")) return [];
  const { body } = await api.groups({ filter: `displayName eq ${quoted(displayName)}` });
  return (body.Resources ?? []).filter((g) => g.displayName === displayName);
}

function displayNameOf(entitlement: string): string {
  const parts = partsOf(entitlement);
  if (parts?.family !== "group") throw refuse("invalid", `${entitlement} is not a group`);
  return parts.own;
}
