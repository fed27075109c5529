import { expect, test } from "vitest";
import { applicable, makePlan } from "../../../src/core/plan/make-plan.ts";
import { withPermits } from "../../../src/core/plan/permits.ts";
import { dayIn } from "../../../src/core/compile/day.ts";
import { vault } from "../../support/manifests.ts";
import { organization, person } from "../../support/organization.ts";
import { compileAt, now, operationOf, planFrom } from "../../support/plan.ts";
import { account, record, snapshot, state } from "../../support/world.ts";

test("an account that is made does not bring along a grant that is not permitted beside it", () => {
  const plan = planFrom({
    people: [person("eve", { email: "eve@acme.example", grants: ["vault/member", "vault/badge/a", "vault/badge/b"] })],
    world: { accounts: [] },
  });
  const permitted = withPermits(plan.operations, (o) => (o.target === "badge/b" ? "nobody approved it" : null));
  expect(operationOf({ ...plan, operations: permitted }, "create").payload?.grants).toEqual({ "badge/a": "" });
  expect(permitted.filter((o) => o.refused !== undefined).map((o) => o.target)).toEqual(["badge/b"]);
});

test("what is not permitted uses up no budget: one reviewed leaver goes where four others are nobody's business", () => {
  const keys = ["a", "b", "c", "d", "e"];
  const org = organization({ people: keys.map((k) => person(k, { lastDay: "2026-06-09", grants: ["vault/member"] })) });
  const input = {
    organization: org,
    desired: compileAt(org),
    today: dayIn(now, "UTC"),
    now,
    apps: new Map([
      [
        "vault",
        {
          manifest: vault,
          state: state(
            "vault",
            keys.map((k) => record("vault", k, k, { login: k })),
          ),
          snapshot: snapshot("vault", { accounts: keys.map((k) => account(k, { login: k })) }),
          normalise: (wish: { attributes: Record<string, string>; grants: Record<string, string> }) => wish,
        },
      ],
    ]),
  } as unknown as Parameters<typeof makePlan>[0];
  expect(makePlan(input).trips.map((t) => t.guard)).toEqual(["stops"]);
  const permitted = makePlan({ ...input, permit: (o) => (o.person === "a" ? null : "outside the reviewed changes") });
  expect(permitted.trips).toEqual([]);
  expect([...new Set(applicable(permitted).map((o) => o.person))]).toEqual(["a"]);
  expect(permitted.operations.filter((o) => o.refused === "outside the reviewed changes").length).toBeGreaterThanOrEqual(4);
});
