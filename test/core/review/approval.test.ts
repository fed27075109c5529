import { describe, expect, test } from "vitest";
import type { Actor, PullCommit, Push, Review, Timeline } from "../../../src/core/forge/forge.ts";
import type { AccessChange } from "../../../src/core/plan/access-diff.ts";
import type { Organization } from "../../../src/core/model/organization.ts";
import { judge } from "../../../src/core/review/approval.ts";
import type { JudgeInput, Judgement } from "../../../src/core/review/judgement.ts";
import { provenanceOf } from "../../../src/core/review/provenance.ts";
import { app, approvals, organization, person, service } from "../../support/organization.ts";

const now = new Date("2026-06-10T12:00:00Z");
const ids: Readonly<Record<string, number>> = { ada: 1, grace: 2, isaac: 3, mary: 4, zoe: 5 };
const user = (login: string): Actor => ({ id: ids[login] ?? 99, login, kind: "user" });
const bot: Actor = { id: 900, login: "rollcall[bot]", kind: "bot" };
const webFlow: Actor = { id: 19_864_447, login: "web-flow", kind: "user" };

/** mary owns people, grace and zoe policies, isaac the wiki, grace the forge. */
const base = organization({
  people: ["ada", "grace", "isaac", "mary", "zoe"].map((key) =>
    person(key, { email: `${key}@acme.example`, accounts: { forge: { login: key } } }),
  ),
  services: [service("bot", "ada")],
  apps: [
    app("forge", { connector: "github", owners: ["grace"] }),
    app("wiki", { owners: ["isaac"], entitlements: { admin: { approvers: ["zoe"] }, space: {} } }),
  ],
  policies: [approvals({ "identities/people/": ["mary"], "policies/": ["grace", "zoe"] })],
});

const commit = (author: Actor | null, s: Partial<PullCommit> = {}): PullCommit => ({
  sha: "head",
  parents: [],
  message: "A change",
  author,
  committer: author,
  ...s,
});
const push = (actor: Actor | null, at = "2026-06-10T08:00:00Z", s: Partial<Push> = {}): Push => ({
  at,
  actor,
  before: "base",
  after: "head",
  ...s,
});
let number = 0;
const review = (by: Actor | null, s: Partial<Review> = {}): Review => ({
  id: ++number,
  author: by,
  state: "approved",
  commit: "head",
  submittedAt: "2026-06-10T09:00:00Z",
  ...s,
});
const change = (who: string, target: string, s: Partial<AccessChange> = {}): AccessChange => {
  const [of, ...rest] = target.split("/");
  return {
    app: of!,
    person: who,
    name: who,
    target: rest.join("/"),
    direction: "gain",
    before: null,
    after: "",
    admin: false,
    because: [],
    ...s,
  };
};

interface Sketch {
  readonly by?: Actor | null;
  readonly commits?: readonly PullCommit[];
  readonly pushes?: readonly Push[] | null;
  readonly reviews?: readonly Review[];
  readonly requesters?: Timeline["requesters"];
  readonly paths?: readonly string[];
  readonly access?: readonly AccessChange[];
  readonly eventually?: readonly AccessChange[];
  readonly base?: Organization;
  readonly head?: Organization;
  readonly open?: true;
  readonly merge?: Partial<NonNullable<JudgeInput["merge"]>>;
  readonly pull?: Partial<Timeline["pull"]>;
}

function inputOf(s: Sketch): JudgeInput {
  const by = s.by === undefined ? user("ada") : s.by;
  const access = s.access ?? [];
  return {
    timeline: {
      pull: {
        number: 7,
        title: "",
        body: "",
        url: "",
        state: "closed",
        draft: false,
        author: by,
        base: { ref: "main", sha: "base" },
        head: { ref: "topic", sha: "head", repository: "acme/access" },
        fork: false,
        createdAt: "2026-06-10T08:00:00Z",
        labels: [],
        merged: s.open ? null : { at: "2026-06-10T10:00:00Z", by: user("ada"), commit: "merged" },
        ...s.pull,
      },
      reviews: s.reviews ?? [],
      commits: s.commits ?? [commit(by)],
      commitsComplete: true,
      pushes: s.pushes === undefined ? [push(by)] : s.pushes,
      requesters: s.requesters ?? new Map(),
    },
    change: {
      paths: (s.paths ?? ["identities/people/ada.yaml"]).map((path) => ({ path, change: "changed", kind: "file" })),
      access: { changes: access },
      eventually: { changes: s.eventually ?? access },
      head: s.head ?? s.base ?? base,
    },
    rules: { organization: s.base ?? base, personOf: (id) => Object.keys(ids).find((key) => ids[key] === id) ?? null, now },
    merge: s.open ? null : { identical: true, branch: "main", ...s.merge },
  };
}
const judged = (s: Sketch): Judgement => judge(inputOf(s));
const yes = (...people: string[]): Review[] => people.map((p) => review(user(p)));
const discounted = (s: Sketch): string[] => judged(s).discounted.map((d) => d.why);

describe("who has to approve", () => {
  test("a change of somebody's title needs an owner of the path, and says who covers what", () => {
    expect(judged({ reviews: yes("mary") })).toMatchObject({
      accepted: true,
      author: "ada",
      counted: [{ person: "mary", covers: ["owner of identities/people/"] }],
      reasons: [],
    });
  });

  test("an open pull request is never accepted; it tells who is still needed", () => {
    const open = judged({ open: true, access: [change("mary", "wiki/space")], reviews: yes("zoe") });
    expect(open).toMatchObject({ accepted: false, sufficient: false, merged: false });
    expect(open.needs.map((need) => [need.what, need.people, need.have])).toEqual([
      // mary gains by it: an owner of policies stands in.
      ["owner of identities/people/ (owner of policies/ instead: mary made it or gain by it)", ["grace", "zoe"], ["zoe"]],
      ["owner of the app wiki", ["isaac"], []],
    ]);
    expect(open.reasons).toEqual(["the pull request is not merged", "no approval by an owner of the app wiki"]);
    expect(judged({ open: true, reviews: yes("mary") })).toMatchObject({ sufficient: true, accepted: false });
  });

  test("whoever gains in an app needs its owner, or the entitlement's approver", () => {
    const access = [change("zoe", "wiki/space")];
    expect(judged({ access, reviews: yes("mary") }).accepted).toBe(false);
    expect(judged({ access, reviews: yes("mary", "isaac") }).accepted).toBe(true);
    const admin = [change("isaac", "wiki/admin")];
    expect(judged({ access: admin, reviews: yes("mary", "grace") }).reasons).toEqual(["no approval by an approver of wiki/admin"]);
    expect(judged({ access: admin, reviews: yes("mary", "zoe") }).accepted).toBe(true);
  });

  test("what somebody gains only later counts like what they gain today", () => {
    const later = { access: [], eventually: [change("zoe", "wiki/space")] };
    expect(judged({ ...later, reviews: yes("mary") }).accepted).toBe(false);
    expect(judged({ ...later, reviews: yes("mary", "isaac") }).accepted).toBe(true);
  });

  test("an offboarding needs one owner of the path, whatever the numbers of the policy", () => {
    const strict = { ...base, policies: [approvals({ "identities/people/": ["mary"], "policies/": ["grace", "zoe"] }, { approvals: 3 })] };
    const access = [change("zoe", "wiki/space", { direction: "loss" })];
    expect(judged({ base: strict, access, reviews: yes("mary") }).accepted).toBe(true);
    expect(judged({ base: strict, access: [], reviews: yes("mary") }).accepted).toBe(false);
    // Not where it brings something else along.
    const paths = ["identities/people/zoe.yaml", "rollcall.yaml"];
    expect(judged({ base: strict, access, paths, reviews: yes("mary", "grace") }).accepted).toBe(false);
  });

  test("whoever loses by a change that only takes away cannot hold it up; another owner can", () => {
    const access = [change("isaac", "wiki/admin", { direction: "loss" })];
    const no = (by: string): Review[] => [review(user(by), { state: "changes-requested", commit: "older" })];
    expect(judged({ access, reviews: [...yes("mary"), ...no("isaac")] }).accepted).toBe(true);
    expect(judged({ access, reviews: [...yes("mary"), ...no("grace")] }).reasons).toEqual(["grace asked for changes"]);
    expect(judged({ reviews: [...yes("mary"), ...no("isaac")] }).accepted).toBe(false);
  });

  test("own access needs two, also where a service gains for which its author answers, and whatever name the change gives the author", () => {
    const own = (who: string, more: Sketch = {}) =>
      judged({ access: [change(who, "forge/account")], reviews: yes("mary", "grace"), ...more });
    expect(own("ada").accepted).toBe(true);
    const three = { ...base, policies: [approvals({ "identities/people/": ["mary"], "policies/": ["grace", "zoe"] }, { ownAccess: 3 })] };
    expect(own("zoe", { base: three }).accepted).toBe(true);
    expect(own("ada", { base: three }).reasons).toEqual(["2 of 3 approvals: ada gains access by a change of their own"]);
    expect(own("bot", { base: three }).accepted).toBe(false);
    const renamed = { ...three, people: new Map([...three.people, ["lovelace", person("lovelace", { formerly: ["ada"] })]]) };
    renamed.people.delete("ada");
    expect(own("lovelace", { base: three, head: renamed }).accepted).toBe(false);
  });

  test("an author whom no file knows may be who gains", () => {
    const access = [change("newcomer", "wiki/account")];
    const by = user("stranger");
    expect(
      judged({ by, access, base: { ...base, policies: [] }, paths: ["identities/people/newcomer.yaml"], reviews: yes("isaac") }).reasons,
    ).toEqual(["1 of 2 approvals: @stranger had a hand in it, is in no file, and may be who gains access"]);
    expect(judged({ by, access, reviews: yes("mary", "isaac") })).toMatchObject({ accepted: true, author: "@stranger" });
  });

  test("administrative rights need two", () => {
    const access = [change("zoe", "wiki/space", { admin: true })];
    const alone = { ...base, policies: [approvals({ "identities/people/": ["isaac"], "policies/": ["grace"] })] };
    expect(judged({ base: alone, access, reviews: yes("isaac") }).reasons).toEqual([
      "1 of 2 approvals: somebody gains administrative rights",
    ]);
    expect(judged({ base: alone, access, reviews: yes("isaac", "grace") }).accepted).toBe(true);
  });

  test("another account under somebody's name needs the app's owner; under that of an owner, one of policies as well", () => {
    const rebound = (who: string): Organization => ({
      ...base,
      people: new Map([...base.people, [who, person(who, { accounts: { forge: { login: who, id: "66" } } })]]),
    });
    expect(judged({ head: rebound("ada"), reviews: yes("mary") }).accepted).toBe(false);
    expect(judged({ head: rebound("ada"), reviews: yes("mary", "grace") }).accepted).toBe(true);
    const forgeOnly = { ...base, apps: new Map([...base.apps, ["forge", app("forge", { connector: "github", owners: ["isaac"] })]]) };
    const head = { ...rebound("mary"), apps: forgeOnly.apps };
    expect(judged({ base: forgeOnly, head, reviews: yes("mary", "isaac") }).reasons).toEqual(["no approval by an owner of policies/"]);
    expect(judged({ base: forgeOnly, head, reviews: yes("mary", "isaac", "zoe") }).accepted).toBe(true);
  });

  test("a link where a file belongs, a file of policies and one outside need an owner of policies", () => {
    const link = inputOf({ reviews: yes("mary") });
    const paths = link.change.paths.map((p) => ({ ...p, kind: "link" as const }));
    expect(judge({ ...link, change: { ...link.change, paths } }).accepted).toBe(false);
    for (const path of ["policies/limits.yaml", "../package.json", ".github/workflows/a.yml", "identities/apps/new.yaml"]) {
      expect(judged({ paths: [path], reviews: yes("mary", "isaac") }).accepted).toBe(false);
      expect(judged({ paths: [path], reviews: yes("zoe") }).accepted).toBe(true);
    }
  });

  test("what everybody gains, owners approve for each other: two of them", () => {
    const access = ["ada", "grace", "isaac", "mary", "zoe"].map((who) => change(who, "wiki/space"));
    const paths = ["identities/roles/everyone.yaml"];
    expect(judged({ access, paths, reviews: yes("isaac") }).accepted).toBe(false);
    expect(judged({ access, paths, reviews: yes("isaac", "grace") }).accepted).toBe(true);
    // Not where one could be asked who gains nothing.
    expect(judged({ access: access.slice(0, 4), paths, reviews: yes("isaac", "grace") }).accepted).toBe(false);
    expect(judged({ access: access.slice(0, 4), paths, reviews: yes("zoe") }).accepted).toBe(false);
  });
});

describe("what an approval is worth", () => {
  const cases: [name: string, sketch: Sketch, why: string][] = [
    ["the author's", { by: user("mary"), reviews: yes("mary") }, "mary opened it"],
    ["of who wrote a commit", { commits: [commit(user("mary"))], reviews: yes("mary") }, "mary wrote a commit of it"],
    [
      "of a co-author, by the number in the forge's address",
      { commits: [commit(user("ada"), { message: "x\r\n\r\nco-authored-by:M <4+m@users.noreply.github.com>" })], reviews: yes("mary") },
      "mary is named as a co-author of it",
    ],
    [
      "of a co-author, by the address in her file",
      { commits: [commit(user("ada"), { message: "x\n\nCo-authored-by: M <Mary@ACME.example>\n" })], reviews: yes("mary") },
      "mary is named as a co-author of it",
    ],
    [
      "of a co-author, by an old address with a login",
      { commits: [commit(user("ada"), { message: "Co-authored-by: M <MARY@users.noreply.github.com>" })], reviews: yes("mary") },
      "mary is named as a co-author of it",
    ],
    [
      "of an author whose address the commit tells",
      { commits: [commit(user("ada"), { emails: { author: "mary@acme.example", committer: "ada@acme.example" } })], reviews: yes("mary") },
      "mary wrote a commit of it",
    ],
    ["of who pushed", { pushes: [push(user("mary"))], reviews: yes("mary") }, "mary pushed to its branch"],
    [
      "of who pushed before",
      { pushes: [push(user("ada")), push(user("mary"), "2026-06-10T07:00:00Z", { after: "x" })], reviews: yes("mary") },
      "mary pushed to its branch",
    ],
    [
      "of who asked a bot for it, by an issue",
      {
        by: bot,
        commits: [commit(bot, { message: "Rollcall-Request: #12" })],
        requesters: new Map([[12, user("mary")]]),
        reviews: yes("mary"),
      },
      "mary asked for it",
    ],
    [
      "of who asked a bot for it, by a number",
      { by: bot, commits: [commit(bot, { message: "x\n\nRollcall-Requester: 4 mary" })], reviews: yes("mary") },
      "mary asked for it",
    ],
    ["for another head", { reviews: [review(user("mary"), { commit: "older" })] }, "it was given for another commit than the head"],
    [
      "for a head that is not known",
      { reviews: [review(user("mary"), { commit: null })] },
      "it was given for another commit than the head",
    ],
    [
      "before the last push",
      { pushes: [push(user("ada"), "2026-06-10T09:00:01Z"), push(user("ada"))], reviews: yes("mary") },
      "it was given before the last push",
    ],
    ["at a time that is not known", { reviews: [review(user("mary"), { submittedAt: null })] }, "nobody knows when it was given"],
    ["at a time that is none", { reviews: [review(user("mary"), { submittedAt: "soon" })] }, "nobody knows when it was given"],
    ["dismissed", { reviews: [review(user("mary"), { state: "dismissed" })] }, "it was dismissed"],
    ["a bot's", { reviews: [review({ ...user("mary"), kind: "bot" })] }, "it was not given by a person's account"],
    ["of an account that is gone", { reviews: [review(null)] }, "the account does not exist any more"],
    [
      "of an account that has the login, and another number",
      { reviews: [review({ id: 77, login: "mary", kind: "user" })] },
      "no file of the base says whose account that is, by its number",
    ],
    ["of somebody who owns nothing", { reviews: yes("ada"), by: user("zoe") }, "ada owns nothing here"],
    [
      "of somebody who has left",
      { base: { ...base, people: new Map([...base.people, ["mary", person("mary", { lastDay: "2026-06-09" })]]) }, reviews: yes("mary") },
      "mary is not here (left, not begun, or on leave)",
    ],
  ];
  test.each(cases)("nothing: %s", (_name, sketch, why) => {
    expect(judged(sketch).accepted).toBe(false);
    expect(discounted(sketch)).toEqual([why]);
  });

  test("the last word counts, and a comment is none", () => {
    const first = review(user("mary"));
    const later = (state: Review["state"]): Review => review(user("mary"), { state, submittedAt: "2026-06-10T09:30:00Z" });
    expect(judged({ reviews: [first, later("commented")] }).accepted).toBe(true);
    expect(judged({ reviews: [first, later("changes-requested")] }).accepted).toBe(false);
    expect(judged({ reviews: [first, later("dismissed")] }).accepted).toBe(false);
    expect(judged({ reviews: [later("changes-requested"), first] }).accepted).toBe(false);
    expect(judged({ reviews: [review(user("mary"), { state: "changes-requested" }), later("approved")] }).accepted).toBe(true);
    // Given at no known time, it may be the last.
    expect(judged({ reviews: [first, review(user("mary"), { state: "changes-requested", submittedAt: null })] }).accepted).toBe(false);
  });

  test("given after the merge it counts as well; what is pushed to the branch after it does not matter", () => {
    const late = [review(user("mary"), { submittedAt: "2026-06-12T09:00:00Z" })];
    expect(judged({ reviews: late }).accepted).toBe(true);
    const after = push(user("mary"), "2026-06-11T08:00:00Z", { before: "head", after: "next" });
    expect(judged({ reviews: late, pushes: [after, push(user("ada"))] }).accepted).toBe(true);
    expect(judged({ open: true, reviews: late, pushes: [after, push(user("ada"))] }).sufficient).toBe(false);
  });

  test("what is made on the forge's own pages has no further maker", () => {
    expect(judged({ commits: [commit(user("ada"), { committer: webFlow })], reviews: yes("mary") }).accepted).toBe(true);
  });

  test("a forged name takes away an approval, and does not choose who approves instead", () => {
    const message = "x\n\nCo-authored-by: Mary <mary@acme.example>";
    const forged = judged({ commits: [commit(user("ada"), { message })], reviews: yes("grace", "zoe") });
    expect(forged.accepted).toBe(false);
    expect(forged.reasons).toEqual(["no approval by an owner of identities/people/, and nobody can give it"]);
    // Who really made it, as the forge knows, has an owner of policies in her place.
    expect(judged({ by: user("mary"), reviews: yes("zoe") }).accepted).toBe(true);
  });
});

describe("what is not known", () => {
  const more: [name: string, sketch: Sketch][] = [
    ["who pushed", { pushes: null }],
    ["who pushed last, where pushes do not lead to the head", { pushes: [push(user("ada"), undefined, { after: "x" })] }],
    ["who pushed, the account being gone", { pushes: [push(null)] }],
    ["the author, the account being gone", { by: null, commits: [commit(user("ada"))], pushes: [push(user("ada"))] }],
    ["who wrote a commit", { commits: [commit(null, { committer: user("ada") })] }],
    ["for whom a bot made it", { by: bot, commits: [commit(bot)] }],
    [
      "for whom a bot made it, the issue's author being gone",
      { by: bot, commits: [commit(bot, { message: "Rollcall-Request: #12" })], requesters: new Map([[12, null]]) },
    ],
    [
      "for whom a bot made it, but for what somebody else's commit says",
      { by: bot, commits: [commit(user("ada"), { message: "Rollcall-Requester: 1 ada" })] },
    ],
  ];
  test.each(more)("%s: one approval more", (_name, sketch) => {
    expect(judged({ ...sketch, reviews: yes("mary") }).accepted).toBe(false);
    expect(judged({ ...sketch, reviews: yes("mary", "zoe") })).toMatchObject({ accepted: true });
  });

  test("a commit whose address is a person's is not unknown", () => {
    const emails = { author: "ada@acme.example", committer: "ada@acme.example" };
    expect(judged({ commits: [commit(null, { emails })], reviews: yes("mary") }).accepted).toBe(true);
    const other = { ...emails, author: "who@else.example" };
    expect(
      judged({ commits: [commit(null, { emails: other }), commit(null, { emails: other })], reviews: yes("mary", "zoe") }).accepted,
    ).toBe(true);
  });

  test("commits that are not all listed: never", () => {
    const whole = inputOf({ reviews: yes("mary", "grace", "zoe", "isaac") });
    expect(judge(whole).accepted).toBe(true);
    expect(judge({ ...whole, timeline: { ...whole.timeline, commitsComplete: false } }).accepted).toBe(false);
    expect(judge({ ...whole, timeline: { ...whole.timeline, commits: [] } }).accepted).toBe(false);
  });
});

describe("what was merged", () => {
  test("another tree, another branch, no merge: never, whatever the reviews say", () => {
    const reviews = yes("mary", "grace", "zoe", "isaac");
    expect(judged({ reviews, merge: { identical: false } }).reasons).toEqual(["the merge left something else than what was reviewed"]);
    expect(judged({ reviews, merge: { branch: "stage" } }).accepted).toBe(false);
    expect(judged({ reviews, pull: { merged: null } })).toMatchObject({ accepted: false, sufficient: true, merged: false });
  });

  test("its provenance", () => {
    const of = (s: Sketch) => provenanceOf(judged(s), inputOf(s).timeline);
    expect(of({ reviews: yes("mary", "zoe") })).toEqual({
      kind: "approved",
      pull: 7,
      author: "ada",
      approvers: ["mary", "zoe"],
      head: "head",
    });
    expect(of({})).toEqual({
      kind: "unapproved",
      pull: 7,
      author: "ada",
      head: "head",
      reasons: ["no approval by an owner of identities/people/"],
    });
    expect(of({ by: null, commits: [commit(user("ada"))], pushes: [push(user("ada"))] })).toMatchObject({
      kind: "unapproved",
      author: null,
    });
    expect(of({ reviews: yes("mary"), merge: { identical: false } })).toEqual({
      kind: "pushed",
      pull: 7,
      reasons: ["the merge left something else than what was reviewed"],
    });
    expect(of({ open: true, reviews: yes("mary") })).toMatchObject({ kind: "unapproved", reasons: ["the pull request is not merged"] });
  });
});
