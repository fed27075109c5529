import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { CommandResult, Context } from "../../src/cli/command.ts";
import { apply } from "../../src/cli/commands/apply.ts";
import { check } from "../../src/cli/commands/check.ts";
import { probe } from "../../src/cli/commands/connectors-probe.ts";
import { drift } from "../../src/cli/commands/drift.ts";
import { explainCommand } from "../../src/cli/commands/explain.ts";
import { importCommand } from "../../src/cli/commands/import.ts";
import { preview } from "../../src/cli/commands/preview.ts";
import { who } from "../../src/cli/commands/who.ts";
import type { Census } from "../../src/connector/simulator.ts";
import { type Company, openCompany, personFile } from "../support/company.ts";

const terminal = { format: "terminal" } as const;

/** Every command that promises to change nothing. */
const commands: readonly (readonly [string, (context: Context) => Promise<CommandResult>])[] = [
  ["preview", (context) => preview(context, terminal)],
  ["preview --json", (context) => preview({ ...context, json: true }, terminal)],
  ["preview --person", (context) => preview({ ...context, person: "bob" }, terminal)],
  ["drift", (context) => drift(context, {})],
  ["check", (context) => check(context)],
  ["who", (context) => who(context, "wiki/space/docs")],
  ["explain", (context) => explainCommand(context, "ada", "wiki")],
  ["connectors probe wiki", (context) => probe(context, "wiki", {})],
  ["connectors probe forge", (context) => probe(context, "forge", {})],
  ["import --dry-run wiki", (context) => importCommand(context, "wiki", { dryRun: true })],
  ["import --dry-run forge", (context) => importCommand(context, "forge", { dryRun: true })],
];

const account = (id: number, login: string, more: Partial<Census["accounts"][number]> = {}) => ({
  id: String(id),
  login,
  email: `${login}@acme.example`,
  status: "active" as const,
  ...more,
});

const wiki: Census = {
  accounts: [
    account(1, "root", { admin: true }),
    account(2, "ada"),
    account(3, "bob"),
    account(4, "cat"),
    account(5, "stranger"),
    account(6, "kim", { email: "kim@elsewhere.example" }),
    account(7, "fay"),
  ],
  groups: [
    {
      entitlement: "space/docs",
      members: [
        { id: "2", level: "reader" },
        { id: "3", level: "editor" },
        { id: "5", level: "editor" },
      ],
    },
  ],
};
const forge: Census = {
  accounts: [account(1, "boss", { admin: true }), account(2, "ada-gh"), account(3, "bob-gh"), account(5, "late", { status: "pending" })],
  groups: [
    {
      entitlement: "team/core",
      members: [
        { id: "2", level: "member" },
        { id: "3", level: "maintainer" },
      ],
    },
  ],
};

/** After a first run: a joiner, a leaver, drift both ways, an orphan, an invitation, an ambiguous match, a foreign suspension, a group to be made. */
async function restless(): Promise<Company> {
  const grants = "grants: [wiki/space/docs:reader, forge/team/core]";
  const company = await openCompany(
    {
      wiki: {
        connector: "memory",
        census: wiki,
        more: "entitlements:\n  space/docs: { members: exclusive }\n  space/new: { manage: true }\n",
      },
      forge: { connector: "github", census: forge },
    },
    {
      ...personFile("ada", ["accounts: { forge: ada-gh }", grants]),
      ...personFile("bob", ["accounts: { forge: bob-gh }", grants]),
      ...personFile("cat", ["grants: [wiki/member]"]),
      ...personFile("fay", ["grants: [wiki/member]"]),
      ...personFile("late", ["accounts: { forge: late }", "grants: [forge/team/core]"]),
    },
  );
  expect((await company.run((context) => apply(context, { yes: true }))).code).toBe(0);
  const world = company.apps["wiki"]!.world() as {
    accounts: { login: string; status: string }[];
    groups: { members: { account: string; level: string }[] }[];
  };
  world.accounts.find((a) => a.login === "fay")!.status = "suspended";
  world.groups[0]!.members = [
    { account: "5", level: "reader" },
    { account: "4", level: "editor" },
  ];
  company.apps["wiki"]!.load(world);
  await company.write({
    ...personFile("bob", ["last-day: 2026-06-01", "accounts: { forge: bob-gh }", grants]),
    ...personFile("kim", ["accounts: { wiki: { login: kim, id: 5 } }", "grants: [wiki/member]"]),
    ...personFile("new", ["grants: [wiki/space/new:editor, forge/team/core]"]),
  });
  company.forget();
  return company;
}

describe("in a company where much is to be done", () => {
  test("no command that promises to change nothing sends a write, touches a file, or touches state", async () => {
    const company = await restless();
    try {
      const before = await company.digest();
      const plan = await company.run((context) => preview(context, terminal));
      // Were there nothing to do, nothing would be proven.
      for (const word of ["suspend", "delete", "create", "revoke", "grant", "ORPHAN", "STOPPED_ELSEWHERE", "AMBIGUOUS", "PENDING"])
        expect(plan.out).toContain(word);
      for (const [name, command] of commands) {
        const { code, err } = await company.run(command);
        expect([0, 5], `${name}: ${err}`).toContain(code);
        expect(company.mutating(), name).toEqual([]);
        expect(await company.digest(), name).toBe(before);
      }
      expect(Object.values(company.apps).every((s) => s.seen.length > 0)).toBe(true);
    } finally {
      await company.close();
    }
  });

  test("the digest and the record of requests do notice an apply", async () => {
    const company = await restless();
    try {
      const before = await company.digest();
      await company.run((context) => apply(context, { yes: true }));
      expect(company.mutating().length).toBeGreaterThan(3);
      expect(await company.digest()).not.toBe(before);
    } finally {
      await company.close();
    }
  });
});

describe("a connector that writes while it should read", () => {
  const memory = join(import.meta.dirname, "..", "..", "providers", "memory", "connector.ts");
  const sly = (method: "probe" | "read" | "inspect", request: string): string => `import memory from ${JSON.stringify(memory)};
export default {
  ...memory,
  manifest: { ...memory.manifest, name: "sly" },
  async open(config, io) {
    const tenant = await memory.open(config, io);
    return { ...tenant, async ${method}(...args) { await io.fetch(${request}); return tenant.${method}?.(...args) ?? { facts: [], candidates: [] }; } };
  },
};
`;
  const writes = [
    ["a declared write", '"/accounts/2", { method: "DELETE" }'],
    ["a write by another method name", '"/accounts/2", { method: "GET", headers: { "x-http-method-override": "DELETE" } }'],
    ["a call that is not declared", '"/accounts", { method: "PUT", body: "[]" }'],
    ["a request to another host", '"https://elsewhere.example/accounts", { method: "POST" }'],
  ] as const;
  const cases = (["probe", "read", "inspect"] as const).flatMap((method) =>
    writes.map(([what, request]) => [method, what, request] as const),
  );

  test.each(cases)("in %s(): %s is refused by the HTTP room, nothing arrives, and the run says so", async (method, _, request) => {
    const company = await openCompany(
      { wiki: { connector: "memory", census: wiki } },
      { ...personFile("ada", ["grants: [wiki/space/docs:reader]"]), "providers/sly/connector.ts": sly(method, request) },
    );
    try {
      await company.write({
        "identities/apps/wiki.yaml": "connector: sly\nsettings: { workspace: acme }\ncredentials: { token: env:WIKI_TOKEN }\n",
      });
      const before = await company.digest();
      // Only the probe inspects, and it does not read the lists.
      const all = ["preview", "drift", "import --dry-run wiki", "connectors probe wiki"];
      const meant = method === "inspect" ? all.slice(3) : method === "read" ? all.slice(0, 3) : all;
      for (const [name, command] of commands.filter(([n]) => meant.includes(n))) {
        const { code, out, err } = await company.run(command);
        expect(code, `${name}: ${out}${err}`).toBe(8);
        expect(company.mutating(), name).toEqual([]);
        expect(
          company.apps["wiki"]!.seen.every((r) => r.method === "GET"),
          name,
        ).toBe(true);
        expect(await company.digest(), name).toBe(before);
      }
      expect(company.apps["wiki"]!.census().accounts.map((a) => a.id)).toContain("2");
    } finally {
      await company.close();
    }
  });
});
