import type { App } from "../model/app.ts";
import type { Settings } from "../model/organization.ts";
import type { Person, Service } from "../model/person.ts";
import type { Policy } from "../model/policy.ts";
import type { Register } from "../model/register.ts";
import type { Role } from "../model/role.ts";

/** What one file declares, by itself: whether it fits the others is for the checks to say. Every part of it knows its line. */
export type Declaration =
  | { readonly kind: "settings"; readonly value: Settings }
  | { readonly kind: "people"; readonly value: Person }
  | { readonly kind: "services"; readonly value: Service }
  | { readonly kind: "roles"; readonly value: Role }
  | { readonly kind: "apps"; readonly value: App }
  | { readonly kind: "policies"; readonly value: Policy }
  | { readonly kind: "registers"; readonly value: Register };

/**
 * What is known of files that were read before. It may answer less than it was told, and never anything but what `declare` would say of
 * exactly this path and text: it saves time and changes no result.
 */
export interface KnownFiles {
  known(path: string, text: string): Declaration | undefined;
}
