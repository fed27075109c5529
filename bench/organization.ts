/**
 * An organisation of any size, made of a seed: files, and the world of every app as it is when nothing is left to do. The same size and seed
 * give the same bytes. Names are invented.
 *
 * Each person has accounts in four of ten apps and ten grants: two by a role for everybody, two by her department's `when`, three by the role
 * of her team (which includes another), three by lines of her own.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import github from "../providers/github/simulator.ts";
import memory from "../providers/memory/simulator.ts";
import scim from "../providers/scim/simulator.ts";
import type { Census, CensusAccount, CensusGroup, Simulator } from "../src/connector/simulator.ts";

export interface GeneratedOrganization {
  /** Text by path below the root. */
  readonly files: ReadonlyMap<string, string>;
  /** For `rollcall sandbox --world`: what each app holds, by key. */
  readonly worlds: ReadonlyMap<string, unknown>;
  readonly people: number;
  /** Accounts and grants in all apps together. */
  readonly accounts: number;
  readonly grants: number;
}

type Kind = "memory" | "scim" | "github";

interface AppSketch {
  readonly key: string;
  readonly kind: Kind;
  readonly settings: Readonly<Record<string, unknown>>;
}

const standard = { profile: "standard", server: { addresses: "managed" } };

/** Everybody has an account in the first two; a department has two of the others. */
const apps: readonly AppSketch[] = [
  { key: "chat", kind: "scim", settings: standard },
  { key: "directory", kind: "scim", settings: standard },
  { key: "code", kind: "github", settings: { organization: "quill" } },
  { key: "pages", kind: "memory", settings: { workspace: "pages" } },
  { key: "tickets", kind: "scim", settings: standard },
  { key: "drawings", kind: "memory", settings: { workspace: "drawings" } },
  { key: "labs", kind: "github", settings: { organization: "quill-labs" } },
  { key: "ledger", kind: "memory", settings: { workspace: "ledger" } },
  { key: "metrics", kind: "scim", settings: standard },
  { key: "recipes", kind: "memory", settings: { workspace: "recipes" } },
];

const groupPrefix: Readonly<Record<Kind, string>> = { memory: "space", scim: "group", github: "team" };
const higherLevel: Readonly<Record<Kind, string>> = { memory: ":editor", scim: "", github: ":maintainer" };
const lowerLevel: Readonly<Record<Kind, string | undefined>> = { memory: "reader", scim: undefined, github: "member" };

const departments = 24;
const teamsOfDepartment = 8;
const projects = 60;
const craftsOfDepartment = 2;

interface Holder {
  readonly key: string;
  readonly name: string;
  readonly email: string;
  readonly department: string;
  readonly title: string;
  /** Grants in the order in which lines ask for them; each once. */
  readonly grants: readonly string[];
}

/** `people` at least 1. */
export function generateOrganization(people: number, seed = 1): GeneratedOrganization {
  const random = randomFrom(seed);
  const files = new Map<string, string>([
    ["rollcall.yaml", "organization: Quill and Sons\ndomains: [quill.example]\ntimezone: UTC\nengine: embedded\nstate: .rollcall/state\n"],
  ]);
  for (const app of apps) files.set(`identities/apps/${app.key}.yaml`, appFile(app));
  const roles = rolesOf();
  for (const [key, { text }] of roles) files.set(`identities/roles/${key}.yaml`, text);

  const holders: Holder[] = [];
  const keys: string[] = [];
  for (let i = 0; i < people; i++) {
    const name = `${word(random, 2)} ${word(random, 3)}`;
    const key = `${name.toLowerCase().replace(" ", ".")}-${i + 1}`;
    const department = i % departments;
    const team = `team-${department + 1}-${1 + Math.floor(random() * teamsOfDepartment)}`;
    const own = ownGrants(department, random);
    const title = titles[Math.floor(random() * titles.length)]!;
    const manager = i === 0 ? undefined : keys[Math.floor(random() * Math.min(i, 200))]!;
    const roleGrants = ["everyone", `department-${department + 1}`, team].flatMap((role) => grantsOf(role, roles));
    const accounts = appsOf(department).map((app) => `  ${app.key}: { login: ${loginOf(app, key)}, id: ${idOf(app, i)} }`);
    files.set(
      `identities/people/${key}.yaml`,
      [
        `name: ${name}`,
        `email: ${key}@quill.example`,
        `title: ${title}`,
        ...(manager === undefined ? [] : [`manager: ${manager}`]),
        `department: ${departmentName(department)}`,
        `location: ${places[i % places.length]}`,
        "start: 2021-03-01",
        `roles: [${team}]`,
        "grants:",
        ...own.map((grant, n) => (n === 0 ? `  - { grant: "${grant}", reason: Project work }` : `  - ${grant}`)),
        "accounts:",
        ...accounts,
        "",
      ].join("\n"),
    );
    keys.push(key);
    holders.push({
      key,
      name,
      email: `${key}@quill.example`,
      department: departmentName(department),
      title,
      grants: [...roleGrants, ...own],
    });
  }
  const worlds = new Map(apps.map((app) => [app.key, worldOf(app, holders)]));
  const grants = holders.reduce((sum, h) => sum + h.grants.length, 0);
  return { files, worlds, people, accounts: holders.length * 4, grants };
}

/** Writes files below `dir/repository` and worlds below `dir/worlds`. */
export async function writeOrganization(dir: string, { files, worlds }: GeneratedOrganization): Promise<void> {
  const texts = [
    ...[...files].map(([path, text]) => [join(dir, "repository", path), text] as const),
    ...[...worlds].map(([app, world]) => [join(dir, "worlds", `${app}.json`), JSON.stringify(world)] as const),
  ];
  for (const folder of new Set(texts.map(([path]) => dirname(path)))) await mkdir(folder, { recursive: true });
  for (const [path, text] of texts) await writeFile(path, text);
}

function appFile({ key, kind, settings }: AppSketch): string {
  return [
    `connector: ${kind}`,
    `settings: ${JSON.stringify(settings)}`,
    `credentials: { token: env:${key.toUpperCase()}_TOKEN }`,
    "leavers: { transfer-to: manager, delete-after: 90d }",
    "",
  ].join("\n");
}

interface RoleSketch {
  readonly text: string;
  readonly includes: readonly string[];
  readonly grants: readonly string[];
}

function rolesOf(): Map<string, RoleSketch> {
  const roles = new Map<string, RoleSketch>();
  const add = (key: string, head: string, grants: readonly string[], includes: readonly string[] = []): void => {
    const lines = [head, ...(includes.length === 0 ? [] : [`includes: [${includes.join(", ")}]`]), "grants:"];
    roles.set(key, { text: `${[...lines, ...grants.map((g) => `  - ${g}`)].join("\n")}\n`, includes, grants });
  };
  add("everyone", 'description: What everybody has\nwhen: "true"', ["directory/group/everyone", "chat/group/general"]);
  for (let d = 0; d < departments; d++) {
    const [first, second] = departmentApps(d);
    const name = departmentName(d);
    add(`department-${d + 1}`, `when: person.department == "${name}"`, [group(first, name), group(second, name)]);
    for (let c = 0; c < craftsOfDepartment; c++) {
      const craft = `craft-${d + 1}-${c + 1}`;
      add(craft, "description: Tools of a craft", [group(first, craft), group(second, craft)]);
    }
    for (let t = 0; t < teamsOfDepartment; t++) {
      const team = `team-${d + 1}-${t + 1}`;
      add(
        team,
        `description: A team of ${name}`,
        [`${group(first, team)}${higherLevel[first.kind]}`],
        [`craft-${d + 1}-${(t % craftsOfDepartment) + 1}`],
      );
    }
  }
  return roles;
}

function grantsOf(role: string, roles: ReadonlyMap<string, RoleSketch>): string[] {
  const { grants, includes } = roles.get(role)!;
  return [...grants, ...includes.flatMap((included) => grantsOf(included, roles))];
}

function ownGrants(department: number, random: () => number): string[] {
  const [first, second] = departmentApps(department);
  const project = Math.floor(random() * projects);
  return [first, second, second].map((app, n) => group(app, `project-${((project + n) % projects) + 1}`));
}

const departmentApps = (department: number): [AppSketch, AppSketch] => [apps[2 + (department % 8)]!, apps[2 + ((department + 3) % 8)]!];
const appsOf = (department: number): AppSketch[] =>
  [apps[0]!, apps[1]!, ...departmentApps(department)].sort((a, b) => (a.key < b.key ? -1 : 1));
const group = (app: AppSketch, name: string): string => `${app.key}/${groupPrefix[app.kind]}/${name}`;
const departmentName = (department: number): string => `department-${String(department + 1).padStart(2, "0")}`;

/** GitHub's logins have no dots. */
const loginOf = (app: AppSketch, key: string): string => (app.kind === "github" ? key.replaceAll(".", "-") : key);
const idOf = (app: AppSketch, person: number): number => 1_000_000 + person * 10 + apps.indexOf(app);

function worldOf(app: AppSketch, holders: readonly Holder[]): unknown {
  const accounts: CensusAccount[] = [];
  const members = new Map<string, { id: string; level?: string }[]>();
  const facts = new Map<string, Holder>();
  for (const [i, holder] of holders.entries()) {
    const own = holder.grants.filter((g) => g.startsWith(`${app.key}/`));
    if (own.length === 0) continue;
    const id = String(idOf(app, i));
    // Without addresses GitHub has no single sign-on, and is read as most organisations are.
    const email = app.kind === "github" ? {} : { email: holder.email };
    accounts.push({ id, login: loginOf(app, holder.key), name: holder.name, ...email, status: "active" });
    facts.set(id, holder);
    for (const grant of own) {
      const [entitlement, level = lowerLevel[app.kind]] = grant.slice(app.key.length + 1).split(":") as [string, string?];
      const list = members.get(entitlement) ?? [];
      if (list.length === 0) members.set(entitlement, list);
      list.push({ id, ...(level === undefined ? {} : { level }) });
    }
  }
  const groups: CensusGroup[] = [...members]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([entitlement, list]) => ({ entitlement, members: list }));
  const census: Census = { accounts, groups };
  return withAttributes(app, simulators[app.kind].fromCensus(census, app.settings), facts);
}

const simulators = { memory, scim, github } as unknown as Readonly<Record<Kind, Simulator>>;

/** What a census has no words for: the attributes that the files give and the connector manages. */
function withAttributes({ kind }: AppSketch, world: unknown, facts: ReadonlyMap<string, Holder>): unknown {
  if (kind === "memory") {
    const { accounts } = world as { accounts: { id: string; title: string | null; department: string | null }[] };
    for (const account of accounts)
      Object.assign(account, { title: facts.get(account.id)!.title, department: facts.get(account.id)!.department });
    const domains = { domains: ["quill.example"] };
    Object.assign((world as { workspace: object }).workspace, domains);
  } else if (kind === "scim") {
    for (const user of (world as { users: { id: string }[] }).users) {
      const { title, department } = facts.get(user.id)!;
      Object.assign(user, { title, "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": { department } });
    }
  }
  return world;
}

const titles = ["Engineer", "Analyst", "Designer", "Clerk", "Buyer", "Planner", "Writer", "Auditor"] as const;
const places = ["Northmoor", "Eastwick", "Southmere", "Westhaven"] as const;
const onsets = ["b", "d", "f", "g", "k", "l", "m", "n", "r", "s", "t", "v"] as const;
const vowels = ["a", "e", "i", "o", "u"] as const;

/** A pronounceable word with a capital. */
function word(random: () => number, syllables: number): string {
  let text = "";
  for (let i = 0; i < syllables; i++) text += onsets[Math.floor(random() * onsets.length)]! + vowels[Math.floor(random() * vowels.length)]!;
  return text[0]!.toUpperCase() + text.slice(1);
}

/** Numbers in [0, 1) from a seed (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
