/** The little organisation that the kit fills a simulator with: more than three pages of everything, and the cases that go wrong. */
import type { EntitlementKind, Manifest } from "../../core/model/manifest.ts";
import type { Census, CensusAccount, CensusGroup } from "../simulator.ts";

/** The kind whose entitlements are groups, and the first part of their names; null where the vendor has none. */
export function groupKind(manifest: Manifest): { readonly kind: EntitlementKind; readonly prefix: string } | null {
  const kind = manifest.entitlements.find((k) => k.group && k.readOnly === undefined);
  return kind ? { kind, prefix: kind.example.slice(0, kind.example.lastIndexOf("/") + 1) } : null;
}

/** The kind that makes an administrator of the whole tenant, as an entitlement of its own; null where there is none. */
export const adminKind = (manifest: Manifest): EntitlementKind | null =>
  manifest.entitlements.find((k) => k.admin === true && !k.group && k.readOnly === undefined && k.pattern === k.example) ?? null;

const number = (n: number): string => String(n).padStart(4, "0");

const largestPage = (manifest: Manifest): number => Math.max(10, ...Object.values(manifest.pageSizes));

/** The size that shows every paging mistake. Three administrators; some accounts suspended where the vendor can do that. */
export const fullCensus = (manifest: Manifest): Census => census(manifest, 3 * largestPage(manifest) + 7, 3 * largestPage(manifest) + 7);

/** Two pages of everything, for checks that read many times. */
export const twoPageCensus = (manifest: Manifest): Census => census(manifest, largestPage(manifest) + 7, largestPage(manifest) + 7);

/** One page of everything, for checks that write. */
export const smallCensus = (manifest: Manifest): Census => census(manifest, 16, 5);

function census(manifest: Manifest, people: number, groups: number): Census {
  const suspends = manifest.verbs.suspend !== undefined;
  const accounts: CensusAccount[] = [];
  for (let i = 1; i <= people; i += 1) {
    // Every seventh login is spelled with capitals: comparing by case loses these.
    const login = i % 7 === 4 ? `Kit-Person-${number(i)}` : `kit-person-${number(i)}`;
    accounts.push({
      id: String(7000 + i),
      login,
      name: `Person ${number(i)}`,
      email: `${login.toLowerCase()}@acme.example`,
      status: suspends && i % 9 === 0 ? "suspended" : "active",
      ...(i <= 3 ? { admin: true as const } : {}),
    });
  }
  const named = groupKind(manifest);
  return { accounts, groups: named ? sampleGroups(named.prefix, named.kind.levels, accounts, groups) : [] };
}

/** The first group holds everybody (several pages), the second half of them, the third nobody, the others one to three. */
function sampleGroups(prefix: string, levels: readonly string[], accounts: readonly CensusAccount[], count: number): CensusGroup[] {
  const highest = levels.at(-1);
  return Array.from({ length: count }, (_, g) => {
    const holders =
      g === 0
        ? accounts.filter((a) => a.id !== accounts.at(-1)!.id)
        : g === 1
          ? accounts.filter((_a, i) => i % 2 === 0)
          : g === 2
            ? []
            : accounts.slice(g % 5, (g % 5) + 1 + (g % 3));
    return {
      entitlement: `${prefix}kit-${number(g + 1)}`,
      members: holders.map((a, i) => {
        // Some vendors raise an administrator to the highest level everywhere: the sample leaves nothing to raise.
        const level = a.admin ? highest : levels[i % Math.max(1, levels.length)];
        return { id: a.id, ...(level === undefined ? {} : { level }) };
      }),
    };
  });
}
