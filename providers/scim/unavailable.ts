import type { Verb } from "../../src/connector/index.ts";
import type { Profile } from "./profile.ts";

/** Verbs that a server of this profile cannot do, with the reason. */
export function unavailable(profile: Profile): Partial<Record<Verb, string>> {
  const values = [profile.roles, profile.entitlements].some((kind) => kind !== null && kind.edit !== "none");
  const noGroups =
    profile.groups === "none" ? "the server has no groups" : profile.groups === "read" ? "the server does not let groups be edited" : null;
  const reasons: Partial<Record<Verb, string | null>> = {
    suspend: profile.disable === "none" ? "the server cannot suspend accounts" : null,
    restore:
      profile.disable === "none"
        ? "the server cannot suspend accounts"
        : profile.disableRemoves
          ? "an account that was disabled there is gone, and its id with it"
          : null,
    delete:
      profile.deletes === "removes"
        ? null
        : profile.deletes === "deactivates"
          ? "DELETE only deactivates there"
          : "the server deletes no accounts",
    grant: values ? null : noGroups,
    revoke: values ? null : noGroups,
    createGroup: noGroups,
    updateGroup: noGroups,
    deleteGroup: noGroups,
  };
  return Object.fromEntries(Object.entries(reasons).filter(([, reason]) => reason !== null)) as Partial<Record<Verb, string>>;
}
