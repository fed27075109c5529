/** `rollcall connectors probe`: what it says, what it exits with, and that it writes nothing anywhere. */
import { readFile } from "node:fs/promises";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import type { Context } from "../../src/cli/command.ts";
import { check } from "../../src/cli/commands/check.ts";
import { probe } from "../../src/cli/commands/connectors-probe.ts";
import { type Company, openCompany, type Ran } from "../support/company.ts";

const server = (traits: object = {}): object => ({
  server: traits,
  users: ["ada", "grace", "alan"].map((login, i) => ({
    id: String(i + 1),
    userName: login,
    emails: [{ value: `${login}@acme.example` }],
    externalId: login,
  })),
  groups: [
    { id: "g1", displayName: "Engineers", members: [{ value: "1" }] },
    { id: "g2", displayName: "Empty" },
  ],
});

let company: Company;
beforeEach(async () => {
  company = await openCompany(
    {
      chat: { connector: "scim", world: server({ adminRole: null, entitlements: false }), settings: "{ profile: scimmy }" },
      tool: { connector: "scim", world: server() },
      wiki: { connector: "memory" },
    },
    {},
  );
});
afterEach(async () => company.close());

type Options = Parameters<typeof probe>[2];
const ask = async (app: string, options: Options = {}, more: Partial<Context> = {}): Promise<Ran> =>
  company.run(async (c) => probe(c, app, options), more);
const asJson = async (app: string, more: Partial<Context> = {}): Promise<Record<string, unknown>> =>
  JSON.parse((await ask(app, {}, { ...more, json: true })).out) as Record<string, unknown>;
const seen = (app: string): string[] => company.apps[app]!.seen.map((r) => r.method);

describe("an app whose settings fit", () => {
  test("says so, exits 0 also with the detailed exit code, and shows what the server can do", async () => {
    const ran = await ask("tool", { detailedExitcode: true });
    expect(ran.code).toBe(0);
    expect(ran.out).toContain("profile standard as it is in force: it fits");
    for (const line of [
      /^ {2}patch +yes, it says$/m,
      /^ {2}bulk +no, it says$/m,
      /^ {2}sort +no, it says$/m,
      /^ {2}etag +no/m,
      /^ {2}paging +index$/m,
    ])
      expect(ran.out).toMatch(line);
    expect(ran.out).not.toContain("to be put into");
  });
});

describe("an app whose settings do not fit", () => {
  test("names the profile that fits best and the settings, ready to be pasted; 2 only where asked for", async () => {
    const ran = await ask("chat", { detailedExitcode: true });
    expect(ran.code).toBe(2);
    expect((await ask("chat")).code).toBe(0);
    expect(ran.out).toContain("look-ups do not heed case\n      server.filterCase: insensitive");
    expect(ran.out).toMatch(/^ {3}1\. standard +nothing speaks against it/m);
    const block = /^to be put into identities\/apps\/chat\.yaml\n((?: {2}.*\n)+)/m.exec(ran.out)![1]!.replaceAll(/^ {2}/gm, "");
    const file = await readFile(join(company.dir, "identities/apps/chat.yaml"), "utf8");
    await company.write({ "identities/apps/chat.yaml": file.replace(/^settings:.*\n/m, block) });
    expect((await ask("chat", { detailedExitcode: true })).code).toBe(0);
  });

  test("as JSON, version 1", async () => {
    expect(await asJson("chat")).toMatchObject({
      version: 1,
      app: "chat",
      connector: "scim",
      fits: false,
      missing: [],
      failure: null,
      tenant: { name: "127.0.0.1" },
      settings: { profile: "standard" },
    });
    expect(await asJson("tool")).toMatchObject({ fits: true, settings: null });
  });
});

describe("what is missing", () => {
  test("a credential and an address are both named, exit 4, and nobody is asked", async () => {
    const ran = await ask("chat", {}, { env: {} });
    expect(ran.code).toBe(4);
    expect(ran.out).toContain("the environment variable CHAT_TOKEN is not set");
    expect(ran.out).toContain("set ROLLCALL_ENDPOINT_CHAT");
    expect(company.apps["chat"]!.seen).toEqual([]);
  });
  test("an address alone is 8", async () => {
    expect((await ask("chat", {}, { env: { CHAT_TOKEN: "t" } })).code).toBe(8);
  });
  test("an app that is not there is 3, with the one that was meant", async () => {
    const ran = await ask("chatt");
    expect(ran).toMatchObject({ code: 3, err: expect.stringContaining('did you mean "chat"?') as string });
  });
  test("a credential that is refused is 4, a server that does not answer is 8", async () => {
    company.apps["chat"]!.plant({ times: 100, kind: { answer: 401 } });
    expect((await ask("chat")).code).toBe(4);
    company.apps["tool"]!.plant({ times: 100, kind: { answer: 400 } });
    const ran = await ask("tool");
    expect(ran.code).toBe(8);
    expect(ran.out).toContain("could not be read");
  });
});

test("a connector that compares nothing tells its tenant, itself and what is not to be had", async () => {
  const ran = await ask("wiki");
  expect(ran.code).toBe(0);
  expect(ran.out).toContain("wiki: ");
  expect(await asJson("wiki")).toMatchObject({ fits: true, tenant: { label: "acme" }, facts: [], candidates: [], settings: null });
});

test("nothing is written: only reads leave, the token is in no output, and no file changes", async () => {
  const before = await company.digest();
  const outputs: string[] = [];
  for (const app of ["chat", "tool", "wiki"]) {
    const { out, err } = await ask(app, { detailedExitcode: true }, { verbose: true });
    outputs.push(out, err);
    expect(new Set(seen(app))).toEqual(new Set(["GET"]));
  }
  expect(company.mutating()).toEqual([]);
  expect(outputs.join()).not.toContain("token-of-");
  expect(await company.digest()).toBe(before);
});

describe("a server that has no app file yet", () => {
  const at = (app: string): string => company.apps[app]!.url;

  test("the file comes out on standard output, the report beside it; committed, it checks clean and fits", async () => {
    const ran = await ask("mail", { url: at("tool"), tokenEnv: "MAIL_TOKEN" }, { env: { MAIL_TOKEN: "secret-of-mail" } });
    expect(ran.code).toBe(0);
    expect(ran.out.split("\n").length).toBeLessThanOrEqual(12);
    expect(ran.out).toBe(
      `# yaml-language-server: $schema=../.schema/app.json\n# SCIM 2.0. Where it is, whoever runs rollcall says: ROLLCALL_ENDPOINT_MAIL=${at("tool")}\n` +
        "connector: scim\nsettings:\n  profile: standard\ncredentials:\n  read:\n    token: env:MAIL_TOKEN\n  write:\n    token: env:MAIL_TOKEN\nmode: observe\n",
    );
    expect(ran.err).toContain("profiles, best first");
    // `> identities/apps/mail.yaml` makes the file before rollcall begins.
    await company.write({ "identities/apps/mail.yaml": "" });
    expect(await ask("mail", { url: at("tool"), tokenEnv: "MAIL_TOKEN" }, { env: { MAIL_TOKEN: "secret-of-mail" } })).toEqual(ran);
    await company.write({ "identities/apps/mail.yaml": ran.out });
    expect((await company.run(check)).code).toBe(0);
    const env = { MAIL_TOKEN: "secret-of-mail", ROLLCALL_ENDPOINT_MAIL: at("tool") };
    expect((await ask("mail", { detailedExitcode: true }, { env })).code).toBe(0);
    expect(company.mutating()).toEqual([]);
  });

  test("the credential goes to the typed address and is printed nowhere; an address that is none, or holds a password, is refused", async () => {
    const env = { MAIL_TOKEN: "secret-of-mail" };
    for (const url of ["http://elsewhere.example/scim", "https://ada:hunter22@elsewhere.example", "elsewhere"]) {
      const ran = await ask("mail", { url, tokenEnv: "MAIL_TOKEN" }, { env });
      expect(ran.code).toBe(8);
      expect(ran.out).toBe("");
      expect(ran.err).not.toMatch(/hunter22|secret-of-mail/);
      expect(ran.err, "who typed an address is told of that").toContain("--url ");
      expect(ran.err).not.toContain("ROLLCALL_ENDPOINT_MAIL");
    }
  });

  test("a credential that no header can hold is 4, and printed nowhere, in no spelling", async () => {
    const ran = await ask("mail", { url: at("tool"), tokenEnv: "MAIL_TOKEN" }, { env: { MAIL_TOKEN: "secret-of\nmail-and-more" } });
    expect(ran.code).toBe(4);
    expect(ran.out).toBe("");
    expect(ran.err).toContain("it holds a line break");
    expect(ran.err).not.toMatch(/secret-of|mail-and-more/);
    expect(company.apps["tool"]!.seen).toEqual([]);
  });

  test("what is typed wrongly is said before anything is sent", async () => {
    const url = at("tool");
    expect(await ask("mail", { url })).toMatchObject({ code: 1, err: expect.stringContaining("--token-env NAME") as string });
    expect(await ask("mail", { tokenEnv: "X" })).toMatchObject({ code: 1 });
    expect(await ask("chat", { url, tokenEnv: "X" })).toMatchObject({
      code: 3,
      err: expect.stringContaining("is there already") as string,
    });
    expect(await ask("Mail/x", { url, tokenEnv: "X" })).toMatchObject({ code: 3 });
    expect(await ask("mail", { url, tokenEnv: "X", connector: "scm" })).toMatchObject({
      code: 3,
      err: expect.stringContaining('did you mean "scim"?') as string,
    });
    expect(await ask("mail", { url, tokenEnv: "X", connector: "github" })).toMatchObject({
      code: 3,
      err: expect.stringContaining("rollcall init --connector github") as string,
    });
    expect(await ask("mail", { url, tokenEnv: "UNSET" })).toMatchObject({ code: 4, out: "" });
    expect(company.apps["tool"]!.seen).toEqual([]);
  });
});

describe("an address where no SCIM 2.0 is", () => {
  const list = (schema: string): object => ({ schemas: [schema], totalResults: 1, Resources: [{ id: "1", userName: "ada" }] });
  const send = (response: ServerResponse, status: number, type: string, body: string): void => {
    response.writeHead(status, { "content-type": type });
    response.end(body);
  };
  async function served(answer: (response: ServerResponse, path: string) => void): Promise<Ran & { requests: number }> {
    let requests = 0;
    const stand = createServer((request, response) => {
      requests++;
      answer(response, request.url!);
    });
    await new Promise<void>((resolve) => stand.listen(0, "127.0.0.1", resolve));
    onTestFinished(async () => new Promise<void>((resolve) => void stand.close(() => resolve())));
    const url = `http://127.0.0.1:${(stand.address() as AddressInfo).port}`;
    const ran = await ask("mail", { url, tokenEnv: "MAIL_TOKEN" }, { env: { MAIL_TOKEN: "secret-of-mail" } });
    return { ...ran, requests };
  }

  test.each([
    [
      "a web page",
      200,
      "text/html; charset=utf-8",
      "<h1>Sign in</h1>",
      "it is a web page; is the address the one that /Users comes behind?",
    ],
    ["nothing there", 404, "application/json", "{}", "404 to GET /Users: is the address the one that /Users comes behind?"],
    ["an empty answer", 200, "application/json", "", "it is empty"],
    ["JSON of another sort", 200, "application/json", '{"Resources":[{"login":"ada"}]}', "see Resources.0.id"],
  ])("%s: says what came and what may be wrong, 8", async (_, status, type, body, says) => {
    const ran = await served((response) => send(response, status, type, body));
    expect(ran).toMatchObject({ code: 8, out: "" });
    expect(ran.err).toContain(says);
  });

  test("SCIM 1.1 reads like 2.0 and is told apart", async () => {
    const ran = await served((response, path) =>
      path.startsWith("/Users?")
        ? send(response, 200, "application/json", JSON.stringify(list("urn:scim:schemas:core:1.0")))
        : send(response, 404, "application/json", "{}"),
    );
    expect(ran.err).toContain("the server speaks SCIM 1.1 at this address");
    expect(ran.err).toContain("no setting mends it");
  });
});

test("a server that did not answer at all is not asked twenty questions more", async () => {
  const manifest = {
    name: "quiet",
    label: "Quiet",
    description: "Never answers.",
    kinds: ["user"],
    matchKeys: ["login"],
    createNeeds: "login",
    entitlements: [{ name: "user", pattern: "user", levels: [], base: true, example: "user", description: "An account." }],
    verbs: {},
    stop: "suspend",
    leaver: { stage1: [], stage2: [], stage3: [] },
    residual: [],
    attributes: [],
    hosts: ["quiet.example"],
    baseUrl: "https://quiet.example",
    calls: [{ name: "all", method: "GET", path: "/**", effect: "read", bucket: "api" }],
    buckets: { api: { units: 1, seconds: 1, concurrency: 1 } },
    pageSizes: {},
    concurrency: 1,
    timeout: 1,
    secrets: [],
  };
  const facts = '[{ name: "it was asked", value: "again" }]';
  await company.write({
    "providers/quiet/connector.js":
      `import { z } from ${JSON.stringify(import.meta.resolve("zod"))};\n` +
      `import { FaultError } from ${JSON.stringify(new URL("../../src/connector/index.ts", import.meta.url).href)};\n` +
      `export default { manifest: ${JSON.stringify(manifest)}, config: z.strictObject({}), open: async () => ({\n` +
      '  probe: async () => { throw new FaultError({ kind: "transient", message: "No answer", ...(globalThis.quietStatus ?? {}) }); },\n' +
      `  inspect: async () => ({ facts: ${facts}, candidates: [] }), roots: () => [],\n}) };\n`,
    "identities/apps/quiet.yaml": "connector: quiet\nmode: observe\n",
  });
  const ran = await ask("quiet");
  expect(ran).toMatchObject({ code: 8, out: expect.stringContaining("transient: No answer") as string });
  expect(ran.out).not.toContain("it was asked");
  // One that answers, with nonsense, is: a profile that is wrong can be the reason.
  vi.stubGlobal("quietStatus", { status: 200 });
  onTestFinished(() => void vi.unstubAllGlobals());
  expect((await ask("quiet")).out).toContain("it was asked");
});
