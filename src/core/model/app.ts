import type { Origin } from "./origin.ts";

/** observe: report only. adopt: nothing is taken away. enforce: the files hold. */
export const modes = ["observe", "adopt", "enforce"] as const;
export type Mode = (typeof modes)[number];

export const risks = ["low", "normal", "high"] as const;
export type Risk = (typeof risks)[number];

/** One entry of an app's catalogue of entitlements. Its presence closes the set of valid names. */
export interface EntitlementDeclaration {
  readonly name: string;
  readonly description?: string;
  readonly risk: Risk;
  /** Longest allowed grant, in days. */
  readonly maxDays?: number;
  readonly approvers: readonly string[];
  /** rollcall creates, renames and deletes the group itself. */
  readonly manage: boolean;
  /** exclusive: edges that rollcall did not make are removed; shared: they are reported. */
  readonly members: "exclusive" | "shared";
  /** absent: a managed group shall be deleted once it is proven empty. Leaving is a state, not an absence (law 17). */
  readonly status: "present" | "absent";
  readonly formerly: readonly string[];
  /**
   * Addresses in the app that provisions this one which carry the entitlement, by level; "" for the lowest level, or where there are none.
   * rollcall grants those and verifies here. Absent: edges of it are written here.
   */
  readonly through?: ReadonlyMap<string, string>;
  readonly origin: Origin;
}

/** Who makes an app's accounts. plan/provisioning.ts has the table of what follows. */
export interface Provisioner {
  /** "rollcall", "jit" (an account appears at its holder's first login), or the key of an app: an identity provider. */
  readonly name: string;
  /** Address in that app which assigns this one: who shall have an account here shall hold it. Absent: others assign, rollcall verifies. */
  readonly grant?: string;
  /** Minutes the provisioner has to act; null: accounts appear at the first login, and nobody else ends them. */
  readonly settles: number | null;
  /** both: rollcall stops leavers here as well. provisioner: it alone does. */
  readonly stops: "both" | "provisioner";
  readonly origin: Origin;
}

/** Where a secret comes from, never its value: `env:NAME`. By name within the purpose: { token: "env:GITHUB_READ_TOKEN" }. */
export type SecretSources = Readonly<Record<string, string>>;

/** One managed tenant of a vendor. */
export interface App {
  readonly key: string;
  readonly connector: string;
  /** Checked by the connector's own schema; never a secret. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly credentials: { readonly read: SecretSources; readonly write: SecretSources };
  readonly mode: Mode;
  readonly provisionedBy: Provisioner;
  /** Apps in which a principal's account must be there before anything is made or granted for her here. */
  readonly after: readonly string[];
  readonly owners: readonly string[];
  /** null: no catalogue, every well-formed name is valid. */
  readonly entitlements: ReadonlyMap<string, EntitlementDeclaration> | null;
  readonly leavers: { readonly transferTo?: string; readonly deleteAfterDays: number };
  readonly orphans: "report" | "suspend";
  readonly formerly: readonly string[];
  /** Key by which operators reach it, where that is not its own: its new name has not been approved (review/judged-by.ts). No file says this. */
  readonly reachedAs?: string;
  readonly origin: Origin;
}
