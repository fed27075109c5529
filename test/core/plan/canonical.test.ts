import { describe, expect, test } from "vitest";
import { canonicalPlan } from "../../../src/core/plan/canonical.ts";
import { because, everything, operation, plan, shuffled } from "../report/plans.ts";

const one = operation({ verb: "grant", target: "team/infra", after: "member", because: [because("identities/people/ada.yaml", 7)] });

describe("the text a digest is made over", () => {
  test("says what each operation does, one a line", () => {
    expect(canonicalPlan(plan([one]))).toBe('["github","ada","grant","team/infra",null,"member","user/583231"]\n');
  });

  test("does not depend on order, comments, lines, marks or evidence", () => {
    expect(canonicalPlan(shuffled(everything))).toBe(canonicalPlan(everything));
    const moved = {
      ...one,
      because: [because("identities/roles/x.yaml", 99)],
      risk: "high" as const,
      origin: "drift" as const,
      evidence: { kind: "lookup" as const, keys: [] },
    };
    expect(canonicalPlan(plan([moved]))).toBe(canonicalPlan(plan([one])));
  });

  test.each([
    ["app", { app: "wiki" }],
    ["person", { person: "bob" }],
    ["verb", { verb: "revoke" as const }],
    ["target", { target: "team/web" }],
    ["before", { before: "member" }],
    ["after", { after: "maintainer" }],
    ["ref", { ref: { kind: "user", id: "2" } }],
    ["being refused", { refused: "mode observe" }],
  ])("changes with %s", (_, parts) => {
    expect(canonicalPlan(plan([{ ...one, ...parts }]))).not.toBe(canonicalPlan(plan([one])));
  });

  test("holds adoptions and renames, and leaves out what only notes what was seen", () => {
    const note = operation({ verb: "record", before: "active", after: "active" });
    expect(canonicalPlan(plan([note]))).toBe("");
    expect(canonicalPlan(plan([{ ...note, formerKey: "ada-l", before: "ada-l" }]))).toContain('"ada-l"');
    expect(canonicalPlan(plan([operation({ verb: "adopt", after: "active" })]))).toContain('"adopt"');
  });

  test("cannot be forged by a name that looks like two fields or two lines", () => {
    const a = plan([{ ...one, target: 'x",null', after: "y" }]);
    const b = plan([{ ...one, target: "x", after: 'null","y' }]);
    expect(canonicalPlan(a)).not.toBe(canonicalPlan(b));
    expect(canonicalPlan(plan([{ ...one, target: "x\ny" }])).split("\n")).toHaveLength(2);
  });
});
