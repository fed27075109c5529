/** The company that most scenarios begin with: three people in a wiki, one administrator whom no line claims. */
import type { Census } from "../../../src/connector/simulator.ts";
import { type AppSketch, type Company, type Files, personFile } from "../../support/company.ts";

export const account = (id: number, login: string, more: Partial<Census["accounts"][number]> = {}): Census["accounts"][number] => ({
  id: String(id),
  login,
  email: `${login}@acme.example`,
  status: "active",
  ...more,
});

const editor = (id: number) => ({ id: String(id), level: "editor" });

const census: Census = {
  accounts: [account(1, "root", { admin: true }), account(2, "ada"), account(3, "bob"), account(4, "cat")],
  groups: [
    { entitlement: "space/docs", members: [editor(2), editor(3), editor(4)] },
    { entitlement: "space/data", members: [] },
  ],
};

export const wiki = (more: Partial<AppSketch> = {}): Readonly<Record<string, AppSketch>> => ({
  wiki: { connector: "memory", census, ...more },
});

/** A person of the wiki, with these lines before the grants. */
export const inDocs = (key: string, ...lines: string[]): Files => personFile(key, [...lines, "grants: [wiki/space/docs:editor]"]);

export const people: Files = { ...inDocs("ada"), ...inDocs("bob"), ...inDocs("cat") };

export const quiet = [
  "ada active space/docs:editor",
  "bob active space/docs:editor",
  "cat active space/docs:editor",
  "root active admin",
] as const;

/** The parts of Memory's world that scenarios change behind rollcall's back. */
export interface WikiWorld {
  workspace: { id: string };
  accounts: { id: string; login: string; email: string | null; status: string; admin: boolean }[];
  groups: { id: string; name: string; members: { account: string; level: string }[] }[];
}

export function changeWiki(company: Company, change: (world: WikiWorld) => void): void {
  const simulator = company.apps["wiki"]!;
  const world = simulator.world() as WikiWorld;
  change(world);
  simulator.load(world);
}

/** Two people in a GitHub organisation, and one who exists at GitHub and is not in it. */
export const forge: Readonly<Record<string, AppSketch>> = {
  forge: {
    connector: "github",
    census: {
      accounts: [
        { id: "1", login: "boss", status: "active", admin: true },
        { id: "2", login: "ada-gh", status: "active" },
      ],
      groups: [{ entitlement: "team/core", members: [{ id: "2", level: "member" }] }],
    },
  },
};

export const inCore = (key: string): Files => personFile(key, [`accounts: { forge: ${key}-gh }`, "grants: [forge/team/core]"]);

/** Somebody with a GitHub account of her own. */
export function addUser(company: Company, id: number, login: string): void {
  const simulator = company.apps["forge"]!;
  const world = simulator.world() as { users: unknown[] };
  world.users.push({ id, login });
  simulator.load(world);
}
