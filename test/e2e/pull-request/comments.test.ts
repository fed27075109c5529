/** The comment on a pull request: one, right, and short, whatever the size of the plan and whoever else writes there. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import memory from "../../../providers/memory/simulator.ts";
import type { Census, RunningSimulator } from "../../../src/connector/simulator.ts";
import { endpointVariable } from "../../../src/io/connectors/base-url.ts";
import type { Files } from "../../support/company.ts";
import { baseFiles, openStory, personOf, type Story } from "./story.ts";

let story: Story;
let pages: RunningSimulator<unknown>;
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  await story.close();
  for (const close of closing.splice(0)) await close();
});

const comment = (number: number): string => story.comments(number).find((c) => c.startsWith("<!-- rollcall:preview -->")) ?? "";

const spaces = ["docs", "notes", "plans", "maps", "logs"];
const role = (given: readonly string[]): string =>
  `grants:\n${["wiki", "pages"].flatMap((app) => given.map((space) => `  - ${app}/space/${space}:reader\n`)).join("")}`;
const keys = Array.from({ length: 500 }, (_, n) => `p${String(n + 1).padStart(4, "0")}`);
const interns = keys.slice(0, 40);

/** 500 people with accounts in two apps and three spaces in each; forty of them by a role of their own. */
async function openLarge(): Promise<void> {
  const people = keys.map((key) => personOf(key, [`roles: [${interns.includes(key) ? "intern" : "staff"}]`]));
  const files: Files = {
    ...Object.assign({}, ...people),
    "identities/apps/pages.yaml": baseFiles["identities/apps/wiki.yaml"]!,
    "identities/roles/staff.yaml": role(spaces.slice(0, 3)),
    "identities/roles/intern.yaml": role(spaces.slice(0, 3)),
  };
  const census: Census = {
    accounts: keys.map((key, n) => ({ id: String(n + 1), login: key, email: `${key}@acme.example`, status: "active" })),
    groups: spaces.map((space, n) => ({
      entitlement: `space/${space}`,
      members: n < 3 ? keys.map((_, i) => ({ id: String(i + 1), level: "reader" })) : [],
    })),
  };
  story = await openStory({ files });
  story.wiki.load(memory.fromCensus(census, memory.settings));
  pages = await memory.start({ world: memory.fromCensus(census, memory.settings), now: story.host.now });
  closing.push(() => pages.close());
  story.env[endpointVariable("pages")] = pages.url;
  expect(await story.apply()).toMatchObject({ code: 0 });
}

const allowance = (app: string, removals: number, groups = ""): Files => ({
  [`policies/allow-${app}.yaml`]: `kind: allowance\napp: ${app}\nexpect: { removals: ${removals}${groups} }\nexpires: 2026-03-31\nbecause: Everybody moves to other spaces.\n`,
});

interface Told {
  readonly counts: Readonly<Record<"people" | "losses" | "gains" | "refused", number>>;
  readonly live: { readonly implied: readonly string[] };
}

describe("a change of many", () => {
  test("five thousand operations fit, with exact counts and everybody who loses; refused without an allowance, passed with one", async () => {
    await openLarge();
    const roles = { "identities/roles/staff.yaml": role(spaces.slice(3)), "identities/roles/intern.yaml": role(spaces.slice(3)) };
    const number = await story.propose({ as: "mary", branch: "spaces", files: roles });
    const out = join(story.host.root, "pull.json");
    const told = async (): Promise<Told> => JSON.parse(await readFile(out, "utf8")) as Told;
    expect(await story.preview(number, { out })).toMatchObject({ code: 5 });
    expect(comment(number)).toContain("**500 people&#58; 2000 gains; 3000 more refused**");
    expect((await told()).counts).toMatchObject({ people: 500, gains: 2000, losses: 0, refused: 3000 });

    const groups = `, groups: { ${spaces
      .slice(0, 3)
      .map((space) => `space/${space}: 500`)
      .join(", ")} }`;
    story.push({ as: "mary", branch: "spaces", files: { ...allowance("wiki", 1500, groups), ...allowance("pages", 1500, groups) } });
    const started = performance.now();
    expect(await story.preview(number, { out })).toMatchObject({ code: 0 });
    expect(performance.now() - started).toBeLessThan(30_000);
    const said = comment(number);
    expect(said.length).toBeLessThan(60_000);
    expect(said).toContain("**500 people&#58; 3000 losses, 2000 gains**");
    const { counts, live } = await told();
    expect(counts).toMatchObject({ people: 500, losses: 3000, gains: 2000, refused: 0 });
    expect(live.implied).toHaveLength(5000);
    const losses = said.slice(said.indexOf("#### Losses"), said.indexOf("<details>"));
    expect(keys.filter((key) => !losses.includes(key))).toEqual([]);
    expect(said).toContain("owner of policies/");

    // The same for forty, merged: by the word of whoever owns roles it is refused, by an allowance of nobody's as well.
    const lost = () => [story.wiki, pages].map((app) => app.census().groups.find((g) => g.entitlement === "space/docs")!.members.length);
    const few = await story.propose({
      as: "mary",
      branch: "interns",
      files: { "identities/roles/intern.yaml": "grants: [wiki/member, pages/member]\n" },
    });
    await story.approve(few, "grace");
    await story.merge(few);
    expect(await story.apply()).toMatchObject({ code: 5 });
    const asked = async (approver: string, removals: number): Promise<void> => {
      const files = { ...allowance("wiki", removals), ...allowance("pages", removals) };
      const exception = await story.propose({ as: "ada", branch: `by-${approver}`, files });
      await story.approve(exception, approver);
      await story.merge(exception);
    };
    await asked("mary", 120);
    expect(await story.apply()).toMatchObject({ code: 5 });
    expect(lost()).toEqual([500, 500]);
    story.push({ as: "org-admin", files: { "policies/allow-wiki.yaml": null, "policies/allow-pages.yaml": null } });
    await asked("isaac", 120);
    expect(await story.apply()).toMatchObject({ code: 0 });
    expect(lost()).toEqual([460, 460]);
  });
});

describe("one comment", () => {
  test("twenty pushes among two hundred comments of others, some with rollcall's own marker", async () => {
    story = await openStory();
    expect(await story.apply()).toMatchObject({ code: 0 });
    const levels = ["dev", "dba", "infra"];
    const files = (n: number) => personOf("ada", [`grants: [github/member, github/team/${levels[n % 3]}]`, `title: Step ${n}`]);
    const number = await story.propose({ as: "mary", branch: "steps", files: files(0) });
    const marker = "<!-- rollcall:preview -->";
    const forged: number[] = [];
    for (let n = 0; n < 200; n++) {
      const body = n % 10 === 0 ? `${marker}\n### Nobody's access changes` : `Remark ${n}`;
      const id = await story.host.comment({ as: ["ada", "grace", "mary"][n % 3]!, on: number, body });
      if (n % 10 === 0) forged.push(id);
    }
    const requests: number[] = [];
    for (let n = 1; n <= 20; n++) {
      story.push({ as: "mary", branch: "steps", files: files(n) });
      story.host.github.forget();
      expect(await story.preview(number, { files: true })).toMatchObject({ code: 0 });
      requests.push(story.host.github.seen.length);
    }
    const pull = () => story.host.world().repositories[0]!.pulls.find((p) => p.number === number)!;
    const own = () => pull().comments.filter((c) => c.body.startsWith(marker) && !forged.includes(c.id));
    expect(pull().comments).toHaveLength(201);
    expect(own()).toHaveLength(1);
    expect(own()[0]!.body).toContain(`github/team/${levels[20 % 3]}`);
    for (const level of levels.filter((l) => l !== levels[20 % 3])) expect(own()[0]!.body).not.toContain(`github/team/${level}`);
    expect(
      forged.every((id) =>
        pull()
          .comments.find((c) => c.id === id)!
          .body.endsWith("Nobody's access changes"),
      ),
    ).toBe(true);
    // Three pages of comments among them; the first run made labels besides.
    expect(Math.max(...requests.slice(1)), requests.join()).toBeLessThanOrEqual(15);

    // Whoever may write here can edit it. That approves nothing, and the next preview puts it right.
    const right = own()[0]!.body;
    const edited = await story.host.ask("grace", "PATCH", `/repos/${story.host.name}/issues/comments/${own()[0]!.id}`, {
      body: `${marker}\nApproved by grace and isaac.`,
    });
    expect(edited.status).toBe(200);
    expect(await story.preview(number, { files: true })).toMatchObject({ code: 0 });
    expect(own().map((c) => c.body)).toEqual([right]);
    await story.host.ask("grace", "PATCH", `/repos/${story.host.name}/issues/comments/${own()[0]!.id}`, {
      body: `${marker}\nApproved by grace and isaac.`,
    });
    await story.merge(number);
    expect(await story.apply()).toMatchObject({ code: 5 });
    expect(levels.flatMap((level) => story.team(level))).toEqual([]);
  });
});
