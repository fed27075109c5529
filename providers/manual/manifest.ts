/** A vendor without an API, as data: everything can be asked for, nothing can be sent. */
import type { Manifest, VerbFacts } from "../../src/connector/index.ts";

/** Nothing settles by itself: the register changes when a person confirms. */
const byHand: VerbFacts = { scopes: [], reversible: true, settles: 0 };

export const manifest: Manifest = {
  name: "manual",
  label: "Manual",
  description: "An app without an API: people do the work, a committed register says what was done.",
  kinds: ["entry"],
  matchKeys: ["id", "login", "email"],
  createNeeds: "nothing",
  entitlements: [
    { name: "member", pattern: "member", levels: [], base: true, example: "member", description: "An account, and nothing more." },
    {
      name: "grant",
      pattern: "[a-z0-9][a-z0-9/._-]*",
      levels: [],
      example: "door/lab",
      description: "Anything that can be held: a key, a badge, a permission in a console.",
    },
  ],
  verbs: {
    create: byHand,
    update: byHand,
    suspend: byHand,
    restore: byHand,
    delete: { ...byHand, reversible: false, destroysData: true },
    grant: byHand,
    revoke: byHand,
    endSessions: { ...byHand, reversible: false, endsSessions: true },
    revokeCredentials: { ...byHand, reversible: false },
    transfer: { ...byHand, reversible: false },
  },
  stop: "suspend",
  leaver: { stage1: ["suspend"], stage2: [], stage3: ["delete"] },
  residual: [],
  attributes: ["name", "email"],
  hosts: [],
  calls: [],
  buckets: {},
  pageSizes: {},
  concurrency: 1,
  timeout: 1,
  secrets: [],
  human: true,
};
