import type { z } from "zod";
import { differs } from "../../../core/graph/graph.ts";
import type { OperationOutcome } from "../../../core/engine.ts";
import type { AccountRecord } from "../../../core/model/state.ts";
import { shapes } from "../../../core/state/checkpoint.schema.ts";
import { accountId, groupId, providerKey, type ResourceKind, tenantId } from "../../../core/state/layout.ts";
import {
  accountInputs,
  accountOf,
  accountOutputs,
  groupOf,
  groupOutputs,
  tenantOutputs,
  type Values,
} from "../../../core/state/outputs.ts";
import type { JournalOperation } from "../../../core/state/journal.ts";
import { complaint, leftover, type Worker } from "./worker.ts";

type Wire = Readonly<Record<string, unknown>>;

/** Structurally Pulumi's dynamic ResourceProvider, so that the SDK is not needed to load this file. */
export interface ResourceProvider {
  check(olds: Wire, news: Wire): Promise<{ inputs: Wire }>;
  diff(id: string, olds: Wire, news: Wire): Promise<{ changes: boolean }>;
  create(news: Wire): Promise<{ id: string; outs: Wire }>;
  read(id: string, props: Wire): Promise<{ id: string; props: Wire; inputs?: Wire }>;
  update(id: string, olds: Wire, news: Wire): Promise<{ outs: Wire }>;
  delete(id: string, props: Wire): Promise<void>;
}

/** The resource a provider is asked about: names only, and what state knows of it. */
export interface Asked {
  readonly app: string;
  readonly kind: ResourceKind;
  readonly name: string;
  readonly inputs: Wire;
  readonly known: AccountRecord | undefined;
}

/** What a provider needs of its process; joined in cli/pulumi. */
export interface ProviderPort {
  /** The operations that may be carried out for one resource in this run, and who carries them out. */
  work(asked: Asked): Promise<{ readonly worker: Worker; readonly operations: readonly JournalOperation[] }>;
  /** A record brought up to what the vendor shows now; as it was where the app cannot be read. */
  seen(record: AccountRecord): Promise<AccountRecord>;
  /** The vendor's name of the tenant, where it could be asked. */
  tenant(app: string): Promise<string | undefined>;
}

/** What Pulumi takes for "there, and not yet as wanted": state is kept, and the next update tries again. */
class PartialFailure extends Error {
  override readonly name = "PartialFailure";
  readonly id: string;
  readonly properties: Wire;
  readonly reasons: readonly string[];
  constructor(id: string, properties: Wire, reasons: readonly string[]) {
    super(reasons.join("; "));
    this.id = id;
    this.properties = properties;
    this.reasons = reasons;
  }
}

/** Pure and instant: the engine asks one resource at a time. Bad inputs must not stop the others, so they fail where they are used. */
const check: ResourceProvider["check"] = (_, news) => Promise.resolve({ inputs: news });

/** An account of a person: the record in state is brought to its inputs, edge by edge. */
function accountProvider(port: ProviderPort): ResourceProvider {
  const work = async (inputs: Wire, known: AccountRecord | undefined): Promise<Wire> => {
    const { app, person } = parsed(shapes.Account.inputs, inputs);
    const { worker, operations } = await port.work({ app, kind: "Account", name: person, inputs, known });
    const { record, outcomes } = await worker.account(person, operations, known);
    if (!record)
      throw new Error(reasonsOf(outcomes).join("; ") || `${app}: there is no account of ${person}, and nothing in the plan makes one`);
    return settle(accountId(app, person), inputs, accountOutputs(record), outcomes);
  };
  return {
    check,
    diff: (_, olds, news) => {
      const [before, after] = [shapes.Account.outputs.safeParse(olds), shapes.Account.inputs.safeParse(news)];
      if (!before.success || !after.success) return Promise.resolve({ changes: true });
      const { also = [], [providerKey]: _text, ...wish } = after.data;
      return Promise.resolve({ changes: also.length > 0 || differs(accountOf(before.data).inputs, wish) });
    },
    async create(news) {
      const { app, person } = parsed(shapes.Account.inputs, news);
      return { id: accountId(app, person), outs: await work(news, undefined) };
    },
    async read(id, props) {
      const record = await port.seen(accountOf(parsed(shapes.Account.outputs, props)));
      return { id, props: accountOutputs(record), inputs: accountInputs(record.inputs) };
    },
    update: async (_, olds, news) => ({ outs: await work(news, accountOf(parsed(shapes.Account.outputs, olds))) }),
    delete: forget,
  };
}

function groupProvider(port: ProviderPort): ResourceProvider {
  const work = async (inputs: Wire, olds: Wire | undefined): Promise<{ id: string; outs: Wire }> => {
    const { app, entitlement } = parsed(shapes.Group.inputs, inputs);
    const known = olds === undefined ? undefined : groupOf(parsed(shapes.Group.outputs, olds));
    const { worker, operations } = await port.work({ app, kind: "Group", name: entitlement, inputs, known: undefined });
    const { record, outcomes } = await worker.group(entitlement, operations, known);
    if (!record)
      throw new Error(reasonsOf(outcomes).join("; ") || `${app}: there is no group ${entitlement}, and nothing in the plan makes one`);
    const id = groupId(app, entitlement);
    return { id, outs: settle(id, inputs, groupOutputs(app, record), outcomes) };
  };
  return {
    check,
    diff: (_, olds, news) => {
      const [before, after] = [shapes.Group.outputs.safeParse(olds), shapes.Group.inputs.safeParse(news)];
      if (!before.success || !after.success) return Promise.resolve({ changes: true });
      return Promise.resolve({ changes: (after.data.also ?? []).length > 0 || before.data.description !== after.data.description });
    },
    create: (news) => work(news, undefined),
    read: (id, props) => Promise.resolve({ id, props }),
    update: async (_, olds, news) => ({ outs: (await work(news, olds)).outs }),
    delete: forget,
  };
}

/** The tenant an app is pinned to; what is done to accounts that nobody claims is done in its name. */
function tenantProvider(port: ProviderPort): ResourceProvider {
  const work = async (inputs: Wire, pinned: string | undefined): Promise<{ id: string; outs: Wire }> => {
    const { app, connector } = parsed(shapes.Tenant.inputs, inputs);
    const { worker, operations } = await port.work({ app, kind: "Tenant", name: "tenant", inputs, known: undefined });
    const outcomes = await worker.strays(operations);
    const outs = tenantOutputs(app, connector, pinned ?? (await port.tenant(app)));
    return { id: tenantId(app), outs: settle(tenantId(app), inputs, outs, outcomes) };
  };
  return {
    check,
    diff: (_, __, news) => {
      const after = shapes.Tenant.inputs.safeParse(news);
      return Promise.resolve({ changes: !after.success || (after.data.also ?? []).length > 0 });
    },
    create: (news) => work(news, undefined),
    async read(id, props) {
      const { app, connector, tenant } = parsed(shapes.Tenant.outputs, props);
      return { id, props: tenantOutputs(app, connector, tenant ?? (await port.tenant(app))) };
    },
    update: async (_, olds, news) => ({ outs: (await work(news, parsed(shapes.Tenant.outputs, olds).tenant)).outs }),
    delete: forget,
  };
}

/** Dropping a record, a resource or a whole program makes rollcall forget, and touches no vendor (law 17). */
const forget = (): Promise<void> => Promise.resolve();

export function resourceProvider(kind: ResourceKind, port: ProviderPort): ResourceProvider {
  return kind === "Account" ? accountProvider(port) : kind === "Group" ? groupProvider(port) : tenantProvider(port);
}

const reasonsOf = (outcomes: readonly OperationOutcome[]): string[] => outcomes.flatMap((o) => complaint(o) ?? leftover(o) ?? []);

/** `inputs`: Pulumi adds the provider text to what is returned, and not to what is thrown. */
function settle(id: string, inputs: Wire, outs: Values, outcomes: readonly OperationOutcome[]): Wire {
  const reasons = outcomes.map(complaint).filter((r) => r !== null);
  if (reasons.length > 0) throw new PartialFailure(id, { ...outs, [providerKey]: inputs[providerKey] }, reasons);
  return outs;
}

function parsed<T>(shape: z.ZodType<T>, values: Wire): T {
  const result = shape.safeParse(values);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new Error(`these are not values that rollcall registers: ${issue?.path.join(".") || "it"}: ${issue?.message}`);
}
