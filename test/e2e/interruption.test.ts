/** A signal while the vendor has asked for patience: nobody waits ten minutes for a run that is being stopped. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import type { Census, PlantedFault } from "../../src/connector/simulator.ts";
import { apply } from "../../src/cli/commands/apply.ts";
import { type Child, type Company, openCompany, personFile } from "../support/company.ts";

const inTenMinutes: Pick<PlantedFault, "kind"> = { kind: { answer: 429, retryAfter: 600 } };

/** Once the process says that it waits. */
const waiting = (child: Child): Promise<void> =>
  new Promise((resolve) => {
    let err = "";
    child.process.stderr!.on("data", (chunk: Buffer) => {
      err += chunk.toString();
      if (/waiting \d+ s/.test(err)) resolve();
    });
  });

const journal = async (company: Company, app: string): Promise<{ type: string; outcome?: { status: string } }[]> =>
  (await readFile(join(company.dir, ".rollcall", "state", "journal", `${app}.jsonl`), "utf8"))
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as { type: string; outcome?: { status: string } });

const census = (prefix: string): Census => ({
  accounts: [
    { id: "1", login: "root", name: "Root", status: "active", admin: true },
    ...["ada", "bob"].map((key, i) => ({
      id: String(1001 + i),
      login: `${prefix}${key}`,
      ...(prefix === "" ? { email: `${key}@acme.example` } : {}),
      name: key,
      status: "active" as const,
    })),
  ],
  groups: [],
});

test.each([
  { app: "wiki", connector: "memory", prefix: "", method: "PATCH" },
  { app: "forge", connector: "github", prefix: "user-", method: "DELETE" },
] as const)(
  "$connector: a stop that waits in a long Retry-After ends with 130 at once, was not made, is not ours; the next run makes it",
  async ({ app, connector, prefix, method }) => {
    const person = (key: string, ...more: string[]) =>
      personFile(key, [`accounts: { ${app}: ${prefix}${key} }`, `grants: [${app}/member]`, ...more]);
    const company = await openCompany({ [app]: { connector, census: census(prefix) } }, { ...person("ada"), ...person("bob") });
    try {
      company.now = new Date();
      expect((await company.run((context) => apply(context, { yes: true }))).code).toBe(0);
      await company.write(person("bob", "last-day: 2026-05-31"));
      const before = await company.state(app);
      company.forget();

      company.apps[app]!.plant({ ...inTenMinutes, method });
      const child = company.child("apply", "--yes");
      await waiting(child);
      child.process.kill("SIGINT");
      const { code, err, out } = await child.ended;
      expect(code, err).toBe(130);
      expect(out).toContain("interrupted before it was sent");
      expect(company.mutating()).toHaveLength(1);
      expect((await journal(company, app)).findLast((e) => e.type === "end")?.outcome?.status).toBe("skipped");
      expect((await company.state(app)).accounts).toEqual(before.accounts);

      const next = await company.run((context) => apply(context, { yes: true }));
      expect(next.code, next.err + next.out).toBe(0);
      expect((await company.state(app)).accounts.get("bob")).toMatchObject({ stoppedByUs: true });
    } finally {
      await company.close();
    }
  },
);

/** Memory, suspending and ending sessions in one stroke: two writes of one operation. */
const twoWrites = `import memory from ${JSON.stringify(pathToFileURL(join(import.meta.dirname, "../../providers/memory/connector.ts")).href)};
export default {
  ...memory,
  manifest: { ...memory.manifest, name: "stroke" },
  async open(config, io) {
    const tenant = await memory.open(config, io);
    const perform = async ([call]) => {
      const [first] = await tenant.perform([call]);
      return call.verb === "suspend" && first.status === "done" ? tenant.perform([{ verb: "endSessions", ref: call.ref }]) : [first];
    };
    return { ...tenant, perform };
  },
};
`;

/** What the checkpoint says of Bob. */
async function bobOf(company: Company): Promise<unknown> {
  const text = await readFile(join(company.dir, ".rollcall/state/.pulumi/stacks/rollcall/wiki.json"), "utf8");
  const { checkpoint } = JSON.parse(text) as { checkpoint: { latest: { resources: { outputs?: Record<string, unknown> }[] } } };
  return checkpoint.latest.resources.find((r) => r.outputs?.["person"] === "bob")!.outputs;
}

test("a stop of which the first of two writes was made is ours, though the second was interrupted", async () => {
  const person = (key: string, ...more: string[]) => personFile(key, ["grants: [wiki/member]", ...more]);
  const company = await openCompany(
    { wiki: { connector: "memory", census: census("") } },
    {
      "providers/stroke/connector.js": twoWrites,
      "identities/apps/wiki.yaml": "connector: stroke\ncredentials: { token: env:WIKI_TOKEN }\nleavers: { delete-after: never }\n",
      ...person("ada"),
      ...person("bob"),
    },
  );
  try {
    company.now = new Date();
    expect((await company.run((context) => apply(context, { yes: true }))).code).toBe(0);
    await company.write(person("bob", "last-day: 2026-05-31"));
    company.apps["wiki"]!.plant({ ...inTenMinutes, match: "/sessions/revoke" });
    const child = company.child("apply", "--yes");
    await waiting(child);
    child.process.kill("SIGINT");
    const { code, err } = await child.ended;
    expect(code, err).toBe(130);
    expect(company.apps["wiki"]!.census().accounts.find((a) => a.login === "bob")!.status).toBe("suspended");
    expect(await bobOf(company)).toMatchObject({ status: "suspended", stoppedByUs: false }); // the intent
    const next = await company.run((context) => apply(context, { yes: true }));
    expect(next.code, next.err + next.out).toBe(0);
    expect(await bobOf(company)).toMatchObject({ status: "suspended", stoppedByUs: true });
  } finally {
    await company.close();
  }
});
