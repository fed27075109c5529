import { z } from "zod";
import { compareText } from "../../core/diagnostic.ts";
import type { EnvironmentFacts } from "../../core/forge/forge.ts";
import { type Parameters, visible } from "./api.ts";
import type { Room } from "./room.ts";

const environment = z.looseObject({
  name: z.string(),
  // Not in GitHub's description, but in its answers (seen 2025-03).
  can_admins_bypass: z.boolean().optional(),
  protection_rules: z.array(z.looseObject({ type: z.string(), reviewers: z.array(z.unknown()).optional() })).optional(),
  deployment_branch_policy: z.looseObject({ protected_branches: z.boolean(), custom_branch_policies: z.boolean() }).nullish(),
});
const environments = z.looseObject({ environments: z.array(environment) }).transform((answer) => answer.environments);

const policies = z
  .looseObject({ branch_policies: z.array(z.looseObject({ name: z.string(), type: z.enum(["branch", "tag"]).optional() })) })
  .transform((answer) => answer.branch_policies.map((p) => (p.type === "tag" ? `refs/tags/${p.name}` : p.name)));

const secrets = z
  .looseObject({ secrets: z.array(z.looseObject({ name: z.string() })) })
  .transform((answer) => answer.secrets.map((s) => s.name));

/** By name. Throws FaultError `forbidden` or `notFound` where this token sees none of it. */
export async function readEnvironments(room: Room): Promise<EnvironmentFacts[]> {
  const all = await room.api.pages("GET /repos/{owner}/{repo}/environments", room.at, environments);
  const facts: EnvironmentFacts[] = [];
  for (const one of all.sort((a, b) => compareText(a.name, b.name))) {
    const policy = one.deployment_branch_policy ?? null;
    facts.push({
      name: one.name,
      branches: policy?.custom_branch_policies === true ? await readPolicies(room, one.name) : null,
      protectedBranchesOnly: policy?.protected_branches ?? false,
      reviewers: (one.protection_rules ?? []).reduce(
        (n, rule) => n + (rule.type === "required_reviewers" ? (rule.reviewers?.length ?? 0) : 0),
        0,
      ),
      // Where nothing is told: they may, unless somebody has switched it off.
      adminsMayBypass: one.can_admins_bypass ?? true,
      secrets: await visible(
        secretNames(room, "GET /repos/{owner}/{repo}/environments/{environment_name}/secrets", { environment_name: one.name }),
      ),
    });
  }
  return facts;
}

async function readPolicies({ api, at }: Room, name: string): Promise<string[]> {
  const route = "GET /repos/{owner}/{repo}/environments/{environment_name}/deployment-branch-policies";
  return (await api.pages(route, { ...at, environment_name: name }, policies)).sort(compareText);
}

/** Names of secrets, never what they hold: no API tells that. */
export async function secretNames({ api, at }: Room, route: string, parameters: Parameters): Promise<string[]> {
  return (await api.pages(route, { ...at, ...parameters }, secrets)).sort(compareText);
}
