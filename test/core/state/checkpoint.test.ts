import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { AccountRecord, AppState } from "../../../src/core/model/state.ts";
import { decodeCheckpoint } from "../../../src/core/state/decode.ts";
import { encodeCheckpoint } from "../../../src/core/state/encode.ts";
import { manifestMagic, manifestVersion } from "../../../src/core/state/layout.ts";
import { account, providerId, stateOf } from "./sample.ts";

const identity = { provider: providerId, time: "2026-03-01T12:00:00Z" };
const textOf = (state: AppState): string => [...encodeCheckpoint(state, identity)].join("");

const key = fc.stringMatching(/^[a-z][a-z0-9-]{0,12}[a-z0-9]$/);
const entitlement = fc.stringMatching(/^(team|repo)\/[A-Za-z0-9][A-Za-z0-9 ._@+-]{0,12}[A-Za-z0-9_+]$/);
const levels = fc.dictionary(entitlement, fc.constantFrom("", "member", "maintainer"), { maxKeys: 6, noNullPrototype: true });
const day = fc.constantFrom("2026-01-31", "2024-02-29");
const ref = fc.record(
  { kind: fc.constantFrom("user", "invitation"), id: fc.stringMatching(/^[A-Za-z0-9:_-]{1,40}$/) },
  { noNullPrototype: true },
);
const records: fc.Arbitrary<AccountRecord> = fc
  .record(
    {
      person: key,
      ref,
      login: fc.string({ unit: "grapheme", minLength: 1, maxLength: 30 }).filter((s) => !/[\p{Cc}\p{Cs}]/u.test(s)),
      status: fc.constantFrom("active", "suspended", "absent", "pending" as const),
      wanted: fc.constantFrom("active", "suspended", "absent" as const),
      stoppedByUs: fc.boolean(),
      owned: levels,
      grants: levels,
      attributes: fc.dictionary(fc.constantFrom("name", "email", "title"), fc.string({ maxLength: 40 }), { noNullPrototype: true }),
      steps: fc.dictionary(fc.constantFrom("endSessions", "transfer"), day, { noNullPrototype: true }),
      pending: fc.record(
        { handle: fc.stringMatching(/^[!-~]{1,30}$/), since: fc.constant("2026-03-01T00:00:00Z"), attempts: fc.nat(9) },
        { noNullPrototype: true },
      ),
      assignments: fc.dictionary(
        entitlement,
        fc.record({ held: fc.boolean(), since: fc.constant("2026-03-01T12:00:00.000Z") }, { noNullPrototype: true }),
        { noNullPrototype: true, maxKeys: 3 },
      ),
    },
    { requiredKeys: ["person", "ref", "status", "wanted", "stoppedByUs", "owned", "grants", "attributes", "steps"] },
  )
  .map(({ wanted, grants, attributes, ...r }) => ({
    ...r,
    inputs: { app: "forge", person: r.person, status: wanted, attributes, grants },
  }));
const states: fc.Arbitrary<AppState> = fc.uniqueArray(records, { selector: (r) => r.person, maxLength: 12 }).map((all) => stateOf(...all));

describe("a checkpoint", () => {
  test("read again is the state that was written", () => {
    fc.assert(
      fc.property(states, (state) => {
        const decoded = decodeCheckpoint(JSON.parse(textOf(state)), "forge");
        if (decoded.kind === "refused") throw new Error(decoded.problems.map((p) => p.summary).join("\n"));
        const sorted = { ...state, accounts: new Map([...state.accounts].sort(([a], [b]) => (a < b ? -1 : 1))) };
        expect(decoded.state).toStrictEqual(sorted);
        expect([...decoded.state!.accounts.keys()]).toStrictEqual([...sorted.accounts.keys()]);
        expect(decoded.provider).toBe(providerId);
      }),
    );
  });

  test("has the same bytes in whatever order people and grants were put in", () => {
    const [a, b] = [account("ada", { owned: { "team/a": "", "team/b": "" } }), account("bob")];
    const turned = { ...a, owned: { "team/b": "", "team/a": "" } };
    expect(textOf(stateOf(b, turned))).toBe(textOf(stateOf(a, b)));
  });

  test("names the version of Pulumi's layout with its own hash", () => {
    expect(createHash("sha256").update(manifestVersion).digest("hex")).toBe(manifestMagic);
  });

  test("spends at most 2 KB on an account with ten grants", () => {
    const grants = Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`team/some-team-${i}`, "member"]));
    const one = account("ada", {
      owned: grants,
      inputs: { ...account("ada").inputs, grants, attributes: { name: "Ada Lovelace", email: "ada@acme.example" } },
    });
    const line = textOf(stateOf(one))
      .split("\n")
      .find((l) => l.includes(":Account"))!;
    expect(line.length).toBeLessThanOrEqual(2048);
  });

  test("holds no time but the manifest's, no stack configuration and no source position", () => {
    const text = textOf(stateOf(account("ada")));
    for (const word of ["created", "modified", "sourcePosition", "stackTrace", "secrets_providers"]) expect(text).not.toContain(word);
  });

  test("of a stack that was only made is no state and no error", () => {
    const decoded = decodeCheckpoint({ version: 3, checkpoint: { stack: "organization/rollcall/forge" } }, "forge");
    expect(decoded).toMatchObject({ kind: "decoded", state: null, provider: null });
  });

  test("says what was applied by its outputs, where Pulumi moved only the inputs", () => {
    const json = JSON.parse(textOf(stateOf(account("ada"))));
    json.checkpoint.latest.resources.at(-1).inputs.grants = { "team/other": "member" };
    const decoded = decodeCheckpoint(json, "forge");
    expect(decoded.kind === "decoded" && decoded.state!.accounts.get("ada")!.inputs.grants).toStrictEqual({ "team/infra": "maintainer" });
  });

  test("with fields that Pulumi adds and operations it left unfinished is read, and the latter are told", () => {
    const json = JSON.parse(textOf(stateOf(account("ada"))));
    const { latest } = json.checkpoint;
    const ada = latest.resources.at(-1);
    Object.assign(ada, {
      created: "2026-01-01T00:00:00Z",
      sourcePosition: "project:///index.js#1,2",
      propertyDependencies: { grants: [] },
      initErrors: [],
    });
    latest.pending_operations = [{ type: "updating", resource: ada }];
    latest.metadata = {};
    latest.secrets_providers = { type: "passphrase", state: { salt: "v1:x" } };
    expect(decodeCheckpoint(json, "forge")).toMatchObject({ kind: "decoded", unfinished: [`updating ${ada.urn}`] });
  });
});

type Json = any; // oxlint-disable-line typescript/no-explicit-any -- a file as an attacker would write it

describe("a checkpoint is refused", () => {
  const parent = "urn:pulumi:forge::rollcall::pulumi:pulumi:Stack::rollcall-forge";
  const spoilt: readonly (readonly [string, string, (latest: Json, file: Json) => void])[] = [
    ["of another version", "STATE_SHAPE", (_, f) => (f.version = 4)],
    ["about another stack", "STATE_STACK", (_, f) => (f.checkpoint.stack = "organization/rollcall/other")],
    [
      "with provider code of its own in the inputs",
      "STATE_CODE",
      (l) => (l.resources[4].inputs["__provider"] = "exports.handler=()=>evil()"),
    ],
    ["with provider code of its own in the outputs", "STATE_CODE", (l) => (l.resources[4].outputs["__provider"] += ";evil()")],
    [
      "with another kind's provider code",
      "STATE_CODE",
      (l) => (l.resources[4].outputs["__provider"] = l.resources[3].outputs["__provider"]),
    ],
    ["without provider code", "STATE_CODE", (l) => delete l.resources[4].outputs["__provider"]],
    [
      "with an encrypted value anywhere",
      "STATE_SECRET",
      (l) =>
        (l.resources[4].outputs.attributes.name = {
          "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
          ciphertext: "x",
        }),
    ],
    ["with a type it does not know", "STATE_TYPE", (l) => rename(l, 4, ":Account", ":Robot")],
    [
      "with resources of another package",
      "STATE_TYPE",
      (l) => rename(l, 4, "pulumi-nodejs:dynamic/rollcall/memory:Account", "aws:s3/bucket:Bucket"),
    ],
    ["with two connectors", "STATE_TYPE", (l) => rename(l, 4, "memory:Account", "github:Account")],
    ["with an id that does not follow from the name", "STATE_ID", (l) => (l.resources[4].id = "forge/bob")],
    ["with a person other than the name says", "STATE_ID", (l) => (l.resources[4].outputs.person = "bob")],
    ["with inputs about somebody else", "STATE_ID", (l) => (l.resources[4].inputs.person = "bob")],
    ["with a vendor id that walks up a path", "STATE_SHAPE", (l) => (l.resources[4].outputs.ref.id = "../admins/1")],
    ["with a vendor id that holds a line feed", "STATE_SHAPE", (l) => (l.resources[4].outputs.ref.id = "1\nHost: evil")],
    ["with a field a newer version may have added", "STATE_SHAPE", (l) => (l.resources[4].outputs.hold = true)],
    ["with a status it does not know", "STATE_SHAPE", (l) => (l.resources[4].outputs.accountStatus = "frozen")],
    ["with an inherited name for an entitlement", "STATE_SHAPE", (l) => (l.resources[4].outputs.owned = { constructor: "" })],
    ["with a resource twice", "STATE_DUPLICATE", (l) => l.resources.push(l.resources[4])],
    ["with children before their parent", "STATE_ORDER", (l) => (l.resources = l.resources.toReversed())],
    ["with a dependency on what comes later", "STATE_ORDER", (l) => (l.resources[2].dependencies = [l.resources[4].urn])],
    [
      "with a property that depends on what is not there",
      "STATE_ORDER",
      (l) => (l.resources[4].propertyDependencies = { grants: [`${parent}x`] }),
    ],
    ["with a resource outside the root", "STATE_PARENT", (l) => delete l.resources[4].parent],
    [
      "with a provider other than the stack's",
      "STATE_PROVIDER",
      (l) => (l.resources[4].provider = l.resources[4].provider.replace("64f4", "64f5")),
    ],
    ["with a provider id that is no UUID of version 4", "STATE_PROVIDER", (l) => (l.resources[1].id = "1")],
    [
      "with a URN of another stack",
      "STATE_URN",
      (l) => (l.resources[4].urn = l.resources[4].urn.replace("urn:pulumi:forge", "urn:pulumi:other")),
    ],
    ["with a resource half replaced", "STATE_UNSUPPORTED", (l) => (l.resources[4].delete = true)],
    ["with a resource that Pulumi only reads", "STATE_UNSUPPORTED", (l) => (l.resources[4].external = true)],
    ["without a tenant resource", "STATE_TENANT", (l) => l.resources.splice(2, 1)],
  ];

  const rename = (latest: Json, i: number, from: string, to: string): void => {
    const r = latest.resources[i];
    r.type = r.type.replace(from, to);
    r.urn = r.urn.replace(from, to);
  };

  test.each(spoilt)("%s", (_, code, spoil) => {
    const file = JSON.parse(textOf(stateOf(account("ada"))));
    expect(decodeCheckpoint(structuredClone(file), "forge").kind).toBe("decoded");
    spoil(file.checkpoint.latest, file);
    const decoded = decodeCheckpoint(file, "forge");
    expect(decoded.kind === "refused" && decoded.problems.map((p) => p.code)).toContain(code);
  });

  test("and no value of it is repeated in the reason", () => {
    const file = JSON.parse(textOf(stateOf(account("ada"))));
    file.checkpoint.latest.resources[4].outputs.token = "sentinel-secret";
    file.checkpoint.latest.resources[4].outputs.login = "sentinel-secret\n";
    expect(JSON.stringify(decodeCheckpoint(file, "forge"))).not.toContain("sentinel-secret");
  });
});
