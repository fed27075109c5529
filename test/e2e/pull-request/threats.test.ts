/** What a hostile pull request gets: nothing. Each story is played as CI would play it, and looked at from outside: who was asked what, with which credential. */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { auditVerify } from "../../../src/cli/commands/audit-verify.ts";
import { sha256 } from "../../../src/cli/records.ts";
import { canonicalRecord } from "../../../src/core/record/canonical.ts";
import type { RunRecord } from "../../../src/core/record/record.ts";
import { endpointVariable } from "../../../src/io/connectors/base-url.ts";
import { git } from "../../support/git.ts";
import { recordingProxy } from "../../support/recording-proxy.ts";
import { baseFiles, openStory, personOf, type Story } from "./story.ts";

let story: Story;
beforeEach(async () => {
  story = await openStory();
  const first = await story.apply();
  if (first.code !== 0) throw new Error(first.err);
});
afterEach(() => story.close());

const comment = (number: number): string => story.comments(number).find((c) => c.startsWith("<!-- rollcall:preview -->")) ?? "";
/** As it reads: entities are the characters they stand for. */
const shown = (number: number): string => comment(number).replace(/&#(\d+);/g, (_, n: string) => String.fromCodePoint(Number(n)));
const outcome = (number: number): string => story.comments(number).find((c) => c.startsWith("<!-- rollcall:outcome -->")) ?? "";
const labels = (number: number): string[] => {
  const { pulls } = story.host.world().repositories[0]!;
  return pulls.find((p) => p.number === number)!.labels.filter((l) => l.startsWith("rollcall: "));
};
const onDev = {
  "identities/people/ada.yaml": personOf("ada", ["grants: [github/member, github/team/dev]"])["identities/people/ada.yaml"]!,
};

/** Everything that goes out is heard: forge, GitHub as an app, the wiki; and a server of mallory's, at which nothing must arrive. */
async function listening() {
  const [forge, github, wiki, trap] = [
    await recordingProxy(story.host.url),
    await recordingProxy(story.host.url),
    await recordingProxy(story.wiki.url),
    await recordingProxy(story.wiki.url),
  ];
  Object.assign(story.env, {
    GITHUB_API_URL: forge.url,
    [endpointVariable("github")]: github.url,
    [endpointVariable("wiki")]: wiki.url,
    // As if an operator had set them for some reason: what is not approved is not read there either.
    [endpointVariable("evil")]: trap.url,
    [endpointVariable("pages")]: trap.url,
    ACME_STOLEN: "user:mallory",
    ACME_OTHER: "other-token",
  });
  return {
    trap,
    /** Each server got its own credential, and no other. */
    untouched() {
      expect(trap.asked).toEqual([]);
      for (const [heard, own] of [
        [forge, "app:github-actions"],
        [github, "user:org-admin"],
        [wiki, "wiki-token"],
      ] as const)
        for (const credential of heard.credentials) expect(credential.replace(/^(?:Bearer|token) /i, "")).toBe(own);
    },
    read: () => [github.asked.length > 0, wiki.asked.length > 0],
  };
}

const stolen = {
  "identities/apps/github.yaml": baseFiles["identities/apps/github.yaml"]!.replace(
    "organization: acme",
    "organization: mallory-inc",
  ).replaceAll(/ACME_GITHUB_(?:READ|WRITE)/g, "ACME_STOLEN"),
  "identities/apps/wiki.yaml":
    "connector: github\nsettings: { organization: acme }\ncredentials: { token: env:ACME_WIKI }\nowners: [isaac]\n",
  "identities/apps/evil.yaml": "connector: memory\nsettings: { workspace: acme }\ncredentials: { token: env:ACME_OTHER }\nowners: [ada]\n",
  "rollcall.yaml": baseFiles["rollcall.yaml"]!.replace("rollcall-state", "elsewhere"),
  "identities/people/ada.yaml": personOf("ada", ["grants: [github/member, github/team/dev, evil/member]"])["identities/people/ada.yaml"]!,
};

describe("settings, credentials, connectors and new apps", () => {
  test("in a pull request: high risk, read as the base says, and no token goes anywhere else", async () => {
    const heard = await listening();
    const number = await story.propose({ as: "ada", files: stolen });
    expect(await story.preview(number)).toMatchObject({ code: 0 });
    heard.untouched();
    expect(heard.read()).toEqual([true, true]);
    expect(labels(number)).toContain("rollcall: high risk");
    for (const path of ["identities/apps/github.yaml", "identities/apps/wiki.yaml", "identities/apps/evil.yaml", "rollcall.yaml"])
      expect(comment(number).split("**Losses")[0]).toContain(path);
    // What was read with base's connection is told: she would be in the team.
    expect(comment(number)).toMatch(/ada[^]*github\/team\/dev/i);
  });
  test("an app under another's name keeps where it is reached", async () => {
    const heard = await listening();
    const number = await story.propose({
      as: "ada",
      files: {
        "identities/apps/wiki.yaml": null,
        "identities/apps/pages.yaml":
          "connector: memory\nformerly: [wiki]\nsettings: { workspace: acme }\ncredentials: { token: env:ACME_GITHUB_WRITE }\nowners: [ada]\n",
      },
    });
    expect(await story.preview(number)).toMatchObject({ code: 0 });
    heard.untouched();
    expect(labels(number)).toContain("rollcall: high risk");
    await story.merge(number);
    expect(await story.apply()).toMatchObject({ code: 5 });
    heard.untouched();
  });

  test("pushed, and merged without approval: an apply reads and writes as before and gives nothing; approved, the new server is asked", async () => {
    const heard = await listening();
    const { "rollcall.yaml": _elsewhere, ...connections } = stolen;
    story.push({ as: "org-admin", files: connections });
    expect(await story.apply()).toMatchObject({ code: 5 });
    heard.untouched();
    expect(heard.read()).toEqual([true, true]);
    story.push({ as: "org-admin", files: { ...baseFiles, "identities/apps/evil.yaml": null } });
    expect(await story.apply()).toMatchObject({ code: 0 });
    const number = await story.propose({ as: "grace", files: connections });
    await story.merge(number);
    expect(await story.apply()).toMatchObject({ code: 5 });
    heard.untouched();
    expect(story.team("dev")).toEqual([]);
    // So that the trap is known to be one: whoever owns policies approves a new app, and it is asked, with the credential that it names.
    story.push({ as: "org-admin", files: { ...baseFiles, "identities/apps/evil.yaml": null } });
    expect(await story.apply()).toMatchObject({ code: 0 });
    const fine = await story.propose({ as: "mary", files: { "identities/apps/evil.yaml": stolen["identities/apps/evil.yaml"] } });
    await story.approve(fine, "grace");
    await story.merge(fine);
    expect(await story.apply()).toMatchObject({ code: 0 });
    expect([...heard.trap.credentials]).toEqual(["Bearer other-token"]);
  });

  test("an address has no place in any file", async () => {
    const heard = await listening();
    const number = await story.propose({
      as: "ada",
      files: {
        "identities/apps/github.yaml": `${baseFiles["identities/apps/github.yaml"]!.replace("{ organization: acme }", `{ organization: acme, api: "${heard.trap.url}" }`)}endpoint: ${heard.trap.url}\n`,
        "identities/apps/wiki.yaml": `connector: memory\nsettings: { workspace: acme, baseUrl: "${heard.trap.url}" }\ncredentials: { token: "${heard.trap.url}" }\nowners: [isaac]\n`,
        "rollcall.yaml": `${baseFiles["rollcall.yaml"]}endpoints: { wiki: "${heard.trap.url}" }\n`,
      },
    });
    expect(await story.preview(number)).toMatchObject({ code: 3 });
    heard.untouched();
    expect(labels(number)).toEqual(expect.arrayContaining(["rollcall: invalid", "rollcall: high risk"]));
  });
});

describe("records", () => {
  const records = async (change: (lines: string[]) => string[], ...push: string[]): Promise<void> => {
    const dir = story.host.clone();
    git(dir, "switch", "--quiet", "rollcall-state");
    const path = join(dir, "records", "2026-03.jsonl");
    const lines = (await readFile(path, "utf8")).trimEnd().split("\n");
    await writeFile(
      path,
      change(lines)
        .map((line) => `${line}\n`)
        .join(""),
    );
    git(dir, "commit", "--quiet", "--all", "--message", "state");
    git(dir, "push", "--quiet", ...push, "origin", "rollcall-state");
  };
  const verify = () => story.run((context) => auditVerify(context, {}));

  test("led to another place, cut off, altered or written anew: nobody is given anything, no credential is led anywhere, and the audit tells", async () => {
    expect(await verify()).toMatchObject({ code: 0 });
    const heard = await listening();
    const { "rollcall.yaml": elsewhere, ...connections } = stolen;
    // What was pushed stays unapproved, whatever rollcall.yaml says of the state afterwards.
    story.push({ as: "org-admin", files: connections });
    expect(await story.apply()).toMatchObject({ code: 5 });
    expect(await verify()).toMatchObject({ code: 0 });
    story.push({ as: "org-admin", files: { "rollcall.yaml": elsewhere } });
    expect(await story.apply()).toMatchObject({ code: 5, err: expect.stringContaining("record 2") });
    expect(await story.scheduled()).toMatchObject({ code: 5, err: expect.stringContaining("record 2") });
    expect(await verify()).toMatchObject({ code: 5 });
    story.push({ as: "org-admin", files: { "rollcall.yaml": baseFiles["rollcall.yaml"]! } });

    const whole = story.host.tip("rollcall-state");
    for (const tamper of [
      (lines: string[]) => lines.slice(0, -1),
      (lines: string[]) => [...lines.slice(0, -1), lines.at(-1)!.replace(/"unapproved":\[.*\],"result"/, '"unapproved":[],"result"')],
      (lines: string[]) => [...lines.slice(0, -1), sealedAnew(lines.at(-1)!, { unapproved: [] })],
    ]) {
      await records(tamper);
      expect(await verify()).toMatchObject({ code: 5 });
      expect(await story.apply()).toMatchObject({ code: 5, err: expect.stringContaining("not what runs left") });
      git(story.host.git, "update-ref", "refs/heads/rollcall-state", whole);
    }
    expect(await story.apply()).toMatchObject({ code: 5, out: expect.stringContaining("record 3") });
    expect(story.team("dev")).toEqual([]);
    heard.untouched();
  });

  test("a record that somebody adds warrants nothing; a note by somebody else is told, and stops nobody", async () => {
    story.push({ as: "org-admin", files: onDev });
    expect(await story.apply()).toMatchObject({ code: 5 });
    const by = { kind: "pull", pull: 1, commit: story.host.tip(), approvers: ["grace"] } as const;
    await records((lines) => {
      const before = JSON.parse(lines.at(-1)!) as RunRecord;
      const forged = {
        ...before,
        sequence: before.sequence + 1,
        previous: before.hash,
        unapproved: [],
        outstanding: [{ app: "github", person: "ada", target: "team/dev", after: "member", by }],
      };
      return [...lines, sealedAnew(JSON.stringify(forged), {})];
    });
    expect(await story.scheduled()).toMatchObject({ code: 5, err: expect.stringContaining("going on from 2") });
    expect(story.team("dev")).toEqual([]);
    const noted = await story.host.ask("mary", "POST", `/repos/${story.host.name}/statuses/${story.host.tip()}`, {
      context: "rollcall/records",
      state: "success",
      description: `9 ${"0".repeat(64)}`,
    });
    expect(noted.status).toBe(201);
    expect(await story.scheduled()).toMatchObject({ code: 5 });
    expect(story.host.tip("rollcall-state")).not.toBe("");
    expect(await verify()).toMatchObject({ code: 5, out: expect.stringMatching(/mary noted/) });
  });
});

describe("what a head brings along", () => {
  test("nothing of it runs, links and paths lead nowhere, and every odd file is named without doing harm", async () => {
    const canary = join(story.host.root, "canary");
    const bite = `import { appendFileSync } from "node:fs";\nappendFileSync(${JSON.stringify(canary)}, "ran\\n");\nexport default {};\n`;
    const odd = "identities/people/x\n::add-mask::acme\n##[error]@org-admin <img src=x> [a](http:evil) \u202Eby.lmay.yaml";
    const hostile = {
      ".github/workflows/rollcall-preview.yml": "on: pull_request_target\njobs: { a: { runs-on: x, steps: [{ run: env }] } }\n",
      "package.json": JSON.stringify({
        name: "x",
        scripts: { preinstall: `node -e 'require("fs").appendFileSync(${JSON.stringify(canary)},"npm")'` },
      }),
      "providers/canary/connector.mjs": bite,
      "providers/github/connector.mjs": bite,
      ".gitattributes": "*.yaml filter=canary diff=canary merge=canary text eol=crlf export-subst\n",
      ".gitmodules": `[submodule "x"]\n\tpath = identities/services\n\turl = ext::sh -c "touch ${canary}"\n\tignore = all\n`,
      "identities/people/passwd.yaml": { link: "/etc/passwd" },
      "identities/roles/up.yaml": { link: "../../../../../../etc/hostname" },
      "identities/people/large.yaml": `name: ${"x".repeat(1_150_000)}\n`,
      "identities/people/bomb.yaml": `a: &a [x, x]\nb: &b [*a, *a]\nname: [*b, *b]\n`,
      "identities/people/deep.yaml": `name: ${"[".repeat(20_000)}\n`,
      "identities/people/proto.yaml":
        "name: Proto\n__proto__: { polluted: true }\nconstructor: { prototype: { polluted: true } }\naccounts: { __proto__: { login: x } }\n",
      "identities/apps/canary.yaml": "connector: canary\nsettings: {}\ncredentials: { token: env:ACME_GITHUB_WRITE }\nowners: [ada]\n",
      [odd]: "name: X\n",
    };
    const number = await story.propose({ as: "ada", title: "Fine\n::error::@org-admin", files: hostile });
    const inProcess = await story.preview(number);
    expect(inProcess.code).toBe(3);
    const summary = join(story.host.root, "summary");
    story.env["GITHUB_STEP_SUMMARY"] = summary;
    const ran = await story.child(["ci", "preview", "--verbose", "--out", join(story.host.root, "pull.json")], story.eventOf(number));
    expect(ran.code, ran.err).toBe(3);
    expect(ran.err).not.toMatch(/unexpected|\n\s+at /);
    const said = comment(number);
    for (const text of [ran.out, ran.err, said, await readFile(summary, "utf8")]) {
      expect(text).not.toMatch(/^\s*::/m);
      expect(text).not.toContain("##[");
      expect(text).not.toMatch(/@org-admin|<img|\u202E/);
    }
    for (const code of ["SYMLINK", "FILE_TOO_LARGE", "YAML_ALIAS", "CONNECTOR_UNKNOWN"]) expect(shown(number), code).toContain(code);
    expect(said).toMatch(/rollcall-preview\.yml|package\.json/);
    expect(said).not.toContain("root:x:0");
    expect(({} as { polluted?: true }).polluted).toBeUndefined();
    const told = JSON.parse(await readFile(join(story.host.root, "pull.json"), "utf8")) as { risks: { path: string; kind: string }[] };
    for (const [path, kind] of [
      [".github/workflows/rollcall-preview.yml", "workflow"],
      ["package.json", "code"],
      ["providers/canary/connector.mjs", "code"],
      [".gitattributes", "code"],
      [".gitmodules", "code"],
      ["identities/people/passwd.yaml", "link"],
      ["identities/roles/up.yaml", "link"],
    ] as const)
      expect(told.risks).toContainEqual(expect.objectContaining({ path, kind }));
    expect(existsSync(canary)).toBe(false);

    // Merged, the files have errors: nothing is done, in words that are no commands. Only then does code of it run, as that of every merge does.
    await story.merge(number);
    const applied = await story.child(["ci", "apply"], { name: "push", payload: {} });
    expect(applied.code).toBe(3);
    expect(`${applied.out}${applied.err}`).not.toMatch(/^\s*::|##\[|\u202E/m);
    expect(existsSync(canary)).toBe(true);
  });

  test("a tree that no honest Git writes is turned away at the door, in one line", async () => {
    const dir = story.host.clone();
    const raw = (args: readonly string[], input: string | Buffer): string =>
      execFileSync("git", [...args], { cwd: dir, encoding: "utf8", input, stdio: ["pipe", "pipe", "pipe"] }).trim();
    const blob = raw(["hash-object", "-w", "--stdin"], "name: X\n");
    const entry = Buffer.concat([Buffer.from("100644 ..\0"), Buffer.from(blob, "hex")]);
    const up = raw(["hash-object", "-t", "tree", "--literally", "-w", "--stdin"], entry);
    git(dir, "branch", "up", git(dir, "commit-tree", "-p", "HEAD", "-m", "up", raw(["mktree"], `040000 tree ${up}\tidentities\n`)));
    story.host.push({ as: "ada", dir, branch: "up" });
    const { code, err } = await story.preview(await story.host.openPull({ as: "ada", head: "up", title: "Up" }));
    expect(code).toBe(3);
    expect(err.trimEnd().split("\n")).toHaveLength(1);
  });
});

describe("whose account is whose", () => {
  const withAccount = (key: string, login: string, id: number, ...lines: string[]) => ({
    [`identities/people/${key}.yaml`]: [
      `name: ${key}`,
      `email: ${key}@acme.example`,
      `accounts: { github: { login: ${login}, id: "${id}" } }`,
      "grants: [github/member]",
      ...lines,
      "",
    ].join("\n"),
  });

  test("an owner's account becomes the attacker's: high risk, not with the word of whoever owns people alone, and never by a push", async () => {
    const swap = withAccount("grace", "mallory", 7);
    const number = await story.propose({ as: "ada", files: swap });
    expect((await story.preview(number)).code).not.toBe(3);
    expect(labels(number)).toContain("rollcall: high risk");
    expect(comment(number)).toContain("another account in github belongs to grace");
    await story.approve(number, "mary");
    await story.merge(number);
    expect(await story.apply()).toMatchObject({ code: 5 });
    story.push({ as: "org-admin", files: withAccount("isaac", "newton", 6) });
    expect(await story.apply()).toMatchObject({ code: 5 });
    // Neither is mallory or newton anybody here now, nor have the owners lost their word.
    const next = await story.propose({ as: "mary", files: onDev });
    const world = story.host.world();
    world.repositories[0]!.collaborators.push(...[6, 7].map((user) => ({ user, permission: "write" as const })));
    story.host.github.load(world);
    await story.approve(next, "mallory", "newton");
    await story.merge(next);
    expect(await story.apply()).toMatchObject({ code: 5 });
    expect(story.team("dev")).toEqual([]);
    await story.approve(next, "grace");
    await story.apply();
    expect(story.team("dev")).toEqual(["ada"]);
    expect(story.members()).not.toContain("mallory (invited)");
  });

  test("what somebody else has, account, address or former name, nobody can claim beside them", async () => {
    const claims = {
      account: withAccount("eve", "grace", 3),
      login: { "identities/people/eve.yaml": "name: Eve\naccounts: { github: grace }\ngrants: [github/member]\n" },
      address: {
        "identities/people/ada.yaml": personOf("ada", ["grants: [github/member]"])["identities/people/ada.yaml"]!.replace("ada@", "Grace@"),
      },
      former: withAccount("eve", "mallory", 7, "formerly: [grace]"),
    };
    for (const [what, files] of Object.entries(claims)) {
      const number = await story.propose({ as: "ada", branch: what, files });
      expect(await story.preview(number, { files: true }), what).toMatchObject({ code: 3 });
      expect(shown(number), what).toMatch(/ACCOUNT_DUPLICATE|EMAIL_DUPLICATE|FORMERLY_LIVE/);
    }
    // Whoever takes somebody's place, with the old file gone, takes over what that one had: that is said.
    const files = { ...withAccount("eve", "mallory", 7, "formerly: [ada]"), "identities/people/ada.yaml": null };
    const place = await story.propose({ as: "ada", branch: "place", files });
    expect((await story.preview(place)).code).not.toBe(3);
    expect(labels(place)).toContain("rollcall: high risk");
    expect(comment(place)).toContain("takes over the accounts of ada");
    await story.approve(place, "mary");
    await story.merge(place);
    expect(await story.apply()).toMatchObject({ code: 5 });
    expect(story.members()).toEqual(["ada", "grace", "isaac", "mary", "org-admin"]);
  });
});

describe("who judges", () => {
  const approval =
    "kind: approval\nowners:\n  identities/people/: [ada]\n  policies/: [ada]\n  ./: [ada]\napprovals: 1\nown-access: 1\nadmin-grants: 1\n".replace(
      "  ./: [ada]\n",
      "",
    );

  test("a pull request that rewrites the rules is judged by those of the base, before and after the merge", async () => {
    const files = {
      ...onDev,
      "policies/approval.yaml": approval,
      "identities/apps/github.yaml": baseFiles["identities/apps/github.yaml"]!.replace("[grace]", "[ada]"),
    };
    const number = await story.propose({ as: "mary", files });
    await story.approve(number, "ada");
    expect((await story.preview(number)).code).toBe(0);
    expect(labels(number)).toEqual(expect.arrayContaining(["rollcall: high risk", "rollcall: needs approval"]));
    expect(shown(number)).toMatch(/ada (?:owns nothing here|gains access by this change)/);
    await story.merge(number);
    expect(await story.apply()).toMatchObject({ code: 5 });
    // The next one is not judged by what nobody approved either.
    const next = await story.propose({
      as: "mary",
      branch: "next",
      files: {
        "identities/people/isaac.yaml": personOf("isaac", ["grants: [github/member, github/team/dba]"])["identities/people/isaac.yaml"]!,
      },
    });
    await story.approve(next, "ada");
    await story.merge(next);
    expect(await story.apply()).toMatchObject({ code: 5 });
    expect([story.team("dev"), story.team("dba")]).toEqual([[], []]);
  });

  test("an approval counts once: history that is taken back and brought again gives nothing a second time", async () => {
    const gives = await story.propose({ as: "mary", files: onDev });
    await story.approve(gives, "grace");
    await story.merge(gives);
    expect(await story.apply()).toMatchObject({ code: 0 });
    const merge = story.host.tip();
    const takes = await story.propose({ as: "mary", files: { "identities/people/ada.yaml": baseFiles["identities/people/ada.yaml"]! } });
    await story.approve(takes, "grace");
    await story.merge(takes);
    expect(await story.apply()).toMatchObject({ code: 0 });
    expect(story.team("dev")).toEqual([]);
    const dir = story.host.clone();
    const to = (commit: string) => {
      git(dir, "reset", "--quiet", "--hard", commit);
      story.host.push({ as: "org-admin", dir, branch: "main", force: true });
    };
    to(`${merge}^1`);
    expect((await story.apply()).code).toBe(0);
    to(merge);
    expect(await story.apply()).toMatchObject({ code: 5 });
    expect(story.team("dev")).toEqual([]);
  });
});

describe("merges that are not what was reviewed", () => {
  const byHand = (head: string, more: Readonly<Record<string, string>>): void => {
    const dir = story.host.clone();
    git(dir, "merge", "--quiet", "--no-ff", "--no-commit", `origin/${head}`);
    for (const [path, text] of Object.entries(more))
      execFileSync("tee", [join(dir, path)], { input: text, stdio: ["pipe", "ignore", "inherit"] });
    git(dir, "add", "--all");
    git(dir, "commit", "--quiet", "--message", "Merge");
    story.host.push({ as: "org-admin", dir, branch: "main" });
  };

  test("the merge commit of an approved pull request, pushed by hand, counts; with something more in it, not", async () => {
    const plain = await story.propose({ as: "mary", branch: "plain", files: onDev });
    await story.approve(plain, "grace");
    byHand("plain", {});
    expect(await story.apply()).toMatchObject({ code: 0 });
    expect(story.team("dev")).toEqual(["ada"]);
    const evil = await story.propose({
      as: "mary",
      branch: "evil",
      files: {
        "identities/people/isaac.yaml": personOf("isaac", ["grants: [github/member, github/team/dba]"])["identities/people/isaac.yaml"]!,
      },
    });
    await story.approve(evil, "grace");
    byHand("evil", {
      "identities/people/mary.yaml": personOf("mary", ["grants: [github/member, github/team/infra]"])["identities/people/mary.yaml"]!,
    });
    expect(await story.apply()).toMatchObject({ code: 5 });
    expect([story.team("dba"), story.team("infra")]).toEqual([[], []]);
    expect(outcome(evil)).toContain("the merge left something else than what was reviewed");
  });

  test("a base that moved, a fork that is gone, a draft, another branch, a conflict", async () => {
    const isaac = (lines: string[]) => ({ "identities/people/isaac.yaml": personOf("isaac", lines)["identities/people/isaac.yaml"]! });
    const fork = await story.propose({ as: "ada", fork: true, files: personOf("newton", ["grants: [github/member]"]) });
    expect(await story.preview(fork)).toMatchObject({ code: 0 });
    await story.approve(fork, "grace", "mary");
    // The base moves on, by another's approved change.
    const other = await story.propose({ as: "mary", branch: "other", files: isaac(["grants: [github/member, github/team/dba]"]) });
    await story.approve(other, "grace");
    await story.merge(other);
    story.host.deleteFork("ada/identities");
    await story.merge(fork);
    expect(await story.apply()).toMatchObject({ code: 0 });
    expect(story.team("dba")).toEqual(["isaac"]);
    expect(story.members()).toContain("newton (invited)");

    const dir = story.host.clone();
    git(dir, "switch", "--quiet", "--create", "late", "origin/main~2");
    story.host.commit({ dir, as: "mary", files: isaac(["grants: [github/member, github/team/infra]"]) });
    story.host.push({ as: "mary", dir, branch: "late" });
    const late = await story.host.openPull({ as: "mary", head: "late", title: "Late", draft: true });
    expect(await story.preview(late)).toMatchObject({ code: 3 });
    expect(shown(late)).toContain("MERGE_CONFLICT");

    story.push({ as: "org-admin", branch: "release", files: {} });
    const elsewhere = await story.host.openPull({ as: "mary", head: "late", base: "release", title: "Elsewhere" });
    expect(await story.preview(elsewhere)).toMatchObject({ code: 3, err: expect.stringContaining("not into main") });
    await story.approve(elsewhere, "grace");
    expect(story.comments(elsewhere)).toEqual([]);
  });

  test("two runs at once, each in a process and a checkout of its own: what there is to do is done once", async () => {
    const number = await story.propose({
      as: "mary",
      files: { ...onDev, ...personOf("newton", ["grants: [github/member, wiki/member]"]) },
    });
    await story.approve(number, "grace", "isaac");
    await story.merge(number);
    story.host.github.forget();
    story.wiki.forget();
    const event = { name: "push", payload: {} };
    const runs = await Promise.all([story.child(["ci", "apply"], event), story.child(["ci", "apply"], event)]);
    expect(
      runs.map((r) => r.code).sort((a, b) => a - b),
      runs.map((r) => r.err).join("\n"),
    ).toEqual([0, expect.toBeOneOf([0, 7])]);
    const done = [...story.host.github.seen, ...story.wiki.seen]
      .filter((r) => r.mutating && /memberships|accounts/.test(r.path))
      .map((r) => `${r.method} ${r.path}`);
    expect(done.length).toBeGreaterThan(2);
    expect(done.filter((r, i) => done.indexOf(r) !== i)).toEqual([]);
    expect(story.team("dev")).toEqual(["ada"]);
    expect(await story.child(["ci", "apply"], event)).toMatchObject({ code: 0 });
  });
});

const sealedAnew = (line: string, change: Partial<RunRecord>): string => {
  const record = { ...(JSON.parse(line) as RunRecord), ...change };
  return JSON.stringify({ ...record, hash: sha256(canonicalRecord(record)) });
};
