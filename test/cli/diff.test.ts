import { rm } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { diff } from "../../src/cli/commands/diff.ts";
import type { Context } from "../../src/cli/command.ts";
import { type Company, openCompany, personFile, type Ran } from "../support/company.ts";
import { commitAll, git } from "../support/git.ts";

let company: Company;
let first: string;

beforeEach(async () => {
  company = await openCompany(
    { wiki: { connector: "memory" } },
    {
      ...personFile("ada", ["roles: [sre]"]),
      ...personFile("bob", ["grants: [wiki/space/docs:editor]"]),
      "identities/roles/sre.yaml": "grants: [wiki/space/docs]\n",
    },
  );
  git(company.dir, "init", "--quiet");
  first = commitAll(company.dir);
});
afterEach(async () => company.close());

interface Asked extends Partial<Context> {
  readonly base?: string;
  readonly head?: string;
  readonly format?: "markdown";
}
const run = async ({ base, head, format = "terminal" as never, ...more }: Asked = {}): Promise<Ran> =>
  company.run(async (c) => diff(c, base, head, { format, detailedExitcode: true }), more);

test("the working tree against the last commit: losses first, each with its line; nothing is asked of any app", async () => {
  expect(await run()).toMatchObject({ code: 0, out: expect.stringContaining("nobody's access changes") });
  await company.write({
    ...personFile("bob", ["roles: [sre]", "grants: [wiki/admin]"]),
    ...personFile("eve", ["grants: [wiki/member]"]),
    "identities/people/ada.yaml": "name: Ada\nroles: [sre]\nlast-day: 2026-06-01\naccounts: { wiki: ada }\n",
  });
  const { code, out, err } = await run();
  expect(out).toBe(`HEAD (${first.slice(0, 12)}) to the working tree: 3 files differ

ada  Ada
  - account stopped in wiki
      identities/people/ada.yaml:1: last day 2026-06-01
  - wiki/space/docs:reader
      role sre (identities/roles/sre.yaml:1)

bob  Bob
  ± lower wiki/space/docs editor → reader
      identities/people/bob.yaml:3
  + wiki/admin [admin]
      identities/people/bob.yaml:4

eve  Eve
  + account in wiki
      identities/people/eve.yaml:3

3 people: 1 account and 2 grants lost, 1 account and 1 grant gained; administrative rights are given 1 time
`);
  expect([code, err]).toEqual([2, ""]);
  expect(company.apps["wiki"]!.seen).toEqual([]);
});

test("two commits, whatever the working tree holds; the same the other way round, turned", async () => {
  await company.write(personFile("bob", ["grants: []"]));
  const second = commitAll(company.dir);
  await rm(join(company.dir, "identities"), { recursive: true });
  const forth = JSON.parse((await run({ base: first, head: second, json: true })).out);
  expect(forth).toMatchObject({
    version: 1,
    base: first.slice(0, 12),
    head: second.slice(0, 12),
    summary: { people: 1, accountsLost: 1, grantsLost: 1, accountsGained: 0, grantsGained: 0 },
    files: [{ path: "identities/people/bob.yaml", change: "changed" }],
    changes: [
      { person: "bob", app: "wiki", target: "account", direction: "loss", before: "active", after: null },
      {
        target: "space/docs",
        direction: "loss",
        before: "editor",
        after: null,
        because: [{ file: "identities/people/bob.yaml", line: 3 }],
      },
    ],
  });
  const back = JSON.parse((await run({ base: second, head: "HEAD~1", json: true })).out);
  expect(back.changes.map((c: { direction: string }) => c.direction)).toEqual(["gain", "gain"]);
});

test("as Markdown: losses and administrative rights outside the details, names escaped", async () => {
  await company.write({
    "identities/people/bob.yaml": "name: B <img> @all\ngrants: [wiki/admin]\n",
  });
  const { out } = await run({ format: "markdown" });
  expect(out).toBe(`### Access changes

**1 person&#58; 1 grant lost, 1 grant gained; administrative rights are given 1 time**

#### Losses (1)

- **bob**
  - &#45; <code>wiki/space/docs&#58;editor</code>: identities/people/bob.yaml&#58;3

#### Administrative rights given (1)

- **bob**
  - &#43; <code>wiki/admin</code> **admin**: identities/people/bob.yaml&#58;2

<details><summary>Person by person (1 person, 1 loss, 1 gain)</summary>

| Who | App | What | Why |
|---|---|---|---|
| bob | wiki | &#45; <code>wiki/space/docs&#58;editor</code><br>&#43; <code>wiki/admin</code> **admin** | identities/people/bob.yaml&#58;3<br>identities/people/bob.yaml&#58;2 |

</details>

From <code>HEAD &#40;${first.slice(0, 12)}&#41;</code> to <code>the working tree</code>: 1 file differs
`);
});

test("files with errors are exit 3 and nothing is compared: those of the base are told as of the base", async () => {
  await company.write({ "identities/people/bob.yaml": "name: Bob\nroles: [ser]\n" });
  const broken = commitAll(company.dir);
  await company.write({ "identities/people/eve.yaml": "name: 5\n" });
  const { code, out, err } = await run({ base: broken });
  expect([code, out]).toEqual([3, ""]);
  expect(err).toMatch(
    /^[0-9a-f]{12}:\nerror\[ROLE_UNKNOWN\].*bob\.yaml:2.*\n1 error\nthe working tree:\n.*bob\.yaml:2.*eve\.yaml:1.*\n2 errors/s,
  );
  expect((await run({ base: first, head: broken })).err).not.toContain("eve");
});

test("one person, one app; an app that is not there is asked back about", async () => {
  await company.write({ ...personFile("bob", []), ...personFile("ada", []) });
  const shown = JSON.parse((await run({ json: true, person: "ada" })).out) as { changes: { person: string }[] };
  expect(new Set(shown.changes.map((c) => c.person))).toEqual(new Set(["ada"]));
  expect(await run({ apps: ["wikki"] })).toMatchObject({ code: 3, err: 'there is no app wikki; did you mean "wiki"?' });
});

test("without Git, or with a word that is no commit: one line, exit 3", async () => {
  expect(await run({ base: "nowhere" })).toMatchObject({ code: 3, err: expect.stringMatching(/^"nowhere" names no commit here; [^\n]*$/) });
  await rm(join(company.dir, ".git"), { recursive: true });
  expect(await run()).toEqual({ code: 3, out: "", err: `${company.dir} is not in a Git repository` });
});

test("says the same with and without what is known, and knows both sides afterwards", async () => {
  await company.write(personFile("bob", ["grants: []"]));
  const cold = await run();
  expect(await run()).toEqual(cold);
  expect(await run({ env: { ROLLCALL_CACHE: "off" } })).toEqual(cold);
});
