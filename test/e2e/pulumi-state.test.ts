import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { AppState } from "../../src/core/model/state.ts";
import { encodeResources } from "../../src/core/state/encode.ts";
import { openStateDirectory, type OpenState } from "../../src/io/state/state-directory.ts";
import { account, manifest, stateOf } from "../core/state/sample.ts";
import { findPulumi, noPulumi, pulumiIn, type Ran } from "./pulumi-cli.ts";

// A program that registers what wanted.json says, as plainly as can be: types, names, provider text and inputs.
const program = `
import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
pulumi.Resource.stackTrace = () => [];
for (const { type, name, inputs } of JSON.parse(readFileSync("wanted.json", "utf8"))) new pulumi.CustomResource(type, name, inputs);
`;

// Pure check and diff over the keys that are wished for; an update waits for a file, so that a test can look at Pulumi while it works.
const provider = `
const { existsSync } = require("node:fs");
const same = (a, b) => typeof a === "object" && a && typeof b === "object" && b
  ? Object.keys({ ...a, ...b }).every((k) => same(a[k], b[k])) : a === b;
exports.get = () => ({
  check: async (olds, news) => ({ inputs: news }),
  diff: async (id, olds, news) => ({ changes: !Object.keys(news).every((k) => same(olds[k], news[k])) }),
  create: async () => { throw new Error("nothing is to be created"); },
  update: async (id, olds, news) => {
    while (!existsSync("go")) await new Promise((r) => setTimeout(r, 50));
    return { outs: { ...olds, ...news } };
  },
  delete: async () => {},
});
`;

const bin = findPulumi();
const state = stateOf(
  account("ada"),
  account("bob", { status: "pending", pending: { handle: "4", since: "2026-03-01T00:00:00Z", attempts: 1 }, owned: {} }),
  account("grace"),
);
const withGrant = (from: AppState, person: string, level: string): AppState => {
  const record = from.accounts.get(person)!;
  const grants = { "team/infra": level };
  return { ...from, accounts: new Map(from.accounts).set(person, { ...record, owned: grants, inputs: { ...record.inputs, grants } }) };
};

describe("state on disk is a Pulumi backend", () => {
  let root = "";
  let backend = "";
  let project = "";
  let pulumi: (...args: string[]) => Promise<Ran>;
  const directory = () => openStateDirectory(backend, { now: () => new Date() });
  const opened = async (): Promise<OpenState> => {
    const locking = await directory().lock("forge", { manifest, run: "r1", day: "2026-03-01" });
    if (locking.kind === "held") throw new Error(`held by ${locking.holder.who}`);
    return locking.app;
  };
  const save = async (next: AppState): Promise<string> => {
    const app = await opened();
    const result = await app.save(next);
    await app.release();
    return result;
  };
  const exported = async (): Promise<readonly Record<string, unknown>[]> => {
    const ran = await pulumi("stack", "export", "-s", "forge");
    expect(ran.code, ran.output).toBe(0);
    return (JSON.parse(ran.stdout) as { deployment: { resources: Record<string, unknown>[] } }).deployment.resources;
  };
  const want = (wanted: AppState): Promise<void> => {
    const resources = encodeResources(wanted, "")
      .slice(2)
      .map((r) => ({ type: r["type"], name: (r["urn"] as string).split("::").at(-1), inputs: r["inputs"] }));
    return writeFile(join(project, "wanted.json"), JSON.stringify(resources));
  };

  beforeAll(async () => {
    if (bin === null) return;
    root = await realpath(await mkdtemp(join(tmpdir(), "rollcall-pulumi-")));
    [backend, project] = [join(root, "state"), join(root, "program")];
    await mkdir(join(project, "node_modules/rollcall"), { recursive: true });
    await symlink(resolve("node_modules/@pulumi"), join(project, "node_modules/@pulumi"));
    await writeFile(
      join(project, "node_modules/rollcall/package.json"),
      JSON.stringify({ name: "rollcall", version: "0.0.0", exports: { "./pulumi": "./pulumi.cjs" } }),
    );
    await writeFile(join(project, "node_modules/rollcall/pulumi.cjs"), provider);
    await writeFile(join(project, "package.json"), JSON.stringify({ name: "program", type: "module", main: "index.js" }));
    await writeFile(join(project, "index.js"), program);
    await writeFile(join(project, "Pulumi.yaml"), "name: rollcall\nruntime: { name: nodejs, options: { typescript: false } }\n");
    pulumi = pulumiIn(bin, project, backend, join(root, "home"));
    await save(state);
    await want(state);
  });
  afterAll(async () => {
    if (root !== "") await rm(root, { recursive: true, force: true });
  });

  test("that Pulumi lists and exports as it was written", async (ctx) => {
    if (bin === null) return ctx.skip(noPulumi);
    const ran = await pulumi("stack", "ls", "--json");
    expect(ran.code, ran.output).toBe(0);
    expect(JSON.parse(ran.stdout)).toMatchObject([{ name: "forge", resourceCount: 7 }]);
    const own = encodeResources(state, String((await exported())[1]!["id"]));
    expect(await exported()).toStrictEqual(JSON.parse(JSON.stringify(own)));
  });

  test("whose resources a program registers without a change", async (ctx) => {
    if (bin === null) return ctx.skip(noPulumi);
    const ran = await pulumi("preview", "-s", "forge", "--expect-no-changes");
    expect(ran.code, ran.output).toBe(0);
    expect(ran.output).toMatch(/6 unchanged/);
  });

  test("in which a changed grant is an update of one account", async (ctx) => {
    if (bin === null) return ctx.skip(noPulumi);
    await want(withGrant(state, "ada", "member"));
    const ran = await pulumi("preview", "-s", "forge", "--json");
    expect(ran.code, ran.output).toBe(0);
    expect((JSON.parse(ran.stdout) as { changeSummary: object }).changeSummary).toMatchObject({ update: 1 });
    expect((await pulumi("preview", "-s", "forge", "--expect-no-changes")).code).not.toBe(0);
  });

  test("whose lock, held by rollcall, stops pulumi up", async (ctx) => {
    if (bin === null) return ctx.skip(noPulumi);
    const app = await opened();
    const ran = await pulumi("up", "-s", "forge", "--yes", "--skip-preview");
    expect(ran.code).not.toBe(0);
    expect(ran.output).toMatch(/currently locked by 1 lock/);
    await app.release();
  });

  test("whose lock, held by pulumi up, stops rollcall; what Pulumi wrote is read, and written on", async (ctx) => {
    if (bin === null) return ctx.skip(noPulumi);
    const changed = withGrant(state, "ada", "member");
    await want(changed);
    const up = pulumi("up", "-s", "forge", "--yes", "--skip-preview");
    await expect.poll(() => directory().holders("forge"), { timeout: 60_000 }).toMatchObject([{ by: "pulumi" }]);
    expect(await directory().lock("forge", { manifest, run: "r2", day: "2026-03-01" })).toMatchObject({
      kind: "held",
      holder: { by: "pulumi" },
    });
    await writeFile(join(project, "go"), "");
    const ran = await up;
    expect(ran.code, ran.output).toBe(0);

    const loaded = (await directory().load("forge", "memory")).state;
    expect(loaded.accounts.get("ada")!.inputs.grants).toStrictEqual({ "team/infra": "member" });
    expect(await save(loaded)).toBe("unchanged");
    const next = withGrant(loaded, "grace", "member");
    expect(await save(next)).toBe("written");
    await want(next);
    const again = await pulumi("preview", "-s", "forge", "--expect-no-changes");
    expect(again.code, again.output).toBe(0);
  });
});
