import { type Ref, refKey } from "../model/observed.ts";
import type { Because } from "../model/origin.ts";
import type { Operation } from "../plan/operation.ts";
import type { Plan } from "../plan/plan.ts";
import { summarise } from "./summary.ts";
import { sortedPlan } from "./sorted-plan.ts";

/**
 * The plan as JSON, version 1, for programs: fields may be added within a version, none is removed or changes its meaning.
 *
 * | field | holds |
 * |---|---|
 * | `version` | 1 |
 * | `today` | the day it was computed for, YYYY-MM-DD in the organisation's time zone |
 * | `digest` | over what each operation does; equal digests do equal things |
 * | `summary` | the counts of `Summary` |
 * | `apps[]` | `app, connector, mode, dependsOn[], tenant, failure, unread[], calls { read, estimated }, counts { desired, observed }, accounts[] { person, ref, login, situation, detail }` |
 * | `operations[]` | in order of execution: `id, app, person, verb, phase, target, ref, login, before, after, because[], evidence, origin, reversible, risk, admin, carries[] { through, gives }, waits[] { for, why, operation }, refused` |
 * | `tasks[]` | `app, person, task, because[], accessRemains` |
 * | `findings[]` | `code, app, person, login, summary, fix` |
 * | `guards[]` | `guard, app, summary, detail, fix, refuses[]` (ids of operations) |
 *
 * `because` is `{ file, line, path[], reason, until, via[] { by, file, line } }`; `ref` is `kind/id`. What does not apply is null. What a create sends and what state
 * will hold are left out: personal data that no reader of a plan needs. Keys stand in this order; the same plan gives the same bytes.
 */
export function jsonPlan(given: Plan, digest: string): string {
  return `${JSON.stringify(planValue(given, digest), null, 2)}\n`;
}

/** The same as a value, for a larger JSON form. */
export function planValue(given: Plan, digest: string) {
  const plan = sortedPlan(given);
  return {
    version: 1,
    today: plan.today,
    digest,
    summary: summarise(plan),
    apps: plan.apps.map((a) => ({
      app: a.app,
      connector: a.connector,
      mode: a.mode,
      dependsOn: [...a.dependsOn],
      tenant: a.tenant,
      failure: a.failure && { kind: a.failure.kind, message: a.failure.message },
      unread: a.unread.map((u) => ({ scope: u.scope, reason: u.reason })),
      calls: { read: a.calls.read, estimated: a.calls.estimated },
      counts: { desired: a.counts.desired, observed: a.counts.observed },
      accounts: a.accounts.map((v) => ({
        person: v.person,
        ref: refText(v.ref),
        login: v.login,
        situation: v.situation,
        detail: v.detail,
      })),
    })),
    operations: plan.operations.map(operationJson),
    tasks: plan.tasks.map((t) => ({
      app: t.app,
      person: t.person,
      task: t.task,
      because: t.because.map(becauseJson),
      accessRemains: t.accessRemains === true,
    })),
    findings: plan.findings.map((f) => ({
      code: f.code,
      app: f.app,
      person: f.person,
      login: f.login,
      summary: f.summary,
      fix: f.fix ?? null,
    })),
    guards: plan.trips.map((t) => ({
      guard: t.guard,
      app: t.app,
      summary: t.summary,
      detail: t.detail,
      fix: t.fix,
      refuses: [...t.refuses],
    })),
  };
}

const refText = (ref: Ref | null): string | null => (ref ? refKey(ref) : null);

const becauseJson = (b: Because) => ({
  file: b.origin.file,
  line: b.origin.line,
  path: [...b.path],
  reason: b.reason ?? null,
  until: b.until ?? null,
  via: (b.via ?? []).map((v) => ({ by: v.by, file: v.origin.file, line: v.origin.line })),
});

function operationJson(o: Operation) {
  const { evidence } = o;
  return {
    id: o.id,
    app: o.app,
    person: o.person,
    verb: o.verb,
    phase: o.phase,
    target: o.target,
    ref: refText(o.ref),
    login: o.login,
    before: o.before,
    after: o.after,
    because: o.because.map(becauseJson),
    evidence:
      evidence.kind === "seen"
        ? { kind: "seen" }
        : evidence.kind === "absent"
          ? { kind: "absent", scopes: [...evidence.scopes] }
          : { kind: "lookup", keys: [...evidence.keys] },
    origin: o.origin,
    reversible: o.reversible,
    risk: o.risk,
    admin: o.admin,
    carries: (o.carries ?? []).map((c) => ({ through: c.through, gives: c.gives })),
    waits: (o.waits ?? []).map((w) => ({ for: w.for, why: w.why, operation: w.operation })),
    refused: o.refused ?? null,
  };
}
