import type { DesiredGroup } from "../model/desired.ts";
import type { AppState } from "../model/state.ts";
import type { Draft } from "./draft.ts";
import type { World } from "./evidence.ts";

/**
 * Groups whose own life is rollcall's.
 *
 * | wanted group | reaction |
 * |---|---|
 * | seen under its name | nothing, or its description |
 * | seen under a former name, or by the id state knows | renamed |
 * | proven absent | made |
 * | not seen, not proven absent | reported |
 *
 * Dropping a line never deletes a group (law 17).
 */
export function planGroups(draft: Draft, world: World, wanted: ReadonlyMap<string, DesiredGroup>, state: AppState): void {
  const { app } = draft;
  for (const group of wanted.values()) {
    const { entitlement, description } = group;
    const base = { person: null, target: entitlement, because: group.because, payload: payload(group) };
    const known = state.groups.get(entitlement);
    const seen = world.groupOf(entitlement);
    if (seen && seen.entitlement !== entitlement) {
      draft.add({ ...base, verb: "updateGroup", ref: seen.ref, before: seen.entitlement, after: entitlement, origin: known ? "drift" : "change" });
    } else if (seen) {
      if (description === undefined || seen.description === undefined || seen.description === description) continue;
      const origin = known?.description === description ? "drift" : "change";
      draft.add({ ...base, verb: "updateGroup", ref: seen.ref, before: seen.description, after: description, origin });
    } else if (world.groupsComplete) {
      const evidence = { kind: "absent", scopes: world.scopesOf("groups") } as const;
      if (draft.add({ ...base, verb: "createGroup", before: null, after: entitlement, origin: known ? "drift" : "change", evidence })) draft.promised.add(entitlement);
    } else {
      const summary = `whether ${app.key}/${entitlement} exists is not proven: the list of groups was not read to the end`;
      draft.findings.push({ code: "UNKNOWN", app: app.key, person: null, login: null, summary });
    }
  }
}

const payload = (group: DesiredGroup) => ({
  name: group.entitlement,
  attributes: {},
  grants: {},
  attempts: 0,
  ...(group.description === undefined ? {} : { description: group.description }),
});
