import type { DesiredGroup } from "../model/desired.ts";
import { refKey, sameRef } from "../model/observed.ts";
import type { AppState } from "../model/state.ts";
import type { Draft } from "./draft.ts";
import type { World } from "./evidence.ts";

/** Groups whose own life is rollcall's: made where proven absent, renamed by `formerly`, never deleted by dropping a line (law 17). */
export function planGroups(draft: Draft, world: World, wanted: ReadonlyMap<string, DesiredGroup>, state: AppState): void {
  const { app } = draft;
  for (const group of wanted.values()) {
    const base = { person: null, target: group.entitlement, because: group.because };
    const seen = world.groups.get(group.entitlement);
    if (group.status === "absent") {
      planRemoval(draft, world, group);
      continue;
    }
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

/** A group goes only where a line says so and it is proven empty, or is emptied by this very plan (law 3). */
function planRemoval(draft: Draft, world: World, group: DesiredGroup): void {
  const { app } = draft;
  const seen = world.groups.get(group.entitlement);
  if (!seen) return;
  const finding = (summary: string, fix: string): void => {
    draft.findings.push({ code: "UNKNOWN", app: app.key, person: null, login: null, summary, fix });
  };
  const address = `${app.key}/${group.entitlement}`;
  if (!world.membersComplete(group.entitlement)) {
    finding(`${address} is not deleted: that it is empty is not proven`, "the list of its members could not be read to the end");
    return;
  }
  const leaving = new Set(draft.operations.filter((o) => o.refused === undefined && o.ref && goes(o, group.entitlement)).map((o) => refKey(o.ref!)));
  const staying = world.snapshot.edges.filter((e) => e.entitlement === group.entitlement && e.derived === undefined && !leaving.has(refKey(e.account)));
  const nested = world.snapshot.groups.filter((g) => g.parent === group.entitlement);
  if (staying.length > 0 || nested.length > 0) {
    finding(
      `${address} is not deleted: ${staying.length} members and ${nested.length} groups are still in it`,
      "end the grants first; members that no line asked for go only from groups with members: exclusive",
    );
    return;
  }
  const scopes = world.snapshot.scopes.filter((s) => s.covers === "edges" && (s.entitlement ?? group.entitlement) === group.entitlement).map((s) => s.id);
  draft.add({
    verb: "deleteGroup",
    person: null,
    target: group.entitlement,
    ref: seen.ref,
    before: group.entitlement,
    after: null,
    because: group.because,
    origin: "change",
    evidence: { kind: "absent", scopes },
  });
}

const goes = (o: { verb: string; target: string; after: string | null }, entitlement: string): boolean =>
  (o.verb === "revoke" && o.target === entitlement && o.after === null) || o.verb === "delete";

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
