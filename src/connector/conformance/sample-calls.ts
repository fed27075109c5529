/** One call of each kind that a connector offers, aimed at the sample organisation, with what the world must show afterwards. */
import type { Call, Target } from "../contract.ts";
import { compareText } from "../../core/diagnostic.ts";
import type { Manifest, Verb } from "../../core/model/manifest.ts";
import { fold, type ObservedAccount, type Ref, refKey, type TenantFacts } from "../../core/model/observed.ts";
import type { Census } from "../simulator.ts";
import { edgeKey, type Reading } from "./read-all.ts";
import { adminKind, groupKind } from "./sample.ts";

export interface SampleCall {
  readonly label: string;
  readonly verb: Verb;
  /** What has to be done before, by the connector itself. */
  readonly prepare?: Call;
  readonly call: Call;
  /** What is missing in the world once the call is done; null where it is as it should be. */
  missing(census: Census): string | null;
}

/** Every verb of the manifest that the tenant can do, at least once. Each call is about an account or group of its own. */
export function sampleCalls(manifest: Manifest, reading: Reading, facts: TenantFacts): SampleCall[] {
  const ordinary = [...reading.accounts.values()]
    .filter(
      (a) =>
        a.status === "active" && !a.admin && !a.self && a.outside === undefined && (!facts.self || refKey(facts.self) !== refKey(a.ref)),
    )
    .sort((a, b) => compareText(refKey(a.ref), refKey(b.ref)));
  const one = (index: number): ObservedAccount => {
    const account = ordinary[index];
    if (!account) throw new Error(`The sample needs more than ${index} ordinary accounts, and only ${ordinary.length} were read`);
    return account;
  };
  return [...accountCalls(manifest, reading, one), ...edgeCalls(manifest, reading, facts, one), ...groupCalls(manifest, reading)].filter(
    (s) => manifest.verbs[s.verb] !== undefined && facts.unavailable[s.verb] === undefined,
  );
}

const who = (a: ObservedAccount): { ref: Ref; login?: string } => ({ ref: a.ref, ...(a.login === undefined ? {} : { login: a.login }) });

const has = (census: Census, id: string): Census["accounts"][number] | undefined => census.accounts.find((a) => a.id === id);

function accountCalls(manifest: Manifest, reading: Reading, one: (index: number) => ObservedAccount): SampleCall[] {
  const suspended = [...reading.accounts.values()].find((a) => a.status === "suspended");
  const wanted = { name: "Renamed By The Kit", email: "kit-changed@acme.example", title: "Kit Title", department: "kit" };
  const attributes = Object.fromEntries(Object.entries(wanted).filter(([name]) => manifest.attributes.some((a) => a === name)));
  const nothingToSee = (): null => null;
  const status = (account: ObservedAccount, is: "active" | "suspended") => (census: Census) =>
    has(census, account.ref.id)?.status === is ? null : `account ${account.ref.id} is not ${is}`;
  const calls: SampleCall[] = [
    newcomer(manifest, one(0)),
    {
      label: "update",
      verb: "update",
      call: { verb: "update", ref: one(1).ref, attributes },
      missing(census) {
        const account = has(census, one(1).ref.id);
        const named = attributes["name"] === undefined || account?.name === attributes["name"];
        return named && (attributes["email"] === undefined || account?.email === attributes["email"])
          ? null
          : "the account has not changed";
      },
    },
    { label: "suspend", verb: "suspend", call: { verb: "suspend", ...who(one(2)) }, missing: status(one(2), "suspended") },
    {
      label: "delete",
      verb: "delete",
      call: { verb: "delete", ...who(one(3)) },
      missing: (census) => (has(census, one(3).ref.id) ? `account ${one(3).ref.id} is still there` : null),
    },
    { label: "endSessions", verb: "endSessions", call: { verb: "endSessions", ...who(one(4)) }, missing: nothingToSee },
    { label: "revokeCredentials", verb: "revokeCredentials", call: { verb: "revokeCredentials", ...who(one(5)) }, missing: nothingToSee },
    { label: "transfer", verb: "transfer", call: { verb: "transfer", ref: one(6).ref, to: one(7).ref }, missing: nothingToSee },
  ];
  if (suspended)
    calls.push({ label: "restore", verb: "restore", call: { verb: "restore", ...who(suspended) }, missing: status(suspended, "active") });
  return calls;
}

/** Where only somebody whom the vendor knows can be given an account, one is taken out first and asked in again. */
function newcomer(manifest: Manifest, known: ObservedAccount): SampleCall {
  const login = manifest.createNeeds === "login" ? known.login! : "kit-newcomer";
  return {
    label: "create",
    verb: "create",
    ...(manifest.createNeeds === "login" ? { prepare: { verb: "delete", ...who(known) } as const } : {}),
    call: {
      verb: "create",
      key: "kit/newcomer/0",
      name: "Kit Newcomer",
      login,
      email: "kit-newcomer@acme.example",
      attributes: {},
      grants: [],
    },
    missing(census) {
      const made = census.accounts.filter((a) => fold(a.login) === fold(login)).length;
      return made === 1 ? null : `${made} accounts have the login ${login}`;
    },
  };
}

function edgeCalls(manifest: Manifest, reading: Reading, facts: TenantFacts, one: (index: number) => ObservedAccount): SampleCall[] {
  const calls: SampleCall[] = [];
  const named = groupKind(manifest);
  if (named) {
    const levels = named.kind.levels;
    const [everybody, , nobody] = [1, 2, 3].map((n) => targetOf(reading, `${named.prefix}kit-000${n}`));
    const levelOf = (account: ObservedAccount): string =>
      reading.edges.get(edgeKey({ account: account.ref, entitlement: everybody!.name }))?.level ?? "";
    calls.push(edgeCall("grant", "grant", one(8), nobody!, levels.at(-1) ?? ""));
    calls.push(edgeCall("revoke", "revoke", one(9), everybody!, levelOf(one(9))));
    const high = [one(8), one(9), one(10)].find((a) => levelOf(a) === levels.at(-1));
    if (levels.length > 1 && high) calls.push(edgeCall("grant (a lower level)", "grant", high, everybody!, levels[0]!));
  }
  const admin = adminKind(manifest);
  const admins = [...reading.accounts.values()].filter((a) => a.admin && (!facts.self || refKey(facts.self) !== refKey(a.ref)));
  const last = admins.at(-1);
  if (admin) {
    calls.push(edgeCall(`grant ${admin.example}`, "grant", one(10), { name: admin.example }, admin.levels.at(-1) ?? ""));
    if (last && admins.length > 1)
      calls.push(edgeCall(`revoke ${admin.example}`, "revoke", last, { name: admin.example }, admin.levels.at(-1) ?? ""));
  }
  return calls;
}

function edgeCall(label: string, verb: "grant" | "revoke", account: ObservedAccount, target: Target, level: string): SampleCall {
  return {
    label,
    verb,
    call: { verb, ...who(account), target, level },
    missing(census) {
      const group = census.groups.find((g) => g.entitlement === target.name);
      const member = group?.members.find((m) => m.id === account.ref.id);
      // An entitlement that is no group of the census is the tenant's administration.
      const held = group ? member !== undefined && (level === "" || member.level === level) : has(census, account.ref.id)?.admin === true;
      const gone = group ? member === undefined : has(census, account.ref.id)?.admin !== true;
      return (verb === "grant" ? held : gone)
        ? null
        : `account ${account.ref.id} has ${verb === "grant" ? "not got" : "not lost"} ${target.name}`;
    },
  };
}

function groupCalls(manifest: Manifest, reading: Reading): SampleCall[] {
  const named = groupKind(manifest);
  if (!named) return [];
  const [fresh, changed, removed] = ["kit-new", "kit-0004", "kit-0005"].map((n) => `${named.prefix}${n}`) as [string, string, string];
  const exists = (census: Census, name: string): boolean => census.groups.some((g) => g.entitlement === name);
  const refOf = (name: string): Ref => reading.groups.get(name)!.ref;
  return [
    {
      label: "createGroup",
      verb: "createGroup",
      call: { verb: "createGroup", key: "kit/group", name: fresh, description: "Made by the kit" },
      missing: (census) => (exists(census, fresh) ? null : `there is no ${fresh}`),
    },
    {
      label: "updateGroup",
      verb: "updateGroup",
      call: { verb: "updateGroup", ref: refOf(changed), name: changed, description: "Changed by the kit" },
      missing: (census) => (exists(census, changed) ? null : `${changed} has lost its name`),
    },
    {
      label: "deleteGroup",
      verb: "deleteGroup",
      call: { verb: "deleteGroup", ref: refOf(removed), name: removed },
      missing: (census) => (exists(census, removed) ? `${removed} is still there` : null),
    },
  ];
}

function targetOf(reading: Reading, name: string): Target {
  const group = reading.groups.get(name);
  if (!group) throw new Error(`The sample's group ${name} was not read`);
  return { name, ref: group.ref };
}
