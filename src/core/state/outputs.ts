import { compareText } from "../diagnostic.ts";
import type { AccountInputs, AccountRecord, GroupRecord } from "../model/state.ts";
import type { shapes } from "./checkpoint.schema.ts";
import type { z } from "zod";

/** What a resource holds, as JSON; keys in the order in which they are written. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export interface Values {
  readonly [key: string]: Json;
}

export const accountInputs = (i: AccountInputs): Values => ({
  app: i.app,
  person: i.person,
  status: i.status,
  attributes: sorted(i.attributes),
  grants: sorted(i.grants),
});

/** The inputs as they were last applied, and what is known. */
export const accountOutputs = (a: AccountRecord): Values => ({
  ...accountInputs(a.inputs),
  ref: refOf(a),
  ...(a.login === undefined ? {} : { login: a.login }),
  accountStatus: a.status,
  stoppedByUs: a.stoppedByUs,
  owned: sorted(a.owned),
  ...(a.pending === undefined ? {} : { pending: { handle: a.pending.handle, since: a.pending.since, attempts: a.pending.attempts } }),
  steps: sorted(a.steps),
  ...(a.assignments === undefined ? {} : { assignments: assignmentsOf(a.assignments) }),
});

export const accountOf = (outputs: z.infer<typeof shapes.Account.outputs>): AccountRecord => ({
  person: outputs.person,
  inputs: {
    app: outputs.app,
    person: outputs.person,
    status: outputs.status,
    attributes: outputs.attributes,
    grants: outputs.grants,
  },
  ref: outputs.ref,
  ...(outputs.login === undefined ? {} : { login: outputs.login }),
  status: outputs.accountStatus,
  stoppedByUs: outputs.stoppedByUs,
  owned: outputs.owned,
  ...(outputs.pending === undefined ? {} : { pending: outputs.pending }),
  steps: outputs.steps,
  ...(outputs.assignments === undefined ? {} : { assignments: outputs.assignments }),
});

export const groupInputs = (app: string, g: Pick<GroupRecord, "entitlement" | "description">): Values => ({
  app,
  entitlement: g.entitlement,
  ...(g.description === undefined ? {} : { description: g.description }),
});

export const groupOutputs = (app: string, g: GroupRecord): Values => ({ ...groupInputs(app, g), ref: refOf(g) });

export const groupOf = ({ entitlement, ref, description }: z.infer<typeof shapes.Group.outputs>): GroupRecord => ({
  entitlement,
  ref,
  ...(description === undefined ? {} : { description }),
});

export const tenantInputs = (app: string, connector: string): Values => ({ app, connector });

export const tenantOutputs = (app: string, connector: string, tenant: string | undefined): Values => ({
  ...tenantInputs(app, connector),
  ...(tenant === undefined ? {} : { tenant }),
});

const assignmentsOf = (all: NonNullable<AccountRecord["assignments"]>): Values =>
  Object.fromEntries(
    Object.entries(all)
      .sort(([a], [b]) => compareText(a, b))
      .map(([name, { held, since }]) => [name, { held, since }]),
  );

const refOf = ({ ref }: AccountRecord | GroupRecord): Values => ({ kind: ref.kind, id: ref.id });

const sorted = (values: Readonly<Record<string, string>>): Values =>
  Object.fromEntries(Object.entries(values).sort(([a], [b]) => compareText(a, b)));
