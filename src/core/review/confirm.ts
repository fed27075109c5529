import type { OperationOutcome } from "../engine.ts";
import { refKey, type Snapshot } from "../model/observed.ts";
import { World } from "../plan/evidence.ts";
import type { Operation } from "../plan/operation.ts";
import type { RecordedOperation } from "../record/record.ts";

type Reread = RecordedOperation["reread"];

/**
 * Whether a look at the vendor after a run shows what its operations brought about, by id. What neither a list nor an account shows (sessions,
 * tokens, ownership) is `unread`, and so is what was not read, or not done.
 */
export function confirmations(
  done: readonly { readonly operation: Operation; readonly outcome: OperationOutcome }[],
  after: Snapshot,
): Map<string, Reread> {
  const world = new World(after, true);
  return new Map(
    done.map(({ operation, outcome }) => [operation.id, after.failure ? "unread" : confirm(operation, outcome, world, after)]),
  );
}

function confirm(o: Operation, outcome: OperationOutcome, world: World, { fresh }: Snapshot): Reread {
  const settled = outcome.status === "done" || outcome.status === "already" || outcome.status === "invited";
  const ref = outcome.ref ?? o.ref;
  if (!settled || ref === null || o.phase === "state") return "unread";
  const account = world.byRef.get(refKey(ref));
  const gone = account === undefined && (fresh.get(refKey(ref)) === false || world.accountsComplete);
  const is = (holds: boolean): Reread => (holds ? "confirmed" : "differs");
  switch (o.verb) {
    case "create":
    case "restore":
      return account ? is(account.status === "active" || account.status === "pending") : gone ? "differs" : "unread";
    case "suspend":
      if (account) return account.status === "unknown" ? "unread" : is(account.status === "suspended");
      return gone ? "confirmed" : "unread";
    case "delete":
      return account ? "differs" : gone ? "confirmed" : "unread";
    case "grant":
    case "revoke": {
      if (!account) return gone ? is(o.after === null) : "unread";
      const held = world.held(account).get(o.target);
      if (held) return is(o.after !== null && held.derived === undefined && (held.level === o.after || held.level === ""));
      return world.edgeAbsence(o.target, account, true) ? is(o.after === null) : "unread";
    }
    case "update": {
      const seen = account?.attributes[o.target];
      return seen === undefined ? "unread" : is(seen === o.after);
    }
    default:
      return "unread";
  }
}
