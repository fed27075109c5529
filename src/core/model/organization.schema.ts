import { z } from "zod";
import { appKey, days, hover, text, timezone } from "./text.schema.ts";

const domain = z
  .string()
  .max(253, "A domain has at most 253 characters.")
  .regex(/^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,10}[a-z0-9-]{2,63}$/, "A domain is written in lower case, such as acme.example.");

/**
 * A folder inside the repository, or a branch of its remote: the state must not be led elsewhere by a change to this file. Which remote, the
 * environment says.
 */
const statePlace = z
  .string()
  .min(1, "The folder is empty.")
  .max(200, "The path is longer than 200 characters.")
  .regex(
    /^(?:git:[A-Za-z0-9.-]+|[A-Za-z0-9._-]+)(?:\/[A-Za-z0-9._-]+)*$/,
    "State is a folder, written relative to the repository with forward slashes, or git: and the name of a branch.",
  )
  .refine(
    (place) => place.startsWith("git:") || !place.split("/").some((part) => part === ".." || part === "." || part === ".git"),
    "The folder must lie inside the repository, outside .git.",
  )
  .refine(
    (place) => !place.startsWith("git:") || isStateBranch(place.slice("git:".length)),
    "The branch of the state has a name of letters, digits, dots, dashes and slashes, such as git:rollcall-state; it is no branch that people work on (main, master, HEAD).",
  );

/** A name that Git takes for a branch (git-check-ref-format, 2026-11), of a harmless alphabet, and that is nobody's default branch. */
function isStateBranch(name: string): boolean {
  if (/^(?:main|master|head|trunk|develop|default)$/i.test(name) || /^refs(?:\/|$)/i.test(name)) return false;
  return name
    .split("/")
    .every((part) => /^[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?$/.test(part) && !part.includes("..") && !/\.lock$/i.test(part));
}

/** rollcall.yaml */
export const settingsFile = z.strictObject({
  organization: text.meta(hover("Name of the organisation.", "organization: Acme")),
  domains: z
    .array(domain)
    .optional()
    .meta(hover("E-mail domains of its own; employees have addresses in them.", "domains: [acme.example]")),
  timezone: timezone.optional().meta(hover("Where days begin and end; UTC where it is left out.", "timezone: Europe/London")),
  engine: z.enum(["embedded", "pulumi"]).optional().meta(hover("What carries plans out; embedded needs nothing else and is the default.")),
  "pull-requests": z
    .strictObject({
      accounts: appKey
        .optional()
        .meta(
          hover(
            "The app whose accounts people review with; the only one of the connector github where it is left out.",
            "accounts: github",
          ),
        ),
      preview: z
        .enum(["live", "snapshot", "files"])
        .optional()
        .meta(
          hover(
            "What a preview may look at: the apps themselves with read credentials (live, the default), what the last scheduled run saw of them (snapshot), or the files alone (files).",
          ),
        ),
      comments: z
        .enum(["names", "keys"])
        .optional()
        .meta(hover("keys: comments show keys of people and never names or addresses; names is the default.")),
      "expiry-notice": z
        .union([days, z.literal("never")])
        .optional()
        .meta(hover("How long before a grant or role ends a pull request asks about it; 14d where it is left out.", "expiry-notice: 14d")),
    })
    .optional()
    .meta(hover("How `rollcall ci` works with pull requests.", "pull-requests: { comments: keys, expiry-notice: 30d }")),
  state: statePlace
    .optional()
    .meta(
      hover(
        "Folder of the state, inside the repository, or git: and a branch of the remote that nobody works on; .rollcall/state where it is left out.",
        "state: git:rollcall-state",
      ),
    ),
});
