import { kindOf, rankOf } from "../compile/entitlement-kind.ts";
import { compareText } from "../diagnostic.ts";
import type { ObservedAccount } from "../model/observed.ts";
import type { AccountRecord, AssignmentRecord } from "../model/state.ts";
import type { Draft } from "./draft.ts";
import type { World } from "./evidence.ts";

/**
 * What state shall remember of edges that carry other apps, before anything is written: those seen for the first time, and those that somebody
 * else took away, from now on. `gone`: the account is proven not to exist. What is not proven stays as it was (law 13).
 */
export function assignmentsOf(
  draft: Draft,
  world: World,
  account: ObservedAccount | null,
  record: AccountRecord | undefined,
  gone: boolean,
): AccountRecord["assignments"] {
  const known: Record<string, AssignmentRecord> = {};
  for (const { key, entitlement, level } of [...draft.carries.watched.values()].sort((a, b) => compareText(a.key, b.key))) {
    const kind = kindOf(draft.manifest, entitlement);
    const before = record?.assignments?.[key];
    const edge = account ? world.held(account).get(entitlement) : undefined;
    const held = edge !== undefined && (level === undefined || rankOf(kind, edge.level) >= rankOf(kind, level));
    const proven = edge !== undefined || (account ? world.edgeAbsence(entitlement, account, kind?.group === true) !== null : gone);
    const after = held === (before?.held ?? false) || !(held || proven) ? before : { held, since: draft.now };
    if (after) known[key] = after;
  }
  return Object.keys(known).length === 0 ? undefined : known;
}
