import type { DesiredAccount } from "../model/desired.ts";
import type { Manifest } from "../model/manifest.ts";
import type { ObservedAccount } from "../model/observed.ts";
import type { AccountRecord } from "../model/state.ts";
import { daysBetween } from "../compile/day.ts";
import type { Match } from "./match.ts";
import type { Evidence } from "./operation.ts";
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
}

export interface Circumstances {
  readonly desired: DesiredAccount;
  readonly record: AccountRecord | undefined;
  readonly match: Match;
  /** Another principal has the better claim on the matched account. */
  readonly collision: string | null;
  /** Proof that the account does not exist, or null. Only asked where nothing was found. */
  readonly absence: Evidence | null;
  readonly manifest: Manifest;
  /** Name of whoever provisions the app, where it is not rollcall. */
  readonly provisioner: string | null;
  readonly failure: string | null;
  readonly today: string;
}

/**
 * The decision table of DESIGN 4 for one wanted account; rows are tried from the top. Orphans, accounts out of scope and protected ones
 * that no line wants are decided in `orphan.ts`.
 */
export function decideSituation(c: Circumstances): Decision {
  const { desired, record, match, manifest } = c;
  const seen: Evidence = { kind: "seen" };
  const row = (situation: Situation, reaction: Reaction, detail: string, account: ObservedAccount | null = null, evidence: Evidence = seen): Decision => ({
    situation,
    reaction,
    detail,
    account,
    evidence,
  });

  if (c.failure !== null) return row("unknown", "nothing", c.failure);
  if (match.kind === "ambiguous") return row("ambiguous", "nothing", match.why);
  if (c.collision !== null) return row("collision", "nothing", c.collision);
  const wantsAccess = desired.status === "active";

  if (match.kind === "found") {
    const { account } = match;
    if (desired.lifecycle === "future") {
      return row("inSync", "nothing", `has an account already, starts ${desired.since}`, account);
    }
    if (account.outside !== undefined && wantsAccess) {
      return c.absence
        ? row("create", "create", `is ${account.outside} so far`, account, c.absence)
        : row("unknown", "nothing", `is ${account.outside}; whether also a member is not proven`, account);
    }
    switch (account.status) {
      case "unknown":
        return row("unknown", "nothing", "the vendor does not say whether the account is active", account);
      case "expired":
        return wantsAccess ? afterInvitation(c, account, row) : row("inSync", "stay-stopped", "invitation ran out", account);
      case "pending":
        if (wantsAccess) return row("pending", "converge", "invited, not yet accepted", account);
        return row("leaver", "stop", "invitation to be withdrawn", account);
      case "active":
        if (wantsAccess) {
          return record ? row("inSync", "converge", `known by ${match.by}`, account) : row("adopt", "converge", `matches by ${match.by}`, account);
        }
        return row("leaver", "stop", reasonOf(desired), account);
      case "suspended":
        if (wantsAccess) {
          return record?.stoppedByUs
            ? row("drifted", "restore", "stopped by rollcall before, wanted again", account)
            : row("stoppedElsewhere", "nothing", "suspended at the vendor, not by rollcall", account);
        }
        if (desired.status === "absent" && manifest.verbs.delete) return row("leaver", "delete", reasonOf(desired), account);
        return row("leaver", "stay-stopped", reasonOf(desired), account);
    }
  }

  if (!wantsAccess) {
    if (!record || record.status === "absent") return row("inSync", "nothing", "no account");
    return c.absence
      ? row("inSync", "stay-stopped", "account is gone", null, c.absence)
      : row("unknown", "nothing", "not seen, and the list is not proven complete");
  }
  if (c.provisioner !== null) return row("awaited", "nothing", `waits for ${c.provisioner}`);
  if (!c.absence) return row("unknown", "nothing", "not seen, and the list is not proven complete");
  if (!record) return row("create", "create", "does not exist", null, c.absence);
  if (record.status === "absent" && record.stoppedByUs) {
    const window = manifest.restoreWindowDays;
    const deleted = record.steps["delete"];
    if (window !== undefined && deleted !== undefined && daysBetween(deleted, c.today) <= window) {
      return row("recentlyDeleted", "nothing", `deleted by rollcall on ${deleted}; the vendor holds it for ${window} days`, null, c.absence);
    }
    return row("create", "create", "removed by rollcall before, wanted again", null, c.absence);
  }
  if (record.status === "pending") return afterInvitation(c, null, row);
  return row("vanished", "nothing", "known to state, proven gone", null, c.absence);
}

/** An invitation is known to have been sent and is no longer open: it may go out again a limited number of times, once it has run out. */
function afterInvitation(
  c: Circumstances,
  account: ObservedAccount | null,
  row: (s: Situation, r: Reaction, detail: string, account?: ObservedAccount | null, evidence?: Evidence) => Decision,
): Decision {
  const { record, manifest } = c;
  const rules = manifest.invitations;
  const attempts = record?.pending?.attempts ?? 1;
  const sent = record?.pending?.since.slice(0, 10) ?? account?.since?.slice(0, 10);
  const ranOut = account?.status === "expired" || (rules && sent !== undefined && daysBetween(sent, c.today) >= rules.expireDays);
  if (!c.absence) return row("unknown", "nothing", "invitation not seen, and the lists are not proven complete", account);
  if (!rules || !ranOut) return row("vanished", "nothing", "the invitation is gone before its time: declined or withdrawn", account, c.absence);
  return attempts < rules.attempts
    ? row("create", "invite-again", `invitation ${attempts} of at most ${rules.attempts} ran out`, account, c.absence)
    : row("vanished", "nothing", `${attempts} invitations ran out; none is sent again by itself`, account, c.absence);
}

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
    default:
      return desired.lifecycle;
  }
}
