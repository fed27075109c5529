/** Writing: one call is one request, aimed at one account or one edge (law 7). Nothing here decides whether it should be done. */
import { type Call, FaultError, type Outcome, type Target, toFault } from "../../src/connector/index.ts";
import type { Answered, Api } from "./api.ts";
import { accountRef, fromAttributes, groupName } from "./convert.ts";

/** Carries out one call. What went wrong is the outcome. */
export async function perform(api: Api, call: Call): Promise<Outcome> {
  try {
    return await carryOut(api, call);
  } catch (error) {
    const fault = toFault(error);
    // What is to be taken away and is not there has been taken away.
    if (fault.kind === "notFound" && (call.verb === "delete" || call.verb === "revoke" || call.verb === "deleteGroup")) {
      return { status: "already", ...(fault.request ? { request: fault.request } : {}) };
    }
    return { status: "failed", fault };
  }
}

async function carryOut(api: Api, call: Call): Promise<Outcome> {
  switch (call.verb) {
    case "create": {
      const login = call.login === undefined ? {} : { login: call.login };
      const email = call.email === undefined ? {} : { email: call.email };
      const fields = { ...fromAttributes(call.attributes), name: call.name, ...email, ...login };
      const answer = await api.createAccount(fields, call.key);
      // 200: this key has made the account before.
      return { ...done(answer, answer.status === 201), ref: accountRef(answer.body.id), login: answer.body.login };
    }
    case "update":
      return done(await api.changeAccount(call.ref.id, fromAttributes(call.attributes)));
    case "suspend":
      return done(await api.changeAccount(call.ref.id, { status: "suspended" }));
    case "restore":
      return done(await api.changeAccount(call.ref.id, { status: "active" }));
    case "delete":
      return done(await api.deleteAccount(call.ref.id));
    case "endSessions":
      return done(await api.endSessions(call.ref.id));
    case "grant":
      if (call.target.name === "admin") return done(await api.makeAdmin(call.ref.id));
      return done(await api.setMember(spaceId(call.target), call.ref.id, call.level));
    case "revoke":
      if (call.target.name === "admin") return done(await api.unmakeAdmin(call.ref.id));
      return done(await api.removeMember(spaceId(call.target), call.ref.id));
    case "createGroup": {
      const answer = await api.createGroup({ name: spaceOf(call.name), description: call.description ?? null }, call.key);
      return { ...done(answer, answer.status === 201), ref: { kind: "space", id: answer.body.id } };
    }
    case "updateGroup":
      return done(await api.changeGroup(call.ref.id, { name: spaceOf(call.name), description: call.description ?? null }));
    case "deleteGroup":
      return done(await api.deleteGroup(call.ref.id));
    case "revokeCredentials":
    case "transfer":
      throw new FaultError({ kind: "unsupported", message: `Memory cannot ${call.verb}` });
  }
}

function done(answer: Answered<unknown>, changed = true): Outcome & { readonly status: "done" | "already" } {
  return { status: changed ? "done" : "already", ...(answer.request ? { request: answer.request } : {}) };
}

function spaceId(target: Target): string {
  if (groupName(target.name) === null) throw new FaultError({ kind: "invalid", message: `Memory has no entitlement ${target.name}` });
  // Not "notFound": that this run saw no such space is no proof, and a revocation must not count as done because of it.
  if (!target.ref) throw new FaultError({ kind: "invalid", message: `The space behind ${target.name} was not seen in this run` });
  return target.ref.id;
}

function spaceOf(entitlement: string): string {
  const name = groupName(entitlement);
  if (name === null) throw new FaultError({ kind: "invalid", message: `${entitlement} is not a space` });
  return name;
}
