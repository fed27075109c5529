import { z } from "zod";
import { providerKey } from "./layout.ts";
import { accountFacts, accountInputs, groupInputs, ref, tenantFacts, tenantInputs } from "./record.schema.ts";

/** Pulumi's checkpoint file, as far as rollcall rests on it. Fields that Pulumi adds and rollcall has no use for pass. */

const properties = z.record(z.string(), z.unknown());

/** Apitype ResourceV3 of Pulumi v3.259.0. Fields whose presence would change what the resource means are named, so that they can be refused. */
export const resource = z.looseObject({
  urn: z.string().max(2000),
  custom: z.boolean().optional(),
  id: z.string().max(1000).optional(),
  type: z.string().max(500),
  inputs: properties.nullish(),
  outputs: properties.nullish(),
  parent: z.string().optional(),
  provider: z.string().optional(),
  dependencies: z.array(z.string()).nullish(),
  propertyDependencies: z.record(z.string(), z.array(z.string()).nullable()).nullish(),
  deletedWith: z.string().optional(),
  delete: z.boolean().optional(),
  external: z.boolean().optional(),
  pendingReplacement: z.boolean().optional(),
});
export type Resource = z.infer<typeof resource>;

const pendingOperation = z.looseObject({ type: z.string(), resource });

const deployment = z.looseObject({
  manifest: z.looseObject({ time: z.string(), magic: z.string(), version: z.string() }),
  resources: z.array(resource).nullish(),
  pending_operations: z.array(pendingOperation).nullish(),
});

/** `latest` is absent in a stack that was made (`pulumi stack init`) and never updated. */
export const checkpointFile = z.looseObject({
  version: z.literal(3, "is not version 3"),
  checkpoint: z.looseObject({ stack: z.string(), latest: deployment.nullish() }),
});

const provider = { [providerKey]: z.string() };

/**
 * What a run of Pulumi was to do that the other inputs cannot say, such as "endSessions account" (core/graph). It is of that run alone: nothing
 * rests on it afterwards.
 */
const also = { also: z.array(z.string().min(1).max(2000)).optional() };

/** By kind of resource: inputs and outputs, both with the provider text. Outputs repeat the inputs as they were last applied. */
export const shapes = {
  Account: { inputs: accountInputs.extend({ ...provider, ...also }), outputs: accountInputs.extend({ ...provider, ...accountFacts }) },
  Group: { inputs: groupInputs.extend({ ...provider, ...also }), outputs: groupInputs.extend({ ...provider, ref }) },
  Tenant: { inputs: tenantInputs.extend({ ...provider, ...also }), outputs: tenantInputs.extend({ ...provider, ...tenantFacts }) },
};
