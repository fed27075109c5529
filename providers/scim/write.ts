/** Writing: one call is aimed at one account or one edge (law 7). Nothing here decides whether it should be done. */
import { type Call, type Outcome, toFault } from "../../src/connector/index.ts";
import type { Context } from "./context.ts";
import { already, refuse } from "./outcome.ts";
import { createAccount, deleteAccount, setActive, updateAccount } from "./write-account.ts";
import { changeGroup } from "./write-group.ts";
import { setMember } from "./write-member.ts";
import { setValue } from "./write-value.ts";

/** Carries out one call. What went wrong is the outcome. */
export async function perform(context: Context, call: Call): Promise<Outcome> {
  try {
    return await carryOut(context, call);
  } catch (error) {
    const fault = toFault(error);
    // What is to be taken away and is not there has been taken away.
    if (fault.kind === "notFound" && (call.verb === "delete" || call.verb === "revoke" || call.verb === "deleteGroup")) return already();
    return { status: "failed", fault };
  }
}

async function carryOut(context: Context, call: Call): Promise<Outcome> {
  switch (call.verb) {
    case "create":
      return createAccount(context, call);
    case "update":
      return updateAccount(context, call);
    case "suspend":
      return setActive(context, call.ref.id, false);
    case "restore":
      return setActive(context, call.ref.id, true);
    case "delete":
      return deleteAccount(context, call.ref.id);
    case "grant":
    case "revoke":
      return call.target.name.startsWith("group/") ? setMember(context, call) : setValue(context, call);
    case "createGroup":
    case "updateGroup":
    case "deleteGroup":
      return changeGroup(context, call);
    case "endSessions":
    case "revokeCredentials":
    case "transfer":
      throw refuse("unsupported", `SCIM cannot ${call.verb}`);
  }
}
