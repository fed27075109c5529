import { z } from "zod";

/** `settings:` of an app file. The endpoint is not a setting: only the operator may point a credential at another host. */
export const settings = z.strictObject({
  organization: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9-]{0,38}$/, "must be an organisation's login: letters, digits and dashes, at most 39")
    .describe("The organisation's login, as in github.com/LOGIN."),
});

export type Settings = z.infer<typeof settings>;
