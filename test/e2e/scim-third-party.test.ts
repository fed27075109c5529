/** The command line as a process of its own, at a SCIM server that others wrote: from a server without an app file to a leaver. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Company, type Files, openCompany, personFile, type Ran } from "../support/company.ts";
import { membersOf, openScimmyServer, type ScimmyServer } from "../support/scimmy-server.ts";

const token = "token-of-chat-5Tq";
let server: ScimmyServer;
let company: Company;

beforeEach(async () => {
  server = await openScimmyServer(token);
  const user = (id: string, name: string): void => {
    server.users.set(id, {
      id,
      userName: `${name}@acme.example`,
      displayName: name[0]!.toUpperCase() + name.slice(1),
      active: true,
      emails: [{ value: `${name}@acme.example`, type: "work", primary: true }],
    });
  };
  user("1", "ada");
  user("2", "grace");
  for (let i = 3; i < 130; i += 1) user(String(i), `guest-${i}`);
  server.groups.set("900", { id: "900", displayName: "Engineers", members: [{ value: "1" }, { value: "1" }] });
  server.groups.set("901", { id: "901", displayName: "Oncall" });
});
afterEach(async () => {
  await server.close();
  await company.close();
});

/** Ada and Grace, both engineers; the endpoint is known to the environment only where it is given. */
async function open(env: Readonly<Record<string, string>>, files: Files = {}): Promise<void> {
  company = await openCompany(
    {},
    {
      ...personFile("ada", ["roles: [engineer]"]),
      ...personFile("grace", ["roles: [engineer]"]),
      "identities/roles/engineer.yaml": "grants: [chat/group/Engineers]\n",
      ...files,
    },
    { CHAT_TOKEN: token, ...env },
  );
}

const writes = (): string[] => server.asked.filter((r) => !r.startsWith("GET "));
const run = async (...args: string[]): Promise<Ran> => {
  const ran = await company.child(...args).ended;
  expect(ran.out + ran.err).not.toContain(token);
  return ran;
};
const members = (group: string): string[] => [...new Set(membersOf(server.groups.get(group)!).map((m) => m.value))].sort();

test("a server without an app file: the probe writes the file, and says what is missing until the address is known", async () => {
  await open({}, { "identities/roles/engineer.yaml": "grants: []\n" });
  const probed = await run("connectors", "probe", "chat", "--url", server.url, "--token-env", "CHAT_TOKEN");
  expect(probed.code).toBe(0);
  expect(probed.out).toContain("  profile: scimmy\n");
  await company.write({ "identities/apps/chat.yaml": probed.out });
  expect((await run("check")).code).toBe(0);
  const missing = await run("connectors", "probe", "chat");
  expect(missing.code).toBe(8);
  expect(missing.out).toContain("set ROLLCALL_ENDPOINT_CHAT");
  expect(writes()).toEqual([]);
});

test("an app file and an endpoint: adopted, granted, twice the same, a joiner and a leaver", async () => {
  const settings = "{ profile: scimmy, server: { addresses: managed } }";
  await open(
    { ROLLCALL_ENDPOINT_CHAT: server.url },
    {
      "identities/apps/chat.yaml": `connector: scim\nsettings: ${settings}\ncredentials: { token: env:CHAT_TOKEN }\nleavers: { delete-after: never }\n`,
    },
  );
  expect((await run("connectors", "probe", "chat", "--detailed-exitcode")).code).toBe(0);
  const preview = await run("preview", "--detailed-exitcode");
  expect(preview.code).toBe(2);
  expect(preview.out).toContain("grant chat/group/Engineers");
  expect(writes()).toEqual([]);

  expect((await run("apply", "--yes")).code).toBe(0);
  expect(members("900")).toEqual(["1", "2"]);
  server.asked.length = 0;
  expect((await run("apply", "--yes")).code).toBe(0);
  expect(writes()).toEqual([]);

  await company.write(personFile("alan", ["roles: [engineer]"]));
  expect((await run("apply", "--yes")).code).toBe(0);
  const alan = [...server.users.values()].find((u) => u["userName"] === "alan@acme.example")!;
  expect(alan).toMatchObject({ active: true, externalId: expect.stringContaining("chat/alan") as string });
  expect(members("900")).toEqual(["1", "2", alan.id].sort());

  await company.write(personFile("ada", ["roles: [engineer]", "last-day: 2026-06-01"]));
  const left = await run("apply", "--yes");
  expect(server.users.get("1")).toMatchObject({ active: false });
  expect(members("900")).not.toContain("1");
  // That SCIM ends no sessions is said, and is left to people.
  expect(left.out).toContain("SCIM has no call that ends sessions");
  server.asked.length = 0;
  await run("apply", "--yes");
  expect(writes()).toEqual([]);
  expect(server.users.get("1")).toMatchObject({ active: false });
});
