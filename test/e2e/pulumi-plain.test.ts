/** Plain `pulumi preview` and `pulumi up` in a repository, with the real command line. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Census } from "../../src/connector/simulator.ts";
import { personFile } from "../support/company.ts";
import { censusLines } from "../scenarios/scenario.ts";
import { changeWiki } from "../scenarios/worlds/small.ts";
import { findPulumi, noPulumi } from "./pulumi-cli.ts";
import { openPulumiCompany, type PulumiCompany } from "./pulumi-company.ts";

const bin = findPulumi();

const account = (id: string, login: string, more: object = {}) => ({
  id,
  login,
  email: `${login}@acme.example`,
  name: `${login[0]!.toUpperCase()}${login.slice(1)}`,
  status: "active" as const,
  ...more,
});
const census: Census = {
  accounts: [account("1", "root", { admin: true }), account("2", "ada"), account("3", "bob"), account("9", "mallory")],
  groups: [
    {
      entitlement: "space/docs",
      members: [
        { id: "2", level: "editor" },
        { id: "3", level: "editor" },
      ],
    },
    { entitlement: "space/vault", members: [{ id: "9", level: "reader" }] },
  ],
};
const docs = (key: string, ...more: string[]) => personFile(key, [...more, "grants: [wiki/space/docs:editor]"]);

describe("plain pulumi in a repository", () => {
  let company: PulumiCompany;
  const lines = (): string[] => censusLines(company.apps["wiki"]!);
  beforeAll(async () => {
    if (bin === null) return;
    company = await openPulumiCompany(
      bin,
      {
        wiki: {
          connector: "memory",
          census,
          more: "entitlements: { space/docs: {}, space/vault: { members: exclusive }, space/new: { manage: true } }\n",
        },
      },
      { ...docs("ada"), ...docs("bob"), ...docs("cat") },
    );
    const made = await company.pulumi("stack", "init", "wiki");
    if (made.code !== 0) throw new Error(made.output);
  });
  afterAll(async () => {
    if (bin !== null) await company.close();
  });

  test("up from nothing adopts who is there and makes who is not, and a preview has no changes then", async (ctx) => {
    if (bin === null) return ctx.skip(noPulumi);
    const up = await company.pulumi("up", "-s", "wiki", "--yes", "--skip-preview");
    expect(up.code, up.output).toBe(0);
    expect(up.output).toMatch(/dynamic\/rollcall\/memory:Account ada created/);
    expect(lines()).toEqual([
      "ada active space/docs:editor",
      "bob active space/docs:editor",
      "cat active space/docs:editor",
      "mallory active",
      "root active admin",
    ]);
    expect(company.mutating().filter((call) => call === "wiki POST /accounts")).toHaveLength(1);
    const again = await company.pulumi("preview", "-s", "wiki", "--expect-no-changes");
    expect(again.code, again.output).toBe(0);
  });

  test("state has names, ids and a constant provider text: no secret, no position, no path", async (ctx) => {
    if (bin === null) return ctx.skip(noPulumi);
    const resources = (JSON.parse(await company.file("wiki")) as { checkpoint: { latest: { resources: Record<string, unknown>[] } } })
      .checkpoint.latest.resources;
    const ours = resources.filter((r) => String(r["type"]).includes("dynamic/rollcall"));
    expect(ours).toHaveLength(5);
    const text = JSON.stringify(ours);
    expect(text).not.toMatch(/sourcePosition|stackTrace|token-of-wiki|\/tmp|node_modules/);
    expect(text.length / ours.length).toBeLessThan(2048);
    for (const r of ours) {
      const kind = String(r["type"]).split("/").at(-1)!.replace(":", "/");
      expect((r["inputs"] as Record<string, unknown>)["__provider"]).toBe(`exports.handler=()=>require("rollcall/pulumi").get("${kind}")`);
    }
  });

  test("the embedded engine has nothing to do after it, and its own apply leaves Pulumi nothing to do", async (ctx) => {
    if (bin === null) return ctx.skip(noPulumi);
    const shown = await company.preview("embedded");
    expect(shown.code, shown.out).toBe(0);
    await company.write({ ...docs("dan"), ...docs("bob", "title: Clerk") });
    const applied = await company.apply("embedded");
    expect(applied.code, applied.err).toBe(0);
    const preview = await company.pulumi("preview", "-s", "wiki", "--expect-no-changes");
    expect(preview.code, preview.output).toBe(0);
  });

  test("joiner, mover, leaver and drift in one up: losses settle first", async (ctx) => {
    if (bin === null) return ctx.skip(noPulumi);
    await company.write({
      ...docs("bob", "title: Clerk", "last-day: 2026-06-09"),
      ...docs("eve"),
      ...personFile("cat", ["grants: [wiki/space/new:editor]"]),
      ...personFile("dan", ["grants: [wiki/space/docs:reader]"]),
    });
    // Somebody took Ada out of the space by hand.
    changeWiki(company, (world) => world.groups.forEach((g) => (g.members = g.members.filter((m) => m.account !== "2"))));
    company.forget();
    const shown = await company.pulumi("preview", "-s", "wiki", "--diff");
    expect(shown.code, shown.output).toBe(0);
    expect(shown.output).toMatch(/status\s*: "active" => "suspended"/);
    expect(shown.output).toMatch(/- space\/docs: "editor"/);
    expect(shown.output).toMatch(/also\s*: \[[\s+]*\[0\]: "grant space\/docs = editor"/);
    const up = await company.pulumi("up", "-s", "wiki", "--yes", "--skip-preview", "--continue-on-error");
    expect(up.code, up.output).toBe(0);
    expect(lines()).toEqual([
      "ada active space/docs:editor",
      "bob suspended",
      "cat active space/new:editor",
      "dan active space/docs:reader",
      "eve active space/docs:editor",
      "mallory active",
      "root active admin",
    ]);
    const calls = company.mutating();
    const lastLoss = Math.max(...calls.flatMap((c, i) => (/DELETE|PATCH/.test(c) ? [i] : [])));
    expect(lastLoss).toBeLessThan(calls.findIndex((c) => c === "wiki POST /accounts"));
  });

  test("a guard that refuses everything registers nothing, and says why", async (ctx) => {
    if (bin === null) return ctx.skip(noPulumi);
    await company.write({ "identities/people/ada.yaml": null, ...docs("fay") });
    const before = [lines(), await company.file("wiki")];
    const up = await company.pulumi("up", "-s", "wiki", "--yes", "--skip-preview");
    expect(up.code).not.toBe(0);
    expect(up.output).toMatch(/rollcall refuses \(checkout-incomplete\): a person has live accounts but no file: ada/);
    expect(up.output).not.toMatch(/at .*\.ts:\d+/);
    expect(lines()).toEqual(before[0]);
    await company.write({ ...docs("ada"), "identities/people/fay.yaml": null });
  });

  test("a guard that refuses some lets the rest go on, and the program ends with the reasons", async (ctx) => {
    if (bin === null) return ctx.skip(noPulumi);
    await company.write({
      "policies/limits.yaml": "kind: limits\nname: tight\nstops: { count: 1, percent: 1 }\nbecause: test\n",
      ...docs("ada", "last-day: 2026-06-01"),
      ...docs("dan", "last-day: 2026-06-01"),
      ...docs("fay"),
    });
    const up = await company.pulumi("up", "-s", "wiki", "--yes", "--skip-preview", "--continue-on-error");
    expect(up.code).not.toBe(0);
    expect(up.output).toMatch(/rollcall refuses \(stops\)/);
    expect(lines()).toContain("fay active space/docs:editor");
    expect(lines()).toContain("ada active space/docs:editor");
    await company.write({ "policies/limits.yaml": null, ...docs("ada"), ...personFile("dan", ["grants: [wiki/space/docs:reader]"]) });
  });

  test("destroy forgets and touches no vendor; the next up adopts everybody again", async (ctx) => {
    if (bin === null) return ctx.skip(noPulumi);
    const before = lines();
    company.forget();
    const destroyed = await company.pulumi("destroy", "-s", "wiki", "--yes", "--skip-preview");
    expect(destroyed.code, destroyed.output).toBe(0);
    expect(company.mutating()).toEqual([]);
    const up = await company.pulumi("up", "-s", "wiki", "--yes", "--skip-preview");
    expect(up.code, up.output).toBe(0);
    expect(company.mutating()).toEqual([]);
    expect(lines()).toEqual(before);
  });
});
