import { z } from "zod";
import { visible } from "./api.ts";
import type { Room } from "./room.ts";
import type { Source } from "./together.ts";

const review = z.looseObject({
  required_approving_review_count: z.int(),
  require_code_owner_review: z.boolean(),
  dismiss_stale_reviews_on_push: z.boolean(),
  require_last_push_approval: z.boolean(),
});
const checks = z.looseObject({ required_status_checks: z.array(z.looseObject({ context: z.string() })) });

const from = { ruleset_id: z.int().optional() };

/** A rule that is active for a branch; of the kinds that are not read here only their names. */
export const branchRule = z.union([
  z
    .looseObject({ ...from, type: z.literal("pull_request"), parameters: review })
    .transform((r) => ({ kind: "pull_request" as const, ruleset: r.ruleset_id ?? null, parameters: r.parameters })),
  z
    .looseObject({ ...from, type: z.literal("required_status_checks"), parameters: checks })
    .transform((r) => ({ kind: "checks" as const, ruleset: r.ruleset_id ?? null, parameters: r.parameters })),
  z
    .looseObject({
      ...from,
      type: z.string().refine((type) => type !== "pull_request" && type !== "required_status_checks", "its parameters"),
    })
    .transform((r) => ({ kind: "other" as const, ruleset: r.ruleset_id ?? null, type: r.type })),
]);
type BranchRule = z.infer<typeof branchRule>;

const bypassActor = z.looseObject({ actor_id: z.int().nullish(), actor_type: z.string(), bypass_mode: z.string().optional() });
type BypassActor = z.infer<typeof bypassActor>;

/** `bypass_actors` is told only to those who may change the ruleset (GitHub docs "Get a repository ruleset", 2026-11). */
const ruleset = z.looseObject({ bypass_actors: z.array(bypassActor).nullish() });

/** The active rules of a branch as one source a ruleset: only the ruleset tells who may pass it by. */
export async function readRulesets(room: Room, rules: readonly BranchRule[]): Promise<Source[]> {
  const ids = [...new Set(rules.map((r) => r.ruleset))].sort((a, b) => (a ?? 0) - (b ?? 0));
  const sources: Source[] = [];
  for (const id of ids) {
    const bypass = id === null ? null : await readBypass(room, id);
    const names = bypass === null ? null : await namesOf(room, bypass);
    const own = rules.filter((r) => r.ruleset === id);
    sources.push({
      ...demands(own),
      bindsAdmins: bypass === null ? null : !bypass.some(isAdmin),
      bypass: names,
      // "Restrict updates": whoever may pass the ruleset by, and nobody else.
      pushOnlyBy: own.some((r) => r.kind === "other" && r.type === "update") ? names : "writers",
    });
  }
  return sources;
}

function demands(rules: readonly BranchRule[]): Omit<Source, "bindsAdmins" | "bypass" | "pushOnlyBy"> {
  const has = (type: string): boolean => rules.some((r) => r.kind === "other" && r.type === type);
  const reviews = rules.flatMap((r) => (r.kind === "pull_request" ? [r.parameters] : []));
  return {
    review:
      reviews.length === 0
        ? null
        : {
            approvals: Math.max(...reviews.map((r) => r.required_approving_review_count)),
            codeOwner: reviews.some((r) => r.require_code_owner_review),
            dismissStale: reviews.some((r) => r.dismiss_stale_reviews_on_push),
            lastPush: reviews.some((r) => r.require_last_push_approval),
          },
    checks: rules.flatMap((r) => (r.kind === "checks" ? r.parameters.required_status_checks.map((c) => c.context) : [])),
    forbidsForcePush: has("non_fast_forward"),
    forbidsDeletion: has("deletion"),
  };
}

async function readBypass({ api, at }: Room, id: number): Promise<BypassActor[] | null> {
  const route = "GET /repos/{owner}/{repo}/rulesets/{ruleset_id}";
  const found = await visible(api.get(route, { ...at, ruleset_id: id, includes_parents: true }, ruleset));
  return found?.data.bypass_actors ?? null;
}

/** Numbers of the built-in roles (GitHub docs "Create a repository ruleset" and its Terraform provider, 2026-11). */
const roles: Readonly<Record<number, string>> = { 2: "maintainers", 4: "writers", 5: "administrators" };

/** A role is taken to include those above it. */
const isAdmin = (actor: BypassActor): boolean =>
  ["OrganizationAdmin", "EnterpriseOwner"].includes(actor.actor_type) || actor.actor_type === "RepositoryRole";

async function namesOf(room: Room, actors: readonly BypassActor[]): Promise<string[]> {
  const teams = actors.some((a) => a.actor_type === "Team") ? await readTeams(room) : new Map<number, string>();
  return actors.map((a) => `${nameOf(a, teams)}${a.bypass_mode === "pull_request" ? " (in pull requests)" : ""}`);
}

function nameOf({ actor_type: type, actor_id: id }: BypassActor, teams: ReadonlyMap<number, string>): string {
  switch (type) {
    case "RepositoryRole":
      return roles[id ?? 0] ?? `repository role ${id}`;
    case "OrganizationAdmin":
      return "organization owners";
    case "EnterpriseOwner":
      return "enterprise owners";
    case "DeployKey":
      return "deploy keys";
    case "Team":
      return teams.get(id ?? 0) ?? `team ${id}`;
    case "User":
      return `user ${id}`;
    case "Integration":
      return `app ${id}`;
    default:
      return `${type} ${id ?? ""}`.trim();
  }
}

const team = z.looseObject({ id: z.int(), slug: z.string() });

/** Teams with access to the repository, as `@acme/infra`; none where this token may not see them. */
async function readTeams({ api, at }: Room): Promise<Map<number, string>> {
  const found = (await visible(api.pages("GET /repos/{owner}/{repo}/teams", at, z.array(team)))) ?? [];
  return new Map(found.map((t) => [t.id, `@${at.owner}/${t.slug}`]));
}
