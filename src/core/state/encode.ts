import { compareText } from "../diagnostic.ts";
import type { AppState } from "../model/state.ts";
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
import { accountInputs, accountOutputs, groupInputs, groupOutputs, tenantInputs, tenantOutputs, type Values } from "./outputs.ts";

/** One resource as it stands in the file; keys in the order in which they are written. */
export type EncodedResource = Values;

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
      outputs: { ...code, ...outputs },
      parent: stackUrn(app),
      provider: `${providerUrn(app)}::${provider}`,
    };
  };
  return [
    { urn: stackUrn(app), custom: false, type: stackType },
    { urn: providerUrn(app), custom: true, id: provider, type: providerType },
    make("Tenant", tenantName, tenantId(app), tenantInputs(app, connector), tenantOutputs(app, connector, state.tenant)),
    ...groups.map((g) => make("Group", g.entitlement, groupId(app, g.entitlement), groupInputs(app, g), groupOutputs(app, g))),
    ...accounts.map((a) => make("Account", a.person, accountId(app, a.person), accountInputs(a.inputs), accountOutputs(a))),
  ];
}

/** The same as `pulumi stack import` takes it and `pulumi stack export` prints it. */
export const encodeExport = (state: AppState, identity: StackIdentity): EncodedResource => ({
  version: 3,
  deployment: {
    manifest: { time: identity.time, magic: manifestMagic, version: manifestVersion },
    resources: encodeResources(state, identity.provider),
  },
});

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
