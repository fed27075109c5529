/** A company whose next apply has about 200 operations of every kind, in two apps. */
import { apply } from "../../src/cli/commands/apply.ts";
import type { Census } from "../../src/connector/simulator.ts";
import { type Company, type Files, openCompany, personFile } from "../support/company.ts";

const numbers = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);
const key = (i: number): string => `p${String(i).padStart(3, "0")}`;

/** 0..69 are there; 0..11 will leave both apps, 12..36 lose a space and a team, 37..61 gain one of each, 70..104 are new. */
const present = numbers(0, 70);
const leavers = numbers(0, 12);
const losing = numbers(12, 37);
const gaining = numbers(37, 62);
const newcomers = numbers(70, 105);

const base = (i: number): string[] => [`accounts: { forge: user-${key(i)} }`];
const grants = (...all: string[]): string => `grants: [${all.join(", ")}]`;

function before(): Files {
  return Object.assign(
    {},
    ...present.map((i) =>
      personFile(key(i), [...base(i), grants("wiki/member", "forge/member", "wiki/space/docs:editor", "forge/team/core")]),
    ),
  );
}

function after(): Files {
  const all: Files[] = [];
  for (const i of leavers)
    all.push(
      personFile(key(i), [
        ...base(i),
        "last-day: 2026-05-31",
        grants("wiki/member", "forge/member", "wiki/space/docs:editor", "forge/team/core"),
      ]),
    );
  for (const i of losing) all.push(personFile(key(i), [...base(i), grants("wiki/member", "forge/member")]));
  for (const i of gaining) {
    all.push(
      personFile(key(i), [
        ...base(i),
        "title: Engineer",
        grants("wiki/member", "forge/member", "wiki/space/docs:editor", "forge/team/core", "wiki/space/lab:reader", "forge/team/lab"),
      ]),
    );
  }
  for (const i of newcomers)
    all.push(
      personFile(key(i), [
        ...base(i),
        grants("wiki/member", "wiki/space/docs:reader", ...(i < 80 ? ["forge/member", "forge/team/lab"] : [])),
      ]),
    );
  return Object.assign({}, ...all);
}

const censusOf = (prefix: string, group: string): Census => ({
  accounts: [
    { id: "1", login: "root", name: "Root", status: "active", admin: true },
    ...present.map((i) => ({
      id: String(1000 + i),
      login: `${prefix}${key(i)}`,
      ...(prefix === "" ? { email: `${key(i)}@acme.example` } : {}),
      name: key(i).toUpperCase(),
      status: "active" as const,
    })),
  ],
  groups: [
    { entitlement: group, members: present.map((i) => ({ id: String(1000 + i), level: group.startsWith("space") ? "editor" : "member" })) },
    { entitlement: group.replace(/docs|core/, "lab"), members: [] },
  ],
});

const policies: Files = {
  "policies/limits.yaml":
    "kind: limits\nname: wide\nstops: { count: 100, percent: 100 }\nremovals: { count: 100, percent: 100 }\nbecause: this company changes a lot\n",
  "policies/allow-wiki.yaml":
    "kind: allowance\nname: allow-wiki\napp: wiki\nexpect: { groups: { space/docs: 37 } }\nexpires: 2099-12-31\nbecause: planned\n",
  "policies/allow-forge.yaml":
    "kind: allowance\nname: allow-forge\napp: forge\nexpect: { groups: { team/core: 37 } }\nexpires: 2099-12-31\nbecause: planned\n",
};

export const stopped = leavers.map(key);
export const made = newcomers.map(key);
export const invited = newcomers.filter((i) => i < 80).map(key);
export const everybody = [...present, ...newcomers].map(key);

/** The company after a quiet first run, its files already changed. `prepare` comes before that run. */
export async function openMixedCompany(
  latency: number,
  prepare: (company: Company) => Promise<unknown> = async () => undefined,
): Promise<Company> {
  const company = await openCompany(
    {
      wiki: { connector: "memory", census: censusOf("", "space/docs"), options: { latency }, more: "leavers: { delete-after: never }\n" },
      forge: { connector: "github", census: censusOf("user-", "team/core"), options: { latency } },
    },
    { ...policies, ...before() },
  );
  // Children have the clock of the machine, and so has this process here; every date in the files is past or far ahead for it.
  company.now = new Date();
  await prepare(company);
  const first = await company.run((context) => apply(context, { yes: true }));
  if (first.code !== 0) throw new Error(`the first run ended with ${first.code}:\n${first.out}\n${first.err}`);
  // The invited exist at GitHub before they are members.
  const world = company.apps["forge"]!.world() as { users: { id: number; login: string; name: string | null }[] };
  for (const i of newcomers)
    world.users.push({
      id: 1000 + i,
      login: `user-${key(i)}`,
      name: null,
      ...({ email: null, verifiedEmails: [], createdAt: "2026-01-05T09:00:00Z" } as object),
    });
  company.apps["forge"]!.load(world);
  await company.write(after());
  company.forget();
  return company;
}
