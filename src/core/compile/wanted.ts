import type { Address } from "../model/address.ts";
import type { Ask } from "./expand-roles.ts";

/** An ask for one app. */
export type Wanted = Ask & { readonly parts: Address };
