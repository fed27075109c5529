import type { CheckSettings } from "../../src/core/check/context.ts";
import { loadOrganization, type LoadResult } from "../../src/core/load.ts";
import type { EntitlementKind, Manifest } from "../../src/core/model/manifest.ts";
import type { KnownFiles } from "../../src/core/source/declaration.ts";

/** A connector's manifest with nothing but what `check` looks at. */
function manifestOf(name: string, entitlements: readonly EntitlementKind[], more: Partial<Manifest> = {}): Manifest {
  return {
    name,
    label: name,
    description: "",
    kinds: ["user"],
    matchKeys: ["id"],
    createNeeds: "nothing",
    entitlements,
    verbs: {},
    stop: "suspend",
    leaver: { stage1: [], stage2: [], stage3: [] },
    residual: [],
    attributes: [],
    hosts: [],
    calls: [],
    buckets: {},
    pageSizes: {},
    concurrency: 1,
    timeout: 10,
    secrets: [{ name: "token", purpose: "" }],
    ...more,
  };
}

const base: EntitlementKind = { name: "member", pattern: "member", levels: [], base: true, example: "member", description: "" };

export const manifests: ReadonlyMap<string, Manifest> = new Map([
  [
    "forge",
    manifestOf("forge", [
      base,
      { name: "team", pattern: "team/[a-z0-9-]+", levels: ["member", "maintainer"], group: true, example: "team/infra", description: "" },
      { name: "rule", pattern: "rule/[a-z]+", levels: [], readOnly: "a rule decides it", example: "rule/all", description: "" },
    ]),
  ],
  [
    "byhand",
    manifestOf("byhand", [base, { name: "door", pattern: "door/[a-z]+", levels: [], example: "door/lab", description: "" }], {
      human: true,
      secrets: [],
    }),
  ],
]);

export const checkSettings: CheckSettings = (connector, settings) =>
  connector === "forge" && typeof settings["organization"] !== "string"
    ? [{ path: ["organization"], message: "organization is missing" }]
    : [];

/** A company of two people that loads without a problem. */
export const company: Readonly<Record<string, string>> = {
  "rollcall.yaml": "organization: Acme\ndomains: [acme.example]\ntimezone: Europe/London\n",
  "identities/people/ada.yaml":
    "name: Ada Lovelace\nemail: ada@acme.example\nmanager: grace\ndepartment: platform\nroles: [sre]\naccounts: { forge: adalove }\n",
  "identities/people/grace.yaml": "name: Grace Hopper\nemail: grace@acme.example\n",
  "identities/services/bot.yaml": "name: Bot\nowner: grace\ngrants: [forge/team/infra]\n",
  "identities/roles/sre.yaml": "includes: [engineer]\ngrants:\n  - forge/team/infra:maintainer\n",
  "identities/roles/engineer.yaml": 'when: person.department == "platform"\ngrants: [forge/member]\n',
  "identities/apps/forge.yaml": "connector: forge\nsettings: { organization: acme }\ncredentials: { token: env:FORGE_TOKEN }\n",
  "identities/apps/badges.yaml": "connector: byhand\n",
};

/** Loads the small company with files replaced, added, or (null) left out, on a given day. */
export function loadWith(changes: Readonly<Record<string, string | null>> = {}, today = "2026-11-23", known?: KnownFiles): LoadResult {
  const files = Object.entries({ ...company, ...changes }).flatMap(([path, text]) => (text === null ? [] : [{ path, text }]));
  return loadOrganization({ files, manifests, checkSettings, today, ...(known ? { known } : {}) });
}

/** `CODE file:line:column` of every problem, in order. */
export const placesOf = ({ diagnostics }: Pick<LoadResult, "diagnostics">): string[] =>
  diagnostics.map((d) => `${d.code} ${d.where[0]!.file}:${d.where[0]!.line}:${d.where[0]!.column}`);
