import type { z } from "zod";
import { parseStatePlace, type PullRequestSettings, type Settings, usualPullRequests, usualState } from "../model/organization.ts";
import type { settingsFile } from "../model/organization.schema.ts";
import { type Policy, usualApprovals } from "../model/policy.ts";
import type { policyFile } from "../model/policy.schema.ts";
import type { Register } from "../model/register.ts";
import type { registerFile } from "../model/register.schema.ts";
import type { Source } from "./parse.ts";
import { daysOf } from "../model/text.schema.ts";
import { optional, originOf } from "./to-person.ts";

export function toSettings(file: z.infer<typeof settingsFile>, source: Source): Settings {
  return {
    organization: file.organization,
    domains: file.domains ?? [],
    timezone: file.timezone ?? "UTC",
    engine: file.engine ?? "embedded",
    state: file.state === undefined ? usualState : parseStatePlace(file.state),
    pullRequests: toPullRequests(file["pull-requests"]),
    origin: originOf(source, []),
  };
}

function toPullRequests(file: z.infer<typeof settingsFile>["pull-requests"]): PullRequestSettings {
  const notice = file?.["expiry-notice"];
  return {
    ...optional("accounts", file?.accounts),
    preview: file?.preview ?? usualPullRequests.preview,
    comments: file?.comments ?? usualPullRequests.comments,
    expiryNotice: notice === undefined ? usualPullRequests.expiryNotice : notice === "never" ? null : daysOf(notice),
  };
}

/** `fileName` is the policy's name where the file gives none. */
export function toPolicy(fileName: string, file: z.infer<typeof policyFile>, source: Source): Policy {
  const base = { name: file.name ?? fileName, origin: originOf(source, []) };
  switch (file.kind) {
    case "limits":
      return {
        ...base,
        kind: "limits",
        ...optional("app", file.app),
        ...optional("stops", file.stops),
        ...optional("removals", file.removals),
        ...optional("adminLosses", file["admin-losses"]),
        ...optional("knownReturned", file["known-returned"]),
        ...optional("because", file.because),
      };
    case "protected":
      return {
        ...base,
        kind: "protected",
        accounts: file.accounts.map((a, i) => ({
          app: a.app,
          ...optional("person", a.person),
          ...optional("login", a.login),
          ...(a.id === undefined ? {} : { id: String(a.id) }),
          origin: originOf(source, ["accounts", i]),
        })),
        ...optional("because", file.because),
      };
    case "allowance":
      return {
        ...base,
        kind: "allowance",
        app: file.app,
        expect: {
          ...optional("stops", file.expect.stops),
          ...optional("removals", file.expect.removals),
          ...optional("adminLosses", file.expect["admin-losses"]),
          ...optional("groups", file.expect.groups),
        },
        expires: file.expires,
        because: file.because,
      };
    case "revert":
      return {
        ...base,
        kind: "revert",
        app: file.app,
        expect: { gains: file.expect.gains ?? 0, losses: file.expect.losses ?? 0 },
        expires: file.expires,
        because: file.because,
      };
    case "approval":
      return {
        ...base,
        kind: "approval",
        owners: Object.entries(file.owners ?? {}).map(([path, people]) => ({
          path,
          people,
          origin: originOf(source, ["owners", path], true),
        })),
        approvals: file.approvals ?? usualApprovals.approvals,
        ownAccess: file["own-access"] ?? usualApprovals.ownAccess,
        adminGrants: file["admin-grants"] ?? usualApprovals.adminGrants,
        ...optional("because", file.because),
      };
  }
}

export function toRegister(app: string, file: z.infer<typeof registerFile>, source: Source): Register {
  return {
    app,
    accounts: (file.accounts ?? []).map((a) => ({
      id: String(a.id),
      ...optional("login", a.login),
      ...optional("email", a.email),
      ...optional("name", a.name),
      status: a.status ?? "active",
      grants: Object.fromEntries(Object.entries(a.grants ?? {}).map(([entitlement, level]) => [entitlement, level ?? ""])),
    })),
    origin: originOf(source, []),
  };
}
