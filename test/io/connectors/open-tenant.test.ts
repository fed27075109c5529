import { expect, test } from "vitest";
import { z } from "zod";
import type { Connector, Io } from "../../../src/connector/contract.ts";
import { FaultError } from "../../../src/connector/fault.ts";
import type { App } from "../../../src/core/model/app.ts";
import type { Manifest } from "../../../src/core/model/manifest.ts";
import { addressOf, endpointVariable } from "../../../src/io/connectors/base-url.ts";
import { openTenant, type OpenTenantOptions, type RoomRequest } from "../../../src/io/connectors/open-tenant.ts";
import { secretsFrom } from "../../../src/io/connectors/secrets.ts";
import { manifest } from "../../../providers/memory/manifest.ts";
import { fakeTenant } from "../engine/read/fake-tenant.ts";

const app = { key: "wiki", connector: "memory", settings: { workspace: "acme" } } as unknown as App;

function opening(more: Partial<OpenTenantOptions> = {}, changes: Partial<Manifest> = {}) {
  const rooms: RoomRequest[] = [];
  const ios: Io[] = [];
  const connector: Connector = {
    manifest: { ...manifest, ...changes },
    config: z.strictObject({ workspace: z.string() }),
    open: async (_, io) => {
      ios.push(io);
      return fakeTenant({});
    },
  };
  const options: OpenTenantOptions = {
    app,
    connector,
    access: "read",
    secret: () => Promise.resolve("s"),
    endpoint: undefined,
    register: [{ id: "b-1", status: "active", grants: {} }],
    openRoom: (request) => {
      rooms.push(request);
      return { fetch: () => Promise.resolve(new Response("ok")), counts: { read: 2, write: 1 } };
    },
    log: () => undefined,
    now: () => new Date(0),
    ...more,
  };
  return { rooms, ios, opened: openTenant(options) };
}

const messageOf = async (attempt: Promise<unknown>): Promise<string> => {
  const error = await attempt.then(
    () => null,
    (e: unknown) => e,
  );
  if (!(error instanceof FaultError)) throw new Error(`not a fault: ${String(error)}`);
  return `${error.fault.kind}: ${error.fault.message}`;
};

test("a tenant is opened at the vendor's own address, for the access asked for, with the register", async () => {
  for (const access of ["read", "write"] as const) {
    const { rooms, ios, opened } = opening({ access });
    expect((await opened).calls()).toEqual({ read: 2, write: 1 });
    expect(rooms).toMatchObject([{ app: "wiki", baseUrl: "https://api.memory.example", access, extraHosts: [] }]);
    expect(ios[0]).toMatchObject({ baseUrl: "https://api.memory.example", register: [{ id: "b-1" }] });
  }
});

test("an operator's endpoint moves it, and allows that host", async () => {
  const { rooms, opened } = opening({ endpoint: " http://127.0.0.1:8080/api/ " });
  await opened;
  expect(rooms).toMatchObject([{ baseUrl: "http://127.0.0.1:8080/api", extraHosts: ["127.0.0.1:8080"] }]);
});

test("an empty endpoint is none", async () => {
  const { rooms, opened } = opening({ endpoint: "" });
  await opened;
  expect(rooms).toMatchObject([{ baseUrl: "https://api.memory.example", extraHosts: [] }]);
});

test("the variable of an app is its key in capitals", () => {
  expect(endpointVariable("git-hub.eu")).toBe("ROLLCALL_ENDPOINT_GIT_HUB_EU");
});

test("an endpoint that is none, is not https or holds a password is refused by name, and never repeated", async () => {
  for (const endpoint of [
    "hush",
    "http://hush.example",
    "https://hush:hush@api.example",
    "https://api.example?hush=1",
    "ftp://127.0.0.1",
    "file:///hush",
  ]) {
    const { rooms, opened } = opening({ endpoint });
    const message = await messageOf(opened);
    expect(message).toMatch(/^invalid: ROLLCALL_ENDPOINT_WIKI /);
    expect(message).not.toContain("hush");
    expect(rooms).toEqual([]);
  }
});

test("a connector without an address needs an endpoint", async () => {
  const { baseUrl: _, ...without } = manifest;
  expect(() => addressOf("wiki", without, {}, undefined)).toThrow("set ROLLCALL_ENDPOINT_WIKI");
});

test("a setting can be part of the address, and can never lead to another host", () => {
  const made = { ...manifest, hosts: ["*.memory.example"], baseUrl: "https://{workspace}.memory.example/api" };
  expect(addressOf("wiki", made, { workspace: "acme" }, undefined)).toEqual({ baseUrl: "https://acme.memory.example/api", extraHosts: [] });
  for (const workspace of ["evil.example/", "evil.example#", "a@evil.example", "a:b", "evil.example\\", "", "-", 7, undefined]) {
    expect(() => addressOf("wiki", made, { workspace }, undefined)).toThrow("host name");
  }
  const whole = { ...made, baseUrl: "https://{domain}" };
  expect(addressOf("wiki", whole, { domain: "acme.memory.example" }, undefined).baseUrl).toBe("https://acme.memory.example");
  for (const domain of ["evil.example", "memory.example", "evilmemory.example"]) {
    expect(() => addressOf("wiki", whole, { domain }, undefined)).toThrow("none of the hosts");
  }
});

test("settings that do not suit the connector are a fault, and nothing is opened", async () => {
  const { rooms, opened } = opening({ app: { ...app, settings: { workspace: 7 } } });
  expect(await messageOf(opened)).toMatch(/^invalid: wiki: settings\.workspace: /);
  expect(rooms).toEqual([]);
});

test("a connector that declares no calls gets no HTTP", async () => {
  const { rooms, ios, opened } = opening({}, { calls: [], hosts: [] });
  expect((await opened).calls()).toEqual({ read: 0, write: 0 });
  expect(rooms).toEqual([]);
  expect(await messageOf(ios[0]!.fetch("https://api.memory.example/"))).toMatch(/^refused: wiki: /);
});

test("a secret is read when it is asked for, from the variable that the file names", async () => {
  const env: Record<string, string | undefined> = { WIKI_TOKEN: "first" };
  const secret = secretsFrom("wiki", { token: "env:WIKI_TOKEN" }, env);
  expect(await secret("token")).toBe("first");
  env["WIKI_TOKEN"] = "second\n";
  expect(await secret("token")).toBe("second");
});

test("a secret that is not there is an auth fault that names the variable or the file", async () => {
  const secret = secretsFrom("wiki", { token: "env:WIKI_TOKEN", other: "env:EMPTY", third: "command:VAULT" }, { EMPTY: " \n" });
  expect(await messageOf(secret("token"))).toMatch(/^auth: .*WIKI_TOKEN is not set/);
  expect(await messageOf(secret("other"))).toMatch(/^auth: .*EMPTY is not set/);
  expect(await messageOf(secret("third"))).toMatch(/^auth: .*ROLLCALL_SECRET_COMMAND_VAULT is not set/);
  expect(await messageOf(secret("unknown"))).toMatch(/^auth: .*identities\/apps\/wiki\.yaml names no credential unknown/);
});

test("a secret can come from a command of the operator's, whose own words are never told", async () => {
  const run = (command: string) => secretsFrom("wiki", { token: "command:VAULT" }, { ROLLCALL_SECRET_COMMAND_VAULT: command })("token");
  expect(await run("echo from-the-vault")).toBe("from-the-vault");
  for (const failing of ["echo hush; echo hush >&2; exit 3", "true", "hush-no-such-command"]) {
    const message = await messageOf(run(failing));
    expect(message).toMatch(/^auth: the command of ROLLCALL_SECRET_COMMAND_VAULT /);
    expect(message).not.toContain("hush");
  }
});
