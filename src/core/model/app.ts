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
  /** "rollcall", "jit", or the key of the app (identity provider) that provisions this one. */
  readonly provisionedBy: string;
  readonly after: readonly string[];
  readonly owners: readonly string[];
  /** null: no catalogue, every well-formed name is valid. */
  readonly entitlements: ReadonlyMap<string, EntitlementDeclaration> | null;
  readonly leavers: { readonly transferTo?: string; readonly deleteAfterDays: number };
  readonly orphans: "report" | "suspend";
  readonly formerly: readonly string[];
  readonly origin: Origin;
}
