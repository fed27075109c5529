import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import simulator from "../../providers/github/simulator.ts";
import type { World } from "../../providers/github/simulator/world.ts";
import { type CommandResult, type Context, UsageError } from "../../src/cli/command.ts";
import { apply } from "../../src/cli/commands/apply.ts";
import { importCommand } from "../../src/cli/commands/import.ts";
import { init } from "../../src/cli/commands/init.ts";
import { preview } from "../../src/cli/commands/preview.ts";
import { rename } from "../../src/cli/commands/rename.ts";
import { type ExitCode, worst } from "../../src/cli/exit-code.ts";
import { loadRepository } from "../../src/cli/repository.ts";
import type { RunningSimulator } from "../../src/connector/simulator.ts";
import type { Organization } from "../../src/core/model/organization.ts";
import { endpointVariable } from "../../src/io/connectors/base-url.ts";
import type { RealOrganization, RealPerson } from "./snapshot.ts";
import { openVirtualClock, type VirtualClock } from "./virtual-clock.ts";
import { organizationLogin, workDomain, worldOf } from "./world.ts";

export interface Ran {
  readonly code: ExitCode;
  /** Standard output: with `--json`, which all of these are run with. */
  readonly out: string;
  readonly err: string;
}

/** A repository in a folder of its own, beside a simulated GitHub with a real organisation in it. */
export interface Company {
  readonly dir: string;
  readonly github: RunningSimulator<World>;
  readonly clock: VirtualClock;
  /** Requests of a full read of what is there now, at the least. */
  minimumReads(): number;
  init(): Promise<Ran>;
  import(): Promise<Ran>;
  preview(): Promise<Ran>;
  apply(): Promise<Ran>;
  rename(kind: string, from: string, to: string): Promise<Ran>;
  read(path: string): Promise<string>;
  write(path: string, text: string): Promise<void>;
  /** The checked files. Throws with the problems where there are any. */
  organization(): Promise<Organization>;
  close(): Promise<void>;
}

/**
 * Starts GitHub with a snapshot in it, and people who are on GitHub and not in the organisation yet. Commands are those of the command line,
 * run in this process, at noon (UTC) of `today`, with a clock that jumps where GitHub's limits make it wait.
 */
export async function openCompany(organization: RealOrganization, newcomers: readonly RealPerson[], today: string): Promise<Company> {
  const clock = openVirtualClock(new Date(`${today}T12:00:00Z`));
  const github = await simulator.start({ world: worldOf(organization, newcomers), now: () => clock.now() });
  const dir = await mkdtemp(join(tmpdir(), "rollcall-real-"));
  const signal = new AbortController().signal;

  async function run(command: (context: Context) => Promise<CommandResult>): Promise<Ran> {
    let out = "";
    let err = "";
    const context: Context = {
      dir,
      json: true,
      apps: [],
      sandbox: false,
      verbose: false,
      env: { [endpointVariable("github")]: github.url, GITHUB_READ_TOKEN: "a-token-that-reads", GITHUB_WRITE_TOKEN: "a-token-that-writes" },
      now: () => clock.now(),
      clock,
      out: (text) => void (out += text),
      err: (text) => void (err += text),
      colour: { out: false, err: false },
      interactive: false,
      width: 100,
      signal,
      ask: () => Promise.reject(new Error("nobody is here to answer")),
    };
    try {
      const result = await command(context);
      return { code: typeof result === "number" ? result : worst(result), out, err };
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      return { code: error.code, out, err: `${err}rollcall: ${error.message}\n` };
    }
  }

  return {
    dir,
    github,
    clock,
    minimumReads: () => simulator.minimumReads(github.census()),
    init: () => run((c) => init(c, undefined, { organization: "Real Organization", domain: [workDomain], connector: ["github"] })),
    import: () => run((c) => importCommand(c, "github", {})),
    preview: () => run((c) => preview(c, { detailedExitcode: true, format: "terminal" })),
    apply: () => run((c) => apply(c, { yes: true })),
    rename: (kind, from, to) => run((c) => rename(c, kind, from, to)),
    read: (path) => readFile(join(dir, path), "utf8"),
    write: (path, text) => writeFile(join(dir, path), text),
    async organization() {
      let found: Organization | null = null;
      const { code, err } = await run(async (c) => {
        const { organization: read, diagnostics } = await loadRepository(c);
        found = read;
        if (read) return 0;
        c.err(diagnostics.map((d) => d.summary).join("\n"));
        return 3;
      });
      if (code !== 0 || found === null) throw new Error(`the files have errors: ${err}`);
      return found;
    },
    async close() {
      await github.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** Everybody who was invited accepts, in a browser of their own. Answers how many. */
export async function acceptInvitations(company: Company): Promise<number> {
  const world = company.github.world();
  const invited = new Set(world.organizations[0]?.invitations.filter((i) => i.failedAt === null).map((i) => i.user));
  const logins = world.users.filter((u) => invited.has(u.id)).map((u) => u.login);
  for (const login of logins) {
    const answer = await fetch(`${company.github.url}/user/memberships/orgs/${organizationLogin}`, {
      method: "PATCH",
      headers: { authorization: `Bearer user:${login}`, "content-type": "application/json" },
      body: JSON.stringify({ state: "active" }),
    });
    if (!answer.ok) throw new Error(`${login} could not accept the invitation: ${answer.status} ${await answer.text()}`);
  }
  return logins.length;
}

/** People change their logins; their ids stay. */
export function renamePeople(company: Company, people: readonly RealPerson[]): void {
  for (const { id, login } of people) simulator.rename(company.github, String(id), login);
}
