import type { OperationOutcome } from "../../../src/core/engine.ts";
import type { Manifest } from "../../../src/core/model/manifest.ts";
import type { Snapshot } from "../../../src/core/model/observed.ts";
import type { AccountRecord, AppState } from "../../../src/core/model/state.ts";
import type { JournalEntry, JournalOperation } from "../../../src/core/state/journal.ts";

export const providerId = "64f41588-f6e9-4d16-b3eb-1f296d127f0e";

export const account = (person: string, more: Partial<AccountRecord> = {}): AccountRecord => ({
  person,
  inputs: { app: "forge", person, status: "active", attributes: { name: "Ada Lovelace" }, grants: { "team/infra": "maintainer" } },
  ref: { kind: "user", id: `id-${person}` },
  login: `${person}-login`,
  status: "active",
  stoppedByUs: false,
  owned: { "team/infra": "maintainer" },
  steps: {},
  ...more,
});

export const stateOf = (...accounts: AccountRecord[]): AppState => ({
  app: "forge",
  connector: "memory",
  tenant: "T1",
  accounts: new Map(accounts.map((a) => [a.person, a])),
  groups: new Map([["team/infra", { entitlement: "team/infra", ref: { kind: "team", id: "7" }, description: "Infrastructure" }]]),
});

export const operation = (more: Partial<JournalOperation> & Pick<JournalOperation, "verb">): JournalOperation => {
  const base: JournalOperation = {
    id: "",
    app: "forge",
    person: "ada",
    target: "account",
    ref: { kind: "user", id: "id-ada" },
    login: "ada-login",
    before: null,
    after: null,
    ...more,
  };
  return { ...base, id: more.id ?? `${base.app} ${base.person} ${base.verb} ${base.target}` };
};

export const done = (o: JournalOperation, more: Partial<OperationOutcome> = {}): OperationOutcome => ({
  id: o.id,
  status: "done",
  ...more,
});

const at = "2026-03-01T12:00:00.000Z";

/** The journal of operations that were all begun and ended at noon of 2026-03-01. */
export const journalOf = (...ended: readonly (readonly [JournalOperation, OperationOutcome])[]): JournalEntry[] =>
  ended.flatMap(([o, outcome], i): JournalEntry[] => [
    { seq: 2 * i + 1, run: "r1", at, day: "2026-03-01", type: "begin", operation: o },
    { seq: 2 * i + 2, run: "r1", at, day: "2026-03-01", type: "end", of: 2 * i + 1, outcome },
  ]);

export const noon = (secondsLater = 0): Date => new Date(Date.parse(at) + secondsLater * 1000);

const fact = { scopes: [], reversible: true, settles: 60 };

/** Everything settles within a minute; removing accounts shows at once. */
export const manifest: Manifest = {
  name: "memory",
  label: "Memory",
  description: "",
  kinds: ["user", "invitation", "team"],
  matchKeys: ["id", "login"],
  createNeeds: "nothing",
  entitlements: [
    { name: "admin", pattern: "admin", levels: [], admin: true, example: "admin", description: "" },
    { name: "team", pattern: "team/[a-z-]+", levels: ["member", "maintainer"], group: true, example: "team/infra", description: "" },
  ],
  verbs: {
    create: fact,
    update: fact,
    suspend: fact,
    restore: fact,
    delete: { ...fact, settles: 0 },
    grant: fact,
    revoke: fact,
    createGroup: fact,
    updateGroup: fact,
    deleteGroup: fact,
  },
  stop: "suspend",
  leaver: { stage1: [], stage2: [], stage3: [] },
  residual: [],
  attributes: ["name"],
  hosts: [],
  calls: [],
  buckets: {},
  pageSizes: {},
  concurrency: 1,
  timeout: 10,
  secrets: [],
};

export const snapshot: Snapshot = {
  app: "forge",
  accounts: [
    { ref: { kind: "user", id: "id-ada" }, login: "ada-login", emails: [], status: "active", admin: false, attributes: { name: "Ada" } },
  ],
  groups: [{ entitlement: "team/infra", ref: { kind: "team", id: "7" } }],
  edges: [{ account: { kind: "user", id: "id-ada" }, entitlement: "team/infra", level: "member" }],
  scopes: [{ id: "team/infra members", covers: "edges", entitlement: "team/infra", complete: true }],
  lookups: new Map(),
  fresh: new Map(),
  tenant: null,
  calls: 1,
};
