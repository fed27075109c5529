import type { Call, Target } from "../../../connector/contract.ts";
import type { Ref } from "../../../core/model/observed.ts";
import type { JournalOperation } from "../../../core/state/journal.ts";

/** What turns names into refs: the run's snapshot, and what this run has made since. */
export interface Names {
  /** Present ref and login of a principal's account. */
  account(person: string): { ref: Ref; login?: string } | undefined;
  group(entitlement: string): Ref | undefined;
}

/** One operation, or several updates of one account, as the connector's call. Throws where a name has no ref: a defect of the plan. */
export function toCall(operations: readonly JournalOperation[], names: Names): Call {
  const [operation] = operations;
  if (!operation) throw new Error("no operation");
  const { verb, payload } = operation;
  const target: Target = withRef(operation.target, names.group(operation.target));
  switch (verb) {
    case "create":
      return {
        verb,
        key: [operation.app, operation.person, payload!.attempts, ...(payload!.previous === undefined ? [] : [payload!.previous])].join(
          "/",
        ),
        name: payload!.name,
        ...(payload!.login === undefined ? {} : { login: payload!.login }),
        ...(payload!.id === undefined ? {} : { id: payload!.id }),
        ...(payload!.email === undefined ? {} : { email: payload!.email }),
        attributes: payload!.attributes,
        grants: Object.entries(payload!.grants).map(([name, level]) => ({ target: withRef(name, names.group(name)), level })),
      };
    case "update":
      return {
        verb,
        ref: accountOf(operation, names).ref,
        attributes: Object.fromEntries(operations.map((o) => [o.target, o.after ?? ""])),
      };
    case "suspend":
    case "restore":
    case "delete":
    case "endSessions":
    case "revokeCredentials":
      return { verb, ...accountOf(operation, names) };
    case "grant":
      return { verb, ...accountOf(operation, names), target, level: operation.after ?? "" };
    case "revoke":
      // A lower level is brought about by setting it; only the end of an edge removes it.
      return operation.after === null
        ? { verb, ...accountOf(operation, names), target, level: operation.before ?? "" }
        : { verb: "grant", ...accountOf(operation, names), target, level: operation.after };
    case "transfer": {
      const to = names.account(operation.after ?? "");
      if (!to) throw new Error(`${operation.after} has no account in ${operation.app} to take over from ${operation.person}`);
      return { verb, ref: accountOf(operation, names).ref, to: to.ref };
    }
    case "createGroup":
      return { verb, key: `${operation.app}/${operation.target}`, name: operation.target, ...description(operation) };
    case "updateGroup":
      return { verb, ref: operation.ref!, name: operation.target, ...description(operation) };
    case "deleteGroup":
      return { verb, ref: operation.ref!, name: operation.target };
    case "adopt":
    case "record":
      throw new Error(`${verb} is not a call`);
  }
}

const withRef = (name: string, ref: Ref | undefined): Target => (ref ? { name, ref } : { name });

const description = (o: JournalOperation): { description?: string } =>
  o.payload?.description === undefined ? {} : { description: o.payload.description };

function accountOf(operation: JournalOperation, names: Names): { ref: Ref; login?: string } {
  // A grant of this run's newcomer has no ref in the plan; everything else names the account that was seen.
  const made = operation.ref === null && operation.person !== null ? names.account(operation.person) : undefined;
  const ref = operation.ref ?? made?.ref;
  if (!ref) throw new Error(`no account for ${operation.id}`);
  const login = operation.login ?? made?.login;
  return login === undefined ? { ref } : { ref, login };
}
