/**
 * How often a mistyped address is answered with the right one. Seeded: one slip of the hand in an address that somebody else uses rightly, on
 * one more line; the score is the share of suggestions that name exactly the address that was meant.
 */
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import github from "../../../providers/github/connector.ts";
import manual from "../../../providers/manual/connector.ts";
import memory from "../../../providers/memory/connector.ts";
import scim from "../../../providers/scim/connector.ts";
import { loadOrganization } from "../../../src/core/load.ts";
import { readWorkspace } from "../../../src/io/workspace/read-workspace.ts";
import { slips, type SlipKind, slipKinds } from "./slips.ts";

const manifests = new Map([github, manual, memory, scim].map((c) => [c.manifest.name, c.manifest]));
interface TextFile {
  readonly path: string;
  readonly text: string;
}
const diagnosticsOf = (files: readonly TextFile[]) =>
  loadOrganization({ files, manifests, checkSettings: () => [], today: "2026-11-23" }).diagnostics;

/** Every address that the files grant. */
const addressesIn = (files: readonly TextFile[]): string[] =>
  [...new Set(files.flatMap((f) => [...f.text.matchAll(/(?<=- |grant: |\[)[a-z0-9-]+\/[\w./-]+(?::[a-z]+)?/g)].map((m) => m[0])))].sort();

/** A company of some hundred teams and spaces with names as much alike as people make them. */
function lookalikes(closed: boolean): TextFile[] {
  const numbered = (name: string, n: number): string[] => Array.from({ length: n }, (_, i) => `${name}-${i + 1}`);
  const teams = [
    ...numbered("infra", 100),
    ...numbered("squad", 30),
    ...["backend", "frontend", "mobile", "platform", "payments", "payroll", "search"].flatMap((t) => [t, `${t}-leads`, `${t}-oncall`]),
  ];
  const spaces = [...numbered("project", 60), "handbook", "runbooks", "roadmap", "releases", "research"];
  const catalogue = (names: readonly string[]): string => (closed ? `entitlements:\n${names.map((n) => `  ${n}: {}\n`).join("")}` : "");
  const roles = teams.map((team, i) => ({
    path: `identities/roles/r-${i}.yaml`,
    text: `grants:\n  - github/team/${team}${i % 3 === 0 ? ":maintainer" : ""}\n  - wiki/space/${spaces[i % spaces.length]}${i % 2 === 0 ? ":editor" : ""}\n`,
  }));
  return [
    { path: "rollcall.yaml", text: "organization: Acme\n" },
    { path: "identities/apps/github.yaml", text: `connector: github\n${catalogue(["owner", ...teams.map((t) => `team/${t}`)])}` },
    { path: "identities/apps/wiki.yaml", text: `connector: memory\n${catalogue(["admin", ...spaces.map((s) => `space/${s}`)])}` },
    ...roles,
  ];
}

interface Score {
  readonly right: number;
  readonly of: number;
  readonly missed: readonly string[];
}

/** @param count slips, a quarter of each kind; each is loaded by itself, with everything else as it was. */
function score(files: readonly TextFile[], count: number, seed: number): Score {
  const addresses = addressesIn(files);
  const missed: string[] = [];
  const all = slips(addresses, count, seed);
  for (const { typed, meant } of all) {
    const path = "identities/people/mistyped.yaml";
    const found = diagnosticsOf([...files, { path, text: `name: M\ngrants:\n  - "${typed}"\n` }]).filter((d) =>
      d.where.some((w) => w.file === path),
    );
    if (!found.some((d) => d.where[0]?.file === path && d.fix?.startsWith(`Did you mean "${meant}"?`)))
      missed.push(`${meant} typed ${typed}: ${found.map((d) => d.fix).join(" | ") || "nothing"}`);
  }
  return { right: all.length - missed.length, of: all.length, missed };
}

const sample = readWorkspace(join(import.meta.dirname, "..", "..", "..")).files;

test.each([
  { name: "the sample company", files: sample },
  { name: "hundreds of names that are alike, with catalogues", files: lookalikes(true) },
  { name: "hundreds of names that are alike, without catalogues", files: lookalikes(false) },
])(
  "of 200 seeded slips in $name at least 95 % are answered with what was meant",
  ({ name, files }) => {
    expect(
      diagnosticsOf(files).filter((d) => d.code === "ENTITLEMENT_ALIKE"),
      "no false alarm before",
    ).toEqual([]);
    const { right, of, missed } = score(files, 200, 7);
    process.stdout.write(
      `typos: ${name}: ${right} of ${of} right (${((100 * right) / of).toFixed(1)} %)\n${missed.map((m) => `  missed: ${m}\n`).join("")}`,
    );
    expect(of).toBe(200);
    expect(right / of).toBeGreaterThanOrEqual(0.95);
  },
  60_000,
);

describe("a slip leaves an address that means something else in no file", () => {
  test("and there are as many of each kind", () => {
    const addresses = addressesIn(sample);
    const all = slips(addresses, 200, 7);
    expect(all).toEqual(slips(addresses, 200, 7));
    for (const kind of slipKinds) expect(all.filter((s: { kind: SlipKind }) => s.kind === kind)).toHaveLength(50);
    for (const { typed, meant } of all) expect(addresses.includes(meant) && !addresses.includes(typed), typed).toBe(true);
  });
});
