/** Where the vendors' own servers are: `*` is a part of a host name or of a path. From the vendors' documentation, 2026-08. */
import type { ProfileName } from "./profiles.ts";

const addresses: Readonly<Partial<Record<ProfileName, readonly string[]>>> = {
  "github-organization": ["api.github.com/scim/v2/organizations/*"],
  "github-enterprise": ["api.github.com/scim/v2/enterprises/*", "api.*.ghe.com/scim/v2/enterprises/*"],
  "gitlab-group": ["*/api/scim/v2/groups/*"],
  slack: ["api.slack.com/scim/*"],
  atlassian: ["api.atlassian.com/scim/directory/*"],
  salesforce: ["*.salesforce.com/services/scim/*"],
  "aws-identity-center": ["scim.*.amazonaws.com/*"],
  asana: ["app.asana.com/api/1.0/scim*"],
  notion: ["api.notion.com/scim/*", "www.notion.so/scim/*"],
  figma: ["www.figma.com/scim/*"],
  zoom: ["api.zoom.us/scim2*"],
  snowflake: ["*.snowflakecomputing.com/scim/*"],
  databricks: ["*/api/2.0/accounts/*/scim/*", "*/api/2.1/accounts/*/scim/*"],
};

/** The vendor whose server this base URL is; null where it is none that is known. */
export function vendorAt(baseUrl: string): ProfileName | null {
  const { host, pathname } = new URL(baseUrl);
  const where = `${host}${pathname}`;
  const found = Object.entries(addresses).find(([, patterns]) => patterns.some((pattern) => matches(pattern, where)));
  return found ? (found[0] as ProfileName) : null;
}

/** Servers that only their vendor runs. */
export const isHosted = (name: ProfileName): boolean => addresses[name] !== undefined;

function matches(pattern: string, where: string): boolean {
  const [first = "", ...parts] = pattern.split("*");
  if (!where.startsWith(first)) return false;
  let at = first.length;
  for (const [i, part] of parts.entries()) {
    // The last part ends the text, or is the rest of it.
    const found =
      i === parts.length - 1 && part !== "" ? (where.endsWith(part) ? where.length - part.length : -1) : where.indexOf(part, at);
    if (found < at) return false;
    at = found + part.length;
  }
  return true;
}
