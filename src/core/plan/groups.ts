import { compareText } from "../diagnostic.ts";
import type { DesiredGroup } from "../model/desired.ts";
import { refKey } from "../model/observed.ts";
import type { AppState } from "../model/state.ts";
import type { Draft } from "./draft.ts";
import type { World } from "./evidence.ts";
import type { Operation } from "./operation.ts";

/**
 * Groups whose own life is rollcall's.
 *
 * | wanted group | reaction |
 * |---|---|
 * | seen under its name | nothing, or its description |
 * | seen under a former name, or by the id state knows | renamed |
 * | proven absent | made |
 * | not seen, not proven absent | reported |
 * | `status: absent`, seen, proven empty or emptied by this plan | deleted, last (`planGroupRemovals`) |
 * | `status: absent`, seen, else | reported |
 *
 * Dropping a line never deletes a group (law 17).
 */
export function planGroups(draft: Draft, world: World, wanted: ReadonlyMap<string, DesiredGroup>, state: AppState): void {
  const { app } = draft;
  for (const group of wanted.values()) {
    if (group.status === "absent") continue;
    const { entitlement, description } = group;
    const base = { person: null, target: entitlement, because: group.because, payload: payload(group) };
    const known = state.groups.get(entitlement);
    const seen = world.groupOf(entitlement);
    if (seen && seen.entitlement !== entitlement) {
      draft.add({
        ...base,
        verb: "updateGroup",
        ref: seen.ref,
        before: seen.entitlement,
        after: entitlement,
        origin: known ? "drift" : "change",
      });
    } else if (seen) {
      if (description === undefined || seen.description === undefined || seen.description === description) continue;
      const origin = known?.description === description ? "drift" : "change";
      draft.add({ ...base, verb: "updateGroup", ref: seen.ref, before: seen.description, after: description, origin });
    } else if (world.groupsComplete) {
      const evidence = { kind: "absent", scopes: world.scopesOf("groups") } as const;
      if (draft.add({ ...base, verb: "createGroup", before: null, after: entitlement, origin: known ? "drift" : "change", evidence }))
        draft.promised.add(entitlement);
    } else {
      const summary = `whether ${app.key}/${entitlement} exists is not proven: the list of groups was not read to the end`;
      draft.findings.push({ code: "UNKNOWN", app: app.key, person: null, login: null, summary });
    }
  }
}

/** A group goes only where a line says so and it is proven empty, or is emptied by this very plan (law 3). Asked when all else is planned. */
export function planGroupRemovals(draft: Draft, world: World, wanted: ReadonlyMap<string, DesiredGroup>): void {
  const { app } = draft;
  for (const { entitlement, status, because } of wanted.values()) {
    const seen = world.groups.get(entitlement);
    if (status !== "absent" || !seen) continue;
    const address = `${app.key}/${entitlement}`;
    const finding = (summary: string, fix: string): void => {
      draft.findings.push({ code: "UNKNOWN", app: app.key, person: null, login: null, summary, fix });
    };
    if (!world.edgesComplete(entitlement)) {
      finding(`${address} is not deleted: that it is empty is not proven`, "the list of its members could not be read to the end");
      continue;
    }
    const leaving = new Set(
      draft.operations.filter((o) => o.refused === undefined && o.ref && empties(o, entitlement)).map((o) => refKey(o.ref!)),
    );
    const staying = world.snapshot.edges.filter(
      (e) => e.entitlement === entitlement && e.derived === undefined && !leaving.has(refKey(e.account)),
    );
    const nested = world.snapshot.groups.filter((g) => g.parent === entitlement);
    if (staying.length > 0 || nested.length > 0) {
      finding(
        `${address} is not deleted: ${staying.length} members and ${nested.length} groups are still in it`,
        "end the grants first; members that no line asked for go only from groups with members: exclusive",
      );
      continue;
    }
    const evidence = {
      kind: "absent",
      scopes: world
        .edgeScopes(entitlement)
        .map((s) => s.id)
        .sort(compareText),
    } as const;
    draft.add({
      verb: "deleteGroup",
      person: null,
      target: entitlement,
      ref: seen.ref,
      before: entitlement,
      after: null,
      because,
      origin: "change",
      evidence,
    });
  }
}

const empties = (o: Operation, entitlement: string): boolean =>
  (o.verb === "revoke" && o.target === entitlement && o.after === null) || o.verb === "delete";

const payload = (group: DesiredGroup) => ({
  name: group.entitlement,
  attributes: {},
  grants: {},
  attempts: 0,
  ...(group.description === undefined ? {} : { description: group.description }),
});
