import type { AppState } from "../model/state.ts";
import { decodeExport } from "./decode.ts";
import { typeToken, urn } from "./layout.ts";

interface Exported {
  readonly deployment: {
    readonly resources?: readonly { readonly urn: string; readonly outputs?: object }[];
    readonly pending_operations?: readonly unknown[];
  };
}

/**
 * An exported stack without the operations that a killed Pulumi left pending, and with the intent of their stops in its records; null where
 * none are pending. What was being made is found and taken over by its keys, so nobody has to be asked (law 9). `json` was decoded before.
 */
export function settledExport(json: unknown, app: string): unknown {
  const decoded = decodeExport(json, app);
  if (decoded.kind === "refused" || decoded.unfinished.length === 0) return null;
  const { deployment, ...rest } = json as Exported;
  const { pending_operations: _, resources = [], ...other } = deployment;
  return { ...rest, deployment: { ...other, resources: resources.map((r) => withStatus(r, decoded.state)) } };
}

/** The resource of an account with the status that its record has. */
function withStatus<R extends { readonly urn: string; readonly outputs?: object }>(resource: R, state: AppState | null): R {
  if (state === null || !resource.urn.startsWith(urn(state.app, typeToken(state.connector, "Account"), ""))) return resource;
  const record = state.accounts.get(resource.urn.split("::").at(-1)!);
  return record ? { ...resource, outputs: { ...resource.outputs, status: record.inputs.status } } : resource;
}
