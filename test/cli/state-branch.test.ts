/** State on a branch of the remote, as a user meets it. */
import { randomUUID } from "node:crypto";
import { chmodSync, existsSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { apply } from "../../src/cli/commands/apply.ts";
import { preview } from "../../src/cli/commands/preview.ts";
import { accept, forget, list, unlock } from "../../src/cli/commands/state.ts";
import { branchLeaseText, newBranchLease } from "../../src/io/state/branch-lease.ts";
import { processFacts } from "../../src/io/state/process-facts.ts";
import { personFile } from "../support/company.ts";
import { git } from "../support/git.ts";
import { type BranchCompany, openBranchCompany } from "../support/on-branch.ts";

let company: BranchCompany;

/** Ada and Cy are there, Cy leaves; Bob and Dan are new. */
beforeEach(async () => {
  company = await openBranchCompany(
    {
      wiki: {
        connector: "memory",
        more: "leavers: { delete-after: never }\n",
        census: {
          accounts: [
            { id: "1", login: "root", status: "active", admin: true },
            { id: "2", login: "ada", email: "ada@acme.example", status: "active" },
            { id: "3", login: "cy", email: "cy@acme.example", status: "active" },
          ],
          groups: [{ entitlement: "space/docs", members: [{ id: "2", level: "reader" }] }],
        },
      },
    },
    {
      ...personFile("ada", ["grants: [wiki/space/docs:editor]"]),
      ...personFile("bob", ["grants: [wiki/member]"]),
      ...personFile("cy", ["grants: [wiki/member]", "last-day: 2026-06-01"]),
      ...personFile("dan", ["grants: [wiki/member]"]),
    },
  );
  // Children have the clock of the machine.
  company.now = new Date();
});
afterEach(async () => company.close());

const applyIn = (dir = company.dir) => company.run(async (c) => apply(c, { yes: true }), { dir });
const show = (dir = company.dir) => company.run(async (c) => preview(c, { format: "terminal", detailedExitcode: true }), { dir });
const status = (login: string) => company.apps["wiki"]!.census().accounts.find((a) => a.login === login)?.status;
const applyAsChild = (dir = company.dir) => company.child("-C", dir, "apply", "--yes").ended;

const runFolders = (): string[] => readdirSync(join(company.dir, ".git/rollcall/runs")).filter((name) => !name.startsWith("."));

/** The server takes no push from now on; answers how to let it again. */
function refusePushes(): () => void {
  const hook = join(company.remote, "hooks", "pre-receive");
  writeFileSync(hook, "#!/bin/sh\necho 'error: the branch is protected' >&2\nexit 1\n");
  chmodSync(hook, 0o755);
  return () => rmSync(hook);
}

/** Somebody's lease on the branch, as a run of this living process would leave it. */
const leaseOf = (now: Date, host = processFacts().host): string =>
  branchLeaseText(newBranchLease(randomUUID(), { ...processFacts(), host }, now, "https://ci.example/run/1", 900));

vi.setConfig({ testTimeout: 90_000 });

describe("state on a branch", () => {
  test("is there for a fresh checkout, and a second apply there changes nothing, on the branch neither", async () => {
    const first = await applyIn();
    expect(first.code, first.err).toBe(0);
    const subjects = company.subjects();
    expect(subjects.at(-1)).toMatch(/^state: \d+ operations \(\d+ done\)$/);
    expect(company.stateFile("lease.json")).toBeNull();
    const clone = company.clone();
    expect((await company.run(async (c) => list(c), { dir: clone })).out).toMatch(/bob .*account\/\d+ {2}active/);
    expect((await show(clone)).code).toBe(0);
    const second = await applyIn(clone);
    expect(second.code, second.err).toBe(0);
    expect(company.subjects()).toEqual(subjects);
    expect(git(company.dir, "status", "--porcelain")).toBe("");
    expect(runFolders()).toEqual([]);
    expect(git(company.dir, "for-each-ref", "refs/rollcall/run")).toBe("");
  });

  test("is empty where there is no branch yet, and a preview makes none", async () => {
    expect((await show()).code).toBe(2);
    expect(company.subjects()).toEqual([]);
    expect(existsSync(join(company.dir, ".rollcall"))).toBe(false);
  });

  test("has the lease and the intent of every stop before the first call is sent", async () => {
    await applyIn();
    await company.write(personFile("ada", ["grants: [wiki/space/docs:editor]", "last-day: 2026-06-02"]));
    const seen: [string | null, string | null][] = [];
    company.apps["wiki"]!.onWrite(() => {
      if (seen.length === 0) seen.push([company.stateFile("lease.json"), company.stateFile(".pulumi/stacks/rollcall/wiki.json")]);
    });
    expect((await applyIn()).code).toBe(0);
    const [lease, checkpoint] = seen[0]!;
    expect(JSON.parse(lease!)).toMatchObject({ pid: process.pid, ttl: 900, url: null });
    type Resource = { id?: string; inputs?: { status?: string }; outputs?: { accountStatus?: string } };
    const { resources } = (JSON.parse(checkpoint!) as { checkpoint: { latest: { resources: Resource[] } } }).checkpoint.latest;
    const ada = resources.find((r) => r.id === "wiki/ada");
    expect([ada?.inputs?.status, ada?.outputs?.accountStatus]).toEqual(["suspended", "active"]);
  });

  test("with the Pulumi engine is refused in one line", async () => {
    const ran = await company.run(async (c) => apply(c, { yes: true }), { engine: "pulumi" });
    expect(ran).toMatchObject({ code: 3, err: expect.stringContaining("works with the embedded engine only") as string });
  });

  test("needs a repository and a remote, and says so", async () => {
    git(company.dir, "remote", "remove", "origin");
    expect(await applyIn()).toMatchObject({ code: 1, err: expect.stringContaining("origin") as string });
    rmSync(join(company.dir, ".git"), { recursive: true });
    expect(await applyIn()).toMatchObject({ code: 3, err: expect.stringContaining("not in a Git repository") as string });
    expect(company.mutating()).toEqual([]);
  });
});

describe("the lock of state on a branch", () => {
  beforeEach(async () => {
    await applyIn();
    await company.write(personFile("eve", ["grants: [wiki/member]"]));
    company.forget();
  });
  const hold = (lease: string) => company.byHand(async (dir) => writeFileSync(join(dir, "lease.json"), lease));

  test("is held by the run whose lease is there: who writes ends with 7 and says who it is, who reads goes on", async () => {
    await hold(leaseOf(company.now));
    const ran = await applyIn();
    expect(ran.code).toBe(7);
    expect(ran.err).toContain(`process ${process.pid} (https://ci.example/run/1)`);
    expect(ran.err).toContain("rollcall state unlock");
    expect((await show()).code).toBe(2);
    expect(company.mutating()).toEqual([]);
  });

  test("of a run elsewhere ends a quarter of an hour after its last sign of life, and not before", async () => {
    await hold(leaseOf(new Date(company.now.getTime() - 14 * 60_000), "another-machine"));
    expect((await applyIn()).code).toBe(7);
    company.now = new Date(company.now.getTime() + 2 * 60_000);
    expect((await applyIn()).code).toBe(0);
    expect(status("eve")).toBe("active");
  });

  test("that cannot be read holds, until somebody removes it", async () => {
    await hold("{}\n");
    expect((await applyIn()).code).toBe(7);
    const removed = await company.run(async (c) => unlock(c, undefined, { yes: true }));
    expect(removed).toMatchObject({ code: 0, err: expect.stringContaining("is unlocked") as string });
    expect((await applyIn()).code).toBe(0);
  });

  test("is lost by a run that was only reading while another wrote: nothing of its plan is done", async () => {
    const clone = company.clone();
    const slow = await company.run(async (c) => apply(c, {}), {
      interactive: true,
      ask: async () => {
        expect((await applyIn(clone)).code).toBe(0);
        company.forget();
        return "yes";
      },
    });
    expect(slow.code).toBe(7);
    expect(slow.err).toMatch(/^[^\n]*moved while this run was reading[^\n]*run again$/m);
    expect(company.mutating()).toEqual([]);
    expect(company.subjects().filter((s) => s === "state: begins")).toHaveLength(2);
    expect((await applyIn()).code).toBe(0);
  });

  test("goes to one of two that start at the same time; the other says who has it, or finds nothing left to do", async () => {
    const clone = company.clone();
    for (let round = 0; round < 3; round++) {
      await company.write(personFile(`new${round}`, ["grants: [wiki/member]"]));
      git(company.dir, "add", "--all");
      git(company.dir, "commit", "--quiet", "--message", "new");
      git(clone, "fetch", "--quiet", company.dir, "main");
      git(clone, "reset", "--quiet", "--hard", "FETCH_HEAD");
      company.forget();
      const ran = await Promise.all([applyAsChild(), applyAsChild(clone)]);
      expect(
        ran.map((r) => r.code).sort((a, b) => a - b),
        ran.map((r) => r.err).join(),
      ).toSatisfy((c: number[]) => c[0] === 0 && (c[1] === 0 || c[1] === 7));
      for (const { code, err } of ran)
        if (code === 7) expect(err).toMatch(/is locked by rollcall: \S+ on|moved while this run was reading/);
      const created = company.apps["wiki"]!.seen.filter((r) => r.method === "POST" && r.path === "/accounts");
      expect(created).toHaveLength(round === 0 ? 2 : 1);
    }
  });

  test("once taken away in the middle of a run lets nothing more begin", async () => {
    company.surroundings["ROLLCALL_STATE_PUSH_SECONDS"] = "0";
    for (let i = 0; i < 40; i++) await company.write(personFile(`new${i}`, ["grants: [wiki/member]"]));
    let writes = 0;
    company.apps["wiki"]!.onWrite(() => {
      if (++writes !== 5) return;
      // Somebody thinks it dead, and goes on.
      const commit = git(company.remote, "commit-tree", "rollcall-state^{tree}", "-p", "rollcall-state", "-m", "somebody else");
      git(company.remote, "update-ref", "refs/heads/rollcall-state", commit);
    });
    const ran = await applyAsChild();
    company.apps["wiki"]!.onWrite(null);
    expect(ran.code, ran.err).toBe(7);
    expect(ran.err).toContain("moved under this run");
    expect(writes).toBeLessThan(10);
    expect(company.subjects().at(-1)).toBe("somebody else");
    delete company.surroundings["ROLLCALL_STATE_PUSH_SECONDS"];
    expect((await applyAsChild()).code).toBe(0);
    const created = company.apps["wiki"]!.seen.filter((r) => r.method === "POST" && r.path === "/accounts" && r.status < 400);
    expect(created).toHaveLength(41);
  });
});

describe("a push that fails at the end", () => {
  const failing = async (): Promise<{ ran: Awaited<ReturnType<typeof applyAsChild>>; allow: () => void }> => {
    let allow = (): void => undefined;
    company.apps["wiki"]!.onWrite(() => {
      company.apps["wiki"]!.onWrite(null);
      allow = refusePushes();
    });
    return { ran: await applyAsChild(), allow };
  };

  test("ends with 1 and keeps the state, which the next run of the checkout goes on with and pushes", async () => {
    const { ran, allow } = await failing();
    expect(ran.code).toBe(1);
    expect(ran.err).toMatch(/the branch is protected|pre-receive hook declined/);
    const folder = /is kept in (\S+):/.exec(ran.err)![1]!;
    expect(existsSync(join(folder, "journal/wiki.jsonl"))).toBe(true);
    expect(company.stateFile("lease.json")).not.toBeNull();
    allow();
    company.forget();
    const next = await applyAsChild();
    expect(next.code, next.err).toBe(0);
    expect(next.err).toContain("going on with what the run");
    expect(company.mutating()).toEqual([]);
    expect(company.stateFile("lease.json")).toBeNull();
    expect([...(await company.state("wiki")).accounts.keys()].sort()).toEqual(["ada", "bob", "cy", "dan"]);
    expect((await company.state("wiki")).accounts.get("cy")).toMatchObject({ status: "suspended", stoppedByUs: true });
    expect(existsSync(folder)).toBe(false);
  });

  test("and after which somebody else has pushed is dropped: the branch went on", async () => {
    const { allow } = await failing();
    allow();
    const clone = company.clone();
    expect((await applyAsChild(clone)).code).toBe(0);
    const next = await applyAsChild();
    expect(next.code, next.err).toBe(0);
    expect(next.err).not.toContain("going on with");
    expect((await company.state("wiki")).accounts.get("cy")).toMatchObject({ status: "suspended", stoppedByUs: true });
    expect(runFolders()).toEqual([]);
  });

  test("of a state that was only edited is kept as well", async () => {
    await applyIn();
    const allow = refusePushes();
    const failed = await company.run(async (c) => forget(c, "wiki/bob", { yes: true }));
    expect(failed.code).toBe(1);
    allow();
    const next = await company.run(async (c) => forget(c, "wiki/dan", { yes: true }));
    expect(next.code, next.err).toBe(0);
    expect([...(await company.state("wiki")).accounts.keys()].sort()).toEqual(["ada", "cy"]);
  });
});

describe("a state branch that somebody changed", () => {
  test("so that its history is another is refused with what happened, until it is accepted", async () => {
    await applyIn();
    await company.byHand(async (dir) => void git(dir, "reset", "--soft", "HEAD~2"), "--force");
    for (const ran of [await show(), await applyIn()]) {
      expect(ran.code).toBe(3);
      expect(ran.err).toMatch(/history of rollcall-state on origin was rewritten.*rollcall state accept/);
    }
    const accepted = await company.run(async (c) => accept(c, { yes: true }));
    expect(accepted).toMatchObject({ code: 0, err: expect.stringContaining("is accepted as of") as string });
    const ran = await applyIn();
    expect(ran.code, ran.err).toBe(0);
    expect(company.subjects().at(-1)).toBe("by hand");
  });

  test("so that it holds a link is refused as a whole, and no file is written through it", async () => {
    await applyIn();
    company.forget();
    await company.byHand(async (dir) => {
      rmSync(join(dir, "journal"), { recursive: true, force: true });
      symlinkSync(company.dir, join(dir, "journal"));
    });
    await company.write(personFile("eve", ["grants: [wiki/member]"]));
    const ran = await applyIn();
    expect(ran).toMatchObject({ code: 3, err: expect.stringContaining('"journal" is a symbolic link') as string });
    expect(existsSync(join(company.dir, "wiki.jsonl"))).toBe(false);
    expect(company.mutating()).toEqual([]);
  });

  test("so that it names a provider of its own is refused like any other state", async () => {
    await applyIn();
    const path = ".pulumi/stacks/rollcall/wiki.json";
    const forged = company.stateFile(path)!.replace(/"__provider":\s*"[^"]*/, (found) => `${found} evil`);
    expect(forged).not.toBe(company.stateFile(path));
    await company.byHand(async (dir) => writeFileSync(join(dir, path), forged));
    expect((await applyIn()).code).toBe(3);
  });
});
