import { explain, type Explanation } from "../../core/audit/answer.ts";
import { endOf, type Provenance, provenanceOf } from "../../core/audit/provenance.ts";
import { dependenciesOf, inDependencyOrder } from "../../core/model/dependencies.ts";
import type { AccountRecord } from "../../core/model/state.ts";
import { becauseText } from "../../core/report/because.ts";
import { refKey } from "../../core/model/observed.ts";
import { type CommandResult, type Context, UsageError } from "../command.ts";
import { hinted } from "../hinted.ts";
import { compiled, openRepository } from "../repository.ts";
import { openState } from "../state.ts";

export interface ExplainOptions {
  /** A day, a time or a commit. */
  readonly at?: string;
}

/** `rollcall explain ada [github]`: what the files ask for, why, and what state knows of the account; with `--at`, what they asked for then. */
export async function explainCommand(
  context: Context,
  person: string,
  app: string | undefined,
  options: ExplainOptions = {},
): Promise<CommandResult> {
  const repository = await openRepository(context, "known");
  if (options.at !== undefined) return (await import("../explain-then.ts")).explainThen(context, repository, person, app, options.at);
  const { desired, manifestByApp } = compiled(repository, context.now());
  const standing = desired.standings.get(person);
  if (!standing) throw new UsageError(`there is no person or service ${person}${hinted(person, [...desired.standings.keys()])}`, 3);
  if (app !== undefined && !repository.organization.apps.has(app)) {
    throw new UsageError(`there is no app ${app}${hinted(app, [...repository.organization.apps.keys()])}`, 3);
  }
  const { apps } = repository.organization;
  const backend = await openState(context, repository);
  const records = new Map<string, AccountRecord>();
  for (const key of app === undefined ? apps.keys() : [app, ...dependenciesOf(apps.get(app)!)]) {
    const record = (await backend.load(key, apps.get(key)!.connector)).state.accounts.get(person);
    if (record) records.set(key, record);
  }
  const order = inDependencyOrder([...apps.keys()], (key) => dependenciesOf(apps.get(key)!));
  const explanations = explain(person, desired, app)
    .map((e) => ({ ...e, provenance: provenance(e.app) }))
    .sort((a, b) => order.indexOf(a.app) - order.indexOf(b.app));
  function provenance(key: string): Provenance {
    return provenanceOf({
      app: apps.get(key)!,
      manifest: manifestByApp.get(key)!,
      account: desired.accounts.get(key)!.get(person)!,
      desired,
      recordIn: (other) => records.get(other),
      now: context.now(),
    });
  }
  const known = [...records]
    .filter(([key]) => app === undefined || key === app)
    .map(([key, r]) => ({ app: key, ref: r.ref, login: r.login ?? null, status: r.status, owned: r.owned, pending: r.pending ?? null }));
  if (context.json) {
    context.out(
      `${JSON.stringify({ version: 1, person, name: standing.name, lifecycle: standing.lifecycle, apps: explanations.map(toJson), state: known }, null, 2)}\n`,
    );
    return 0;
  }
  context.out(`${person}  ${standing.name}  ${standing.lifecycle}${standing.since === undefined ? "" : ` (${standing.since})`}\n`);
  for (const because of standing.because) context.out(`    ${becauseText(because)}\n`);
  if (explanations.length === 0) context.out(app === undefined ? "  no line asks for any app\n" : `  no line asks for ${app}\n`);
  for (const e of explanations) {
    const record = known.find((k) => k.app === e.app);
    const account = record ? `${record.login ?? refKey(record.ref)}, id ${record.ref.id}, ${record.status}` : "not in state";
    context.out(`  ${e.app}: ${e.status} (${account})\n`);
    const { provisioned, waits, through } = e.provenance;
    for (const wait of waits) context.out(`    ${wait}\n`);
    if (provisioned) {
      const way = provisioned.through === null ? "" : ` through ${provisioned.through}`;
      context.out(`    account: provisioned by ${provisioned.by}${way}\n        ${provisioned.verification}\n`);
      for (const because of e.accountBecause) context.out(`        held because of ${becauseText(because)}\n`);
    }
    for (const grant of e.grants) {
      const carrier = through.get(grant.entitlement);
      context.out(`    ${grant.address}${carrier === undefined ? "" : `  through ${carrier}`}\n`);
      for (const because of grant.because) context.out(`        ${becauseText(because)}\n`);
    }
    if (e.grants.length === 0 && !provisioned) for (const because of e.accountBecause) context.out(`        ${becauseText(because)}\n`);
    for (const grant of e.expired) {
      context.out(`    ${grant.address}  (past)\n`);
      for (const because of grant.because) context.out(`        ${becauseText(because)}\n`);
    }
  }
  for (const record of known) {
    if (explanations.some((e) => e.app === record.app)) continue;
    context.out(
      `  ${record.app}: no line asks for it; state knows ${record.login ?? refKey(record.ref)}, id ${record.ref.id}, ${record.status}\n`,
    );
    const ending = endOf(apps.get(record.app)!, standing.name, (other) => records.get(other), context.now());
    if (ending !== null) context.out(`    ${ending}\n`);
  }
  return 0;
}

/** As JSON: what the provisioner carries stands beside each grant. */
function toJson({ provenance, grants, ...rest }: Explanation & { readonly provenance: Provenance }) {
  const { provisioned, waits, through } = provenance;
  return { ...rest, provisioned, waits, grants: grants.map((g) => ({ ...g, through: through.get(g.entitlement) ?? null })) };
}
