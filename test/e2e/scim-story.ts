/** One story at any SCIM server, told through the command line as a process of its own: no app file yet, adopted, twice the same, a joiner, a leaver. */
import { expect, onTestFinished } from "vitest";
import { type Company, openCompany, personFile, type Ran } from "../support/company.ts";
import { recordingProxy } from "../support/recording-proxy.ts";

export interface Given {
  /** Base URL of a server that has Ada and Grace by their addresses, and a group Engineers with Ada in it. */
  readonly url: string;
  readonly token: string;
  /** What the probe is to propose, as `settings:` in YAML. */
  readonly proposed: string;
}

interface Row {
  readonly id: string;
  readonly userName: string;
  readonly active: boolean;
  readonly externalId?: string;
  readonly displayName?: string;
  readonly members?: readonly { readonly value: string }[];
}

/** Answers the writes of the runs that ought to have had none. */
export async function tellScimStory({ url, token, proposed }: Given): Promise<readonly string[]> {
  const { url: address, asked } = await recordingProxy(url);
  const company: Company = await openCompany(
    {},
    {
      ...personFile("ada", ["roles: [engineer]"]),
      ...personFile("grace", ["roles: [engineer]"]),
      "identities/roles/engineer.yaml": "grants: []\n",
    },
    { CHAT_TOKEN: token, ROLLCALL_ENDPOINT_CHAT: address },
  );
  onTestFinished(async () => company.close());
  const run = async (code: number, ...args: string[]): Promise<Ran> => {
    const ran = await company.child(...args).ended;
    expect({ args, ...ran }).toMatchObject({ code });
    expect(ran.out + ran.err).not.toContain(token);
    return ran;
  };
  const writes = (): string[] => asked.filter((r) => !r.startsWith("GET "));
  const rows = async (list: string): Promise<Row[]> => {
    const answer = await fetch(`${url}/${list}?startIndex=1&count=1000`, { headers: { authorization: `Bearer ${token}` } });
    return ((await answer.json()) as { Resources: Row[] }).Resources;
  };
  const user = async (name: string): Promise<Row> => (await rows("Users")).find((u) => u.userName === `${name}@acme.example`)!;
  const engineers = async (): Promise<string[]> => {
    const { members = [] } = (await rows("Groups")).find((g) => g.displayName === "Engineers")!;
    return [...new Set(members.map((m) => m.value))].sort();
  };
  const [ada, grace] = [(await user("ada")).id, (await user("grace")).id];

  // From no file to one that fits. That addresses there come from the company's directory only people know.
  const probed = await run(0, "connectors", "probe", "chat", "--url", address, "--token-env", "CHAT_TOKEN");
  expect(probed.out).toContain(`\nsettings:\n${proposed}credentials:\n`);
  const file = probed.out.replace(/^ {2}server:\n|^credentials:/m, (line) =>
    line.startsWith("  ") ? `${line}    addresses: managed\n` : `  server: { addresses: managed }\n${line}`,
  );
  await company.write({
    "identities/apps/chat.yaml": `${file.replace("mode: observe", "mode: enforce")}leavers: { delete-after: never }\n`,
  });
  await company.write({ "identities/roles/engineer.yaml": "grants: [chat/group/Engineers]\n" });
  await run(0, "check");
  await run(0, "connectors", "probe", "chat", "--detailed-exitcode");
  expect((await run(2, "preview", "--detailed-exitcode")).out).toContain("grant chat/group/Engineers");
  expect(writes()).toEqual([]);

  await run(0, "apply", "--yes");
  expect(await engineers()).toEqual([ada, grace].sort());
  asked.length = 0;
  await run(0, "apply", "--yes");
  const needless = writes();

  await company.write(personFile("alan", ["roles: [engineer]"]));
  await run(0, "apply", "--yes");
  const alan = await user("alan");
  expect(alan).toMatchObject({ active: true, externalId: expect.stringContaining("chat/alan") as string });
  expect(await engineers()).toEqual([ada, grace, alan.id].sort());

  await company.write(personFile("ada", ["roles: [engineer]", "last-day: 2026-06-01"]));
  // That SCIM ends no sessions is said, and is left to people.
  expect((await run(0, "apply", "--yes")).out).toContain("SCIM has no call that ends sessions");
  expect(await user("ada")).toMatchObject({ id: ada, active: false });
  expect(await engineers()).toEqual([grace, alan.id].sort());
  asked.length = 0;
  await run(0, "apply", "--yes");
  return [...needless, ...writes()];
}
