import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { checkSettings, discover, findSimulator } from "../../../src/io/connectors/discover.ts";
import { isLinearPattern } from "../../../src/io/connectors/linear-pattern.ts";
import { manifestSchema } from "../../../src/io/connectors/manifest.schema.ts";
import { manifest as memory } from "../../../providers/memory/manifest.ts";

const own = resolve(import.meta.dirname, "../../../providers");

/** A connector as a third party would bring it, without a library; its name is what JSON.stringify makes of the manifest. */
const source = (manifest: object): string =>
  `globalThis.loaded = [...(globalThis.loaded ?? []), ${JSON.stringify((manifest as { name: string }).name)}];
export default { manifest: ${JSON.stringify(manifest)}, config: { safeParse: (data) => ({ success: true, data }) }, open: () => null };`;

async function folder(files: Readonly<Record<string, string>>): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), "rollcall-providers-"));
  onTestFinished(() => rm(root, { recursive: true }));
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
  return root;
}

test("rollcall's own connectors are found, in order, without a problem", async () => {
  const { connectors, manifests, problems } = await discover([own]);
  expect(problems).toEqual([]);
  expect([...connectors.keys()]).toEqual(expect.arrayContaining(["github", "manual", "memory"]));
  expect([...manifests.keys()]).toEqual([...connectors.keys()].sort());
  expect(manifests.get("memory")).toBe(connectors.get("memory")!.manifest);
});

test("a repository's own connector is found beside them, in TypeScript or JavaScript", async () => {
  const mine = await folder({
    "wiki/connector.js": source({ ...memory, name: "wiki" }),
    "chat/connector.ts": source({ ...memory, name: "chat" }),
    "notes/README.md": "no connector here",
    ".wiki-a1b2/connector.js": "export default {",
    "readme.txt": "nor here",
  });
  const { connectors, problems } = await discover([own, mine, join(mine, "missing")]);
  expect(problems).toEqual([]);
  expect([...connectors.keys()]).toEqual(expect.arrayContaining(["chat", "github", "wiki"]));
});

test("a repository cannot put its code in the place of one of rollcall's connectors: it is a problem, and not even loaded", async () => {
  const mine = await folder({ "memory/connector.js": source({ ...memory, label: "Not Memory" }) });
  const { manifests, problems } = await discover([own, mine]);
  expect(manifests.get("memory")!.label).toBe("Memory");
  expect(problems).toEqual([expect.stringContaining("providers/memory: a connector of this name exists already")]);
  expect((globalThis as { loaded?: string[] }).loaded ?? []).not.toContain("memory");
});

test("the same folder by two paths is one folder", async () => {
  const mine = await folder({ "wiki/connector.js": source({ ...memory, name: "wiki" }) });
  const other = await folder({});
  await symlink(mine, join(other, "providers"));
  expect((await discover([mine, join(other, "providers")])).problems).toEqual([]);
});

test("what is broken is told with its reason, all of it, and does not keep the others away", async () => {
  const mine = await folder({
    "syntax/connector.js": "export default {",
    "empty/connector.js": "export const x = 1;",
    "odd/connector.js": "export default { manifest: {} };",
    "misnamed/connector.js": source({ ...memory, name: "other" }),
    "wrong/connector.js": source({ ...memory, name: "wrong", timeout: 0, stop: "vanish" }),
    "good/connector.js": source({ ...memory, name: "good" }),
  });
  const { connectors, problems } = await discover([mine]);
  expect([...connectors.keys()]).toEqual(["good"]);
  expect(problems).toEqual([
    "providers/empty: connector.js has no default export",
    "providers/misnamed: its manifest calls it other",
    "providers/odd: its default export is not a connector (manifest, config, open)",
    expect.stringContaining("providers/syntax: connector.js cannot be loaded"),
    expect.stringMatching(/^providers\/wrong: its manifest is wrong .*at stop: .*at timeout: /),
  ]);
});

test("the simulator beside a connector is found; a connector without one has none", async () => {
  expect(typeof (await findSimulator([own], "memory"))?.start).toBe("function");
  expect(await findSimulator([own], "manual")).toBeNull();
  expect(await findSimulator([own], "nobody")).toBeNull();
});

test("settings are judged by the connector's own schema, and values are not repeated", async () => {
  const { connectors } = await discover([own]);
  const check = checkSettings(connectors);
  expect(check("github", { organization: "acme" })).toEqual([]);
  const found = check("github", { organization: ["hush-secret"], extra: "hush-secret" });
  expect(found.length).toBeGreaterThan(0);
  expect(JSON.stringify(found)).not.toContain("hush-secret");
  expect(check("nobody", {})).toEqual([]);
});

const spoilt: readonly (readonly [string, object])[] = [
  ["a PUT that is said to read", { calls: [{ name: "a", method: "PUT", path: "/a", effect: "read", bucket: "api" }] }],
  ["GraphQL by GET", { calls: [{ name: "a", method: "GET", path: "/a", effect: "graphql", bucket: "api" }] }],
  ["a call in a bucket that does not exist", { calls: [{ name: "a", method: "GET", path: "/a", effect: "read", bucket: "toString" }] }],
  ["a call twice", { calls: [memory.calls[0], { ...memory.calls[0], name: "again" }] }],
  ["two calls of one name", { calls: [memory.calls[0], { ...memory.calls[1], name: memory.calls[0]!.name }] }],
  ["a path with ** in the middle", { calls: [{ name: "a", method: "GET", path: "/**/a", effect: "read", bucket: "api" }] }],
  ["a host that is everywhere", { hosts: ["*"] }],
  ["a host of a whole top-level domain", { hosts: ["*.example"] }],
  ["a host with a scheme", { hosts: ["https://api.memory.example"] }],
  ["a base URL on another host", { baseUrl: "https://elsewhere.example" }],
  ["a base URL that is none", { baseUrl: "nonsense" }],
  ["a base URL without TLS", { baseUrl: "http://api.memory.example" }],
  ["a secret that does not exist", { auth: { secret: "other", header: "authorization", scheme: "Bearer" } }],
  ["a stop that it cannot do", { verbs: { ...memory.verbs, suspend: undefined } }],
  ["a leaver's step that it cannot do", { leaver: { stage1: ["transfer"], stage2: [], stage3: [] } }],
  ["an example outside its pattern", { entitlements: [{ ...memory.entitlements[0], example: "Other" }] }],
  ["a pattern that may hang", { entitlements: [{ ...memory.entitlements[0], pattern: "(m+)+e" }] }],
  ["a broken pattern", { entitlements: [{ ...memory.entitlements[0], pattern: "member(" }] }],
  ["a level twice", { entitlements: [{ ...memory.entitlements[2], levels: ["a", "a"] }] }],
  ["an unknown field", { extra: true }],
  ["a bucket that lets nothing through", { buckets: { api: { units: 0, seconds: 1, concurrency: 1 } } }],
];
test.each(spoilt)("a manifest with %s is refused", (_, change) => {
  expect(manifestSchema.safeParse(memory).success).toBe(true);
  expect(manifestSchema.safeParse({ ...memory, ...change }).success).toBe(false);
});

test("a connector that only reads, and one whose address is made of a setting, are fine", () => {
  const leaver = { stage1: [], stage2: [], stage3: [] };
  expect(manifestSchema.safeParse({ ...memory, verbs: {}, leaver }).success).toBe(true);
  expect(manifestSchema.safeParse({ ...memory, hosts: ["*.memory.example"], baseUrl: "https://{workspace}.memory.example" }).success).toBe(
    true,
  );
  expect(manifestSchema.safeParse({ ...memory, hosts: ["*.memory.example"], baseUrl: "https://{domain}" }).success).toBe(true);
});

test("patterns that cannot hang pass, all others do not", () => {
  for (const fine of [
    "^team/[a-z0-9][a-z0-9_.-]*$",
    "(?:a|b)?c+",
    "a{2,5}b{3}",
    "(?<x>ab)+",
    "[(+*|]+",
    "\\(a+\\)+",
    "(a(b)?c)+",
    "x(?:y*)z",
    "a+?b",
  ]) {
    expect([fine, isLinearPattern(fine)]).toEqual([fine, true]);
  }
  for (const bad of [
    "(a+)+",
    "((a+)b)*",
    "(a|ab)+",
    "(a*){2,}",
    "(?:a{1,9})+",
    "(a)\\1",
    "(?<x>a)\\k<x>",
    "(?=a)b",
    "(?!a)b",
    "(?<=a)b",
    "(",
    "a**",
    "((a|b)c)*d",
  ]) {
    expect([bad, isLinearPattern(bad)]).toEqual([bad, false]);
  }
});
