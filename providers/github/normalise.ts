import type { Wish } from "../../src/connector/index.ts";
import { owner, slugOf } from "./convert.ts";

/** An owner is maintainer of every team she is in (GitHub docs "Roles in an organization", 2026-08). */
export function normalise(wish: Wish): Wish {
  if (!(owner in wish.grants)) return wish;
  const grants = Object.entries(wish.grants).map(([name, level]) => [name, slugOf(name) === null ? level : "maintainer"] as const);
  return { ...wish, grants: Object.fromEntries(grants) };
}
