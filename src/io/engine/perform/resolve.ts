import type { Call, Outcome, Tenant } from "../../../connector/contract.ts";
import type { Fault } from "../../../connector/fault.ts";
import { toFault } from "../../../connector/fault.ts";
import { type MatchKey, type Subject, fold } from "../../../core/model/observed.ts";
import type { JournalOperation } from "../../../core/state/journal.ts";
import { isInterrupted } from "./outcome.ts";

/**
 * What a failed call means for the operation, once the world has been asked.
 *
 * | verb | fault | question | answer |
 * |---|---|---|---|
 * | suspend, delete, revoke, endSessions, revokeCredentials | notFound | | already: what should end is not there |
 * | create | conflict, ambiguous | find by its keys | one account: already; none or several: failed |
 * | others about an account | ambiguous | get the account | as wanted: already; else sent once more |
 * | updateGroup, deleteGroup | ambiguous | | sent once more |
 * | any | unsupported | | human |
 * | any | else | | failed |
 */
export async function resolveFault(
  operation: JournalOperation,
  call: Call,
  fault: Fault,
  tenant: Tenant,
  again: () => Promise<Outcome>,
): Promise<Outcome> {
  if (fault.kind === "unsupported")
    return {
      status: "human",
      task: `${operation.verb} ${operation.target} of ${operation.person ?? operation.login ?? "an account"} in ${operation.app} by hand: ${fault.message}`,
    };
  if (fault.kind === "notFound" && ending.has(call.verb)) return { status: "already", note: "was not there" };
  if (call.verb === "create" && (fault.kind === "conflict" || fault.kind === "ambiguous")) return found(call, fault, tenant);
  if (fault.kind !== "ambiguous" || !("ref" in call)) return { status: "failed", fault };
  const ofGroup = call.verb === "updateGroup" || call.verb === "deleteGroup";
  if (!ofGroup && holds(call, await tenant.get(call.ref)))
    return { status: "already", note: "its answer was lost; the account is as wanted" };
  const second = await again();
  // Of the second sending nothing was sent; of the first it is still not known.
  if (isInterrupted(second)) return { status: "failed", fault };
  // What the lost request took away is no failure of the second.
  const gone = second.status === "failed" && second.fault.kind === "notFound" && ending.has(call.verb);
  return gone ? { status: "already", note: "its answer was lost; it is not there any more" } : second;
}

const ending: ReadonlySet<string> = new Set(["suspend", "delete", "revoke", "endSessions", "revokeCredentials", "deleteGroup"]);

/** A create whose answer was lost or that met an existing account: taken over only where exactly one account fits, and never an admin by e-mail (law 6). */
async function found(call: Extract<Call, { verb: "create" }>, fault: Fault, tenant: Tenant): Promise<Outcome> {
  const keys: MatchKey[] = [
    ...(call.id === undefined ? [] : [{ by: "id" as const, value: call.id }]),
    ...(call.login === undefined ? [] : [{ by: "login" as const, value: call.login }]),
    ...(call.email === undefined ? [] : [{ by: "email" as const, value: call.email }]),
  ];
  let subjects: readonly Subject[];
  try {
    subjects = keys.length === 0 ? [] : await tenant.find(keys);
  } catch (error) {
    return { status: "failed", fault: { ...fault, message: `${fault.message}; and looking it up failed: ${toFault(error).message}` } };
  }
  const fitting = subjects.filter(({ account }) => {
    const byName =
      (call.id !== undefined && account.ref.id === call.id) ||
      (call.login !== undefined && account.login !== undefined && fold(account.login) === fold(call.login));
    if (call.id !== undefined || call.login !== undefined) return byName;
    return (
      !account.admin && account.emails.some((e) => (e.verified || account.status === "pending") && fold(e.address) === fold(call.email!))
    );
  });
  const [one] = fitting;
  if (
    one &&
    fitting.length === 1 &&
    one.account.outside === undefined &&
    one.account.status !== "suspended" &&
    one.account.status !== "expired"
  ) {
    const login = one.account.login === undefined ? {} : { login: one.account.login };
    return one.account.status === "pending"
      ? { status: "invited", ref: one.account.ref, handle: one.account.ref.id, ...login }
      : { status: "already", ref: one.account.ref, ...login, note: "existed when its making was answered" };
  }
  return { status: "failed", fault: { ...fault, kind: fault.kind === "ambiguous" ? "ambiguous" : "conflict" } };
}

/** Whether an account, read afresh, is as the call would leave it. What no read can show counts as not done. */
function holds(call: Call, subject: Subject | null): boolean {
  switch (call.verb) {
    case "delete":
      return subject === null;
    case "suspend":
      return subject === null || subject.account.status === "suspended";
    case "restore":
      return subject?.account.status === "active";
    case "grant":
      return subject?.edges.some((e) => e.entitlement === call.target.name && (e.level ?? "") === call.level) ?? false;
    case "revoke":
      return !subject?.edges.some((e) => e.entitlement === call.target.name && e.derived === undefined);
    case "update":
      return subject !== null && Object.entries(call.attributes).every(([name, value]) => subject.account.attributes[name] === value);
    default:
      return false;
  }
}
