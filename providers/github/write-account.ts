/** Inviting, removing, and withdrawing credentials. */
import { z } from "zod";
import type { Call, Outcome, Ref } from "../../src/connector/index.ts";
import { FaultError, fold } from "../../src/connector/index.ts";
import type { Context } from "./context.ts";
import { id, invitation, invitationRef, membership, simpleUser, userRef } from "./convert.ts";
import { currentLogin, find, membershipOf } from "./find.ts";
import { already, done, failed, removed } from "./outcome.ts";
import { wholeList } from "./read-door.ts";

type Create = Extract<Call, { verb: "create" }>;
type OfAccount = { readonly ref: Ref; readonly login?: string };

/** The handle of an invitation: what it went to. */
const handleOf = (login: string): string => `membership/${login}`;

export async function create(context: Context, call: Create): Promise<Outcome> {
  const login = await loginToInvite(context, call);
  if (login === null) return inviteAddress(context, call);
  // Asked first: setting the membership of an owner to "member" would demote her.
  const held = await membershipOf(context, login);
  if (held) {
    const who = { ref: userRef(held.user.id), login: held.user.login };
    return held.state === "active" ? already(who) : { status: "invited", ...who, handle: handleOf(held.user.login) };
  }
  const reply = await context.api.rest("PUT /orgs/{org}/memberships/{username}", { org: context.org, username: login, role: "member" });
  if (reply.status !== 200) return failed(reply);
  const answer = answered(membership, reply.data, reply.request);
  const who = { ref: userRef(answer.user.id), login: answer.user.login };
  if (answer.state === "active") return done(reply, who);
  return {
    status: "invited",
    ...who,
    handle: handleOf(answer.user.login),
    ...(reply.request === undefined ? {} : { request: reply.request }),
  };
}

/** null where only an address is known. An id and a login that disagree are two people: nothing is written (law 6). */
async function loginToInvite(context: Context, call: Create): Promise<string | null> {
  if (call.id === undefined) return call.login ?? null;
  const login = await currentLogin(context, call.id);
  if (login === null) throw new FaultError({ kind: "notFound", message: `GitHub has no user ${call.id} any more.` });
  if (call.login !== undefined && fold(call.login) !== fold(login)) {
    throw new FaultError({ kind: "conflict", message: `User ${call.id} is called ${login} on GitHub now, not ${call.login}.` });
  }
  return login;
}

/** Only where the organisation's single sign-on will join the address to the account; elsewhere nobody could tell who accepted. */
async function inviteAddress(context: Context, call: Create): Promise<Outcome> {
  const { saml, organization } = await context.facts();
  if (!saml || call.email === undefined) {
    return {
      status: "human",
      task: `Ask ${call.name} for the GitHub login and write it into the person's file (accounts: github: LOGIN); ${organization.login} has no way to tell who accepted an invitation by e-mail.`,
    };
  }
  const teams = call.grants.flatMap((g) => (g.target.ref?.kind === "team" ? [Number(g.target.ref.id)] : []));
  const reply = await context.api.rest("POST /orgs/{org}/invitations", {
    org: context.org,
    email: call.email,
    role: "direct_member",
    team_ids: teams,
  });
  if (reply.status === 422) {
    // "Already invited" and "already a member" are both 422; who it is has to be looked up.
    const [subject] = await find(context, [{ by: "email", value: call.email }]);
    if (!subject) return failed(reply);
    const { ref, login, status } = subject.account;
    const who = { ref, ...(login === undefined ? {} : { login }) };
    return status === "pending" ? { status: "invited", ...who, handle: `${ref.kind}/${ref.id}` } : already(who);
  }
  if (reply.status !== 201) return failed(reply);
  const row = answered(invitation, reply.data, reply.request);
  const held = row.login === null ? null : await membershipOf(context, row.login);
  return {
    status: "invited",
    ref: held ? userRef(held.user.id) : invitationRef(row.id),
    ...(held ? { login: held.user.login } : {}),
    handle: `invitation/${row.id}`,
    ...(reply.request === undefined ? {} : { request: reply.request }),
  };
}

/** Ends membership, an open invitation, or outside collaboration. Works on the user's present login, whatever it was before. */
export async function remove(context: Context, call: OfAccount): Promise<Outcome> {
  if (call.ref.kind === "invitation") {
    return removed(
      await context.api.rest("DELETE /orgs/{org}/invitations/{invitation_id}", { org: context.org, invitation_id: call.ref.id }),
    );
  }
  const login = await currentLogin(context, call.ref.id);
  if (login === null) return already();
  const reply = await context.api.rest("DELETE /orgs/{org}/memberships/{username}", { org: context.org, username: login });
  if (reply.status !== 404) return removed(reply);
  const outsiders = await wholeList(context, "outside", simpleUser);
  if (!outsiders.some((user) => user.id === call.ref.id)) return already();
  return removed(await context.api.rest("DELETE /orgs/{org}/outside_collaborators/{username}", { org: context.org, username: login }));
}

/** Withdraws every credential that was authorised for single sign-on. The credentials themselves are the person's and live on. */
export async function revokeCredentials(context: Context, call: OfAccount): Promise<Outcome> {
  const { saml } = await context.facts();
  if (!saml) {
    return {
      status: "failed",
      fault: { kind: "unsupported", message: "Credentials can be withdrawn only where SAML single sign-on is on." },
    };
  }
  const login = call.ref.kind === "user" ? await currentLogin(context, call.ref.id) : null;
  if (login === null) return already();
  const route = "GET /orgs/{org}/credential-authorizations";
  const rows = z.array(z.object({ login: z.string(), credential_id: id }));
  const page = await context.api.get(route, { org: context.org, login, per_page: 100 }, rows);
  const own = page.data.filter((row) => fold(row.login) === fold(login));
  if (own.length === 0) return already();
  let last: Outcome = already();
  for (const row of own) {
    const outcome = removed(
      await context.api.rest("DELETE /orgs/{org}/credential-authorizations/{credential_id}", {
        org: context.org,
        credential_id: row.credential_id,
      }),
    );
    if (outcome.status === "failed") return outcome;
    if (outcome.status === "done") last = outcome;
  }
  if (page.next !== undefined) {
    return { status: "failed", fault: { kind: "transient", message: "The first 100 credentials are withdrawn; there are more." } };
  }
  return last;
}

/** The answer of a write. One that cannot be read leaves open what was done. */
export function answered<T>(shape: z.ZodType<T>, data: unknown, request: string | undefined): T {
  const result = shape.safeParse(data);
  if (result.success) return result.data;
  throw new FaultError({
    kind: "ambiguous",
    message: "GitHub's answer to a write cannot be read.",
    ...(request === undefined ? {} : { request }),
  });
}
