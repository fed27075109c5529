/** What the vendors' documents say of their servers and what the connector makes of it, for servers that nobody of us has seen; and the table of the README. */
import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { incomplete, readAll } from "../../src/connector/conformance/read-all.ts";
import type { Call } from "../../src/connector/index.ts";
import { ada, many, members, person, stage, target, two, userOf } from "../../test/support/scim-stage.ts";
import { profileNames } from "./profiles.ts";

const create: Call = {
  verb: "create",
  key: "app/alan/0",
  name: "Alan Turing",
  email: "alan@acme.example",
  attributes: { title: "Reader", department: "analysis" },
  grants: [],
};

describe("salesforce", () => {
  const users = [person("1", "ada", { entitlements: [{ value: "standard-user" }], externalId: "app/ada/0" }), person("2", "grace")];

  test("the profile that an entitlement carries is shown and not written", async () => {
    const { tenant, perform, running } = await stage({ profile: "salesforce", users });
    const edges = [...(await readAll(tenant)).edges.values()].filter((e) => e.entitlement.startsWith("entitlement/"));
    expect(edges).toEqual([
      { account: ada, entitlement: "entitlement/standard-user", derived: "an entitlement that the app sets by itself" },
    ]);
    const revoke: Call = { verb: "revoke", ref: ada, target: { name: "entitlement/standard-user" }, level: "" };
    expect(await perform(revoke)).toMatchObject({ status: "failed", fault: { kind: "unsupported" } });
    expect(userOf(running, "1")?.["entitlements"]).toEqual([{ value: "standard-user" }]);
  });
  test("DELETE deactivates there: nothing is deleted, and the stop is by active", async () => {
    const { tenant, perform, running } = await stage({ profile: "salesforce", users });
    expect((await tenant.probe()).unavailable).toMatchObject({ delete: "DELETE only deactivates there" });
    expect(await perform({ verb: "delete", ref: ada })).toMatchObject({ status: "failed", fault: { kind: "unsupported" } });
    expect((await perform({ verb: "suspend", ref: ada })).status).toBe("done");
    expect(userOf(running, "1")?.["active"]).toBe(false);
  });
  test("lists come by 200", async () => {
    const { tenant, running } = await stage({ profile: "salesforce", users: many(400), groups: [] });
    expect((await readAll(tenant)).accounts.size).toBe(400);
    expect(running.seen.filter((r) => r.path.startsWith("/Users"))).toHaveLength(2);
  });
});

describe("asana", () => {
  test("a name is written and read in one piece", async () => {
    const { tenant, perform, running } = await stage({ profile: "asana" });
    const made = await perform(create);
    const { ref } = made as { ref: { kind: string; id: string } };
    expect(userOf(running, ref.id)?.["name"]).toEqual({ formatted: "Alan Turing" });
    expect((await tenant.get(ref))?.account.name).toBe("Alan Turing");
    expect((await perform({ verb: "update", ref, attributes: { name: "A. M. Turing" } })).status).toBe("done");
    expect(userOf(running, ref.id)?.["name"]).toEqual({ formatted: "A. M. Turing" });
  });
  test("nobody is looked up by address: that nobody was found would prove nothing", async () => {
    const { tenant } = await stage({ profile: "asana" });
    expect(await tenant.find([{ by: "login", value: "ada" }])).toHaveLength(1);
    await expect(tenant.find([{ by: "email", value: "nobody@acme.example" }])).rejects.toMatchObject({ fault: { kind: "unsupported" } });
  });
});

describe("notion", () => {
  const role = "urn:ietf:params:scim:schemas:extension:notion:2.0:User";
  const users = [person("1", "ada", { [role]: { role: "owner" } }), person("2", "grace", { [role]: { role: "member" } })];

  test("the role of the extension is shown, owners are administrators, and it is set in Notion", async () => {
    const { tenant, perform, running } = await stage({ profile: "notion", users });
    const reading = await readAll(tenant);
    expect([...reading.accounts.values()].map((a) => a.admin)).toEqual([true, false]);
    expect([...reading.edges.values()].map((e) => e.entitlement)).toEqual(expect.arrayContaining(["admin/owner", "role/member"]));
    const grant: Call = { verb: "grant", ref: ada, target: { name: "admin/membership_admin" }, level: "" };
    expect(await perform(grant)).toMatchObject({ status: "failed", fault: { kind: "unsupported" } });
    expect(userOf(running, "1")?.[role]).toEqual({ role: "owner" });
  });
  test("who is stopped has left the workspace: done, and restoring is said to be impossible", async () => {
    const { tenant, perform, running } = await stage({ profile: "notion", users });
    expect((await tenant.probe()).unavailable).toMatchObject({ restore: expect.stringContaining("gone") as string });
    expect((await perform({ verb: "suspend", ref: ada })).status).toBe("done");
    expect(userOf(running, "1")).toBeUndefined();
    expect(members(running)).toEqual(["2"]);
  });
  test("people are looked up by `email`, not by their login", async () => {
    const { tenant } = await stage({ profile: "notion", users });
    expect(await tenant.find([{ by: "email", value: "ADA@acme.example" }])).toHaveLength(1);
    expect(await tenant.find([{ by: "email", value: "nobody@acme.example" }])).toEqual([]);
    await expect(tenant.find([{ by: "login", value: "ada" }])).rejects.toMatchObject({ fault: { kind: "unsupported" } });
  });
  test("title and department are not kept, and not wished for", async () => {
    const { tenant, perform, running } = await stage({ profile: "notion", users });
    const { ref } = (await perform(create)) as { ref: { id: string } };
    expect(userOf(running, ref.id)).not.toHaveProperty("title");
    const wish = { status: "active", attributes: { name: "A", title: "T", department: "d" }, grants: {} } as const;
    expect(tenant.normalise!(wish).attributes).toEqual({ name: "A" });
  });
});

describe("zoom", () => {
  test("a user of another domain is refused, and nothing is made", async () => {
    const { perform, running } = await stage({ profile: "zoom" });
    const outside = await perform({ ...create, email: "alan@elsewhere.example" });
    expect(outside).toMatchObject({ status: "failed", fault: { kind: "invalid" } });
    expect(running.world().users).toHaveLength(2);
    expect((await perform(create)).status).toBe("done");
  });
  test("is looked up by login alone", async () => {
    const { tenant } = await stage({ profile: "zoom" });
    expect(await tenant.find([{ by: "login", value: "GRACE" }])).toHaveLength(1);
    await expect(tenant.find([{ by: "email", value: "x@acme.example" }])).rejects.toMatchObject({ fault: { kind: "unsupported" } });
  });
});

describe("snowflake", () => {
  const own = { externalId: "app/x/0" };

  test("what another role owns is refused and never counted as stopped; what SCIM made is written to", async () => {
    const { perform, running } = await stage({ profile: "snowflake", users: [person("1", "ada"), person("2", "grace", own)] });
    expect(await perform({ verb: "suspend", ref: ada })).toMatchObject({ status: "failed", fault: { kind: "forbidden" } });
    expect(userOf(running, "1")?.["active"]).toBe(true);
    expect((await perform({ verb: "suspend", ref: { kind: "user", id: "2" } })).status).toBe("done");
  });
  test("a role that SCIM made is granted and taken, one that it did not make is left alone", async () => {
    const groups = [
      { id: "g1", displayName: "Engineers", members: [{ value: "1" }] },
      { id: "g2", displayName: "Analysts", members: [], ...own },
    ];
    const { perform, running } = await stage({ profile: "snowflake", users: two, groups });
    const analysts = { name: "group/Analysts", ref: { kind: "group", id: "g2" } };
    expect((await perform({ verb: "grant", ref: ada, target: analysts, level: "" })).status).toBe("done");
    expect(members(running, "g2")).toEqual(["1"]);
    expect(await perform({ verb: "revoke", ref: ada, target, level: "" })).toMatchObject({
      status: "failed",
      fault: { kind: "forbidden" },
    });
    expect(members(running)).toEqual(["1"]);
  });
});

describe("databricks", () => {
  test("account roles come and go one by one, and all of them are administrative until somebody says", async () => {
    const { tenant, perform, running } = await stage({
      profile: "databricks",
      users: [person("1", "ada", { roles: [{ value: "account_admin" }, { value: "other" }] }), person("2", "grace")],
    });
    expect((await tenant.get(ada))?.account.admin).toBe(true);
    const admin = { name: "admin/account_admin" };
    expect((await perform({ verb: "revoke", ref: ada, target: admin, level: "" })).status).toBe("done");
    expect(userOf(running, "1")?.["roles"]).toEqual([{ value: "other" }]);
    expect((await perform({ verb: "grant", ref: ada, target: admin, level: "" })).status).toBe("done");
    expect((await perform({ verb: "grant", ref: ada, target: admin, level: "" })).status).toBe("already");
  });
  test("entitlements are values of their own", async () => {
    const { tenant, perform, running } = await stage({ profile: "databricks" });
    const pro = { name: "entitlement/workspace-access" };
    expect((await perform({ verb: "grant", ref: ada, target: pro, level: "" })).status).toBe("done");
    expect(userOf(running, "1")?.["entitlements"]).toEqual([{ value: "workspace-access" }]);
    const reading = await readAll(tenant);
    expect(incomplete(reading)).toEqual([]);
    expect([...reading.edges.values()].some((e) => e.entitlement === "entitlement/workspace-access")).toBe(true);
  });
});

/** Whether a title in the source is that of a test: `%s` and `${…}` stand for what each case fills in, "…" for what was left out. */
function isCalled(title: string, name: string): boolean {
  const pattern = (text: string, holes: RegExp): RegExp =>
    new RegExp(
      `^${text
        .split(holes)
        .map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&"))
        .join(".+")}$`,
    );
  const holes = /%[sij]|\$\{[^}]*\}/;
  // A title that is all holes is everybody's.
  const telling = title.split(holes).join("").length > 10;
  return (telling && pattern(title, holes).test(name)) || (name.includes("…") && pattern(name, /…/).test(title));
}

describe("the table of profiles", async () => {
  const readme = await readFile(new URL("README.md", import.meta.url), "utf8");
  const table = readme.slice(readme.indexOf("## Profiles"), readme.indexOf("## The simulator"));
  const rows = table
    .split("\n")
    .filter((line) => line.startsWith("| ") && !/^\| *(?:profile|-)/.test(line))
    .map((line) => line.split("|").map((cell) => cell.trim()))
    .map(([, profile = "", quirk = "", met = "", named = ""]) => ({ profile, quirk, met, named }));
  const titles = new Set<string>();
  for (const file of ["scim", "profiles", "inspect", "third-party", "budget", "throttle"])
    for (const [, plain, filled] of (await readFile(new URL(`${file}.test.ts`, import.meta.url), "utf8")).matchAll(
      /(?:test|describe)(?:\.each\((?:[^()]|\([^()]*\))*\))?\(\s*(?:"([^"]+)"|`([^`]+)`)/g,
    ))
      titles.add(plain ?? filled!);

  test.each(profileNames)("has a row for %s", (profile) => {
    expect(rows.some((row) => row.profile.includes(`\`${profile}\``))).toBe(true);
  });
  test.each(rows)("names how $profile is met, and tests that there are: $named", ({ quirk, met, named }) => {
    expect(quirk).not.toBe("");
    expect(met).not.toBe("");
    const tests = [...named.matchAll(/"([^"]+)"/g)].map(([, title]) => title!);
    expect(tests.length).toBeGreaterThan(0);
    for (const title of tests) expect([...titles].some((t) => isCalled(t, title)) ? "" : title).toBe("");
  });
});
