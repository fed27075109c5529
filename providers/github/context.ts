import { z } from "zod";
import type { Io, TenantFacts } from "../../src/connector/index.ts";
import { FaultError } from "../../src/connector/index.ts";
import type { Api } from "./api.ts";
import { notFound } from "./api.ts";
import type { GraphqlError } from "./fault.ts";
import { id, userRef } from "./convert.ts";
import { probeQuery } from "./queries.ts";

/** What every part of an opened tenant works with. */
export interface Context {
  readonly org: string;
  readonly api: Api;
  readonly io: Io;
  /** Asked once per tenant and remembered: one request. A failed question is asked again. */
  facts(): Promise<Facts>;
}

export interface Facts {
  readonly organization: { readonly id: string; readonly login: string };
  readonly viewer: { readonly id: string; readonly login: string };
  /** Only owners see private members and secret teams; without this no list proves anything by absence. */
  readonly owner: boolean;
  /** SAML single sign-on: work addresses are joined to accounts. */
  readonly saml: boolean;
}

/** Said wherever a list cannot be complete. */
export const notOwner = "the token's account is not an owner of the organisation, so GitHub hides some of it";

const shape = z.object({
  viewer: z.object({ databaseId: id, login: z.string() }),
  organization: z
    .object({
      databaseId: id,
      login: z.string(),
      name: z.string().nullable(),
      viewerCanAdminister: z.boolean(),
      samlIdentityProvider: z.object({ id: z.string() }).nullable(),
    })
    .nullable(),
});

export function openContext(org: string, api: Api, io: Io): Context {
  let remembered: Promise<Facts> | null = null;
  return {
    org,
    api,
    io,
    facts: () => {
      remembered ??= askFacts(org, api).catch((error: unknown) => {
        remembered = null;
        throw error;
      });
      return remembered;
    },
  };
}

/** Single sign-on may be closed to a token that reads everything else; then no address is joined to an account. */
const mayLack = (error: GraphqlError): boolean =>
  notFound(error) || (error.type === "FORBIDDEN" && error.path?.join(".") === "organization.samlIdentityProvider");

async function askFacts(org: string, api: Api): Promise<Facts> {
  const { viewer, organization } = await api.query(probeQuery, { org }, shape, mayLack);
  if (!organization) throw new FaultError({ kind: "notFound", message: `The token sees no organisation ${org} on GitHub.` });
  return {
    organization: { id: organization.databaseId, login: organization.login },
    viewer: { id: viewer.databaseId, login: viewer.login },
    owner: organization.viewerCanAdminister,
    saml: organization.samlIdentityProvider !== null,
  };
}

export const tenantFacts = (facts: Facts): TenantFacts => ({
  tenant: facts.organization.id,
  label: facts.organization.login,
  self: userRef(facts.viewer.id),
  unavailable: facts.saml ? {} : { revokeCredentials: "the organisation has no SAML single sign-on, so no credential is authorised in it" },
  joinsByEmail: facts.saml,
});
