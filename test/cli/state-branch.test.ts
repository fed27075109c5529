/** State on a branch of the remote, as a user meets it. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { apply } from "../../src/cli/commands/apply.ts";
import { preview } from "../../src/cli/commands/preview.ts";
import { list } from "../../src/cli/commands/state.ts";
import { personFile } from "../support/company.ts";
import { type BranchCompany, openBranchCompany } from "../support/on-branch.ts";

let company: BranchCompany;

beforeEach(async () => {
  company = await openBranchCompany(
    {
      wiki: {
        connector: "memory",
        census: {
          accounts: [
            { id: "1", login: "root", status: "active", admin: true },
            { id: "2", login: "ada", email: "ada@acme.example", status: "active" },
          ],
          groups: [{ entitlement: "space/docs", members: [{ id: "2", level: "reader" }] }],
        },
      },
    },
    {
      ...personFile("ada", ["grants: [wiki/space/docs:editor]"]),
      ...personFile("bob", ["grants: [wiki/member]"]),
    },
  );
});
afterEach(async () => company.close());

const applyIn = (dir = company.dir) => company.run(async (c) => apply(c, { yes: true }), { dir });
const known = (dir: string) => company.run(async (c) => list(c), { dir });

describe("an apply with state on a branch", () => {
  test("leaves the state on the branch, and a fresh checkout knows it", async () => {
    const ran = await applyIn();
    expect(ran.code, ran.err).toBe(0);
    const clone = company.clone();
    expect((await known(clone)).out).toContain("bob");
    const again = await applyIn(clone);
    expect(again.code, again.err).toBe(0);
    const shown = await company.run(async (c) => preview(c, { format: "terminal", detailedExitcode: true }), { dir: clone });
    expect(shown.code, shown.out).toBe(0);
  });
});
