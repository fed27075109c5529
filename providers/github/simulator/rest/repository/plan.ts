import { Refusal } from "../../refusal.ts";
import type { Repository } from "../../repository/repository.ts";
import type { World } from "../../world.ts";
import { organizationByLogin, userByLogin } from "../../world.ts";

/** Branches of private repositories are protected on paid plans only (GitHub docs "About protected branches", 2026-11). */
export function offered(w: World, r: Repository): void {
  const plan = (organizationByLogin(w, r.owner) ?? userByLogin(w, r.owner))?.plan;
  if (plan === "free" && r.visibility !== "public")
    throw new Refusal(403, "Upgrade to GitHub Pro or make this repository public to enable this feature.");
}
