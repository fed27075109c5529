import { compareText } from "../diagnostic.ts";
import type { AccountInputs, AccountRecord, AppState, GroupRecord } from "../model/state.ts";
import {
  accountId,
  groupId,
  manifestMagic,
  manifestVersion,
  project,
  providerKey,
  providerText,
  providerType,
  providerUrn,
  type ResourceKind,
  stackType,
  stackUrn,
  tenantId,
  tenantName,
  typeToken,
  urn,
} from "./layout.ts";

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** One resource as it stands in the file; keys in the order in which they are written. */
export interface EncodedResource {
  readonly [key: string]: Json;
}

export interface StackIdentity {
  /** Id of the default provider resource: a UUID of version 4, made once and kept for the life of the stack. */
  readonly provider: string;
  /** RFC 3339; when the content last changed. */
  readonly time: string;
}

/**
 * State as the resources of a Pulumi checkpoint of version 3: root stack, default provider, tenant, groups, accounts, each after what it
 * refers to. The same state gives the same resources in the same order.
 */
export function encodeResources(state: AppState, provider: string): EncodedResource[] {
  const { app, connector } = state;
  const accounts = [...state.accounts.values()].sort((a, b) => compareText(a.person, b.person));
  const groups = [...state.groups.values()].sort((a, b) => compareText(a.entitlement, b.entitlement));
  const make = (kind: ResourceKind, name: string, id: string, inputs: EncodedResource, outputs: EncodedResource): EncodedResource => {
    const type = typeToken(connector, kind);
    const code = { [providerKey]: providerText(connector, kind) };
    return {
      urn: urn(app, type, name),
      custom: true,
      id,
      type,
      inputs: { ...code, ...inputs },
      outputs: { ...code, ...inputs, ...outputs },
      parent: stackUrn(app),
      provider: `${providerUrn(app)}::${provider}`,
    };
  };
  return [
    { urn: stackUrn(app), custom: false, type: stackType },
    { urn: providerUrn(app), custom: true, id: provider, type: providerType },
    make("Tenant", tenantName, tenantId(app), { app, connector }, state.tenant === undefined ? {} : { tenant: state.tenant }),
    ...groups.map((g) => make("Group", g.entitlement, groupId(app, g.entitlement), groupInputs(app, g), { ref: refOf(g) })),
    ...accounts.map((a) => make("Account", a.person, accountId(app, a.person), accountInputs(a.inputs), accountFacts(a))),
  ];
}

/**
 * The file's text in pieces, one resource a line: readable differences, and no single string for a state of any size (V8 refuses strings
 * over 512 MB).
 */
export function* encodeCheckpoint(state: AppState, identity: StackIdentity): Generator<string> {
  const stack = JSON.stringify(`organization/${project}/${state.app}`);
  const manifest = JSON.stringify({ time: identity.time, magic: manifestMagic, version: manifestVersion });
  yield `{"version":3,"checkpoint":{"stack":${stack},"latest":{"manifest":${manifest},"resources":[\n`;
  const resources = encodeResources(state, identity.provider);
  for (const [i, item] of resources.entries()) yield `${JSON.stringify(item)}${i + 1 < resources.length ? "," : ""}\n`;
  yield "]}}}\n";
}

const groupInputs = (app: string, g: GroupRecord): EncodedResource => ({
  app,
  entitlement: g.entitlement,
  ...(g.description === undefined ? {} : { description: g.description }),
});

const accountInputs = (i: AccountInputs): EncodedResource => ({
  app: i.app,
  person: i.person,
  status: i.status,
  attributes: sorted(i.attributes),
  grants: sorted(i.grants),
});

const accountFacts = (a: AccountRecord): EncodedResource => ({
  ref: refOf(a),
  ...(a.login === undefined ? {} : { login: a.login }),
  accountStatus: a.status,
  stoppedByUs: a.stoppedByUs,
  owned: sorted(a.owned),
  ...(a.pending === undefined ? {} : { pending: { handle: a.pending.handle, since: a.pending.since, attempts: a.pending.attempts } }),
  steps: sorted(a.steps),
});

const refOf = ({ ref }: AccountRecord | GroupRecord): EncodedResource => ({ kind: ref.kind, id: ref.id });

const sorted = (values: Readonly<Record<string, string>>): EncodedResource =>
  Object.fromEntries(Object.entries(values).sort(([a], [b]) => compareText(a, b)));
