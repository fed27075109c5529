/** The check of `normalise`: it bends a wish to what the vendor can hold, and decides nothing. */
import type { Wish } from "../../contract.ts";
import { adminKind, groupKind } from "../sample.ts";
import { inSession } from "../session.ts";
import { handful } from "../compare.ts";
import type { Check } from "../target.ts";

export const normalisesOnce: Check = {
  name: "normalise is idempotent and neither adds nor drops a grant",
  law: "8: every edge knows its because",
  needs: "simulator",
  run: (target) =>
    inSession(target, { census: { accounts: [], groups: [] } }, async ({ openInRoom }) => {
      const { tenant } = await openInRoom("read");
      if (!tenant.normalise) return [];
      const { manifest } = target.connector;
      const named = groupKind(manifest);
      const group = named
        ? { [`${named.prefix}kit-0001`]: named.kind.levels[0] ?? "", [`${named.prefix}kit-0002`]: named.kind.levels.at(-1) ?? "" }
        : {};
      const admin = adminKind(manifest);
      const bundles = [{}, group, admin ? { ...group, [admin.example]: admin.levels[0] ?? "" } : group];
      const attributes = { name: "Ada Lovelace", email: "Ada@ACME.example", title: " Countess " };
      const wishes = bundles.flatMap((grants) =>
        (["active", "suspended", "absent"] as const).map((status): Wish => ({ status, attributes, grants })),
      );
      return handful(
        wishes.flatMap((wish) => {
          const once = tenant.normalise!(wish);
          const keys = (w: Wish): string => JSON.stringify(Object.keys(w.grants).sort());
          return [
            ...(JSON.stringify(tenant.normalise!(once)) === JSON.stringify(once)
              ? []
              : [`Normalising twice differs from once for ${JSON.stringify(wish)}`]),
            ...(keys(once) === keys(wish) ? [] : [`It turns the grants ${keys(wish)} into ${keys(once)}`]),
            ...(once.status === wish.status ? [] : [`It turns ${wish.status} into ${once.status}`]),
          ];
        }),
      );
    }),
};
