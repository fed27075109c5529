import { formatAddress } from "../model/address.ts";
import type { Because } from "../model/origin.ts";
import type { Operation } from "./operation.ts";
import type { HumanTask } from "./plan.ts";
import { isHeld } from "./waits.ts";

/**
 * The operations of an app whose vendor is people (`manifest.human`) as tasks, one a person: nothing is carried out, and nothing counts as
 * done until the register says so (law 14). State-only operations stay operations, and what is refused or waits for
 * another app is shown and asks nobody yet.
 */
export function byHand(app: string, operations: readonly Operation[]): { operations: Operation[]; tasks: HumanTask[] } {
  const subjects = new Map<string, Operation[]>();
  for (const o of operations) {
    if (stays(o)) continue;
    const key = o.person ?? o.login ?? o.target;
    subjects.set(key, [...(subjects.get(key) ?? []), o]);
  }
  return {
    operations: operations.filter(stays),
    tasks: [...subjects].map(([key, list]) => taskOf(app, key, list)),
  };
}

const stays = (o: Operation): boolean => o.phase === "state" || o.refused !== undefined || isHeld(o);

function taskOf(app: string, key: string, list: readonly Operation[]): HumanTask {
  const create = list.find((o) => o.verb === "create");
  const parts = list.map((o) => wordingOf(o)).filter((t) => t !== "");
  const person = list[0]!.person;
  const confirm = person === null ? "" : `; then run \`rollcall state confirm ${app}/${person}${create ? " --id <its number>" : ""}\``;
  const because = new Map<string, Because>();
  for (const b of list.flatMap((o) => o.because)) because.set(JSON.stringify(b), b);
  return { app, person, task: `${app}, ${create?.payload?.name ?? key}: ${parts.join(", ")}${confirm}`, because: [...because.values()] };
}

function wordingOf(o: Operation): string {
  const held = formatAddress({ app: o.app, entitlement: o.target, ...(o.after ? { level: o.after } : {}) });
  switch (o.verb) {
    case "create":
      return "make an account";
    case "grant":
      return `give ${held}`;
    case "revoke":
      return o.after === null ? `take away ${held}` : `lower to ${held}`;
    case "suspend":
      return "block the account";
    case "restore":
      return "unblock the account";
    case "delete":
      return "delete the account";
    case "update":
      return `set ${o.target} to ${o.after ?? "nothing"}`;
    case "endSessions":
      return "end all sessions";
    case "revokeCredentials":
      return "revoke tokens and keys";
    case "transfer":
      return `hand over what the account owns to ${o.after ?? "somebody"}`;
    case "createGroup":
    case "updateGroup":
      return `make ${held}`;
    case "deleteGroup":
      return `delete ${o.app}/${o.target}`;
    case "adopt":
    case "record":
      return "";
  }
}
