/** Where what a server says or shows speaks against the profile in force. Pure. */
import type { Configuration } from "./configuration.ts";
import { attributeOf, type NativeGroup, type NativeUser } from "./native.ts";
import type { Profile } from "./profile.ts";

interface Facts {
  readonly configuration: Configuration;
  /** null: the server does not say. */
  readonly resourceTypes?: readonly string[] | null;
  readonly schemas?: readonly string[] | null;
  readonly users?: readonly NativeUser[];
  readonly groups?: readonly NativeGroup[];
}

/** Each as a sentence with the setting that would mend it. Empty where nothing speaks against the profile. */
export function misfits(profile: Profile, facts: Facts): string[] {
  const { configuration: told, resourceTypes, schemas, users = [], groups } = facts;
  const found: string[] = [];
  const say = (when: boolean, line: string): void => void (when && found.push(line));
  say(
    told.patch?.supported === false && (profile.userEdit === "patch" || profile.groupEdit === "patch"),
    "the server says it knows no PATCH: server.userEdit and server.groupEdit would be put",
  );
  say(told.filter?.supported === false && profile.filters.length > 0, "the server says it cannot filter: server.filters would be []");
  say(
    told.etag?.supported === true && !profile.etag && (profile.userEdit === "put" || profile.groupEdit === "put"),
    "the server keeps versions: server.etag would make replacing safe",
  );
  say(told.etag?.supported === false && profile.etag, "the server says it keeps no versions: server.etag would be false");
  say(
    told.pagination?.cursor === true && told.pagination.index === false && profile.paging === "index",
    "the server pages by cursor only: server.paging would be cursor",
  );
  say(
    told.pagination !== undefined && told.pagination.cursor !== true && profile.paging === "cursor",
    "the server does not page by cursor: server.paging would be index",
  );
  if (resourceTypes) {
    say(!resourceTypes.includes("User"), "the server lists no resource type User");
    say(resourceTypes.includes("Group") && profile.groups === "none", "the server has groups: server.groups would be read or write");
    say(
      !resourceTypes.includes("Group") && profile.groups !== "none",
      "the server lists no resource type Group: server.groups would be none",
    );
  }
  if (schemas) {
    const extension = profile.roles?.attribute.includes(":")
      ? profile.roles.attribute.slice(0, profile.roles.attribute.lastIndexOf(":"))
      : undefined;
    say(extension !== undefined && !schemas.includes(extension), `the server lists no schema ${extension}: server.roles may be null`);
  }
  const none = (test: (user: NativeUser) => boolean): boolean => users.length > 0 && !users.some(test);
  say(
    none((u) => u.userName !== undefined),
    "no user shows a userName",
  );
  say(none((u) => u.active !== undefined) && profile.inactive === "flag", "no user says whether it is active: nobody's status is known");
  say(
    none((u) => u.externalId !== undefined) && profile.externalId,
    "no user shows an externalId: a creation whose answer is lost cannot be told from somebody else's (server.externalId)",
  );
  say(
    profile.roles !== null && none((u) => attributeOf(u, profile.roles!.attribute) !== undefined),
    "no user has a role: server.roles may be null",
  );
  if (groups && groups.length > 0) {
    const shown = groups.filter((g) => g.members !== undefined).length;
    say(
      shown === 0 && profile.members === "list" && profile.emptyMembers === "omitted",
      "no group in the list shows members: server.members may be group, filter or none",
    );
    say(
      shown === 0 && profile.members === "list" && profile.emptyMembers === "shown",
      "no group in the list shows members: each costs a request of its own (server.members)",
    );
    const most = Math.max(...groups.map((g) => g.members?.length ?? 0));
    say(
      profile.membersCap === 0 && [50, 100, 200, 500, 1000].includes(most) && groups.filter((g) => g.members?.length === most).length > 1,
      `several groups show exactly ${most} members: that may be a limit (server.membersCap)`,
    );
  }
  return found;
}
