import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { BranchWriter, usualTimings } from "../../src/cli/branch-writer.ts";
import { GitFailure } from "../../src/io/git/git-error.ts";
import type { CommitDraft, StateBranch } from "../../src/io/git/state-branch.ts";
import { newBranchLease } from "../../src/io/state/branch-lease.ts";
import { processFacts } from "../../src/io/state/process-facts.ts";

/** A branch in memory, whose remote can be out of reach. */
class Branch {
  at: string | null = null;
  down = false;
  readonly drafts: CommitDraft[] = [];
  pushes = 0;
  looks = 0;
  readonly port: StateBranch = {
    name: "state",
    remote: "origin",
    privateFolder: "/nowhere",
    head: async () => this.at,
    accept: async () => this.at,
    files: async () => [],
    commit: async (draft) => `commit ${this.drafts.push(draft)}`,
    push: async (from, to) => {
      if (this.down) throw new GitFailure("remote", "not reached");
      if (from !== this.at) return "moved";
      this.pushes++;
      this.at = to;
      return "pushed";
    },
    isAt: async (commit) => {
      if (this.down) throw new GitFailure("remote", "not reached");
      this.looks++;
      return commit === this.at;
    },
    forgetRun: async () => undefined,
  };
}

let branch: Branch;
let state: Map<string, Buffer>;
let now: Date;
let writer: BranchWriter;
const pass = (seconds: number): void => void (now = new Date(now.getTime() + seconds * 1000));
const write = (text: string): void => void state.set("journal/forge.jsonl", Buffer.from(text));

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  branch = new Branch();
  state = new Map();
  now = new Date("2026-06-10T12:00:00Z");
  const lease = newBranchLease("11111111-1111-4111-8111-111111111111", processFacts(), now, null, 900);
  writer = new BranchWriter({
    branch: branch.port,
    from: null,
    tree: new Map(),
    read: async () => new Map(state),
    lease,
    timings: usualTimings,
    now: () => now,
    summary: () => "2 operations (2 done)",
  });
});
afterEach(async () => {
  writer.abandon();
  vi.useRealTimers();
});

describe("a run whose state is on a branch", () => {
  test("that did nothing pushes nothing; one that only noted something pushes once, and holds no lease", async () => {
    expect(await writer.end()).toBe("nothing");
    write("noted");
    expect(await writer.end()).toBe("pushed");
    expect(branch.drafts.at(-1)!.changed.map((f) => f.path)).toEqual(["journal/forge.jsonl"]);
  });

  test("has its intents on the branch before a call begins", async () => {
    await writer.claim();
    write("intent");
    writer.saved();
    await Promise.all([writer.beforeCall(), writer.beforeCall(), writer.beforeCall()]);
    expect(branch.pushes).toBe(2);
    expect(branch.drafts[1]!.changed.map((f) => f.bytes.toString())).toContain("intent");
    await writer.beforeCall();
    expect(branch.pushes).toBe(2);
  });

  test("whose intents are just being pushed waits for that push, whoever began it", async () => {
    await writer.claim();
    let open = (): void => undefined;
    const push = branch.port.push.bind(branch.port);
    const held = new Promise<void>((resolve) => (open = resolve));
    Object.assign(branch.port, { push: async (from: string | null, to: string) => (await held, push(from, to)) });
    write("intent");
    writer.saved();
    const began: number[] = [];
    const first = writer.beforeCall().then(() => began.push(1));
    await new Promise(setImmediate);
    const second = writer.beforeCall().then(() => began.push(2));
    await new Promise(setImmediate);
    expect(began).toEqual([]);
    open();
    await Promise.all([first, second]);
    expect(branch.pushes).toBe(2);
  });

  test("pushes at most once in thirty seconds while it works, and waits for it only where a minute has passed", async () => {
    await writer.claim();
    for (let i = 0; i < 200; i++) {
      write(`call ${i}`);
      await writer.beforeCall();
      pass(1);
    }
    await vi.waitFor(() => expect(branch.pushes).toBeGreaterThan(5));
    expect(branch.pushes).toBeLessThanOrEqual(1 + Math.ceil(200 / 30));
    pass(61);
    const before = branch.pushes;
    write("late");
    await writer.beforeCall();
    expect(branch.pushes).toBe(before + 1);
    pass(61);
    await writer.beforeCall();
    expect([branch.pushes, branch.looks]).toEqual([before + 1, 1]);
  });

  test("whose branch moved begins nothing more and pushes nothing more, however often it is asked", async () => {
    await writer.claim();
    branch.at = "somebody else's";
    pass(61);
    for (let i = 0; i < 3; i++) await expect(writer.beforeCall()).rejects.toMatchObject({ kind: "lock-lost" });
    write("more");
    writer.saved();
    await expect(writer.beforeCall()).rejects.toMatchObject({ kind: "lock-lost" });
    await expect(writer.end()).rejects.toMatchObject({ kind: "lock-lost" });
    expect(branch.at).toBe("somebody else's");
    expect(branch.pushes).toBe(1);
  });

  test("that slept through its lease finds out before it sends anything", async () => {
    await writer.claim();
    pass(3600);
    branch.at = "taken over";
    await expect(writer.beforeCall()).rejects.toMatchObject({
      kind: "lock-lost",
      message: expect.stringContaining("silent for too long") as string,
    });
  });

  test("goes on while the remote is out of reach and its lease is safe, and not with an intent that nobody has", async () => {
    await writer.claim();
    branch.down = true;
    pass(120);
    write("done meanwhile");
    await writer.beforeCall();
    pass(360);
    await expect(writer.beforeCall()).rejects.toMatchObject({ kind: "remote" });
    branch.down = false;
    await writer.beforeCall();
    branch.down = true;
    write("intent");
    writer.saved();
    await expect(writer.beforeCall()).rejects.toMatchObject({ kind: "remote" });
    await expect(writer.beforeCall()).rejects.toMatchObject({ kind: "remote" });
    branch.down = false;
    await writer.beforeCall();
    expect(branch.drafts.at(-1)!.changed.map((f) => f.bytes.toString())).toContain("intent");
  });

  test("that waits long for a vendor shows every five minutes that it lives, and not more often", async () => {
    await writer.claim();
    for (let minute = 0; minute < 21; minute++) {
      pass(60);
      await vi.advanceTimersByTimeAsync(60_000);
    }
    expect(branch.pushes).toBe(1 + 4);
    const lease = branch.drafts.at(-1)!.changed.find((f) => f.path === "lease.json")!;
    expect(JSON.parse(lease.bytes.toString())).toMatchObject({ since: "2026-06-10T12:00:00.000Z", heartbeat: "2026-06-10T12:20:00.000Z" });
    await writer.end();
    expect(branch.drafts.at(-1)!.removed).toEqual(["lease.json"]);
    pass(900);
    await vi.advanceTimersByTimeAsync(900_000);
    expect(branch.pushes).toBe(6);
  });

  test("says in its commits who it is and how much was done", async () => {
    await writer.claim();
    write("x");
    await writer.end();
    expect(branch.drafts.map((d) => d.message)).toEqual([
      "state: begins\n\nRollcall-Run: 11111111-1111-4111-8111-111111111111\n",
      "state: 2 operations (2 done)\n\nRollcall-Run: 11111111-1111-4111-8111-111111111111\n",
    ]);
    expect(branch.drafts[1]!.parent).toBe("commit 1");
  });
});
