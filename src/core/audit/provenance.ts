import { carrierOf } from "../compile/implied.ts";
import { kindOf } from "../compile/entitlement-kind.ts";
import { parseAddress } from "../model/address.ts";
import type { App } from "../model/app.ts";
import { provisionerOf } from "../model/dependencies.ts";
import type { Desired, DesiredAccount } from "../model/desired.ts";
import type { Manifest } from "../model/manifest.ts";
import type { AccountRecord } from "../model/state.ts";
import { carrierKey } from "../plan/carries.ts";
import { type Provisioning, stopsHere, verifyArrival, verifyEnd } from "../plan/provisioning.ts";
import type { Hold } from "../plan/upstream.ts";

/** What `explain` tells of an account that something outside its app decides on. Answered from files and state: nothing is asked. */
export interface Provenance {
  /** Who makes the account, where it is not rollcall. */
  readonly provisioned: { readonly by: string; readonly through: string | null; readonly verification: string } | null;
  /** "waits for okta: account not there yet". */
  readonly waits: readonly string[];
  /** Carriers of entitlements that the provisioner writes, by entitlement. */
  readonly through: ReadonlyMap<string, string>;
}

export interface ProvenanceInput {
  readonly app: App;
  readonly manifest: Manifest;
  readonly account: DesiredAccount;
  readonly desired: Desired;
  /** What state knows of this person in an app. */
  recordIn(app: string): AccountRecord | undefined;
  readonly now: Date;
}

export function provenanceOf(input: ProvenanceInput): Provenance {
  const { app, manifest, account } = input;
  const through = new Map<string, string>();
  for (const grant of account.grants.values()) {
    const carrier = carrierOf(app.entitlements?.get(grant.entitlement), kindOf(manifest, grant.entitlement), grant.level);
    if (carrier !== undefined) through.set(grant.entitlement, carrier);
  }
  return { provisioned: provisionedOf(input), waits: waitsOf(input), through };
}

function provisionedOf({ app, account, recordIn, now }: ProvenanceInput): Provenance["provisioned"] {
  const facts = rememberedFacts(app, recordIn, now);
  if (!facts) return null;
  const { by } = facts;
  const told = (verification: string): Provenance["provisioned"] => ({ by: by.name, through: by.grant ?? null, verification });
  const status = recordIn(app.key)?.status;
  if (account.status === "active") {
    if (status === "active") return told("verified: the account was there when it was last read");
    return told(verifyArrival(facts, account, status === "suspended" ? "suspended" : "absent").detail);
  }
  if (status !== "active") return told("verified: the account was not active when it was last read");
  return told(
    stopsHere(facts, account) ? "to be ended by rollcall: the account was active when it was last read" : verifyEnd(facts, account).detail,
  );
}

/** What becomes of an account that no line asks for and whose provisioner is to end it; null where that is rollcall's own work, or done. */
export function endOf(app: App, name: string, recordIn: ProvenanceInput["recordIn"], now: Date): string | null {
  const facts = rememberedFacts(app, recordIn, now);
  if (!facts || facts.provider === null || facts.by.settles === null || recordIn(app.key)?.status !== "active") return null;
  return verifyEnd(facts, { app: app.key, name }).detail;
}

function rememberedFacts(app: App, recordIn: ProvenanceInput["recordIn"], now: Date): Provisioning | null {
  const by = app.provisionedBy;
  if (by.name === "rollcall") return null;
  const provider = provisionerOf(app);
  const hold = provider === null || by.grant === undefined ? null : rememberedHold(provider, by.grant, recordIn(provider));
  return { by, provider, hold, now: now.toISOString() };
}

/** The edge as state remembers it; what no run has noted yet is not known. */
function rememberedHold(provider: string, grant: string, record: AccountRecord | undefined): Hold {
  const address = parseAddress(grant);
  const noted = address ? record?.assignments?.[carrierKey(address)] : undefined;
  if (noted) return { kind: noted.held ? "held" : "gone", since: noted.since };
  return { kind: "unknown", why: `no run has seen ${grant} held in ${provider} yet` };
}

function waitsOf({ app, account, desired, recordIn }: ProvenanceInput): string[] {
  if (account.status !== "active") return [];
  return app.after.flatMap((other) => {
    if (desired.accounts.get(other)?.get(account.person)?.status !== "active") return [];
    const record = recordIn(other);
    if (record?.status === "active") return [];
    const how =
      record?.status === "pending"
        ? "invited there, not accepted yet"
        : record?.status === "suspended"
          ? "account is suspended there"
          : "account not there yet";
    return [`waits for ${other}: ${how}`];
  });
}
