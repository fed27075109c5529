import type { DesiredGroup } from "../model/desired.ts";
import { sameRef } from "../model/observed.ts";
import type { AppState } from "../model/state.ts";
import type { Draft } from "./draft.ts";
import type { World } from "./evidence.ts";

/** Groups whose own life is rollcall's: made where proven absent, renamed by `formerly`, never deleted by dropping a line (law 17). */
export function planGroups(draft: Draft, world: World, wanted: ReadonlyMap<string, DesiredGroup>, state: AppState): void {
  const { app } = draft;
  for (const group of wanted.values()) {
    const base = { person: null, target: group.entitlement, because: group.because };
    const seen = world.groups.get(group.entitlement);
    if (seen) {
      const description = group.description;
      if (description !== undefined && seen.description !== undefined && seen.description !== description) {
        const drift = state.groups.get(group.entitlement)?.description === description;
        draft.add({ ...base, verb: "updateGroup", ref: seen.ref, before: seen.description, after: description, origin: drift ? "drift" : "change", payload: payload(group) });
      }
      continue;
    }
    const former = group.formerly.map((name) => ({ name, group: world.groups.get(name) ?? byRecord(world, state, name) })).find((f) => f.group);
    if (former?.group) {
      draft.add({ ...base, verb: "updateGroup", ref: former.group.ref, before: former.name, after: group.entitlement, origin: "change", payload: payload(group) });
    } else if (world.groupsComplete) {
      const scopes = world.snapshot.scopes.filter((s) => s.covers === "groups").map((s) => s.id);
      draft.add({ ...base, verb: "createGroup", before: null, after: group.entitlement, origin: state.groups.has(group.entitlement) ? "drift" : "change", evidence: { kind: "absent", scopes }, payload: payload(group) });
    } else {
      draft.findings.push({ code: "UNKNOWN", app: app.key, person: null, login: null, summary: `whether ${app.key}/${group.entitlement} exists is not proven: the list of groups was not read to the end` });
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

function byRecord(world: World, state: AppState, name: string) {
  const record = state.groups.get(name);
  return record && [...world.groups.values()].find((g) => sameRef(g.ref, record.ref));
}
