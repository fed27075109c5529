/** Calls into GitHub's writes: dispatch only. What each verb does is in the file of its noun. */
import type { Call, Outcome } from "../../src/connector/index.ts";
import { toFault } from "../../src/connector/index.ts";
import type { Context } from "./context.ts";
import { create, remove, revokeCredentials } from "./write-account.ts";
import { grant, revoke } from "./write-edge.ts";
import { createTeam, deleteTeam, updateTeam } from "./write-team.ts";

export async function perform(context: Context, calls: readonly Call[]): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const call of calls) {
    try {
      outcomes.push(await carryOut(context, call));
    } catch (error) {
      outcomes.push({ status: "failed", fault: toFault(error) });
    }
  }
  return outcomes;
}

function carryOut(context: Context, call: Call): Promise<Outcome> {
  switch (call.verb) {
    case "create":
      return create(context, call);
    case "delete":
      return remove(context, call);
    case "revokeCredentials":
      return revokeCredentials(context, call);
    case "grant":
      return grant(context, call);
    case "revoke":
      return revoke(context, call);
    case "createGroup":
      return createTeam(context, call);
    case "updateGroup":
      return updateTeam(context, call);
    case "deleteGroup":
      return deleteTeam(context, call);
    default:
      return Promise.resolve({ status: "failed", fault: { kind: "unsupported", message: `GitHub has no way to ${call.verb}.` } });
  }
}
