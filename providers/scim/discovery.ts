/** What a server says of itself (RFC 7644 4), and how that fits the profile. The profile is trusted more: servers promise what they do not do. */
import { FaultError, type Io, type TenantFacts, type Verb } from "../../src/connector/index.ts";
import type { Answered } from "./api.ts";
import { configuration } from "./configuration.ts";
import { groups, users } from "./context.ts";
import type { Context } from "./context.ts";
import { attributeOf } from "./native.ts";
import type { Profile } from "./profile.ts";
import { misfits } from "./misfit.ts";
import type { Settings } from "./settings.ts";

/** Two requests. The first need not be allowed or offered; the second is the proof that the credential reads users. */
export async function probe(context: Context, config: Settings, io: Io): Promise<TenantFacts> {
  const { api, lists, profile } = context;
  const told = configuration.parse(await optional(() => api.configuration()));
  const { body } = await api.users({ startIndex: 1, count: 1 });
  if ((body.Resources ?? []).length === body.totalResults) lists.probed(users.id, body.totalResults);
  for (const line of misfits(profile, { configuration: told })) io.log(`SCIM: ${line}`);
  return { tenant: config.tenant ?? tenantOf(io.baseUrl), unavailable: unavailable(profile), joinsByEmail: true };
}

/** The address without its scheme: SCIM names no tenant, and most servers have it in the path. A port of this machine is no name. */
function tenantOf(baseUrl: string): string {
  const url = new URL(baseUrl);
  const own = url.hostname === "127.0.0.1" || url.hostname === "[::1]" || url.hostname === "localhost";
  return `${own ? url.hostname : url.host}${url.pathname.replace(/\/+$/, "")}`;
}

/** Verbs that this server cannot do, with the reason. */
function unavailable(profile: Profile): Partial<Record<Verb, string>> {
  const values = [profile.roles, profile.entitlements].some((kind) => kind !== null && kind.edit !== "none");
  const noGroups =
    profile.groups === "none" ? "the server has no groups" : profile.groups === "read" ? "the server does not let groups be edited" : null;
  const reasons: Partial<Record<Verb, string | null>> = {
    suspend: profile.disable === "none" ? "the server cannot suspend accounts" : null,
    restore:
      profile.disable === "none"
        ? "the server cannot suspend accounts"
        : profile.disableRemoves
          ? "an account that was disabled there is gone, and its id with it"
          : null,
    delete:
      profile.deletes === "removes"
        ? null
        : profile.deletes === "deactivates"
          ? "DELETE only deactivates there"
          : "the server deletes no accounts",
    grant: values ? null : noGroups,
    revoke: values ? null : noGroups,
    createGroup: noGroups,
    updateGroup: noGroups,
    deleteGroup: noGroups,
  };
  return Object.fromEntries(Object.entries(reasons).filter(([, reason]) => reason !== null)) as Partial<Record<Verb, string>>;
}

/** How the profile fits the server, as lines for people. Five requests at most; nothing is written. */
export async function inspect({ api, profile, lists }: Context, config: Settings): Promise<readonly string[]> {
  const told = configuration.parse(await optional(() => api.configuration()));
  const types = await optional(() => api.resourceTypes());
  const schemas = await optional(() => api.schemas());
  const someUsers = (await api.users(lists.query(undefined))).body;
  const someGroups = profile.groups === "none" ? null : await optional(() => api.groups(lists.query(undefined)));
  const facts = {
    configuration: told,
    resourceTypes: namesIn(types),
    schemas: namesIn(schemas),
    users: someUsers.Resources ?? [],
    ...(someGroups === null ? {} : { groups: someGroups.Resources ?? [] }),
  };
  const missing = Object.entries(unavailable(profile)).map(([verb, reason]) => `cannot ${verb}: ${reason}`);
  const found = misfits(profile, facts);
  return [
    `profile ${config.profile ?? "standard"}; ${users.id}: ${someUsers.totalResults ?? "not told"}; ${groups.id}: ${someGroups?.totalResults ?? "none read"}`,
    ...(found.length === 0 ? ["nothing the server says speaks against the profile"] : found),
    ...missing,
  ];
}

/** The answer, or null where the server does not offer it to this credential. */
async function optional<T>(ask: () => Promise<Answered<T>>): Promise<T | null> {
  try {
    return (await ask()).body;
  } catch (error) {
    if (error instanceof FaultError && ["notFound", "forbidden", "invalid", "unsupported"].includes(error.fault.kind)) return null;
    throw error;
  }
}

/** Ids and names of a discovery list; some servers give the rows without the list around them. null where there is none. */
function namesIn(body: unknown): readonly string[] | null {
  const rows = Array.isArray(body) ? body : typeof body === "object" && body !== null ? attributeOf({ ...body }, "Resources") : null;
  if (!Array.isArray(rows)) return null;
  return rows.flatMap((row) => {
    const { id, name, schema } = (typeof row === "object" && row !== null ? row : {}) as Record<string, unknown>;
    return [id, name, schema].filter((v) => typeof v === "string");
  });
}
