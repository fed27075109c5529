/** Checks of connectors whose vendor is a committed register and whose work is done by people. */
import type { Io, Tenant } from "../../contract.ts";
import { refKey } from "../../../core/model/observed.ts";
import { differences, handful } from "../compare.ts";
import { incomplete, readAll } from "../read-all.ts";
import { sampleCalls } from "../sample-calls.ts";
import type { Check, Target } from "../target.ts";

export const readsTheRegister: Check = {
  name: "reads the whole register, and finds in it what the lists show",
  law: "3: conclusions from absence need a scope proven complete",
  needs: "register",
  async run(target) {
    const { tenant, sent } = await openRegister(target);
    const reading = await readAll(tenant);
    const entries = target.register!.entries;
    const findings = [
      ...reading.breaches,
      ...incomplete(reading),
      ...differences(
        "An entry",
        entries.map((e) => `${e.id} ${e.status}`),
        [...reading.accounts.values()].map((a) => `${a.ref.id} ${a.status}`),
      ),
      ...differences(
        "A grant",
        entries.flatMap((e) => Object.entries(e.grants).map(([name, level]) => `${e.id} ${name} ${level}`)),
        [...reading.edges.values()].map((e) => `${e.account.id} ${e.entitlement} ${e.level ?? ""}`),
      ),
    ];
    for (const account of reading.accounts.values()) {
      const subject = await tenant.get(account.ref);
      if (!subject || refKey(subject.account.ref) !== refKey(account.ref))
        findings.push(`get(${refKey(account.ref)}) does not answer the entry`);
      const keys = [account.login, account.login?.toUpperCase()].filter((l) => l !== undefined);
      for (const value of keys) {
        const found = await tenant.find([{ by: "login", value }]);
        if (found.length !== 1) findings.push(`find(login: ${value}) answers ${found.length} entries`);
      }
    }
    if ((await tenant.find([{ by: "id", value: "kit-nobody" }])).length > 0) findings.push("An unknown id answers somebody");
    return handful([...findings, ...sent]);
  },
};

export const worksByTask: Check = {
  name: "every verb is a task for a person, and nothing counts as done",
  law: "14: what no API can do is said",
  needs: "register",
  async run(target) {
    const { manifest } = target.connector;
    const { tenant, sent } = await openRegister(target);
    const facts = await tenant.probe();
    const findings = manifest.human ? [] : ["Its manifest does not say that people do the work"];
    const account = { ref: { kind: manifest.kinds[0]!, id: target.register!.entries[0]!.id } };
    const grant = manifest.entitlements.find((k) => !k.base)?.example;
    const calls = [
      ...sampleCalls(manifest, paddedReading(await readAll(tenant), manifest.kinds[0]!), facts).map((s) => s.call),
      ...(grant === undefined ? [] : [{ verb: "grant", ...account, target: { name: grant }, level: "" } as const]),
      ...(grant === undefined ? [] : [{ verb: "revoke", ...account, target: { name: grant }, level: "" } as const]),
    ];
    for (const call of calls) {
      const [outcome] = await tenant.perform([call]);
      if (outcome?.status !== "human") findings.push(`${call.verb} is ${outcome?.status ?? "not answered"}`);
      else if (outcome.task.trim() === "") findings.push(`The task of ${call.verb} says nothing`);
    }
    return handful([...findings, ...sent]);
  },
};

/** A register is short: accounts that no entry stands for make up the number that the sample calls need. */
function paddedReading(reading: Awaited<ReturnType<typeof readAll>>, kind: string): Awaited<ReturnType<typeof readAll>> {
  const accounts = new Map(reading.accounts);
  for (let i = 0; i < 12; i += 1) {
    const ref = { kind, id: `kit-${i}` };
    accounts.set(refKey(ref), { ref, emails: [], status: "active", admin: false, attributes: {} });
  }
  return { ...reading, accounts };
}

async function openRegister(target: Target): Promise<{ tenant: Tenant; sent: string[] }> {
  const { connector, register } = target;
  if (!register) throw new Error(`${connector.manifest.name} has no register`);
  const sent: string[] = [];
  const refuse = (what: string): Promise<never> => {
    sent.push(`It ${what}, and its vendor is a file`);
    return Promise.reject(new Error("A register is not reached over HTTP"));
  };
  const io: Io = {
    fetch: () => refuse("sent a request"),
    secret: () => refuse("asked for a secret"),
    baseUrl: "",
    log() {},
    now: () => new Date("2026-03-02T09:00:00Z"),
    register: register.entries,
  };
  return { tenant: await connector.open(connector.config.parse(register.settings), io), sent };
}
