/**
 * Stories of reviews: who did what when, as it really was. `forge-of.ts` tells what a forge would show of one, `oracle.ts` whether it should have
 * been accepted. Neither knows the other, and neither shares code with the verifier.
 */
export type Who = string;
export type App = "forge" | "wiki" | "door";

export interface Member {
  readonly key: Who;
  readonly presence: "here" | "left" | "future" | "leave";
  /** Where the number of the member's account is written down. */
  readonly account: "file" | "state" | "nowhere";
  /** The account is a machine's, whatever the file says. */
  readonly machine: boolean;
}

/** What the policy says of a part of the repository; parts that it does not speak of are left out. */
export interface Company {
  readonly members: readonly Member[];
  readonly appOwners: Readonly<Record<App, readonly Who[]>>;
  /** Of the entitlement `vault` of the wiki. */
  readonly vaultApprovers: readonly Who[];
  readonly entries: Readonly<Partial<Record<Entry, readonly Who[]>>>;
  readonly numbers: { readonly approvals: number; readonly ownAccess: number; readonly adminGrants: number } | null;
}
export const entryNames = [
  "identities/",
  "identities/people/",
  "identities/people/p9.yaml",
  "policies/",
  "policies/allow-move.yaml",
  ".github/",
] as const;
export type Entry = (typeof entryNames)[number];

export const paths = {
  person: "identities/people/p9.yaml",
  other: "identities/people/p8.yaml",
  role: "identities/roles/all.yaml",
  wikiFile: "identities/apps/wiki.yaml",
  newApp: "identities/apps/new.yaml",
  register: "identities/registers/door.yaml",
  schema: "identities/.schema/names.json",
  policy: "policies/approval.yaml",
  allowance: "policies/allow-move.yaml",
  workflow: ".github/workflows/rollcall.yml",
  code: "package.json",
} as const;
export type Part = keyof typeof paths;

export interface Gain {
  readonly who: Who;
  readonly app: App;
  readonly target: "account" | "vault" | "space";
  readonly admin: boolean;
  /** Only once a date has come. */
  readonly later: boolean;
}

export interface Wish {
  readonly parts: readonly Part[];
  /** The person's file is a link to somewhere. */
  readonly link: boolean;
  readonly gains: readonly Gain[];
  readonly losses: readonly { readonly who: Who; readonly app: App }[];
  /** Another account becomes somebody's. */
  readonly rebound: readonly { readonly who: Who; readonly app: App }[];
  /** The change makes these owners of everything. */
  readonly usurpers: readonly Who[];
}

export type Deed =
  | { readonly kind: "open"; readonly by: Who; readonly bot: null }
  /** A bot opens it on behalf of somebody: by an issue, by a trailer with a number, or it does not say. */
  | { readonly kind: "open"; readonly by: Who; readonly bot: "issue" | "number" | "silent" }
  | { readonly kind: "push"; readonly by: Who; readonly commits: readonly Commit[]; readonly over: boolean }
  /** The branch is set to what it was before. */
  | { readonly kind: "back"; readonly by: Who }
  | { readonly kind: "review"; readonly by: Who; readonly says: "approve" | "object" | "comment"; readonly machine: boolean }
  | { readonly kind: "dismiss"; readonly of: Who }
  /** An account is no more. `is`: of a stranger's, which of the people it was, who has another account by now. */
  | { readonly kind: "vanish"; readonly who: Who; readonly is: Who | null }
  | { readonly kind: "merge"; readonly by: Who; readonly way: "merge" | "squash" | "rebase" | "queue"; readonly edited: boolean };

export interface Commit {
  readonly typed: Who;
  /** Whom the commit names as its author: anybody can write that. */
  readonly claims: Who;
  readonly address: "linked" | "unlinked";
  readonly with: readonly { readonly who: Who; readonly by: "number" | "email" | "login" }[];
  readonly web: boolean;
}

export interface Story {
  readonly company: Company;
  readonly wish: Wish;
  /** One a minute. */
  readonly deeds: readonly Deed[];
  readonly fork: boolean;
  readonly pushesHidden: boolean;
  readonly commitsHidden: boolean;
  readonly otherBranch: boolean;
  /** It came by a push, and the pull request has nothing to do with it. */
  readonly pushedInstead: boolean;
  /** New pushes dismiss approvals. */
  readonly dismissesStale: boolean;
  /** Logins have changed hands: the account of one has the login that the other's file has. */
  readonly swapped: readonly [Who, Who] | null;
}

export type Random = () => number;

/** A small generator of numbers in [0, 1) with a seed (Marsaglia's xorshift, 32 bits). */
export function random(seed: number): Random {
  let state = (seed * 2_654_435_761) >>> 0 || 1;
  const next = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state / 4_294_967_296;
  };
  for (let i = 0; i < 8; i++) next();
  return next;
}

const keys: readonly Who[] = ["p0", "p1", "p2", "p3", "p4", "p5", "p6", "p7", "p8", "p9"];
/** People with accounts at the forge and no file. */
const strangers: readonly Who[] = ["x0", "x1"];

export function story(roll: Random): Story {
  const chance = (p: number): boolean => roll() < p;
  const pick = <T>(all: readonly T[]): T => all[Math.floor(roll() * all.length)]!;
  const some = <T>(all: readonly T[], count: number): T[] => [...new Set(Array.from({ length: count }, () => pick(all)))];
  /** Owners come from the first five, so that stories meet them often. */
  const owner = (): Who => pick(keys.slice(0, 5));
  const owners = (): Who[] => [...new Set(Array.from({ length: chance(0.6) ? 2 : chance(0.8) ? 1 : 0 }, owner))];
  const anybody = (): Who => (chance(0.08) ? pick(strangers) : chance(0.55) ? owner() : pick(keys));
  const maker = (): Who => (chance(0.1) ? pick(strangers) : chance(0.35) ? owner() : pick(keys));

  const company: Company = {
    members: keys.map((key) => ({
      key,
      presence: chance(0.94) ? "here" : pick(["left", "future", "leave"] as const),
      account: chance(0.75) ? "file" : chance(0.8) ? "state" : "nowhere",
      machine: chance(0.02),
    })),
    appOwners: { forge: owners(), wiki: owners(), door: owners() },
    vaultApprovers: chance(0.4) ? owners() : [],
    entries: Object.fromEntries(
      entryNames
        .filter(() => chance(0.35))
        .map((name) => [name, owners()])
        .filter(([, o]) => o!.length > 0),
    ),
    numbers: chance(0.5) ? null : { approvals: chance(0.8) ? 1 : 2, ownAccess: pick([1, 2, 2, 3]), adminGrants: pick([1, 2, 2, 3]) },
  };

  const opener = maker();
  const mood = roll();
  const gainer = (): Who => (chance(0.25) ? opener : chance(0.5) ? pick(keys) : "p9");
  const gain = (): Gain => ({
    who: gainer(),
    app: pick(["forge", "wiki", "door"] as const),
    target: pick(["account", "space"] as const),
    admin: chance(0.12),
    later: chance(0.25),
  });
  const everybody = mood > 0.97;
  const gains: Gain[] = everybody
    ? keys.map((who) => ({ who, app: "wiki", target: "space", admin: false, later: false }))
    : mood < 0.5
      ? Array.from({ length: chance(0.7) ? 1 : 2 }, gain).map((g) => (chance(0.2) ? { ...g, app: "wiki", target: "vault" } : g))
      : [];
  const losses = mood > 0.8 && !everybody ? some(keys, 2).map((who) => ({ who, app: pick(["forge", "wiki"] as const) })) : [];
  const parts: Part[] =
    chance(0.7) || losses.length > 0
      ? [everybody ? "role" : pick(["person", "other", "role"] as const), ...(chance(0.2) ? (["schema"] as const) : [])]
      : some(chance(0.3) ? (["policy", "allowance"] as const) : (Object.keys(paths) as Part[]), 2);
  const wish: Wish = {
    parts,
    link: parts.includes("person") && chance(0.04),
    gains: gains.filter((g) => keys.includes(g.who)),
    losses,
    rebound: chance(0.06) ? [{ who: pick(keys), app: pick(["forge", "wiki"] as const) }] : [],
    usurpers: parts.includes("policy") && chance(0.5) ? some(keys, 2) : [],
  };

  const deeds: Deed[] = [];
  const vanish = (who: Who): void => {
    if (deeds.some((deed) => deed.kind === "vanish" && deed.who === who)) return;
    deeds.push({ kind: "vanish", who, is: strangers.includes(who) && chance(0.8) ? owner() : null });
  };
  const commit = (pusher: Who): Commit => {
    const typed = chance(0.8) ? pusher : maker();
    return {
      typed,
      claims: typed === pusher && chance(0.05) ? anybody() : typed,
      address: chance(0.96) ? "linked" : "unlinked",
      with: chance(0.08) ? [{ who: anybody(), by: pick(["number", "email", "login"] as const) }] : [],
      web: chance(0.2),
    };
  };
  const push = (by: Who, over = false): void => {
    deeds.push({ kind: "push", by, over, commits: Array.from({ length: chance(0.7) ? 1 : 2 }, () => commit(by)) });
  };
  push(chance(strangers.includes(opener) ? 0.4 : 0.9) ? opener : maker());
  deeds.push({ kind: "open", by: opener, bot: chance(0.82) ? null : pick(["issue", "number", "silent"] as const) });
  const reviewer = (): Who => (chance(0.12) ? opener : anybody());
  const approve = (): void => void deeds.push({ kind: "review", by: reviewer(), says: "approve", machine: chance(0.04) });
  const events = Math.floor(roll() * 4);
  for (let i = 0; i < events; i++) {
    const what = roll();
    if (what < 0.3) push(chance(0.6) ? opener : anybody(), chance(0.2));
    else if (what < 0.36) deeds.push({ kind: "back", by: anybody() });
    else if (what < 0.42) deeds.push({ kind: "dismiss", of: anybody() });
    else if (what < 0.48) deeds.push({ kind: "review", by: anybody(), says: "object", machine: false });
    else if (what < 0.55) deeds.push({ kind: "review", by: anybody(), says: "comment", machine: false });
    else if (what < 0.58) vanish(chance(0.5) ? opener : anybody());
    else approve();
  }
  // Most stories end well: approvals of whoever is asked for, or of anybody.
  const asked = [...new Set([...Object.values(company.appOwners).flat(), ...Object.values(company.entries).flat()])];
  const count = 1 + Math.floor(roll() * 4);
  for (let i = 0; i < count; i++) {
    if (chance(0.8) && asked.length > 0) deeds.push({ kind: "review", by: pick(asked), says: "approve", machine: false });
    else approve();
  }
  if (chance(0.05)) deeds.push({ kind: "dismiss", of: anybody() });
  if (chance(0.05)) push(anybody());
  if (chance(0.03)) {
    push(chance(0.5) ? opener : anybody());
    deeds.push({ kind: "back", by: chance(0.5) ? opener : anybody() });
  }
  if (strangers.includes(opener) && chance(0.4)) vanish(opener);
  const late = chance(0.1) ? deeds.splice(-1) : [];
  deeds.push({ kind: "merge", by: anybody(), way: pick(["merge", "squash", "rebase", "queue"] as const), edited: chance(0.03) });
  deeds.push(...late.filter((d) => d.kind === "review"));
  if (chance(0.02)) push(maker());
  const fork = chance(0.15);
  return {
    company,
    wish,
    deeds,
    fork,
    pushesHidden: chance(fork ? 0.5 : 0.05),
    commitsHidden: chance(0.02),
    otherBranch: chance(0.02),
    pushedInstead: chance(0.02),
    dismissesStale: chance(0.3),
    swapped: chance(0.1) ? [pick(keys), pick([...keys, ...strangers])] : null,
  };
}
