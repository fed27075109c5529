import { z } from "zod";
import { type Profile, profileFields } from "./profile.ts";
import { profileNames, profileOf } from "./profiles.ts";

/** `settings:` of an app file. The address is not a setting: only the operator may say which host gets the credential. */
export const settings = z.strictObject({
  /** Which server it is; `standard` where it is none of those we know. */
  profile: z.enum(profileNames).optional(),
  /** A name for the tenant, where the address does not tell tenants apart (Slack, Notion). Pinned at the first run. */
  tenant: z.string().min(1).max(200).optional(),
  /** What this server does otherwise than its profile says. */
  server: profileFields.partial().optional(),
});

export type Settings = z.infer<typeof settings>;

/** What an app's file says of its server beside the profile. */
export function ownOf({ server = {} }: Settings): Partial<Profile> {
  // zod's partial() makes fields that may be undefined; those that are given hold.
  return Object.fromEntries(Object.entries(server).filter(([, value]) => value !== undefined)) as Partial<Profile>;
}

/** The profile in force. */
export const profileFor = (given: Settings): Profile => profileOf(given.profile ?? "standard", ownOf(given));
