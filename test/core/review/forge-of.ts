import type { Actor, PullCommit, Push, Review, Timeline } from "../../../src/core/forge/forge.ts";
import type { AccessChange } from "../../../src/core/plan/access-diff.ts";
import type { Organization } from "../../../src/core/model/organization.ts";
import type { AccountRecord } from "../../../src/core/model/state.ts";
import { forgeAccounts } from "../../../src/core/review/accounts.ts";
import type { JudgeInput } from "../../../src/core/review/judgement.ts";
import { app, approvals, organization, person } from "../../support/organization.ts";
import { record } from "../../support/world.ts";
import { type Company, type Commit, paths, type Story, type Who, type Wish } from "./story.ts";

export const now = new Date("2026-06-10T12:00:00Z");
const bot: Actor = { id: 900, login: "rollcall[bot]", kind: "bot" };
const webFlow: Actor = { id: 19_864_447, login: "web-flow", kind: "user" };
const numberOf = (who: Who): number => (who.startsWith("x") ? 200 : 100) + Number(who.slice(1));
const minute = (at: number): string => new Date(Date.UTC(2026, 5, 10, 8, at)).toISOString().replace(".000Z", "Z");

const presences = { here: {}, left: { lastDay: "2026-06-09" }, future: { start: "2026-06-11" }, leave: { leave: { from: "2026-06-01" } } };

/** The files of a company at base. `usurpers` own everything besides: so the files are at head. */
export function filesOf(company: Company, usurpers: readonly Who[] = [], rebound: Wish["rebound"] = []): Organization {
  const entries = usurpers.length === 0 ? company.entries : { "identities/": usurpers, "policies/": usurpers, ".github/": usurpers };
  const numbers = company.numbers ?? { approvals: 1, ownAccess: 2, adminGrants: 2 };
  const silent = Object.keys(entries).length === 0 && company.numbers === null;
  return organization({
    people: company.members.map(({ key, presence, account }) => {
      const id = account === "file" ? { id: String(numberOf(key)) } : {};
      const accounts: Record<string, { login?: string; id?: string }> = { forge: { login: `login-${key}`, ...id } };
      for (const { app: of } of rebound.filter((r) => r.who === key)) accounts[of] = { id: "77", login: "other" };
      return person(key, { email: `${key}@acme.example`, accounts, ...presences[presence] });
    }),
    apps: [
      app("forge", { connector: "github", owners: company.appOwners.forge }),
      app("wiki", {
        connector: "memory",
        owners: company.appOwners.wiki,
        entitlements: { vault: { approvers: company.vaultApprovers }, space: {} },
      }),
      app("door", { connector: "manual", owners: company.appOwners.door }),
    ],
    policies: silent ? [] : [approvals(entries, numbers)],
  });
}

/** What a forge would show of a story, and what rollcall makes of the files. */
export function forgeOf({ company, wish, deeds, ...story }: Story): JudgeInput {
  const base = filesOf(company);
  const gone = new Set(deeds.flatMap((d) => (d.kind === "vanish" ? [d.who] : [])));
  const machines = new Set(company.members.filter((m) => m.machine).map((m) => m.key));
  const loginOf = (who: Who): string => {
    const [a, b] = story.swapped ?? [];
    return `login-${who === a ? b! : who === b ? a! : who}`;
  };
  const actor = (who: Who): Actor | null =>
    gone.has(who) ? null : { id: numberOf(who), login: loginOf(who), kind: machines.has(who) ? "bot" : "user" };

  const pushes: Push[] = [];
  const reviews: { -readonly [K in keyof Review]: Review[K] }[] = [];
  let branch: PullCommit[] = [];
  const former: PullCommit[][] = [];
  let shas = 0;
  let open: Extract<Story["deeds"][number], { kind: "open" }> | null = null;
  let merged: Timeline["pull"]["merged"] = null;
  let headAtMerge: PullCommit[] = [];
  let edited = false;
  const requesters = new Map<number, Actor | null>();
  const opening = deeds.find((d) => d.kind === "open")!;
  const trailer =
    opening.bot === "issue"
      ? "\nRollcall-Request: #12"
      : opening.bot === "number"
        ? `\nRollcall-Requester: ${numberOf(opening.by)} ${loginOf(opening.by)}`
        : "";
  if (opening.bot === "issue") requesters.set(12, actor(opening.by));
  const headOf = (commits: readonly PullCommit[]): string => commits.at(-1)?.sha ?? "base";
  const pushed = (by: Who, at: number, next: PullCommit[], machine: boolean): void => {
    former.push(branch);
    pushes.unshift({ at: minute(at), actor: machine ? bot : actor(by), before: headOf(branch), after: headOf(next) });
    branch = next;
    if (!story.dismissesStale || merged !== null) return;
    for (const review of reviews) if (review.state === "approved" && review.commit !== headOf(next)) review.state = "dismissed";
  };
  const written = (commit: Commit, machine: boolean): PullCommit => {
    const author = machine ? bot : commit.address === "unlinked" ? null : actor(commit.claims);
    const named = commit.with.map(({ who, by }) => {
      const address =
        by === "number"
          ? `${numberOf(who)}+${loginOf(who)}@users.noreply.github.com`
          : by === "email" && who.startsWith("p")
            ? `${who.toUpperCase()}@acme.example`
            : `${loginOf(who)}@users.noreply.github.com`;
      return `\nCo-Authored-By: Somebody <${address}>`;
    });
    return {
      sha: `c${++shas}`,
      parents: [],
      message: `A change\n${named.join("")}${machine ? trailer : ""}`,
      author,
      committer: commit.web ? webFlow : author,
    };
  };
  deeds.forEach((deed, at) => {
    switch (deed.kind) {
      case "open":
        open = deed;
        break;
      case "push": {
        // The commits that a bot makes on somebody's behalf are the ones before it opens the pull request.
        const machine = opening.bot !== null && open === null;
        pushed(deed.by, at, [...(deed.over ? [] : branch), ...deed.commits.map((c) => written(c, machine))], machine);
        break;
      }
      case "back":
        if (former.length > 1) pushed(deed.by, at, former.at(-1)!, false);
        break;
      case "review": {
        const state = deed.says === "approve" ? "approved" : deed.says === "object" ? "changes-requested" : "commented";
        const author = deed.machine ? { ...bot, id: 901 } : actor(deed.by);
        reviews.push({ id: at, author, state, commit: headOf(headAtMerge.length > 0 ? headAtMerge : branch), submittedAt: minute(at) });
        break;
      }
      case "dismiss": {
        const last = reviews.findLast((r) => r.author?.id === numberOf(deed.of) && r.state !== "commented" && r.state !== "dismissed");
        if (last) last.state = "dismissed";
        break;
      }
      case "merge":
        merged = { at: minute(at), by: actor(deed.by), commit: `${deed.way}-commit` };
        headAtMerge = branch;
        edited = deed.edited;
        break;
      case "vanish":
        break;
    }
  });
  const head = headOf(headAtMerge);
  const timeline: Timeline = {
    pull: {
      number: 7,
      title: "",
      body: "",
      url: "",
      state: "closed",
      draft: false,
      author: opening.bot === null ? actor(opening.by) : bot,
      base: { ref: story.otherBranch ? "stage" : "main", sha: "base" },
      head: { ref: "topic", sha: head, repository: story.fork ? "x/fork" : "acme/access" },
      fork: story.fork,
      createdAt: minute(1),
      labels: [],
      merged: story.pushedInstead ? null : merged,
    },
    reviews,
    commits: headAtMerge,
    commitsComplete: !story.commitsHidden,
    pushes: story.pushesHidden ? null : pushes,
    requesters,
  };
  const records = new Map<string, AccountRecord>(
    company.members.filter((m) => m.account === "state").map(({ key }) => [key, record("forge", key, `user/${numberOf(key)}`)]),
  );
  const access = (changes: readonly { who: Who; app: string; target: string; admin: boolean; direction: "gain" | "loss" }[]) => ({
    changes: changes.map((c): AccessChange => ({ ...c, person: c.who, name: c.who, before: null, after: null, because: [] })),
  });
  const gains = wish.gains.map((g) => ({ ...g, direction: "gain" as const }));
  const losses = wish.losses.map((l) => ({ ...l, target: "account", admin: false, direction: "loss" as const }));
  return {
    timeline,
    change: {
      paths: wish.parts.map((part) => ({ path: paths[part], change: "changed", kind: wish.link && part === "person" ? "link" : "file" })),
      access: access([...gains.filter((g) => !g.later), ...losses]),
      eventually: access([...gains, ...losses]),
      head: wish.usurpers.length + wish.rebound.length === 0 ? base : filesOf(company, wish.usurpers, wish.rebound),
    },
    rules: { organization: base, personOf: forgeAccounts(base, records).personOf, now },
    merge: { identical: !edited, branch: "main" },
  };
}
