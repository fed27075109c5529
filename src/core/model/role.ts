import type { Origin } from "./origin.ts";
import type { GrantDeclaration } from "./person.ts";

/** A named bundle of grants. A team is a role; what everybody gets is a role with `when: "true"`. */
export interface Role {
  readonly key: string;
  readonly description?: string;
  readonly includes: readonly { readonly role: string; readonly origin: Origin }[];
  /** CEL over the person's own fields; whoever it is true for holds the role. */
  readonly when?: { readonly expression: string; readonly origin: Origin };
  readonly grants: readonly GrantDeclaration[];
  readonly owners: readonly string[];
  readonly formerly: readonly string[];
  readonly origin: Origin;
}
