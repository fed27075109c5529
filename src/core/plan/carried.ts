import { minutesBetween } from "../compile/day.ts";
import { carrierOf } from "../compile/implied.ts";
import { defaultLevel, kindOf, rankOf } from "../compile/entitlement-kind.ts";
import { formatAddress, parseAddress } from "../model/address.ts";
import type { EntitlementDeclaration } from "../model/app.ts";
import type { DesiredAccount } from "../model/desired.ts";
import type { Draft } from "./draft.ts";
import type { HeldEdge } from "./evidence.ts";
import { spanText } from "./span.ts";
import type { Finding } from "./plan.ts";
import type { Hold } from "./upstream.ts";

/**
 * Edges that an identity provider writes (`through`): rollcall grants the carrier over there and verifies here. Never owned, never written here.
 * Rows are tried from the top.
 *
 * | wanted | seen | carrier | outcome |
 * |---|---|---|---|
 * | access to the app is off, or of no principal | | | nothing: the stop has ended it |
 * | yes | as wanted | | nothing |
 * | yes | less, not proven | | UNKNOWN |
 * | yes | less | held for longer than `settles` | NOT_PROVISIONED, a task |
 * | yes | less | else | AWAITED |
 * | no, or less | derived | | DERIVED_EDGE |
 * | no, or less | yes | unknown, or revoked by this plan, or gone for less than `settles` | AWAITED |
 * | no, or less | yes | gone for longer, as state knows | NOT_DEPROVISIONED, a task: access remains |
 * | no, or less | yes | else | FOREIGN_EDGE, with the reason |
 */
export function verifyCarried(
  draft: Draft,
  declared: EntitlementDeclaration,
  c: {
    readonly desired: DesiredAccount | null;
    readonly wanted: string | null;
    readonly seen: HeldEdge | undefined;
    readonly proven: boolean;
    readonly login: string | null;
  },
): void {
  const { app, manifest } = draft;
  const { desired, wanted, seen } = c;
  if (!desired || (desired.status !== "active" && desired.lifecycle !== "unassigned")) return;
  const kind = kindOf(manifest, declared.name);
  const provider = app.provisionedBy.name;
  const settles = app.provisionedBy.settles;
  const carrier = carrierOf(declared, kind, wanted ?? seen?.level ?? defaultLevel(kind)) ?? [...declared.through!.values()][0]!;
  const of = (level: string): string => formatAddress({ app: app.key, entitlement: declared.name, level });
  const report = (code: Finding["code"], summary: string, fix?: string): void => {
    draft.findings.push({
      code,
      app: app.key,
      person: desired.person,
      login: c.login,
      summary: `${desired.name}: ${summary}`,
      ...(fix === undefined ? {} : { fix }),
    });
  };
  const overdue = (since: string): boolean => settles !== null && minutesBetween(since, draft.now) >= settles;
  const left = (since: string): string => (settles === null ? "" : `, ${spanText(settles - minutesBetween(since, draft.now))} left`);

  if (wanted !== null && (!seen || rankOf(kind, seen.level) < rankOf(kind, wanted))) {
    if (!seen && !c.proven) return report("UNKNOWN", `whether ${of(wanted)} is there is not proven: its list was not read to the end`);
    const hold = holdOf(draft, desired.person, carrier);
    if (hold.kind === "held" && hold.since !== null && overdue(hold.since)) {
      const why = `${carrier} is held since ${hold.since}, and ${of(wanted)} is not there after ${spanText(settles!)}`;
      report("NOT_PROVISIONED", why, `look at what binds ${carrier} to ${of(wanted)}`);
      draft.tasks.push({
        app: app.key,
        person: desired.person,
        task: `look in ${provider} why ${carrier} does not give ${of(wanted)} to ${desired.name}: the binding of the group, and the log of its synchronisation; held since ${hold.since}`,
        because: desired.grants.get(declared.name)?.because ?? [],
      });
      return;
    }
    const since = hold.kind === "held" && hold.since !== null ? ` since ${hold.since}${left(hold.since)}` : "";
    return report("AWAITED", `${of(wanted)} comes through ${carrier} (${stateOf(hold)}${since})`);
  }
  if (!seen || (wanted !== null && seen.level === wanted)) return;
  if (seen.derived !== undefined) {
    if (wanted === null) report("DERIVED_EDGE", `holds ${of(seen.level)} through ${seen.derived}; it cannot be removed by itself`);
    return;
  }
  const held = carrierOf(declared, kind, seen.level) ?? carrier;
  const hold = holdOf(draft, desired.person, held);
  if (hold.kind === "unknown" || hold.kind === "ending" || (hold.kind === "gone" && hold.since !== null && !overdue(hold.since))) {
    const since = hold.kind === "gone" ? ` at ${hold.since!}${left(hold.since!)}` : "";
    return report("AWAITED", `${of(seen.level)} ends with ${held} (${stateOf(hold)}${since})`);
  }
  if (hold.kind === "gone" && hold.since !== null) {
    const why = `${held} was taken away at ${hold.since}, and ${of(seen.level)} is still held after ${spanText(settles ?? 0)}`;
    report("NOT_DEPROVISIONED", why, `look at what binds ${held} to ${of(seen.level)}`);
    draft.tasks.push({
      app: app.key,
      person: desired.person,
      task: `take ${of(seen.level)} from ${desired.name} in ${provider}, which gives it: ${why}`,
      because: [],
      accessRemains: true,
    });
    return;
  }
  report(
    "FOREIGN_EDGE",
    `holds ${of(seen.level)}, which no line asks for (${held}: ${stateOf(hold)})`,
    `add the grant to a file, or end it in ${provider}`,
  );
}

function holdOf(draft: Draft, person: string, carrier: string): Hold {
  const address = parseAddress(carrier);
  return address ? draft.upstream(address.app).hold(person, address) : { kind: "unknown", why: `${carrier} is no address` };
}

function stateOf(hold: Hold): string {
  switch (hold.kind) {
    case "held":
      return "held";
    case "coming":
      return "granted by this plan";
    case "ending":
      return "revoked by this plan";
    case "gone":
      return "taken away";
    case "blocked":
    case "kept":
    case "unknown":
      return hold.why;
  }
}
