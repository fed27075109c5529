/** Team memberships and ownership: one edge at a time. */
import { z } from "zod";
import type { Call, Outcome, Ref } from "../../src/connector/index.ts";
import type { Context } from "./context.ts";
import type { Membership } from "./convert.ts";
import { membership, owner } from "./convert.ts";
import { currentLogin, membershipOf, teamSlug } from "./find.ts";
import { already, done, failed, removed } from "./outcome.ts";
import { answered } from "./write-account.ts";

type Edge = Extract<Call, { verb: "grant" | "revoke" }>;

const whenAccepted = "takes effect when the invitation is accepted";
const teamMembership = z.object({ role: z.enum(["member", "maintainer"]), state: z.enum(["active", "pending"]) });

export async function grant(context: Context, call: Edge): Promise<Outcome> {
  const held = await heldBy(context, call);
  // Setting a membership of somebody who is not in the organisation invites her: a grant must never bring back a leaver.
  if (!held) return notThere(call.ref);
  if (call.target.name === owner) {
    return held.role === "admin" ? already() : setRole(context, held, "admin");
  }
  const role = call.level === "maintainer" ? "maintainer" : "member";
  const reply = await context.api.rest("PUT /orgs/{org}/teams/{team_slug}/memberships/{username}", {
    org: context.org,
    team_slug: teamSlug(call.target.name),
    username: held.user.login,
    role,
  });
  if (reply.status !== 200) return failed(reply);
  const answer = answered(teamMembership, reply.data, reply.request);
  if (answer.role !== role) {
    const message = `GitHub keeps ${held.user.login} as ${answer.role} of ${call.target.name}: owners of the organisation are maintainers of their teams.`;
    return { status: "failed", fault: { kind: "conflict", message } };
  }
  return answer.state === "pending" ? done(reply, { note: whenAccepted }) : done(reply);
}

export async function revoke(context: Context, call: Edge): Promise<Outcome> {
  const held = await heldBy(context, call);
  if (!held) return already();
  if (call.target.name === owner) {
    return held.role === "admin" ? setRole(context, held, "member") : already();
  }
  return removed(
    await context.api.rest("DELETE /orgs/{org}/teams/{team_slug}/memberships/{username}", {
      org: context.org,
      team_slug: teamSlug(call.target.name),
      username: held.user.login,
    }),
  );
}

async function setRole(context: Context, held: Membership, role: "admin" | "member"): Promise<Outcome> {
  const reply = await context.api.rest("PUT /orgs/{org}/memberships/{username}", {
    org: context.org,
    username: held.user.login,
    role,
  });
  if (reply.status !== 200) return failed(reply);
  const answer = answered(membership, reply.data, reply.request);
  if (answer.role !== role) {
    return { status: "failed", fault: { kind: "conflict", message: `GitHub answered that the role is ${answer.role}, not ${role}.` } };
  }
  return answer.state === "pending" ? done(reply, { note: whenAccepted }) : done(reply);
}

/**
 * The membership of exactly this user: the login seen in this run is tried first, and where it leads to nobody or to somebody else, the
 * user's present login. null: not in the organisation, nor invited.
 */
async function heldBy(context: Context, call: Edge): Promise<Membership | null> {
  if (call.ref.kind !== "user") return null;
  if (call.login !== undefined) {
    const held = await membershipOf(context, call.login);
    if (held?.user.id === call.ref.id) return held;
  }
  const login = await currentLogin(context, call.ref.id);
  const held = login === null ? null : await membershipOf(context, login);
  return held?.user.id === call.ref.id ? held : null;
}

function notThere(ref: Ref): Outcome {
  const message =
    ref.kind === "invitation"
      ? "The invitation went to an address; access can be given when it is accepted."
      : `User ${ref.id} is not in the organisation; giving access would invite the person.`;
  return { status: "failed", fault: { kind: "notFound", message } };
}
