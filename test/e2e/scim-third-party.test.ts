/** Two SCIM servers that others wrote, apart from each other, and the command line: the same story at both. */
import { type ChildProcess, spawn } from "node:child_process";
import { setTimeout as pause } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { openScimmyServer } from "../support/scimmy-server.ts";
import { tellScimStory } from "./scim-story.ts";

const token = "token-of-chat-5Tq";

const account = (name: string): object => ({
  schemas: ["urn:ietf:params:scim:schemas:core:2.0:User"],
  userName: `${name}@acme.example`,
  displayName: name,
  active: true,
  emails: [{ value: `${name}@acme.example`, type: "work", primary: true }],
});

/** Ada, Grace, so many guests, and Ada in Engineers: made by the server's own API. */
async function furnish(url: string, guests: number): Promise<void> {
  const make = async (list: string, body: object): Promise<string> => {
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/scim+json" };
    const answer = await fetch(`${url}/${list}`, { method: "POST", headers, body: JSON.stringify(body) });
    expect(answer.status).toBe(201);
    return ((await answer.json()) as { id: string }).id;
  };
  const ada = await make("Users", account("ada"));
  await make("Users", account("grace"));
  for (let i = 0; i < guests; i += 1) await make("Users", account(`guest-${i}`));
  const schemas = ["urn:ietf:params:scim:schemas:core:2.0:Group"];
  await make("Groups", { schemas, displayName: "Engineers", members: [{ value: ada }] });
  await make("Groups", { schemas, displayName: "Oncall" });
}

test("scimmy-routers (Node)", async () => {
  const server = await openScimmyServer(token);
  onTestFinished(async () => server.close());
  await furnish(server.url, 125);
  // One membership twice, as servers of this kind keep it.
  const group = [...server.groups.values()].find((g) => g["displayName"] === "Engineers")!;
  const [ada] = group["members"] as object[];
  server.groups.set(group.id, { ...group, members: [ada, ada] });
  expect(await tellScimStory({ url: server.url, token, proposed: "  profile: scimmy\n" })).toEqual([]);
});

const program = process.env["ROLLCALL_SCIM2_SERVER"] ?? "";

test("scim2-server (Python)", async (context) => {
  context.skip(program === "", "ROLLCALL_SCIM2_SERVER is not set: the program scim2-server of the Python package of that name");
  const url = await startScim2Server();
  await furnish(url, 125);
  expect(
    await tellScimStory({ url, token, proposed: "  profile: standard\n  server:\n    emptyMembers: omitted\n    userGroups: filter\n" }),
  ).toEqual([]);
});

async function startScim2Server(): Promise<string> {
  const port = await freePort();
  const child: ChildProcess = spawn(program, ["--port", String(port), "--bearer-token", token], { stdio: "ignore" });
  onTestFinished(async () => {
    if (child.exitCode !== null) return;
    const ended = new Promise((resolve) => child.once("close", resolve));
    child.kill();
    await ended;
  });
  const url = `http://127.0.0.1:${port}`;
  const answers = async (): Promise<boolean> => {
    try {
      return (await fetch(`${url}/ServiceProviderConfig`, { headers: { authorization: `Bearer ${token}` } })).ok;
    } catch {
      return false; // not up yet
    }
  };
  while (!(await answers())) {
    if (child.exitCode !== null) throw new Error(`scim2-server ended with exit ${child.exitCode}`);
    await pause(50);
  }
  return url;
}

async function freePort(): Promise<number> {
  const { createServer } = await import("node:net");
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
