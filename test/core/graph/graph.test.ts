import { describe, expect, test } from "vitest";
import { differencesOf } from "../../../src/core/graph/differences.ts";
import { graphOf } from "../../../src/core/graph/graph.ts";
import { saidByInputs } from "../../../src/core/graph/also.ts";
import type { Operation } from "../../../src/core/plan/operation.ts";
import type { AppState } from "../../../src/core/model/state.ts";
import { typeToken, urn } from "../../../src/core/state/layout.ts";
import { ref, record, state } from "../../support/world.ts";

const day = "2026-06-10";
const op = (person: string | null, verb: Operation["verb"], more: Partial<Operation> = {}): Operation => ({
  id: `wiki ${person ?? "-"} ${verb} ${more.target ?? "account"}`,
  app: "wiki",
  person,
  verb,
  phase: "update",
  target: "account",
  ref: person === null ? null : ref(person),
  login: null,
  before: null,
  after: null,
  because: [],
  evidence: { kind: "seen" },
  origin: "change",
  reversible: true,
  risk: "normal",
  admin: false,
  ...more,
});
const graph = (known: AppState, operations: readonly Operation[], ended: readonly string[] = []) =>
  graphOf({ state: known, operations, day, known: known.accounts.size > 0, ended: new Set(ended) });
const of = (g: ReturnType<typeof graph>, name: string) => g.resources.find((r) => r.name === name)!;
const ada = record("wiki", "ada", "ada", { owned: { "team/docs": "editor" } });

describe("a plan as resources", () => {
  test("everything that state knows stays, also where nothing is to be done (law 17)", () => {
    const g = graph(state("wiki", [ada, record("wiki", "bob", "bob", { status: "absent" })]), []);
    expect(g.resources.map((r) => [r.kind, r.name, r.step])).toEqual([
      ["Tenant", "tenant", "same"],
      ["Account", "ada", "same"],
      ["Account", "bob", "same"],
    ]);
    expect(g.forgotten).toEqual([]);
  });

  test("inputs are what the operations allow, and no more: what is not among them is not in the inputs", () => {
    const g = graph(state("wiki", [ada]), [op("ada", "grant", { target: "team/data", after: "reader" })]);
    expect(of(g, "ada").inputs).toMatchObject({ grants: { "team/docs": "editor", "team/data": "reader" } });
    expect(of(g, "ada")).toMatchObject({ step: "update", stage: "rest" });
    expect(of(g, "ada").inputs).not.toHaveProperty("also");
  });

  test("what inputs cannot say stands under also: sessions, an edge that was taken away by hand", () => {
    const g = graph(state("wiki", [ada]), [
      op("ada", "grant", { target: "team/docs", after: "editor" }),
      op("ada", "endSessions", { after: "done" }),
    ]);
    expect(of(g, "ada").inputs["also"]).toEqual(["endSessions account = done", "grant team/docs = editor"]);
    expect(of(g, "ada")).toMatchObject({ step: "update", stage: "losses" });
  });

  test("accounts that lose something come first, groups that are deleted last", () => {
    const known = state("wiki", [ada, record("wiki", "bob", "bob")], [{ entitlement: "team/old", ref: ref("team:1") }]);
    const g = graph(known, [
      op("ada", "suspend", { after: "suspended" }),
      op("bob", "grant", { target: "team/docs", after: "editor" }),
      op(null, "deleteGroup", { target: "team/old", ref: ref("team:1"), before: "team/old" }),
    ]);
    expect(of(g, "ada")).toMatchObject({ stage: "losses", inputs: { status: "suspended" } });
    expect(of(g, "bob").stage).toBe("rest");
    expect(of(g, "team/old")).toMatchObject({ stage: "deleteGroups", inputs: { also: ["deleteGroup team/old"] } });
  });

  test("a group that a line ended and that is gone is forgotten; so is a key that was renamed", () => {
    const known = state("wiki", [ada], [{ entitlement: "team/old", ref: ref("team:1") }]);
    const next = { ...ada, person: "lovelace", inputs: { ...ada.inputs, person: "lovelace" } };
    const g = graph(known, [op("lovelace", "record", { phase: "state", next, formerKey: "ada" })], ["team/old"]);
    expect(g.forgotten).toEqual(["Account ada", "Group team/old"]);
    expect(of(g, "lovelace").step).toBe("create");
  });

  test("an account of nobody has no resource: its operations are the tenant's", () => {
    const g = graph(state("wiki", [ada]), [op(null, "suspend", { login: "eve", ref: ref("eve"), after: "suspended" })]);
    expect(of(g, "tenant")).toMatchObject({ step: "update", stage: "losses", inputs: { also: ["suspend eve = suspended"] } });
  });

  test("an operation that no resource carries is a defect, not a silence", () => {
    expect(() => graph(state("wiki", []), [op("zoe", "grant", { target: "team/docs", after: "" })])).toThrow("no resource carries");
  });
});

describe("inputs that move", () => {
  const inputs = ada.inputs;
  test.each([
    ["grant", { target: "team/data", after: "reader" }, { ...inputs, grants: { ...inputs.grants, "team/data": "reader" } }, true],
    ["grant", { target: "team/docs", after: "editor" }, inputs, false],
    ["revoke", { target: "team/docs", after: null }, { ...inputs, grants: {} }, true],
    ["revoke", { target: "team/docs", after: "reader" }, { ...inputs, grants: { "team/docs": "reader" } }, true],
    ["revoke", { target: "team/docs", after: null }, inputs, false],
    ["suspend", { after: "suspended" }, { ...inputs, status: "suspended" as const }, true],
    ["delete", { after: "absent" }, { ...inputs, status: "suspended" as const }, false],
    ["restore", { after: "active" }, inputs, false],
    ["transfer", { after: "grace" }, { ...inputs, status: "suspended" as const }, false],
  ] as const)("%s %o", (verb, more, after, said) => {
    expect(saidByInputs(inputs, after, op("ada", verb, more))).toBe(said);
  });
});

describe("differences", () => {
  const g = graph(state("wiki", [ada, record("wiki", "bob", "bob")]), [op("ada", "suspend", { after: "suspended" })]);
  const key = (name: string, kind: "Account" | "Tenant" = "Account"): string => urn("wiki", typeToken("wiki", kind), name);
  const agreed = new Map([
    [key("tenant", "Tenant"), "same"],
    [key("ada"), "update"],
    [key("bob"), "same"],
  ]);

  test("there are none where Pulumi does what is planned", () => expect(differencesOf(g, agreed, new Set(), true)).toEqual([]));

  test("each names what rollcall plans and what Pulumi has", () => {
    const ops = new Map([...agreed, [key("ada"), "same"], [key("bob"), "replace"], [key("eve"), "delete"]]);
    expect(differencesOf(g, ops, new Set(), true)).toEqual([
      "Account ada: rollcall plans update, Pulumi has no change",
      "Account bob: rollcall plans no change, Pulumi has replace",
      "pulumi-nodejs:dynamic/rollcall/wiki:Account::eve: rollcall knows nothing of it, Pulumi has delete",
    ]);
  });

  test("a resource whose last update failed in part is updated in any case; one that was not come to is no difference", () => {
    const ops = new Map([...agreed, [key("bob"), "update"]]);
    expect(differencesOf(g, ops, new Set(["Account bob"]), true)).toEqual([]);
    expect(differencesOf(g, new Map([[key("ada"), "update"]]), new Set(), false)).toEqual([]);
    expect(differencesOf(g, new Map([[key("ada"), "update"]]), new Set(), true)).toHaveLength(2);
  });
});
