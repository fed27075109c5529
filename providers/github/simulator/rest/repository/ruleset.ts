import { appOf } from "../../app.ts";
import { notFound } from "../../refusal.ts";
import type { Rule, Ruleset } from "../../repository/protection.ts";
import type { Repository } from "../../repository/repository.ts";
import { rulesetsOf } from "../../repository/rule.ts";
import type { Route, Visit } from "../route.ts";
import { ok, page } from "../route.ts";
import { nodeId } from "../shape.ts";
import { listPath, may, theRepository } from "./door.ts";
import { offered } from "./plan.ts";
import { apiUrl, fullName, htmlUrl } from "./repository-row.ts";

export const rulesetRoutes: readonly Route[] = [
  {
    // Active rules of all rulesets, for everybody who may read. Branches need not exist.
    method: "GET",
    path: "/repos/:owner/:repo/rules/branches/:branch+",
    answer: (v) => {
      const r = theRepository(v);
      offered(v.replica.live, r);
      const branch = v.param("branch");
      const rows = rulesetsOf(r, branch).flatMap((s) => s.rules.map((rule) => ({ ...ruleRow(rule), ...sourceOf(r, s), ruleset_id: s.id })));
      return page(v, rows, listPath(r, `rules/branches/${branch}`));
    },
  },
  {
    method: "GET",
    path: "/repos/:owner/:repo/rulesets",
    answer: (v) => {
      const r = theRepository(v);
      offered(v.replica.live, r);
      const parents = v.exchange.query.get("includes_parents") !== "false";
      const rows = r.rulesets.filter((s) => parents || s.source === "Repository");
      return page(v, rows, listPath(r, "rulesets"), (s) => rulesetRow(r, s, v.origin));
    },
  },
  {
    method: "GET",
    path: "/repos/:owner/:repo/rulesets/:id",
    answer: (v) => {
      const r = theRepository(v);
      offered(v.replica.live, r);
      const s = r.rulesets.find((x) => String(x.id) === v.param("id"));
      if (!s) throw notFound();
      return ok(fullRuleset(v, r, s));
    },
  },
];

const sourceOf = (r: Repository, s: Ruleset): Record<string, unknown> => ({
  ruleset_source_type: s.source,
  ruleset_source: s.source === "Repository" ? fullName(r) : r.owner,
});

function rulesetRow(r: Repository, s: Ruleset, origin: string): Record<string, unknown> {
  return {
    id: s.id,
    name: s.name,
    target: "branch",
    source_type: s.source,
    source: s.source === "Repository" ? fullName(r) : r.owner,
    enforcement: s.enforcement,
    node_id: nodeId("RRS", s.id),
    _links: { self: { href: `${apiUrl(r, origin)}/rulesets/${s.id}` }, html: { href: `${htmlUrl(r)}/rules/${s.id}` } },
    created_at: s.createdAt,
    updated_at: s.createdAt,
  };
}

/** Who may pass it by is told to those who may change the ruleset, and to nobody else (GitHub docs "Get a repository ruleset", 2026-11). */
function fullRuleset(v: Visit, r: Repository, s: Ruleset): Record<string, unknown> {
  const administers =
    v.viewer.app === undefined ? may(v, r, "admin") : appOf(v.replica.live, v.viewer.app).permissions.includes("administration");
  const bypass = s.bypass.map((b) => ({ actor_id: b.actor, actor_type: b.type, bypass_mode: b.mode }));
  return {
    ...rulesetRow(r, s, v.origin),
    conditions: { ref_name: { include: s.include, exclude: s.exclude } },
    rules: s.rules.map(ruleRow),
    ...(administers ? { bypass_actors: bypass, current_user_can_bypass: "never" } : {}),
  };
}

function ruleRow(rule: Rule): Record<string, unknown> {
  switch (rule.type) {
    case "pull_request":
      return {
        type: rule.type,
        parameters: {
          required_approving_review_count: rule.count,
          dismiss_stale_reviews_on_push: rule.dismissStale,
          require_code_owner_review: rule.codeOwners,
          require_last_push_approval: rule.lastPush,
          required_review_thread_resolution: false,
          allowed_merge_methods: ["merge", "squash", "rebase"],
        },
      };
    case "required_status_checks":
      return {
        type: rule.type,
        parameters: {
          strict_required_status_checks_policy: rule.strict,
          do_not_enforce_on_create: false,
          required_status_checks: rule.contexts.map((context) => ({ context })),
        },
      };
    case "merge_queue":
      return {
        type: rule.type,
        parameters: {
          check_response_timeout_minutes: 60,
          grouping_strategy: "ALLGREEN",
          max_entries_to_build: 5,
          max_entries_to_merge: 5,
          merge_method: "MERGE",
          min_entries_to_merge: 1,
          min_entries_to_merge_wait_minutes: 5,
        },
      };
    default:
      return { type: rule.type };
  }
}
