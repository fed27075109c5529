/** A signal while the vendor has asked for patience: nobody waits ten minutes for a run that is being stopped. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
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
