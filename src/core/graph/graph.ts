import { compareText } from "../diagnostic.ts";
import type { AccountInputs, AppState, GroupRecord } from "../model/state.ts";
import { taking } from "../plan/draft.ts";
import type { Operation } from "../plan/operation.ts";
import { takeOutcome } from "../state/apply-outcome.ts";
import { StateDraft } from "../state/draft.ts";
import { accountId, groupId, type ResourceKind, tenantId, tenantName } from "../state/layout.ts";
import { accountInputs, groupInputs, tenantInputs, type Values } from "../state/outputs.ts";
import { alsoText, saidByInputs } from "./also.ts";

/**
 * When a resource is brought about (law 5): those that lose something before all others, groups that are to be deleted after all others. What
 * groups a grant needs is made on demand.
 */
export const stages = ["losses", "rest", "deleteGroups"] as const;
export type Stage = (typeof stages)[number];

/** One resource as it shall be after this run, in names only. */
export interface GraphResource {
  readonly kind: ResourceKind;
  /** Key of the person, entitlement, or `tenant`. */
  readonly name: string;
  readonly id: string;
  /** The permitted next state, and under `also` what of the run's work it cannot say. */
  readonly inputs: Values;
  /** What has to be carried out for it; state-only ones included. */
  readonly operations: readonly Operation[];
  readonly stage: Stage;
  /** What an engine that only sees inputs will take it for. */
  readonly step: "same" | "create" | "update";
}

/** One app's resources, sorted by kind and name. */
export interface Graph {
  readonly app: string;
  readonly connector: string;
  readonly resources: readonly GraphResource[];
  /** Resources that state has and that are dropped from it: renamed keys, groups that are gone. "kind name", sorted. */
  readonly forgotten: readonly string[];
}

export interface GraphInput {
  readonly state: AppState;
  /** What may be carried out in this app: `applicable(plan)`. */
  readonly operations: readonly Operation[];
  /** The organisation's day, YYYY-MM-DD. */
  readonly day: string;
  /** Whether state has a tenant resource already. */
  readonly known: boolean;
  /** Managed groups that a line ends and that were seen to be gone. */
  readonly ended: ReadonlySet<string>;
}

/**
 * A plan as resources. Everything that state knows stays in the graph, wanted or not: what a program does not register any more, Pulumi
 * forgets, and then nobody remembers that a stop was ours (law 17). Pure.
 */
export function graphOf(input: GraphInput): Graph {
  const { state, operations } = input;
  const { app, connector } = state;
  // As a refresh leaves it: what was seen, before anything is carried out.
  const seen = fold(state, operations.filter(isStateOnly), input.day);
  const next = fold(
    seen,
    operations.filter((o) => !isStateOnly(o)),
    input.day,
  );
  const work = new Map<string, Operation[]>();
  for (const o of operations) push(work, ownerOf(o), o);

  const accounts = [...next.accounts.values()]
    .sort((a, b) => compareText(a.person, b.person))
    .map((record): GraphResource => {
      const own = work.get(`Account ${record.person}`) ?? [];
      const [before, stored] = [seen.accounts.get(record.person)?.inputs, state.accounts.get(record.person)?.inputs];
      const also = own.filter(
        (o) => !isStateOnly(o) && !(saidByInputs(before, record.inputs, o) && saidByInputs(stored, record.inputs, o)),
      );
      const inputs = withAlso(accountInputs(record.inputs), also);
      return {
        kind: "Account",
        name: record.person,
        id: accountId(app, record.person),
        inputs,
        operations: own,
        stage: own.some((o) => taking.has(o.verb)) ? "losses" : "rest",
        step: stored === undefined ? "create" : differs(before!, record.inputs) || also.length > 0 ? "update" : "same",
      };
    });
  const groups = groupsOf(input, next, work);
  const strays = work.get(`Tenant ${tenantName}`) ?? [];
  const tenant: GraphResource = {
    kind: "Tenant",
    name: tenantName,
    id: tenantId(app),
    inputs: withAlso(tenantInputs(app, connector), strays),
    operations: strays,
    stage: "losses",
    step: !input.known ? "create" : strays.length > 0 ? "update" : "same",
  };
  const resources = [tenant, ...groups, ...accounts];
  const kept = new Set(resources.map((r) => `${r.kind} ${r.name}`));
  const homeless = operations.find((o) => !kept.has(ownerOf(o)));
  if (homeless) throw new Error(`no resource carries ${homeless.id}`);
  const had = [...[...state.accounts.keys()].map((k) => `Account ${k}`), ...[...state.groups.keys()].map((k) => `Group ${k}`)];
  return { app, connector, resources, forgotten: had.filter((name) => !kept.has(name)).sort(compareText) };
}

function groupsOf(input: GraphInput, next: AppState, work: ReadonlyMap<string, readonly Operation[]>): GraphResource[] {
  const { state, ended } = input;
  const groups = new Map<string, Pick<GroupRecord, "entitlement" | "description">>(next.groups);
  for (const own of work.values()) {
    for (const o of own) {
      // It stays for this run, in which it is deleted; the next one finds it gone.
      if (o.verb === "deleteGroup") groups.set(o.target, state.groups.get(o.target) ?? { entitlement: o.target });
    }
  }
  return [...groups.values()]
    .filter((g) => !ended.has(g.entitlement))
    .sort((a, b) => compareText(a.entitlement, b.entitlement))
    .map((group): GraphResource => {
      const own = work.get(`Group ${group.entitlement}`) ?? [];
      const stored = state.groups.get(group.entitlement);
      const renews = stored !== undefined && stored.description !== group.description;
      const also = own.filter((o) => o.verb === "deleteGroup" || (stored !== undefined && !renews));
      return {
        kind: "Group",
        name: group.entitlement,
        id: groupId(state.app, group.entitlement),
        inputs: withAlso(groupInputs(state.app, group), also),
        operations: own,
        stage: own.some((o) => o.verb === "deleteGroup") ? "deleteGroups" : "rest",
        step: stored === undefined ? "create" : renews || also.length > 0 ? "update" : "same",
      };
    });
}

const isStateOnly = (o: Operation): boolean => o.phase === "state";

/** The resource an operation is carried out for: an account of nobody has none, so it is the tenant's. */
function ownerOf(o: Operation): string {
  if (o.verb === "createGroup" || o.verb === "updateGroup" || o.verb === "deleteGroup") return `Group ${o.target}`;
  return o.person === null ? `Tenant ${tenantName}` : `Account ${o.person}`;
}

/** State as it would be if everything were done. The ref of what is made does not matter: inputs hold names only. */
function fold(state: AppState, operations: readonly Operation[], day: string): AppState {
  const draft = new StateDraft(state);
  for (const o of operations) {
    const ref = o.verb === "create" || o.verb === "createGroup" ? { kind: "new", id: o.target } : undefined;
    if (o.verb !== "deleteGroup")
      takeOutcome(draft, o, { id: o.id, status: "done", ...(ref ? { ref } : {}) }, { day, at: `${day}T00:00:00Z` });
  }
  return draft.state();
}

const withAlso = (inputs: Values, also: readonly Operation[]): Values =>
  also.length === 0 ? inputs : { ...inputs, also: also.map(alsoText).sort(compareText) };

/** Whether what was last applied is not what shall be; also what a provider's `diff` asks. */
export const differs = (before: AccountInputs, after: AccountInputs): boolean =>
  JSON.stringify(accountInputs(before)) !== JSON.stringify(accountInputs(after));

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
