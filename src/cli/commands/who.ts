import { type Holder, whoHolds } from "../../core/audit/answer.ts";
import { kindOf, rankOf } from "../../core/compile/entitlement-kind.ts";
import { formatAddress, parseAddress } from "../../core/model/address.ts";
import type { Manifest } from "../../core/model/manifest.ts";
import { type Presence, presenceAt } from "../../core/record/presence.ts";
import { becauseText } from "../../core/report/because.ts";
import { visible } from "../../core/report/text.ts";
import { presenceText, presenceToJson } from "../../core/report/trace.ts";
import { openThen, sayThen, type Then } from "../at.ts";
import { type CommandResult, type Context, UsageError } from "../command.ts";
import { knownRecords } from "../records.ts";
import { compiled, openRepository, type Repository } from "../repository.ts";

export interface WhoOptions {
  /** A day, a time or a commit. */
  readonly at?: string;
}

/** `rollcall who github/team/dba[:level]`: answered from the files, as of today or as of then; of then also what records tell. */
export async function who(context: Context, address: string, options: WhoOptions = {}): Promise<CommandResult> {
  const now = await openRepository(context, "known");
  const then = options.at === undefined ? null : await openThen(context, now, options.at);
  const repository = then?.repository ?? now;
  const { desired, manifestByApp } = compiled(repository, then?.moment ?? context.now());
  const holders = whoHolds(address, desired, manifestByApp);
  if (!holders) throw new UsageError(noSuch(address, now, repository, manifestByApp, then), 3);
  const past = then && (await pastOf(context, now, then, address, holders, manifestByApp));
  if (context.json) {
    const asOf = then && past ? { at: then.moment.toISOString(), commit: then.commit, remarks: past.remarks } : {};
    const told = past ? holders.map((h) => ({ ...h, presence: presenceToJson(past.of(h)) })) : holders;
    const others = past ? { others: past.others.map((o) => ({ person: o.person, presence: presenceToJson(o.presence) })) } : {};
    context.out(`${JSON.stringify({ version: 1, address, ...asOf, holders: told, ...others }, null, 2)}\n`);
    return then?.sound === false ? 3 : 0;
  }
  if (then) sayThen(context, then);
  if (holders.length === 0) context.err(then ? `no line of these files gave anybody ${address}\n` : `nobody holds ${address}\n`);
  const entitlement = address.split(":")[0]!;
  const app = entitlement.split("/")[0]!;
  const zone = now.organization.settings.timezone;
  for (const holder of holders) {
    const away = holder.lifecycle === "leave" ? " [on leave: access is off]" : "";
    const held =
      holder.level === "" ? entitlement : formatAddress({ app, entitlement: entitlement.slice(app.length + 1), level: holder.level });
    context.out(`${holder.person}  ${holder.name}  ${held}${away}\n`);
    for (const because of holder.because) context.out(`    ${becauseText(because)}\n`);
    if (past?.recorded) context.out(`    ${presenceText(past.of(holder), zone, true)}\n`);
  }
  for (const { person, presence } of past?.others ?? []) {
    context.out(`${visible(person)}  [no line of these files]\n    ${presenceText(presence, zone, false)}\n`);
  }
  for (const remark of past?.remarks ?? []) context.err(`${visible(remark, 400)}\n`);
  return then?.sound === false ? 3 : 0;
}

interface Past {
  readonly recorded: boolean;
  of(holder: Holder): Presence;
  /** Whoever had it by the records and is in no line. */
  readonly others: readonly { readonly person: string; readonly presence: Presence }[];
  readonly remarks: readonly string[];
}

async function pastOf(
  context: Context,
  now: Repository,
  then: Then,
  address: string,
  holders: readonly Holder[],
  manifestByApp: ReadonlyMap<string, Manifest>,
): Promise<Past> {
  const { records, remarks } = await knownRecords(context, now);
  const presence = presenceAt(records, then.moment.getTime());
  const { people, services } = then.repository.organization;
  const keysOf = (person: string): string[] => [person, ...((people.get(person) ?? services.get(person))?.formerly ?? [])];
  const parsed = then.repository.organization.apps.has(address) ? null : parseAddress(address);
  const app = parsed?.app ?? address;
  const kind = parsed ? kindOf(manifestByApp.get(app)!, parsed.entitlement) : undefined;
  const target = parsed === null || kind?.base ? "account" : parsed.entitlement;
  const wanted = new Set(holders.flatMap(({ person }) => keysOf(person)));
  const atLeast = (level: string | null): boolean => parsed?.level === undefined || rankOf(kind, level ?? "") >= rankOf(kind, parsed.level);
  return {
    recorded: records.length > 0,
    of: ({ person }) => presence.of(app, keysOf(person), target),
    others: presence
      .holders(app, target)
      .filter(({ person }) => !wanted.has(person))
      .filter(({ presence: p }) => p.kind !== "there" || atLeast(p.level)),
    remarks: [...then.remarks, ...remarks],
  };
}

function noSuch(
  address: string,
  now: Repository,
  { organization: { apps } }: Repository,
  manifestByApp: ReadonlyMap<string, Manifest>,
  then: Then | null,
): string {
  const app = apps.has(address) ? address : (parseAddress(address)?.app ?? address);
  const known = apps.get(app);
  if (known && !manifestByApp.get(app)) return `${app} used the connector ${known.connector} then, which this rollcall does not have`;
  const former = then && now.organization.apps.get(app)?.formerly.find((key) => apps.has(key));
  if (former) return `${app} was called ${former} then; ask for that`;
  const place = then ? `the files of commit ${then.commit.slice(0, 12)}` : "this repository";
  return `${address} names no app of ${place}; write app, app/entitlement or app/entitlement:level`;
}
