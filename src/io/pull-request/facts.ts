import { z } from "zod";
import { FaultError } from "../../connector/fault.ts";
import { compareText } from "../../core/diagnostic.ts";
import type { Actor, RepositoryFacts } from "../../core/forge/forge.ts";
import { visible } from "./api.ts";
import { readEnvironments, secretNames } from "./environments.ts";
import type { Room } from "./room.ts";
import { accountFields, toActor } from "./shapes.ts";

const repository = z.looseObject({
  full_name: z.string(),
  visibility: z.enum(["public", "private", "internal"]),
  default_branch: z.string(),
  allow_forking: z.boolean().optional(),
  owner: z.looseObject({ login: z.string(), type: z.string() }),
});

export async function readDefaultBranch({ api, at }: Room): Promise<string> {
  return (await api.get("GET /repos/{owner}/{repo}", at, repository)).data.default_branch;
}

/** What the repository and its owner are, as far as this token may see it. */
export async function readFacts(room: Room): Promise<RepositoryFacts> {
  const { api, at } = room;
  const { data, headers } = await api.get("GET /repos/{owner}/{repo}", at, repository);
  const clockSkew = skewOf(room.now(), headers);
  const ownerKind = data.owner.type === "Organization" ? "organization" : "user";
  const ofOrganization = <T>(ask: () => Promise<T>): Promise<T | null> => (ownerKind === "organization" ? ask() : Promise.resolve(null));
  const [plan, people, workflows, environments, repositorySecrets, organizationSecrets] = await Promise.all([
    ofOrganization(() => readPlan(room, data.owner.login)),
    visible(readCollaborators(room)),
    visible(api.get("GET /repos/{owner}/{repo}/actions/permissions/workflow", at, workflow)),
    visible(readEnvironments(room)),
    visible(secretNames(room, "GET /repos/{owner}/{repo}/actions/secrets", {})),
    ofOrganization(() => visible(secretNames(room, "GET /repos/{owner}/{repo}/actions/organization-secrets", {}))),
  ]);
  return {
    name: data.full_name,
    visibility: data.visibility,
    defaultBranch: data.default_branch,
    ownerKind,
    plan,
    // Left out where it cannot be switched: forks of public repositories.
    forksAllowed: data.allow_forking ?? data.visibility === "public",
    tokenScopes: scopesOf(headers),
    admins: people?.admins ?? null,
    writers: people?.writers ?? null,
    workflowsWriteByDefault: workflows === null ? null : workflows.data.default_workflow_permissions === "write",
    workflowsMayApprove: workflows?.data.can_approve_pull_request_reviews ?? null,
    environments,
    repositorySecrets,
    organizationSecrets: ownerKind === "user" ? [] : organizationSecrets,
    clockSkew,
  };
}

const workflow = z.looseObject({
  default_workflow_permissions: z.enum(["read", "write"]),
  can_approve_pull_request_reviews: z.boolean(),
});

/** Only members with rights over the organisation are told its plan. */
async function readPlan({ api }: Room, org: string): Promise<string | null> {
  const shape = z.looseObject({ plan: z.looseObject({ name: z.string() }).optional() });
  const found = await visible(api.get("GET /orgs/{org}", { org }, shape));
  return found?.data.plan?.name ?? null;
}

const collaborator = z
  .looseObject({ ...accountFields, permissions: z.looseObject({ admin: z.boolean(), push: z.boolean() }) })
  .transform((c) => ({ who: toActor(c), ...c.permissions }));

/** Everyone with access, by whatever way: directly, by a team, as an owner of the organisation. */
async function readCollaborators({ api, at }: Room): Promise<{ admins: Actor[]; writers: Actor[] }> {
  const all = await api.pages("GET /repos/{owner}/{repo}/collaborators", { ...at, affiliation: "all" }, z.array(collaborator));
  const sorted = (some: typeof all): Actor[] =>
    some.map((c) => c.who).sort((a, b) => compareText(a.login.toLowerCase(), b.login.toLowerCase()));
  return { admins: sorted(all.filter((c) => c.admin)), writers: sorted(all.filter((c) => c.admin || c.push)) };
}

/** `x-oauth-scopes: repo, read:org` on every answer to a classic token; no other kind of token has it (GitHub docs "Scopes for OAuth apps", 2026-11). */
function scopesOf(headers: Headers): string[] | null {
  const told = headers.get("x-oauth-scopes");
  if (told === null) return null;
  return told.split(",").flatMap((scope) => (scope.trim() === "" ? [] : [scope.trim()]));
}

/** Seconds by which our clock is ahead. */
function skewOf(now: Date, headers: Headers): number {
  const theirs = Date.parse(headers.get("date") ?? "");
  if (Number.isNaN(theirs))
    throw new FaultError({ kind: "transient", message: "GitHub's answer to GET /repos/{owner}/{repo} has no date" });
  return Math.round((now.getTime() - theirs) / 1000);
}
