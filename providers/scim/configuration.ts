import { z } from "zod";

const supported = z.object({ supported: z.boolean() }).optional().catch(undefined);
/** What `/ServiceProviderConfig` says, as far as it matters here. Never fails: a server that says nothing readable says nothing. */
export const configuration = z
  .object({
    patch: supported,
    filter: supported,
    etag: supported,
    pagination: z.object({ cursor: z.boolean().optional(), index: z.boolean().optional() }).optional().catch(undefined),
  })
  .catch({ patch: undefined, filter: undefined, etag: undefined, pagination: undefined });

export type Configuration = z.infer<typeof configuration>;
