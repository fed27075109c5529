/**
 * The main job on the sample company, from end to end: real commands against simulators on loopback ports, in a folder of its own. Ends with
 * exit 1 if a step does not go as it should.
 */
import { spawn } from "node:child_process";
import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";

const root = join(import.meta.dirname, "..", "..");
const dir = join(root, ".rollcall", "demo");
const started = Date.now();

interface Ran {
  readonly code: number;
  readonly out: string;
}

async function rollcall(expected: readonly number[], ...args: string[]): Promise<Ran> {
  process.stdout.write(`\n$ rollcall ${args.join(" ")}\n`);
  const child = spawn(process.execPath, [join(root, "src", "cli", "rollcall.js"), "-C", dir, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let out = "";
  child.stdout.on("data", (chunk: Buffer) => {
    out += chunk.toString();
    process.stdout.write(chunk);
  });
  child.stderr.on("data", (chunk: Buffer) => process.stdout.write(chunk));
  const code = await new Promise<number>((done) => child.on("close", (c) => done(c ?? 1)));
  if (code !== 0) process.stdout.write(`exit ${code}\n`);
  if (!expected.includes(code))
    throw new Error(`rollcall ${args.join(" ")} ended with exit ${code}; ${expected.join(" or ")} was expected`);
  return { code, out };
}

function say(text: string): void {
  process.stdout.write(`\n── ${text}\n`);
}

function must(condition: boolean, what: string): void {
  if (!condition) throw new Error(`the demo did not show ${what}`);
}

interface Sandbox {
  readonly apps: Readonly<Record<"chat" | "github" | "studio", { readonly url: string }>>;
}

/** Where a simulator listens. */
async function addressOf(app: keyof Sandbox["apps"]): Promise<string> {
  const { apps } = JSON.parse(await readFile(join(dir, ".rollcall", "sandbox.json"), "utf8")) as Sandbox;
  return apps[app].url;
}

/** What people do in the vendor's own pages: those who were invited accept. */
async function accept(logins: readonly string[]): Promise<void> {
  const url = await addressOf("github");
  for (const login of logins) {
    const answer = await fetch(`${url}/user/memberships/orgs/acme`, {
      method: "PATCH",
      headers: { authorization: `Bearer user:${login}`, "content-type": "application/json" },
      body: JSON.stringify({ state: "active" }),
    });
    must(answer.ok, `${login} accepting the invitation (${answer.status})`);
  }
}

/** The vendor refuses the next change of this user: a fault of its own, planted by the simulator's admin route. */
async function refuseNextChange(app: "chat", user: string): Promise<void> {
  const fault = { method: "PATCH", match: `/Users/${user}`, times: 1, kind: { answer: 403, body: { detail: "Not now" } } };
  const answer = await fetch(`${await addressOf(app)}/_faults`, { method: "POST", body: JSON.stringify(fault) });
  must(answer.ok, `planting a fault in ${app} (${answer.status})`);
}

/** Whether a person's account at a SCIM app can sign in. */
async function isActive(app: "chat" | "studio", email: string): Promise<boolean> {
  const { users } = (await (await fetch(`${await addressOf(app)}/_world`)).json()) as { users: { userName: string; active: boolean }[] };
  return users.find((u) => u.userName === email)!.active;
}

const file = (path: string): string => join(dir, path);

async function run(): Promise<void> {
  await rm(dir, { recursive: true, force: true });
  await mkdir(dir, { recursive: true });
  for (const part of ["rollcall.yaml", "identities", "policies"]) await cp(join(root, part), join(dir, part), { recursive: true });

  say("A company in files: people, roles, apps. It checks clean.");
  await rollcall([0], "check");

  say("Four of its apps run as simulators, with people in them already: GitHub, a wiki, and two with SCIM servers of different kinds.");
  await rollcall([0], "sandbox", "--detach", "--world", relative(dir, join(root, "examples", "worlds")));

  say("What would happen? Nothing is written: the preview holds no credential that could.");
  const first = await rollcall([0, 2, 5], "preview", "--sandbox", "--detailed-exitcode");
  must(first.code === 2, "changes in the first preview");

  say("Make it so.");
  await rollcall([0], "apply", "--sandbox", "--yes");

  say("The invited people accept; the grants that waited for them follow.");
  await accept(["cbabbage", "sramanujan"]);
  await rollcall([0], "apply", "--sandbox", "--yes");

  say("Again: there is nothing to do.");
  const again = await rollcall([0], "preview", "--sandbox", "--detailed-exitcode");
  must(/no changes/i.test(again.out), '"no changes" in the second preview');

  say("Maria joins, Rosalind leaves: one new file, one new line.");
  await writeFile(
    file("identities/people/maria.yaml"),
    "name: Maria Mitchell\nemail: maria@acme.example\ntitle: Site Reliability Engineer\nmanager: alan\ndepartment: platform\nlocation: London\nroles: [sre]\naccounts:\n  github: mmitchell\n",
  );
  const rosalind = await readFile(file("identities/people/rosalind.yaml"), "utf8");
  await writeFile(file("identities/people/rosalind.yaml"), rosalind.replace("roles:", "last-day: 2026-11-20\nroles:"));

  say(
    "The chat's server refuses to stop Rosalind. Everything else is done, the chat included but for that; exit 6 says that something is left.",
  );
  await refuseNextChange("chat", "U110");
  await rollcall([6], "apply", "--sandbox", "--yes");
  must(!(await isActive("studio", "rosalind@acme.example")), "Rosalind stopped in the design tool");
  must(await isActive("chat", "rosalind@acme.example"), "Rosalind still in the chat");

  say("The next run finishes.");
  await rollcall([0], "apply", "--sandbox", "--yes");
  must(!(await isActive("chat", "rosalind@acme.example")), "Rosalind stopped in the chat");

  say("Do the settings fit the chat's server? By reading alone.");
  await rollcall([0], "connectors", "probe", "chat", "--sandbox", "--detailed-exitcode");

  say("Why does Ada have what she has? Who is in the dba team?");
  await rollcall([0], "explain", "ada", "github", "--sandbox");
  await rollcall([0], "who", "github/team/dba");
}

let failure: unknown = null;
try {
  await run();
} catch (error) {
  failure = error;
} finally {
  await rollcall([0], "sandbox", "stop").catch((error: unknown) => {
    failure ??= error;
  });
}
if (failure !== null) {
  process.stderr.write(`\nthe demo failed: ${failure instanceof Error ? failure.message : JSON.stringify(failure)}\n`);
  process.exitCode = 1;
} else {
  say(
    `Done in ${((Date.now() - started) / 1000).toFixed(1)} s. The company is in ${relative(process.cwd(), dir) || "."}; try it yourself: npm run rollcall -- -C ${relative(process.cwd(), dir)} who wiki`,
  );
}
