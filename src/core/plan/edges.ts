import { kindOf, rankOf } from "../compile/entitlement-kind.ts";
import { compareText } from "../diagnostic.ts";
import { formatAddress } from "../model/address.ts";
import type { DesiredAccount } from "../model/desired.ts";
import { provisionerOf } from "../model/dependencies.ts";
import type { ObservedAccount } from "../model/observed.ts";
import type { Because } from "../model/origin.ts";
import type { AccountRecord } from "../model/state.ts";
import { verifyCarried } from "./carried.ts";
import type { Draft } from "./draft.ts";
import type { HeldEdge, World } from "./evidence.ts";
import type { CauseKind, Evidence } from "./operation.ts";
import { decideEdge } from "./ownership.ts";
import type { Finding } from "./plan.ts";

/** The wish after the vendor's own rules (`Tenant.normalise`): level by entitlement. */
export type Levels = Readonly<Record<string, string>>;

export interface EdgeCase {
  /** null: it is to be created, and holds nothing yet. */
  readonly account: ObservedAccount | null;
  /** null: no principal claims the account. */
  readonly desired: DesiredAccount | null;
  readonly levels: Levels;
  readonly record: AccountRecord | undefined;
  /** Proof that the account does not exist, for one that is to be created. */
  readonly absence?: Evidence;
}

/**
 * Compares the edges of one account and adds what follows. Returns the edges that state shall own before any operation is carried out.
 */
export function planEdges(draft: Draft, world: World, c: EdgeCase): Record<string, string> {
  const { account, record, levels } = c;
  const held = account ? world.held(account) : new Map<string, HeldEdge>();
  const owned: Record<string, string> = {};
  const names = new Set([...Object.keys(levels), ...held.keys(), ...Object.keys(record?.owned ?? {})]);
  for (const entitlement of [...names].sort(compareText)) {
    if (kindOf(draft.manifest, entitlement)?.base) continue;
    const kept = planEdge(draft, world, c, entitlement, held.get(entitlement));
    if (kept) owned[kept.name] = kept.level;
  }
  return owned;
}

/** One edge: its operation or finding, and what state shall own of it. */
function planEdge(
  draft: Draft,
  world: World,
  c: EdgeCase,
  entitlement: string,
  seen: HeldEdge | undefined,
): { name: string; level: string } | null {
  const { manifest, app } = draft;
  const { account, desired, record } = c;
  const kind = kindOf(manifest, entitlement);
  const wanted = c.levels[entitlement] ?? null;
  const recorded = record?.owned[entitlement];
  const absence = account ? world.edgeAbsence(entitlement, account, kind?.group === true) : (c.absence ?? null);
  const declared = app.entitlements?.get(entitlement);
  if (declared?.through && provisionerOf(app) !== null) {
    verifyCarried(draft, declared, { desired, wanted, seen, proven: absence !== null, login: account?.login ?? null });
    return null;
  }
  const reaction = decideEdge({
    desired: wanted,
    observed: seen?.level ?? null,
    derived: seen?.derived !== undefined,
    owned: recorded !== undefined,
    exclusive: declared?.members === "exclusive",
    access: desired?.status === "active",
    proven: absence !== null,
    rank: (level) => rankOf(kind, level),
  });
  const direct = seen && seen.derived === undefined;
  // What is ours stays ours until the edge is proven gone: an edge that was not read must not be taken for foreign when it is seen again.
  const level = recorded === undefined ? undefined : direct ? seen.level : absence ? undefined : recorded;
  const still = level === undefined ? null : { name: entitlement, level };

  const because = desired?.grants.get(entitlement)?.because ?? [];
  const origin: CauseKind = wanted !== null && record?.inputs.grants[entitlement] === wanted ? "drift" : "change";
  const person = desired?.person ?? record?.person ?? null;
  const who = account?.login ?? person ?? account?.ref.id ?? "an account";
  const report = (code: Finding["code"], summary: string, more: Pick<Finding, "fix" | "address"> = {}): void => {
    draft.findings.push({ code, app: app.key, person, login: account?.login ?? null, summary, ...more });
  };
  const base = { person, account, before: seen?.level ?? null };
  // Losses come before a group is renamed, gains after it (phases).
  const present = world.presentName(entitlement);
  const losing = (): { name: string; level: string } => ({ name: present, level: seen!.level });

  switch (reaction) {
    case "nothing":
      return still;
    case "adopt":
      return { name: entitlement, level: seen!.level };
    case "grant":
    case "raise":
      if (writable(draft, world, c, entitlement, because) && groupIsThere(draft, world, person, entitlement)) {
        const evidence: Evidence = seen || !absence ? { kind: "seen" } : absence;
        draft.add({ ...base, target: entitlement, verb: "grant", after: wanted, because, origin, evidence });
      }
      return still;
    case "lower":
      if (writable(draft, world, c, entitlement, because))
        draft.add({ ...base, target: present, verb: "revoke", after: wanted, because, origin });
      return losing();
    case "revoke":
      if (writable(draft, world, c, entitlement, []))
        draft.add({ ...base, target: present, verb: "revoke", after: null, ...lossOf(desired, entitlement) });
      return losing();
    case "revokeForeign":
      if (writable(draft, world, c, entitlement, [])) draft.add({ ...base, target: present, verb: "revoke", after: null, origin: "drift" });
      return null;
    case "report": {
      const address = formatAddress({ app: app.key, entitlement, level: seen!.level });
      report("FOREIGN_EDGE", `${who} holds ${address}, which no line asks for and rollcall did not grant`, {
        fix: `add the grant to a file, or remove it at the vendor, or set members: exclusive for ${entitlement} in identities/apps/${app.key}.yaml`,
        address,
      });
      return null;
    }
    case "reportDerived":
      report(
        "DERIVED_EDGE",
        `${who} holds ${formatAddress({ app: app.key, entitlement })} through ${seen!.derived}; it cannot be removed by itself`,
      );
      return still;
    case "unknown":
      report(
        "UNKNOWN",
        `whether ${who} holds ${formatAddress({ app: app.key, entitlement })} is not proven: its list was not read to the end`,
      );
      return still;
  }
}

/** Why an edge of ours goes: a date on the person, a date on the grant, or a line that is no longer there. */
function lossOf(desired: DesiredAccount | null, entitlement: string): { origin: CauseKind; because: readonly Because[] } {
  if (!desired) return { origin: "change", because: [] };
  if (desired.lifecycle !== "active" && desired.lifecycle !== "unassigned") return { origin: "lifecycle", because: desired.because };
  const expired = desired.expired.get(entitlement);
  return expired ? { origin: "expiry", because: expired } : { origin: "change", because: [] };
}

/** False, and a task, where an edge is kept elsewhere and cannot be written here. */
function writable(draft: Draft, world: World, c: EdgeCase, entitlement: string, because: readonly Because[]): boolean {
  const { app, manifest } = draft;
  const reason = world.groupOf(entitlement)?.readOnly ?? kindOf(manifest, entitlement)?.readOnly;
  if (reason === undefined) return true;
  const who = c.desired?.person ?? c.account?.login ?? "an account";
  draft.tasks.push({
    app: app.key,
    person: c.desired?.person ?? null,
    task: `change ${app.key}/${entitlement} of ${who} where it is kept (${reason})`,
    because,
  });
  return false;
}

/** False, and a finding, where the group to be gained was not seen and this plan does not make it. What is lost was seen: it needs no group. */
function groupIsThere(draft: Draft, world: World, person: string | null, entitlement: string): boolean {
  const { app, manifest } = draft;
  if (!kindOf(manifest, entitlement)?.group || world.groupOf(entitlement) || draft.promised.has(entitlement)) return true;
  const manage = app.entitlements?.get(entitlement)?.manage === true;
  draft.findings.push({
    code: "GROUP_MISSING",
    app: app.key,
    person,
    login: null,
    summary: world.groupsComplete
      ? `${app.key}/${entitlement} does not exist`
      : `${app.key}/${entitlement} was not seen, and the list of groups is not proven complete`,
    ...(manage ? {} : { fix: `create it at the vendor, or set manage: true for ${entitlement} in identities/apps/${app.key}.yaml` }),
  });
  return false;
}
