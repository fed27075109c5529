import { refKey, type Snapshot } from "../model/observed.ts";
import type { Policy, ProtectedAccount } from "../model/policy.ts";
import type { AppState } from "../model/state.ts";
import type { Trip } from "../plan/plan.ts";
import { limitsFor } from "./limits.ts";

/**
 * The guard `incomplete-read`: where 30 % or more of the live accounts that state knows did not come back, the read is not believed, and
 * nothing is concluded from absence in this app (law 3). Unaffected: whatever was seen.
 */
export function incompleteRead(app: string, state: AppState, snapshot: Snapshot, policies: readonly Policy[]): Trip | null {
  const live = [...state.accounts.values()].filter((r) => r.status === "active" || r.status === "suspended");
  if (live.length === 0 || snapshot.failure || snapshot.scopes.length === 0) return null;
  const seen = new Set(snapshot.accounts.map((a) => refKey(a.ref)));
  const missing = live.filter((r) => !seen.has(refKey(r.ref)));
  const tolerated = 100 - limitsFor(app, policies).knownReturned;
  if (missing.length * 100 < tolerated * live.length || missing.length === 0) return null;
  return {
    guard: "incomplete-read",
    app,
    summary: `${missing.length} of ${live.length} accounts that state knows in ${app} did not come back`,
    detail: `at ${tolerated} % or more missing the read is not believed: nothing is created and nothing is taken for gone`,
    fix: "check the credential's permissions and the vendor's status; if the accounts are really gone, `rollcall state forget` drops them one by one",
    refuses: [],
  };
}

/** The guard `wrong-tenant`: the credential opens another tenant than the one state was made from. */
export function wrongTenant(app: string, state: AppState, snapshot: Snapshot): Trip | null {
  if (state.tenant === undefined || snapshot.failure || snapshot.tenant?.tenant === state.tenant) return null;
  const opened = snapshot.tenant ? `tenant ${snapshot.tenant.tenant}` : "a tenant that does not say its name";
  return {
    guard: "wrong-tenant",
    app,
    summary: `${app}: the credential opens ${opened}, state belongs to ${state.tenant}`,
    detail: "every account would look vanished, so nothing is planned in this app",
    fix: "use the credential of the right tenant; for a new tenant use a new app file",
    refuses: [],
  };
}

/** The accounts that `protected` policies name. */
export const protectedBy = (policies: readonly Policy[]): ProtectedAccount[] =>
  policies.flatMap((p) => (p.kind === "protected" ? p.accounts : []));
