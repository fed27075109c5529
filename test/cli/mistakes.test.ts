/** What people get wrong on the command line: one line that says what to do, on standard error, and an exit code. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Company, openCompany, personFile } from "../support/company.ts";

let company: Company;
beforeAll(async () => {
  company = await openCompany({ wiki: { connector: "memory" } }, { ...personFile("ada", []), "identities/roles/sre.yaml": "grants: []\n" });
});
afterAll(async () => company.close());

const mistakes: readonly (readonly [args: string, code: number, says: RegExp])[] = [
  ["prevew", 1, /^rollcall: unknown command 'prevew'; did you mean preview\?$/],
  ["preview --jsn", 1, /^rollcall: unknown option '--jsn'; did you mean --json\?$/],
  ["state lst", 1, /^rollcall: unknown command 'state lst'; did you mean "list"\?$/],
  ["state zzz", 1, /^rollcall: unknown command 'state zzz'; there are list, forget, confirm, unlock, release, accept, export, import$/],
  ["sandbox stp", 1, /did you mean "stop"\?$/],
  ["who", 1, /^rollcall: missing required argument 'address'$/],
  ["preview --format html", 1, /Allowed choices are terminal, markdown$/],
  ["sandbox --port x", 1, /a whole number is needed$/],
  ["preview --app wki", 3, /^rollcall: there is no app wki; did you mean "wiki"\?$/],
  ["preview --person adda", 3, /^rollcall: there is no person or service adda; did you mean "ada"\?$/],
  ["explain adda", 3, /did you mean "ada"\?$/],
  ["explain ada wki", 3, /did you mean "wiki"\?$/],
  ["who wki/space/x", 3, /names no app of this repository; write app, app\/entitlement or app\/entitlement:level$/],
  ["connectors memry", 3, /did you mean "memory"\?$/],
  ["import wki", 3, /did you mean "wiki"\?; its file is identities\/apps\/wki\.yaml$/],
  ["rename persn a b", 3, /one of person, service, role, entitlement, app; did you mean "person"\?$/],
  ["rename person adda b", 3, /there is no person adda; did you mean "ada"\?$/],
  ["rename person ada Ada", 3, /^rollcall: Ada is not a key/],
  ["rename role sre sre", 3, /^rollcall: sre is taken$/],
  ["rename entitlement wiki/space/a other/space/a", 3, /within one app/],
  ["state forget wiki", 3, /^rollcall: wiki is not app\/person$/],
  ["state forget wiki/ada --yes", 3, /state of wiki has no account of ada/],
  ["state confirm wiki/ada", 3, /rollcall sees for itself what was done$/],
  ["state unlock wki --yes", 3, /did you mean "wiki"\?$/],
  ["apply", 1, /^rollcall: nobody can answer here: give --yes, or --plan FILE made by `rollcall preview --out FILE`$/],
  ["apply --plan none.json", 3, /^rollcall: none\.json is not a plan: /],
  ["preview --sandbox", 1, /^rollcall: no simulators are running here: start them with `rollcall sandbox --detach`$/],
  ["sandbox dump wiki", 1, /no simulators are running here/],
  ["sandbox --world none", 3, /^rollcall: none cannot be read: /],
  ["init --connector memry", 3, /did you mean "memory"\?$/],
];

describe("a mistake is answered in one line", () => {
  test.concurrent.for(mistakes)("%s: exit %i", async ([args, code, says]) => {
    const ran = await company.child(...args.split(" ")).ended;
    const lines = ran.err.split("\n").filter((line) => line.startsWith("rollcall: "));
    expect(ran).toMatchObject({ code, out: "" });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(says);
    expect(ran.err).not.toMatch(/ {4}at |unexpected/);
  });
});

test("how a command is called stands under a mistake in calling it", async () => {
  expect((await company.child("who").ended).err).toContain("usage: rollcall who [options] <address>\n");
});

test("a folder that is not there is named, and one without rollcall.yaml is told how to begin", async () => {
  expect(await company.child("-C", "nowhere", "check").ended).toMatchObject({
    code: 3,
    err: expect.stringMatching(/^rollcall: there is no folder .*nowhere\n$/),
  });
  const empty = await mkdtemp(join(tmpdir(), "rollcall-"));
  const ran = await company.child("-C", empty, "preview").ended;
  await rm(empty, { recursive: true });
  expect(ran.code).toBe(3);
  expect(ran.err).toContain("Run rollcall init, or run rollcall in the folder that has it.");
});

test("what the operating system refuses is told as it is, and is not called a defect", async () => {
  const ran = await company.child("preview", "--out", join(company.dir, "none", "plan.json")).ended;
  expect(ran.code).toBe(1);
  expect(ran.err).toMatch(/^rollcall: ENOENT: no such file or directory, open '.*plan\.json'$/m);
  expect(ran.err).not.toContain("report it");
});

test("state that is no folder is refused, and nothing is done", async () => {
  await writeFile(join(company.dir, "elsewhere"), "");
  await company.write({ "rollcall.yaml": "organization: Acme\ndomains: [acme.example]\nstate: elsewhere\n" });
  const ran = await company.child("apply", "--yes").ended;
  expect(ran).toMatchObject({ code: 3, err: expect.stringMatching(/elsewhere is no plain folder/) });
  expect(company.mutating()).toEqual([]);
});

test("a connector of the repository's own that does not load is named: a warning, and an error once an app needs it", async () => {
  const broken = await openCompany({}, { "providers/acme/connector.ts": "export default { manifest: 5 };\n" });
  const unused = await broken.child("check").ended;
  await broken.write({ "identities/apps/acme.yaml": "connector: acme\n" });
  const used = await broken.child("check").ended;
  await broken.close();
  expect(unused.err).toContain("warning[CONNECTOR_BROKEN]: providers/acme: ");
  expect([unused.code, used.code]).toEqual([0, 3]);
  expect(used.err).toContain("error[CONNECTOR_UNKNOWN]");
});

test("version and help are data, and exit 0", async () => {
  expect(await company.child("--version").ended).toMatchObject({ code: 0, out: "0.1.0\n", err: "" });
  const help = await company.child("preview", "--help").ended;
  expect(help).toMatchObject({ code: 0, err: "" });
  expect(help.out).toContain("--detailed-exitcode");
});
