/** What a tenant is, before it is read, and how well its profile fits. The profile is trusted more than the server's word: servers promise what they do not do. */
import { FaultError, type Inspection, type Io, type TenantFacts } from "../../src/connector/index.ts";
import { addressHint } from "./api.ts";
import { users } from "./context.ts";
import type { Context } from "./context.ts";
import { candidates } from "./fit.ts";
import { vendorAt } from "./known-address.ts";
import { observe } from "./observe.ts";
import { factsOf } from "./server-facts.ts";
import type { Settings } from "./settings.ts";
import { survey } from "./survey.ts";
import { unavailable } from "./unavailable.ts";

/** One request: the proof that the credential reads users. That it asks for one row shows whether `totalResults` is that of the list. */
export async function probe({ api, lists, profile }: Context, config: Settings, io: Io): Promise<TenantFacts> {
  const { body } = await firstUser(api, profile);
  if ((body.Resources ?? []).length === body.totalResults) lists.probed(users.id, body.totalResults);
  return { tenant: config.tenant ?? tenantOf(io.baseUrl), unavailable: unavailable(profile), joinsByEmail: true };
}

/** No list of users there is no SCIM server there: most likely it is elsewhere. */
async function firstUser(api: Context["api"], { paging }: Context["profile"]): ReturnType<Context["api"]["users"]> {
  try {
    return await api.users(paging === "cursor" ? { cursor: "", count: 1 } : { startIndex: 1, count: 1 });
  } catch (error) {
    if (!(error instanceof FaultError) || error.fault.kind !== "notFound") throw error;
    throw new FaultError({ ...error.fault, message: `${error.fault.message}: ${addressHint}` }, { cause: error });
  }
}

/** The address without its scheme: SCIM names no tenant, and most servers have it in the path. A port of this machine is no name. */
function tenantOf(baseUrl: string): string {
  const url = new URL(baseUrl);
  const own = url.hostname === "127.0.0.1" || url.hostname === "[::1]" || url.hostname === "localhost";
  return `${own ? url.hostname : url.host}${url.pathname.replace(/\/+$/, "")}`;
}

/** What the server says and shows, and which profiles that fits. Reads only. */
export async function inspect({ api }: Pick<Context, "api">, config: Settings, io: Pick<Io, "baseUrl">): Promise<Inspection> {
  const found = await survey({ api });
  return { facts: factsOf(found), candidates: candidates(observe(found), config, vendorAt(io.baseUrl)) };
}
