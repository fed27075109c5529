/** What a hostile pull request gets: nothing. Each story is played as CI would play it, and looked at from outside: who was asked what, with which credential. */
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
  expect(await story.apply()).toMatchObject({ code: 0 });
});
afterEach(() => story.close());

const comment = (number: number): string => story.comments(number).find((c) => c.startsWith("<!-- rollcall:preview -->")) ?? "";
const outcome = (number: number): string => story.comments(number).find((c) => c.startsWith("<!-- rollcall:outcome -->")) ?? "";
const labels = (number: number): string[] => {
  const { pulls } = story.host.world().repositories[0]!;
  return pulls.find((p) => p.number === number)!.labels.filter((l) => l.startsWith("rollcall: "));
};
const onDev = { "identities/people/ada.yaml": personOf("ada", ["grants: [github/member, github/team/dev]"])["identities/people/ada.yaml"]! };

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
  "identities/apps/github.yaml": baseFiles["identities/apps/github.yaml"]!.replace("organization: acme", "organization: mallory-inc").replaceAll(
    /ACME_GITHUB_(?:READ|WRITE)/g,
    "ACME_STOLEN",
  ),
  "identities/apps/wiki.yaml": "connector: github\nsettings: { organization: acme }\ncredentials: { token: env:ACME_WIKI }\nowners: [isaac]\n",
  "identities/apps/evil.yaml": "connector: memory\nsettings: { workspace: evil }\ncredentials: { token: env:ACME_OTHER }\nowners: [ada]\n",
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
    await writeFile(path, change(lines).map((line) => `${line}\n`).join(""));
    git(dir, "commit", "--quiet", "--all", "--message", "state");
    git(dir, "push", "--quiet", ...push, "origin", "rollcall-state");
  };
  const verify = () => story.run((context) => auditVerify(context, {}));

  test("led to another place, cut off, altered or written anew: the next run refuses, and the audit tells", async () => {
    expect(await verify()).toMatchObject({ code: 0 });
    // What was pushed stays unapproved, whatever rollcall.yaml says of the state afterwards.
    story.push({ as: "org-admin", files: onDev });
    expect(await story.apply()).toMatchObject({ code: 5 });
    expect(await verify()).toMatchObject({ code: 0 });
    story.push({ as: "org-admin", files: { "rollcall.yaml": baseFiles["rollcall.yaml"]!.replace("rollcall-state", "elsewhere") } });
    expect(await story.apply()).toMatchObject({ code: 5, err: expect.stringContaining("record 2") });
    expect(await story.scheduled()).toMatchObject({ code: 5 });
    expect(await verify()).toMatchObject({ code: 5 });
    story.push({ as: "org-admin", files: { "rollcall.yaml": baseFiles["rollcall.yaml"]! } });

    const whole = story.host.tip("rollcall-state");
    const back = () => git(story.host.git, "update-ref", "refs/heads/rollcall-state", whole);
    for (const tamper of [
      (lines: string[]) => lines.slice(0, -1),
      (lines: string[]) => lines.map((line, i) => (i === lines.length - 1 ? line.replace(/"unapproved":\[.*\],"result"/, '"unapproved":[],"result"') : line)),
      (lines: string[]) => lines.map((line, i) => (i === lines.length - 1 ? sealedAnew(line, { unapproved: [] }) : line)),
    ]) {
      await records(tamper);
      expect(await verify()).toMatchObject({ code: 5 });
      expect(await story.apply()).toMatchObject({ code: 5, err: expect.stringContaining("not what runs left") });
      back();
    }
    expect(await story.apply()).toMatchObject({ code: 5, out: expect.stringContaining("record 3") });
    expect(story.team("dev")).toEqual([]);
  });

  test("a record that somebody adds warrants nothing; a note by somebody else is told, and stops nobody", async () => {
    story.push({ as: "org-admin", files: onDev });
    expect(await story.apply()).toMatchObject({ code: 5 });
    const by = { kind: "pull", pull: 1, commit: story.host.tip(), approvers: ["grace"] } as const;
    await records((lines) => {
      const before = JSON.parse(lines.at(-1)!) as RunRecord;
      const forged = { ...before, sequence: before.sequence + 1, previous: before.hash, unapproved: [], outstanding: [{ app: "github", person: "ada", target: "team/dev", after: "member", by }] };
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

const sealedAnew = (line: string, change: Partial<RunRecord>): string => {
  const record = { ...(JSON.parse(line) as RunRecord), ...change };
  return JSON.stringify({ ...record, hash: sha256(canonicalRecord(record)) });
};
