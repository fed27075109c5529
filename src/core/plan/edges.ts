import { kindOf, rankOf } from "../compile/entitlement-kind.ts";
import { compareText } from "../diagnostic.ts";
import { formatAddress } from "../model/address.ts";
import type { DesiredAccount } from "../model/desired.ts";
import type { ObservedAccount } from "../model/observed.ts";
import type { Because } from "../model/origin.ts";
import type { AccountRecord } from "../model/state.ts";
import type { Draft } from "./draft.ts";
import type { World } from "./evidence.ts";
import type { CauseKind } from "./operation.ts";
import { decideEdge } from "./ownership.ts";

/** The wish after the vendor's own rules (`Tenant.normalise`): level by entitlement. */
export type Levels = Readonly<Record<string, string>>;

/**
 * Compares the edges of one account and adds what follows. `account` null: it is to be created, and holds nothing yet. Returns the edges that
 * state shall own before any operation is carried out.
 */
export function planEdges(
  draft: Draft,
  world: World,
  account: ObservedAccount | null,
  desired: DesiredAccount | null,
  levels: Levels,
  record: AccountRecord | undefined,
): Record<string, string> {
  const { manifest, app } = draft;
  const held = account ? world.held(account) : new Map<string, { level: string; derived?: string }>();
  const person = desired?.person ?? record?.person ?? null;
  const owned: Record<string, string> = {};
  const names = new Set([...Object.keys(levels), ...held.keys(), ...Object.keys(record?.owned ?? {})]);
  for (const entitlement of [...names].sort(compareText)) {
    const kind = kindOf(manifest, entitlement);
    if (kind?.base) continue;
    const wanted = levels[entitlement] ?? null;
    const seen = held.get(entitlement);
    const ours = record?.owned[entitlement] !== undefined;
    const reaction = decideEdge({
      desired: wanted,
      observed: seen?.level ?? null,
      derived: seen?.derived !== undefined,
      owned: ours,
      exclusive: app.entitlements?.get(entitlement)?.members === "exclusive",
      proven: !account || account.outside !== undefined || world.edgesComplete(entitlement, account),
      rank: (level) => rankOf(kind, level),
    });
    const because = desired?.grants.get(entitlement)?.because ?? [];
    const address = formatAddress({ app: app.key, entitlement });
    const who = account?.login ?? person ?? "an account";
    const group = world.groups.get(entitlement);
    const base = { person, account, target: entitlement, before: seen?.level ?? null };
    const keep = (level: string | undefined): void => {
      if (level !== undefined) owned[entitlement] = level;
    };

    switch (reaction) {
      case "nothing":
        if (seen && ours) keep(seen.level);
        break;
      case "adopt":
        keep(seen!.level);
        break;
      case "grant":
      case "raise":
        keep(seen ? record?.owned[entitlement] : undefined);
        if (!canWrite(draft, world, entitlement, person, group?.readOnly, because)) break;
        draft.add({ ...base, verb: "grant", after: wanted, because, origin: sameAsApplied(record, entitlement, wanted) ? "drift" : "change" });
        break;
      case "lower":
        keep(seen!.level);
        if (!canWrite(draft, world, entitlement, person, group?.readOnly, because)) break;
        draft.add({ ...base, verb: "revoke", after: wanted, because, origin: sameAsApplied(record, entitlement, wanted) ? "drift" : "change" });
        break;
      case "revoke":
        keep(seen!.level);
        if (!canWrite(draft, world, entitlement, person, group?.readOnly, [])) break;
        draft.add({ ...base, verb: "revoke", after: null, ...lossOf(desired, entitlement) });
        break;
      case "revokeForeign":
        if (!canWrite(draft, world, entitlement, person, group?.readOnly, [])) break;
        draft.add({ ...base, verb: "revoke", after: null, origin: "drift" });
        break;
      case "report":
        draft.findings.push({
          code: "FOREIGN_EDGE",
          app: app.key,
          person,
          login: account?.login ?? null,
          summary: `${who} holds ${formatAddress({ app: app.key, entitlement, level: seen!.level })}, which no line asks for and rollcall did not grant`,
          fix: `add the grant to a file, or remove it at the vendor, or set members: exclusive for ${entitlement} in identities/apps/${app.key}.yaml`,
        });
        break;
      case "reportDerived":
        draft.findings.push({
          code: "DERIVED_EDGE",
          app: app.key,
          person,
          login: account?.login ?? null,
          summary: `${who} holds ${address} through ${seen!.derived}; it cannot be removed by itself`,
        });
        break;
      case "unknown":
        keep(record?.owned[entitlement]);
        draft.findings.push({
          code: "UNKNOWN",
          app: app.key,
          person,
          login: account?.login ?? null,
          summary: `whether ${who} holds ${address} is not proven: its list was not read to the end`,
        });
        break;
      case "forget":
        break;
    }
  }
  return owned;
}

const sameAsApplied = (record: AccountRecord | undefined, entitlement: string, level: string | null): boolean =>
  level !== null && record?.inputs.grants[entitlement] === level;

/** Why an edge of ours goes: a date on the person, a date on the grant, or a line that is no longer there. */
function lossOf(desired: DesiredAccount | null, entitlement: string): { origin: CauseKind; because: readonly Because[] } {
  if (!desired) return { origin: "change", because: [] };
  if (desired.lifecycle !== "active" && desired.lifecycle !== "unassigned") return { origin: "lifecycle", because: desired.because };
  const expired = desired.expired.get(entitlement);
  return expired ? { origin: "expiry", because: expired } : { origin: "change", because: [] };
}

/** False, with the reason reported, where the group behind an entitlement is missing or cannot be written. */
function canWrite(
  draft: Draft,
  world: World,
  entitlement: string,
  person: string | null,
  readOnly: string | undefined,
  because: readonly Because[],
): boolean {
  const { app, manifest } = draft;
  const kind = kindOf(manifest, entitlement);
  const reason = readOnly ?? kind?.readOnly;
  if (reason !== undefined) {
    draft.tasks.push({ app: app.key, person, task: `change ${app.key}/${entitlement} of ${person ?? "an account"} where it is kept (${reason})`, because });
    return false;
  }
  if (!kind?.group || world.groups.has(entitlement)) return true;
  if (app.entitlements?.get(entitlement)?.manage) return true; // made in the phase before
  draft.findings.push({
    code: "GROUP_MISSING",
    app: app.key,
    person,
    login: null,
    summary: world.groupsComplete ? `${app.key}/${entitlement} does not exist` : `${app.key}/${entitlement} was not seen, and the list of groups is not proven complete`,
    fix: `create it at the vendor, or set manage: true for ${entitlement} in identities/apps/${app.key}.yaml`,
  });
  return false;
}
