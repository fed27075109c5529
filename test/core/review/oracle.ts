import { type App, type Commit, type Entry, paths, type Story, type Who } from "./story.ts";

/** What should become of a story, by who really did what. */
export interface Verdict {
  /** Everything that is asked for was given by people who had nothing to do with the change. */
  readonly right: boolean;
  /** The same, where whoever the forge could not see may have stood for an owner, and the number of others is still enough. */
  readonly bearable: boolean;
  /** The forge does not show all of it: a refusal is no fault. */
  readonly unknown: boolean;
}

export function oracle(story: Story): Verdict {
  const { company, wish, deeds } = story;
  const member = new Map(company.members.map((m) => [m.key, m]));
  const here = (who: Who): boolean => member.get(who)?.presence === "here";
  const present = (people: readonly Who[] | undefined): Who[] => (people ?? []).filter(here);

  // Who owns what.
  const appOwners = (app: App): Who[] => present(company.appOwners[app]);
  const anyApp = [...new Set((["forge", "wiki", "door"] as const).flatMap(appOwners))];
  const entry = (...names: Entry[]): Who[] => {
    const said = names.filter((name) => company.entries[name] !== undefined).at(-1);
    return said === undefined ? [] : present(company.entries[said]);
  };
  const either = (...sets: Who[][]): Who[] => sets.find((set) => set.length > 0) ?? [];
  const lords = either(entry("policies/"), anyApp);
  const vault = present(company.vaultApprovers);
  const owning = new Set([...anyApp, ...lords, ...vault, ...Object.values(company.entries).flatMap(present)]);
  const ownersOf: Record<keyof typeof paths, Who[]> = {
    person: either(entry("identities/", "identities/people/", "identities/people/p9.yaml"), anyApp, lords),
    other: either(entry("identities/", "identities/people/"), anyApp, lords),
    role: either(entry("identities/"), anyApp, lords),
    wikiFile: either(appOwners("wiki"), entry("identities/"), lords),
    newApp: either(entry("identities/"), lords),
    register: either(appOwners("door"), entry("identities/"), anyApp, lords),
    schema: [...owning],
    policy: lords,
    allowance: either(entry("policies/", "policies/allow-move.yaml"), lords),
    workflow: either(entry(".github/"), lords),
    code: lords,
  };

  // What happened, up to the merge.
  const mergeAt = deeds.findIndex((d) => d.kind === "merge");
  const merge = deeds[mergeAt] as Extract<(typeof deeds)[number], { kind: "merge" }>;
  const openAt = deeds.findIndex((d) => d.kind === "open");
  const opening = deeds[openAt] as Extract<(typeof deeds)[number], { kind: "open" }>;
  const byMachine = (at: number): boolean => opening.bot !== null && at < openAt;
  interface Head {
    readonly commits: readonly { readonly commit: Commit; readonly machine: boolean }[];
  }
  const pushers: Who[] = [];
  const heads: Head[] = [{ commits: [] }];
  const words: { who: Who; yes: boolean; no: boolean; head: Head; at: number }[] = [];
  const vanished = new Set<Who>();
  let lastPushAt = -1;
  const standing = (): Head => heads.at(-1)!;
  let final: Head | null = null;
  deeds.forEach((deed, at) => {
    if (deed.kind === "merge") final = standing();
    if (deed.kind === "vanish") vanished.add(deed.who);
    if (deed.kind === "review" && deed.says !== "comment" && !deed.machine)
      words.push({ who: deed.by, yes: deed.says === "approve", no: deed.says === "object", head: final ?? standing(), at });
    if (deed.kind === "dismiss") {
      const word = words.findLast((w) => w.who === deed.of && (w.yes || w.no));
      if (word) word.yes = word.no = false;
    }
    if (at > mergeAt) return;
    if (deed.kind === "push") {
      const commits = deed.commits.map((commit) => ({ commit, machine: byMachine(at) }));
      heads.push({ commits: [...(deed.over ? [] : standing().commits), ...commits] });
    } else if (deed.kind === "back" && heads.length > 2) heads.push(heads.at(-2)!);
    else return;
    lastPushAt = at;
    if (!byMachine(at)) pushers.push(deed.by);
  });
  const { commits } = final ?? standing();

  // Who had a hand in it; what a commit says of somebody is held against them as well.
  const typed = commits.filter((c) => !c.machine).flatMap(({ commit }) => [commit.typed, commit.claims]);
  const helped = commits.flatMap(({ commit }) => commit.with.map((w) => w.who));
  const hands = new Set([opening.by, ...typed, ...helped, ...pushers]);
  // Whoever gave up the account with which the forge shows them. (Of a number in a commit nobody asks whether it is still there.)
  const ghosts = new Set([...(opening.bot === "number" ? [] : [opening.by]), ...typed, ...pushers]);
  for (const deed of deeds) if (deed.kind === "vanish" && deed.is !== null && ghosts.has(deed.who)) hands.add(deed.is);
  const gainers = new Set(wish.gains.map((g) => g.who));

  // Which of it nobody can see.
  const askerShown =
    opening.bot === null ||
    (opening.bot === "issue" && !vanished.has(opening.by) && commits.some((c) => c.machine)) ||
    (opening.bot === "number" && commits.some((c) => c.machine));
  const hidden = new Set<Who>();
  const shown = new Set<Who>([
    ...(askerShown ? [opening.by] : []),
    ...(story.pushesHidden ? [] : pushers),
    ...commits.filter((c) => !c.machine && c.commit.address === "linked").map((c) => c.commit.claims),
    ...helped,
  ]);
  for (const who of hands) if (!shown.has(who)) hidden.add(who);
  const nameless = (who: Who): boolean => (member.get(who)?.account ?? "nowhere") === "nowhere";
  const unknown =
    !askerShown ||
    (opening.bot === null && member.get(opening.by)?.machine === true) ||
    story.pushesHidden ||
    vanished.size > 0 ||
    commits.some((c) => !c.machine && c.commit.address === "unlinked") ||
    [...hands].some((who) => nameless(who) && (gainers.size > 0 || member.has(who))) ||
    // An old address of the forge names whoever has that login now, and whoever's file has it.
    (story.swapped !== null && commits.some((c) => c.commit.with.some((w) => w.by !== "number")));

  const onlyPushedBefore = (who: Who): boolean =>
    ![opening.by, ...typed, ...helped, pushers.at(-1)].includes(who) && !deeds.some((d) => d.kind === "vanish" && d.is === who);

  // Whose word counts.
  const last = new Map<Who, (typeof words)[number]>();
  for (const word of words) last.set(word.who, word);
  const speaking = [...last.values()].filter((w) => here(w.who) && !nameless(w.who) && !vanished.has(w.who) && !member.get(w.who)?.machine);
  const meant = speaking.filter((w) => w.yes && w.head === final);
  const yes = meant.filter((w) => w.at > lastPushAt).map((w) => w.who);
  // Where pushes are hidden, nobody can see that a branch went away from a head and came back to it: whoever approved that head did.
  const soft = story.pushesHidden ? meant.map((w) => w.who) : yes;
  const onlyTakes =
    wish.losses.length > 0 &&
    wish.gains.length === 0 &&
    wish.rebound.length === 0 &&
    !wish.link &&
    wish.parts.every((part) => ["person", "other", "role", "register", "schema"].includes(part));
  const losing = new Set(wish.losses.map((l) => l.who));
  const objected = speaking.some((w) => w.no && owning.has(w.who) && !(onlyTakes && losing.has(w.who)));

  // What is asked for, and who could give it.
  const sure = new Set([...(opening.bot === "number" ? [] : [opening.by]), ...pushers]);
  const asked: Who[][] = [
    ...wish.parts.map((part) => (part === "person" && wish.link ? lords : ownersOf[part])),
    ...(wish.parts.includes("allowance") ? [lords] : []),
    ...wish.gains.map((g) => either(g.target === "vault" ? vault : [], appOwners(g.app), lords)),
    ...wish.rebound.map((r) => either(appOwners(r.app), lords)),
    ...wish.rebound.filter((r) => r.app === "forge" && owning.has(r.who)).map(() => lords),
  ];
  const eachOther = new Set<Who>();
  const able = (makers: ReadonlySet<Who>, certain: ReadonlySet<Who>) => (owners: readonly Who[]) => {
    const first = owners.filter((o) => !makers.has(o) && !gainers.has(o));
    if (first.length > 0 || !owners.every((o) => certain.has(o) || gainers.has(o))) return first;
    return lords.filter((o) => !makers.has(o) && !gainers.has(o));
  };
  const needs = asked.map((owners) => {
    const some = able(hands, sure)(owners);
    if (some.length > 0 || owners.length === 0 || !owners.every((o) => sure.has(o) || gainers.has(o))) return some;
    const all = [...owners, ...lords].filter((o) => !hands.has(o));
    for (const who of all) eachOther.add(who);
    return all;
  });
  /** The same, as it looks to whoever sees no more than the forge shows. */
  const seeming = asked.map(able(new Set([...hands].filter((who) => shown.has(who))), new Set([...sure].filter((who) => shown.has(who)))));
  const counts = (who: Who): boolean => eachOther.has(who) || (owning.has(who) && !gainers.has(who));
  const independent = (said: readonly Who[], of: ReadonlySet<Who>): Set<Who> => new Set(said.filter((who) => counts(who) && !of.has(who)));
  const sound = independent(yes, hands);
  const softer = independent(soft, story.pushesHidden ? new Set([...hands].filter((who) => !onlyPushedBefore(who))) : hands);
  const unseen = soft.filter((who) => counts(who) && hidden.has(who));

  const { approvals, ownAccess, adminGrants } = company.numbers ?? { approvals: 1, ownAccess: 2, adminGrants: 2 };
  const due = (mutual: boolean): number =>
    onlyTakes
      ? 1
      : Math.max(
          approvals + (mutual ? 1 : 0),
          [...hands].some((who) => gainers.has(who)) ? ownAccess : 1,
          wish.gains.some((g) => g.admin) ? adminGrants : 1,
        );
  const whole = !story.pushedInstead && !story.otherBranch && !merge.edited && !story.commitsHidden && !objected && commits.length > 0;
  return {
    right: whole && sound.size >= due(eachOther.size > 0) && needs.every((need) => need.some((who) => sound.has(who))),
    bearable:
      whole &&
      softer.size >= due(false) &&
      asked.every((_, i) => [...needs[i]!, ...seeming[i]!].some((who) => softer.has(who) || unseen.includes(who))),
    unknown,
  };
}
