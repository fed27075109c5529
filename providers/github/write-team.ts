/** The lives of teams. Every write first makes sure that the slug still is the team that is meant. */
import { z } from "zod";
import type { Call, Outcome, Ref } from "../../src/connector/index.ts";
import type { Context } from "./context.ts";
import { team, teamRef } from "./convert.ts";
import { teamSlug } from "./find.ts";
import { already, done, failed, removed } from "./outcome.ts";
import { answered } from "./write-account.ts";

type Create = Extract<Call, { verb: "createGroup" }>;
type Update = Extract<Call, { verb: "updateGroup" }>;
type Delete = Extract<Call, { verb: "deleteGroup" }>;

const { org: orgPath, team: teamPath } = { org: "/orgs/{org}/teams", team: "/orgs/{org}/teams/{team_slug}" };

export async function createTeam(context: Context, call: Create): Promise<Outcome> {
  const slug = teamSlug(call.name);
  const reply = await context.api.rest(`POST ${orgPath}`, {
    org: context.org,
    name: slug,
    privacy: "closed",
    ...(call.description === undefined ? {} : { description: call.description }),
    ...(call.parent === undefined ? {} : { parent_team_id: Number(call.parent.id) }),
  });
  if (reply.status === 422) {
    const present = await bySlug(context, slug);
    return present ? already({ ref: teamRef(present.id) }) : failed(reply);
  }
  if (reply.status !== 201) return failed(reply);
  const made = answered(team, reply.data, reply.request);
  const ref = teamRef(made.id);
  if (made.slug !== slug) {
    return {
      status: "failed",
      fault: { kind: "conflict", message: `GitHub named the new team ${made.slug} instead of ${slug}; remove it by hand.` },
    };
  }
  return done(reply, await leave(context, slug, ref));
}

/** Whoever creates a team becomes its maintainer (GitHub REST docs, 2026-08); nobody asked for that edge. */
async function leave(context: Context, slug: string, ref: Ref): Promise<{ ref: Ref; note?: string }> {
  const { viewer } = await context.facts();
  const reply = await context.api.rest(`DELETE ${teamPath}/memberships/{username}`, {
    org: context.org,
    team_slug: slug,
    username: viewer.login,
  });
  return reply.status === 204 || reply.status === 404
    ? { ref }
    : { ref, note: `${viewer.login} could not leave the new team; remove it by hand` };
}

export async function updateTeam(context: Context, call: Update): Promise<Outcome> {
  const wanted = teamSlug(call.name);
  const slug = await slugOfTeam(context, call.ref, wanted);
  if (slug === null) return { status: "failed", fault: { kind: "notFound", message: `GitHub has no team ${call.ref.id} any more.` } };
  const reply = await context.api.rest(`PATCH ${teamPath}`, {
    org: context.org,
    team_slug: slug,
    ...(slug === wanted ? {} : { name: wanted }),
    ...(call.description === undefined ? {} : { description: call.description }),
  });
  // 201 is what GitHub documents for a change of a team, 200 for one that changes nothing.
  return reply.status === 201 || reply.status === 200 ? done(reply, { ref: call.ref }) : failed(reply);
}

export async function deleteTeam(context: Context, call: Delete): Promise<Outcome> {
  const slug = await slugOfTeam(context, call.ref, teamSlug(call.name));
  if (slug === null) return already();
  const nested = await context.api.get(
    `GET ${teamPath}/teams`,
    { org: context.org, team_slug: slug, per_page: 1 },
    z.array(z.object({ slug: z.string() })),
  );
  const child = nested.data[0];
  if (child) {
    const message = `Team ${slug} has nested teams (${child.slug}), and GitHub would delete them with it.`;
    return { status: "failed", fault: { kind: "conflict", message } };
  }
  return removed(await context.api.rest(`DELETE ${teamPath}`, { org: context.org, team_slug: slug }));
}

/** The present slug of the team with this id, tried first under the name it should have. null: there is no such team. */
async function slugOfTeam(context: Context, ref: Ref, guess: string): Promise<string | null> {
  const named = await bySlug(context, guess);
  if (named?.id === ref.id) return named.slug;
  // GitHub calls this path deprecated and offers no other way from a team's id to its name (REST docs, 2026-08).
  const found = await context.api.look("GET /teams/{team_id}", { team_id: ref.id }, team);
  return found?.data.slug ?? null;
}

async function bySlug(context: Context, slug: string): Promise<z.infer<typeof team> | null> {
  const found = await context.api.look(`GET ${teamPath}`, { org: context.org, team_slug: slug }, team);
  return found?.data ?? null;
}
