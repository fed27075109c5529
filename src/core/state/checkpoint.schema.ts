import { z } from "zod";
import { providerKey } from "./layout.ts";
import { accountFacts, accountInputs, groupInputs, ref, tenantFacts, tenantInputs } from "./record.schema.ts";

/** Pulumi's checkpoint file, as far as rollcall rests on it. Fields that Pulumi adds and rollcall has no use for pass. */

type Properties = Readonly<Record<string, unknown>>;

/**
 * Apitype ResourceV3 of Pulumi v3.259.0. Fields whose presence would change what the resource means are named, so that they can be refused.
 * Properties are looked into only where the resource is of a kind that is known.
 */
export interface Resource {
  readonly urn: string;
  readonly custom?: boolean;
  readonly id?: string;
  readonly type: string;
  readonly inputs?: Properties | null;
  readonly outputs?: Properties | null;
  readonly parent?: string;
  readonly provider?: string;
  readonly dependencies?: readonly string[] | null;
  readonly propertyDependencies?: Readonly<Record<string, readonly string[] | null>> | null;
  readonly deletedWith?: string;
  readonly delete?: boolean;
  readonly external?: boolean;
  readonly pendingReplacement?: boolean;
  readonly initErrors?: readonly string[] | null;
}

const isText = (value: unknown, longest: number): boolean => typeof value === "string" && value.length <= longest;
const isFlag = (value: unknown): boolean => value === undefined || typeof value === "boolean";
const isMap = (value: unknown): value is Properties => typeof value === "object" && value !== null && !Array.isArray(value);
const isTexts = (value: unknown): boolean => Array.isArray(value) && value.every((text) => typeof text === "string");
const missing = (value: unknown): boolean => value === undefined || value === null;

/** By hand: of resources there are tens of thousands, and a schema of fourteen fields copies each of them. */
function isResource(value: unknown): value is Resource {
  if (!isMap(value)) return false;
  const r: { readonly [K in keyof Resource]: unknown } = value as never;
  return (
    isText(r.urn, 2000) &&
    isText(r.type, 500) &&
    (r.id === undefined || isText(r.id, 1000)) &&
    (r.parent === undefined || isText(r.parent, 2000)) &&
    (r.provider === undefined || isText(r.provider, 4000)) &&
    (r.deletedWith === undefined || isText(r.deletedWith, 2000)) &&
    isFlag(r.custom) &&
    isFlag(r.delete) &&
    isFlag(r.external) &&
    isFlag(r.pendingReplacement) &&
    (missing(r.initErrors) || isTexts(r.initErrors)) &&
    (missing(r.inputs) || isMap(r.inputs)) &&
    (missing(r.outputs) || isMap(r.outputs)) &&
    (missing(r.dependencies) || isTexts(r.dependencies)) &&
    (missing(r.propertyDependencies) ||
      (isMap(r.propertyDependencies) && Object.values(r.propertyDependencies).every((urns) => urns === null || isTexts(urns))))
  );
}

const resource = z.custom<Resource>(isResource, "is no resource of Pulumi's");

const pendingOperation = z.looseObject({ type: z.string(), resource });
export type PendingOperation = z.infer<typeof pendingOperation>;

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
