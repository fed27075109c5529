import { explain } from "../core/audit/answer.ts";
import { formatAddress } from "../core/model/address.ts";
import { presenceAt } from "../core/record/presence.ts";
import { principalOf } from "../core/record/steps.ts";
import { becauseText } from "../core/report/because.ts";
import { visible } from "../core/report/text.ts";
import { presenceText, presenceToJson } from "../core/report/trace.ts";
import { openThen, sayThen } from "./at.ts";
import { type CommandResult, type Context, UsageError } from "./command.ts";
import { hinted } from "./hinted.ts";
import { knownRecords } from "./records.ts";
import { compiled, type Repository } from "./repository.ts";

/** `rollcall explain ada [github] --at …`: what the files asked for then, and what records tell of it. State is of today, and not looked at. */
export async function explainThen(
  context: Context,
  now: Repository,
  asked: string,
  app: string | undefined,
  at: string,
): Promise<CommandResult> {
  const then = await openThen(context, now, at);
  const { organization } = then.repository;
  const { desired } = compiled(then.repository, then.moment);
  const person = [asked, ...(principalOf(now.organization, asked)?.formerly ?? [])].find((key) => desired.standings.has(key));
  const standing = person === undefined ? undefined : desired.standings.get(person);
  if (person === undefined || !standing) {
    const near = hinted(asked, [...desired.standings.keys()]);
    throw new UsageError(`there was no person or service ${asked} in commit ${then.commit.slice(0, 12)}${near}`, 3);
  }
  if (app !== undefined && !organization.apps.has(app))
    throw new UsageError(`there was no app ${app} then${hinted(app, [...organization.apps.keys()])}`, 3);
  const { records, remarks } = await knownRecords(context, now);
  const presence = presenceAt(records, then.moment.getTime());
  const keys = [person, ...standing.formerly];
  const explanations = explain(person, desired, app).map((e) => ({
    ...e,
    presence: presence.of(e.app, keys, "account"),
    grants: e.grants.map((g) => ({ ...g, presence: presence.of(e.app, keys, g.entitlement) })),
  }));
  const named = new Set(explanations.flatMap((e) => [`${e.app} account`, ...e.grants.map((g) => `${e.app} ${g.entitlement}`)]));
  const others = presence.held(keys).filter((h) => (app === undefined || h.app === app) && !named.has(`${h.app} ${h.target}`));
  const told = [...then.remarks, ...remarks];
  const result = then.sound ? 0 : 3;
  if (context.json) {
    const value = {
      version: 1,
      person,
      name: standing.name,
      lifecycle: standing.lifecycle,
      at: then.moment.toISOString(),
      commit: then.commit,
      apps: explanations.map((e) => ({
        ...e,
        presence: presenceToJson(e.presence),
        grants: e.grants.map((g) => ({ ...g, presence: presenceToJson(g.presence) })),
      })),
      others: others.map((o) => ({ ...o, presence: presenceToJson(o.presence) })),
      remarks: told,
    };
    context.out(`${JSON.stringify(value, null, 2)}\n`);
    return result;
  }
  sayThen(context, then);
  const zone = now.organization.settings.timezone;
  const line = (text: string, depth: number): void => context.out(`${"    ".repeat(depth)}${text}\n`);
  const tell = (p: (typeof explanations)[number]["presence"], depth: number): void => {
    if (records.length > 0) line(presenceText(p, zone, true), depth);
  };
  context.out(`${person}  ${standing.name}  ${standing.lifecycle}${standing.since === undefined ? "" : ` (${standing.since})`}\n`);
  for (const because of standing.because) line(becauseText(because), 1);
  if (explanations.length === 0) context.out(app === undefined ? "  no line asked for any app\n" : `  no line asked for ${app}\n`);
  for (const e of explanations) {
    context.out(`  ${e.app}: ${e.status}\n`);
    tell(e.presence, 1);
    for (const grant of e.grants) {
      line(grant.address, 1);
      for (const because of grant.because) line(becauseText(because), 2);
      tell(grant.presence, 2);
    }
    if (e.grants.length === 0) for (const because of e.accountBecause) line(becauseText(because), 2);
    for (const grant of e.expired) {
      line(`${grant.address}  (past)`, 1);
      for (const because of grant.because) line(becauseText(because), 2);
    }
  }
  for (const { app: key, target, presence: p } of others) {
    const what = target === "account" ? `account in ${key}` : formatAddress({ app: key, entitlement: target });
    context.out(`  ${visible(what)}: no line asked for it\n`);
    line(presenceText(p, zone, false), 1);
  }
  for (const remark of told) context.err(`${visible(remark, 400)}\n`);
  return result;
}
