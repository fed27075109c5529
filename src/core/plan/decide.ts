import { daysBetween } from "../compile/day.ts";
import type { DesiredAccount } from "../model/desired.ts";
import type { Manifest } from "../model/manifest.ts";
import { type ObservedAccount, sameRef } from "../model/observed.ts";
import type { AccountRecord } from "../model/state.ts";
import type { Match } from "./match.ts";
import type { Evidence } from "./operation.ts";
import { type Provisioning, stillAssigned, stopsHere, type Verification, verifyArrival, verifyEnd } from "./provisioning.ts";
import type { Situation } from "./situation.ts";

/** What is done about a wanted account as a whole; edges and attributes are compared apart. */
export type Reaction =
  /** Compare edges and attributes; take it into state where it is not. */
  | "converge"
  | "create"
  | "invite-again"
  | "restore"
  | "stop"
  | "delete"
  /** Access has ended as wanted; only steps and edges that remain. */
  | "stay-stopped"
  | "nothing";

export interface Decision {
  readonly situation: Situation;
  readonly reaction: Reaction;
  readonly detail: string;
  readonly account: ObservedAccount | null;
  readonly evidence: Evidence;
  /** What people have to do, where another app was to provision or to end the account and did not. */
  readonly overdue?: NonNullable<Verification["overdue"]>;
}

export interface Circumstances {
  readonly desired: DesiredAccount;
  readonly record: AccountRecord | undefined;
  readonly match: Match;
  /** Another principal has the better claim on the matched account: who and what. */
  readonly collision: string | null;
  /** Proof that the account does not exist, or null. Only asked where nothing was found. */
  absence(): Evidence | null;
  readonly manifest: Manifest;
  /** Who makes the accounts, where it is not rollcall, and what is known of the assignment. */
  readonly provisioning: Provisioning | null;
  readonly failure: string | null;
  readonly today: string;
}

/**
 * The last stop of this account was rollcall's (law 4). A stop that was under way when a run was killed counts: its intent was in the
 * checkpoint before the call, as `inputs.status`, which is otherwise active (law 9).
 */
export const stoppedByRollcall = (record: AccountRecord): boolean => record.stoppedByUs || record.inputs.status !== "active";

/** The decision table of DESIGN 4 for one wanted account; rows are tried from the top. Accounts that nobody claims: `unclaimed.ts`. */
export function decideSituation(c: Circumstances): Decision {
  const { match } = c;
  if (c.failure !== null) return row("unknown", "nothing", c.failure);
  if (match.kind === "ambiguous") return row("ambiguous", "nothing", match.why);
  if (c.collision !== null) return row("collision", "nothing", c.collision);
  if (match.kind === "none" || match.account.status === "expired") return missing(c, match.kind === "none" ? null : match.account);
  return present(c, match.account, match.by);
}

function present(c: Circumstances, account: ObservedAccount, by: string): Decision {
  const { desired, record, manifest } = c;
  const wantsAccess = desired.status === "active";
  if (desired.lifecycle === "future") return row("inSync", "nothing", `has an account already, starts ${desired.since}`, account);
  if (account.outside !== undefined) {
    // Not this app's to take away: it is said, and the account it once was is taken for gone.
    return wantsAccess ? missing(c, account) : row("outOfScope", record ? "stay-stopped" : "nothing", `is ${account.outside}`);
  }
  switch (account.status) {
    case "unknown":
      if (!wantsAccess && provisionerEnds(c)) return ended(c, account);
      if (wantsAccess || manifest.stop !== "suspend")
        return row("unknown", "nothing", "the vendor does not say whether the account is active", account);
      // A suspension rests on the date and on the account being there, not on its status; what destroys data never rests on an unknown one.
      return record?.status === "suspended"
        ? row("leaver", "stay-stopped", `${reasonOf(desired)}; the vendor does not say whether the account is active`, account)
        : stopped(c, account);
    case "expired":
    case "pending":
      return wantsAccess
        ? row("pending", "converge", "invited, not yet accepted", account)
        : provisionerEnds(c)
          ? ended(c, account)
          : row("leaver", "stop", "invitation to be withdrawn", account);
    case "active":
      if (!wantsAccess) return provisionerEnds(c) ? ended(c, account) : stopped(c, account);
      return record ? row("inSync", "converge", `known by ${by}`, account) : row("adopt", "converge", `matches by ${by}`, account);
    case "suspended":
      if (wantsAccess) {
        if (record && stoppedByRollcall(record) && sameRef(record.ref, account.ref))
          return row("drifted", "restore", "stopped by rollcall before, wanted again", account);
        // Where accounts appear at a login, no provisioner lets them in again.
        return c.provisioning?.hold && c.provisioning.by.settles !== null
          ? awaited(verifyArrival(c.provisioning, desired, "suspended"), account)
          : stoppedElsewhere(account);
      }
      // The provisioner keeps a link to the account: what destroys data is its own to do.
      const deletes = c.provisioning === null || c.provisioning.provider === null;
      if (desired.status === "absent" && manifest.verbs.delete && deletes) return row("leaver", "delete", reasonOf(desired), account);
      return row("leaver", "stay-stopped", reasonOf(desired), account);
  }
}

/** No account, or no more than an outsider's (`account`) or an invitation that ran out. */
function missing(c: Circumstances, account: ObservedAccount | null): Decision {
  const { desired, record, manifest } = c;
  const absence = c.absence();
  if (desired.status !== "active") {
    if (!record || record.status === "absent") return row("inSync", "nothing", account ? "invitation ran out" : "no account", account);
    return absence ? row("inSync", "stay-stopped", "account is gone", null, absence) : row("unknown", "nothing", unproven);
  }
  if (c.provisioning !== null) {
    if (absence || c.provisioning.hold?.kind !== "held") return awaited(verifyArrival(c.provisioning, desired, "absent"), account);
    return row("unknown", "nothing", unproven, account);
  }
  if (!absence)
    return row(
      "unknown",
      "nothing",
      account?.outside === undefined ? unproven : `is ${account.outside}; whether also a member is not proven`,
      account,
    );
  if (record && stoppedByRollcall(record)) {
    const window = manifest.restoreWindowDays;
    const deleted = record.steps["delete"];
    if (window !== undefined && deleted !== undefined && daysBetween(deleted, c.today) <= window) {
      return row(
        "recentlyDeleted",
        "nothing",
        `deleted by rollcall on ${deleted}; the vendor holds it for ${window} days`,
        account,
        absence,
      );
    }
    return row("create", "create", "removed by rollcall before, wanted again", account, absence);
  }
  if (account?.status === "expired" ? !record || record.status === "pending" : record?.status === "pending")
    return afterInvitation(c, account, absence);
  if (record) return row("vanished", "nothing", "known to state, proven gone", account, absence);
  return row("create", "create", account?.outside === undefined ? "does not exist" : `is ${account.outside} so far`, account, absence);
}

/** An invitation is known to have been sent and is no longer open: it may go out again a limited number of times, once it has run out. */
function afterInvitation(c: Circumstances, account: ObservedAccount | null, absence: Evidence): Decision {
  const { record, manifest } = c;
  const rules = manifest.invitations;
  const attempts = record?.pending?.attempts ?? 1;
  const sent = record?.pending?.since.slice(0, 10) ?? account?.since?.slice(0, 10);
  const ranOut = account?.status === "expired" || (rules && sent !== undefined && daysBetween(sent, c.today) >= rules.expireDays);
  if (!rules || !ranOut)
    return row("vanished", "nothing", "the invitation is gone before its time: declined or withdrawn", account, absence);
  return attempts < rules.attempts
    ? row("create", "invite-again", `invitation ${attempts} of at most ${rules.attempts} ran out`, account, absence)
    : row("vanished", "nothing", `${attempts} invitations ran out; none is sent again by itself`, account, absence);
}

const stoppedElsewhere = (account: ObservedAccount): Decision =>
  row("stoppedElsewhere", "nothing", "suspended at the vendor, not by rollcall", account);

/** Access shall end, and whoever provisions the app ends it. */
const provisionerEnds = ({ provisioning, desired }: Circumstances): boolean => provisioning !== null && !stopsHere(provisioning, desired);

/** Stopped here; where the provisioner goes on assigning it, that is said: it may let her in again. */
function stopped(c: Circumstances, account: ObservedAccount): Decision {
  const overdue = c.provisioning && stillAssigned(c.provisioning, c.desired);
  return { ...row("leaver", "stop", reasonOf(c.desired), account), ...(overdue ? { overdue } : {}) };
}

/** The account is left to its provisioner; edges that rollcall made go all the same. */
const ended = (c: Circumstances, account: ObservedAccount): Decision => ({
  ...awaited(verifyEnd(c.provisioning!, c.desired), account),
  reaction: "converge",
});

const awaited = ({ detail, overdue }: Verification, account: ObservedAccount | null): Decision => ({
  ...row("awaited", "nothing", detail, account),
  ...(overdue ? { overdue } : {}),
});

const unproven = "not seen, and the list is not proven complete";
const seen: Evidence = { kind: "seen" };

const row = (
  situation: Situation,
  reaction: Reaction,
  detail: string,
  account: ObservedAccount | null = null,
  evidence: Evidence = seen,
): Decision => ({
  situation,
  reaction,
  detail,
  account,
  evidence,
});

function reasonOf(desired: DesiredAccount): string {
  switch (desired.lifecycle) {
    case "leaver":
      return `last day was ${desired.since}`;
    case "gone":
      return `last day was ${desired.since}, retention is over`;
    case "leave":
      return `on leave since ${desired.since}`;
    case "unassigned":
      return "no line asks for this app any more";
    case "future":
    case "active":
      return desired.lifecycle;
  }
}
