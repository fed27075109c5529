import { describe, expect, test } from "vitest";
import type { ObservedAccount } from "../../../src/core/model/observed.ts";
import { app, person, type PersonSketch } from "../../support/organization.ts";
import { codes, operationOf, planFrom, type PlanSketch, stateLines, vendorLines, viewOf } from "../../support/plan.ts";
import { account, record } from "../../support/world.ts";

const ada = (s: PersonSketch = {}) => person("ada", { grants: ["vault/member"], ...s });
const hint = (login?: string, id?: string): PersonSketch => ({
  accounts: { vault: { ...(login === undefined ? {} : { login }), ...(id === undefined ? {} : { id }) } },
});
const mail: PersonSketch = { email: "Ada@Acme.example" };
const u1 = account("u1", { login: "ada", email: "ada@acme.example" });
const u2 = account("u2", { login: "lovelace" });
const known = record("vault", "ada", "u1", { login: "ada" });

describe("law 6: whose account it is", () => {
  test.each<[string, PersonSketch, readonly ObservedAccount[], PlanSketch["records"], string, string | null]>([
    ["an id in the file finds it", hint(undefined, "u1"), [u1, u2], [], "adopt", "u1"],
    ["a login finds it, whatever its case", hint("ADA"), [u1, u2], [], "adopt", "u1"],
    ["a verified address finds it, whatever its case", mail, [u1, u2], [], "adopt", "u1"],
    ["an unverified address only makes it ambiguous", mail, [account("u1", { unverified: "ada@acme.example" })], [], "ambiguous", null],
    [
      "two accounts with the verified address are ambiguous",
      mail,
      [u1, account("u3", { email: "ADA@acme.example" })],
      [],
      "ambiguous",
      null,
    ],
    ["an account with admin rights is never adopted by e-mail", mail, [{ ...u1, admin: true }], [], "ambiguous", null],
    ["an account with admin rights is adopted by id", { ...mail, ...hint(undefined, "u1") }, [{ ...u1, admin: true }], [], "adopt", "u1"],
    ["an account with admin rights is adopted by login", hint("ada"), [{ ...u1, admin: true }], [], "adopt", "u1"],
    ["id and login of two accounts disagree", hint("lovelace", "u1"), [u1, u2], [], "ambiguous", null],
    ["an id that is nowhere and a login of another account disagree", hint("lovelace", "u7"), [u2], [], "ambiguous", null],
    ["an id in the file rules out a match by address", { ...mail, ...hint(undefined, "u7") }, [u1], [], "create", null],
    ["a login in the file rules out a match by address", { ...mail, ...hint("lace") }, [u1], [], "create", null],
    ["several accounts with the login are ambiguous", hint("ada"), [u1, account("u3", { login: "Ada" })], [], "ambiguous", null],
    ["of several accounts with the login the id tells", hint("ada", "u3"), [u1, account("u3", { login: "Ada" })], [], "adopt", "u3"],
    ["state's id holds after a rename at the vendor", {}, [account("u1", { login: "countess" })], [known], "inSync", "u1"],
    ["state's id and another id in the file disagree", hint(undefined, "u2"), [u1, u2], [known], "ambiguous", "u1"],
    [
      "a recycled login in the file is ambiguous",
      hint("ada"),
      [account("u1", { login: "countess" }), account("u9", { login: "ada" })],
      [known],
      "ambiguous",
      "u1",
    ],
    [
      "with the id in the file a recycled login does no harm",
      hint("ada", "u1"),
      [account("u1", { login: "countess" }), account("u9", { login: "ada" })],
      [known],
      "inSync",
      "u1",
    ],
    [
      "an account that came back after we removed it is joined like a newcomer's",
      hint("ada"),
      [account("u5", { login: "ada" })],
      [{ ...known, status: "absent", stoppedByUs: true }],
      "inSync",
      "u5",
    ],
    [
      "an outsider's open invitation counts, not the outsider",
      hint("ada"),
      [{ ...u1, outside: "a guest" }, account("u8", { login: "ada", status: "pending" })],
      [],
      "pending",
      "u8",
    ],
  ])("%s", (_, sketch, accounts, records, situation, ref) => {
    const plan = planFrom({
      people: [ada(sketch), person("bob")],
      world: { accounts },
      records: records!,
      manifest: { createNeeds: "nothing", attributes: [] },
    });
    const view = viewOf(plan, "ada");
    expect([view.situation, view.ref?.id ?? null]).toEqual([situation, ref]);
    if (situation === "ambiguous") expect([vendorLines(plan), stateLines(plan), codes(plan).includes("AMBIGUOUS")]).toEqual([[], [], true]);
  });

  test("a rename at the vendor only updates the login in state", () => {
    const plan = planFrom({
      people: [ada()],
      world: { accounts: [account("u1", { login: "countess" })] },
      records: [known],
      manifest: { attributes: [] },
    });
    expect([vendorLines(plan), operationOf(plan, "record").next!.login]).toEqual([[], "countess"]);
  });

  test("accounts that may be somebody's are nobody's orphans, even where orphans are suspended", () => {
    const suspendOrphans = [app("vault", { orphans: "suspend", entitlements: { "badge/x": { members: "exclusive" } } })];
    const plan = planFrom({
      people: [ada(mail)],
      apps: suspendOrphans,
      world: { accounts: [{ ...u1, admin: true }, account("u9", { login: "stray" })], edges: [["u1", "badge/x"]] },
    });
    expect(vendorLines(plan)).toEqual(["suspend stray active -> suspended"]);
    const recycled = planFrom({
      people: [ada(hint("ada"))],
      apps: suspendOrphans,
      world: { accounts: [account("u1", { login: "countess" }), account("u9", { login: "ada" })] },
      records: [known],
    });
    expect(vendorLines(recycled)).toEqual([]);
  });

  test("a person's new key keeps the account: formerly", () => {
    const renamed = person("ada.lovelace", { grants: ["vault/member"], formerly: ["ada"] });
    const plan = planFrom({ people: [renamed], world: { accounts: [u1] }, records: [known], manifest: { attributes: [] } });
    expect([vendorLines(plan), stateLines(plan), plan.trips]).toEqual([[], ["record ada.lovelace ada -> active"], []]);
    expect(operationOf(plan, "record")).toMatchObject({
      formerKey: "ada",
      next: { person: "ada.lovelace", inputs: { person: "ada.lovelace" } },
    });
  });

  test("a new key without formerly is a file that is gone: nothing at all is applied", () => {
    const plan = planFrom({
      people: [person("ada.lovelace", hint("ada")), ada()].slice(0, 1),
      world: { accounts: [u1] },
      records: [known],
    });
    expect(plan.trips.map((t) => t.guard)).toEqual(["checkout-incomplete"]);
  });

  test("where no line asks, state speaks for the account it knew, not for another with the same address", () => {
    const noLine = person("ada", mail);
    const made = planFrom({
      people: [noLine],
      world: { accounts: [account("u5", { login: "ada", email: "ada@acme.example" })] },
      records: [{ ...known, status: "absent", stoppedByUs: true }],
    });
    expect([vendorLines(made), codes(made)]).toEqual([[], ["ORPHAN"]]);
  });

  test("a former key that is somebody's again is not taken over", () => {
    const other = person("eve", { grants: ["vault/member"], formerly: ["ada"], email: "eve@acme.example" });
    const plan = planFrom({ people: [ada(), other], world: { accounts: [u1] }, records: [known], manifest: { attributes: [] } });
    expect([viewOf(plan, "ada").situation, viewOf(plan, "eve").situation]).toEqual(["inSync", "create"]);
  });
});

test("a leaver who was invited under another login than the file has by now is stopped by the first run that knows", () => {
  const left = person("ada", { lastDay: "2026-06-09", grants: ["vault/member"], accounts: { vault: { login: "ada" } } });
  const invited = record("vault", "ada", "invitation/7", {
    login: "countess",
    status: "pending",
    pending: { handle: "7", since: "2026-06-01T00:00:00Z", attempts: 1 },
  });
  const plan = planFrom({ people: [left], records: [invited], world: { accounts: [account("u1", { login: "ada" })] } });
  expect(vendorLines(plan)[0]).toBe("suspend ada active -> suspended");
});
