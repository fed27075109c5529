import { Command, InvalidArgumentError, Option } from "commander";
import type { CommandResult, Context } from "./command.ts";
import { UsageError } from "./command.ts";
import { type Globals, terminalContext } from "./terminal-context.ts";
import { hinted } from "./hinted.ts";
import { version } from "./package.ts";

const collect = (value: string, all: string[] = []): string[] => [...all, ...value.split(",").filter((v) => v !== "")];
const count = (value: string): number => {
  if (!/^\d+$/.test(value)) throw new InvalidArgumentError("a whole number is needed");
  return Number(value);
};

/** commander's words in our form: one line that begins with the program's name, whatever was wrong. */
const oneLine = (text: string): string => {
  const [first = "", ...rest] = text
    .replace(/^error: /, "")
    .trimEnd()
    .split("\n");
  return `rollcall: ${[first.replace(/\.$/, ""), ...rest.map((line) => line.replace(/^\(Did (.*)\)$/, "did $1"))].join("; ")}\n`;
};

/** Every command with its options; each command's own file is loaded when it is called. `done` is told what it came to. */
export function buildProgram(done: (result: CommandResult) => void, signal: AbortSignal): Command {
  const program = new Command("rollcall")
    .description("Every SaaS account answers to a line in Git.")
    .exitOverride()
    .version(version, "-V, --version", "print the version")
    .configureOutput({ outputError: (text, write) => write(oneLine(text)) })
    .showSuggestionAfterError()
    .option("-C <dir>", "root of the repository", ".")
    .option("--json", "data as versioned JSON on standard output")
    .option("--app <key>", "only this app; may be given several times", collect)
    .option("--person <key>", "only this person or service")
    .addOption(new Option("--engine <engine>", "who carries plans out, instead of rollcall.yaml's choice").choices(["embedded", "pulumi"]))
    .option("--sandbox", "use the simulators that `rollcall sandbox` runs here, with a state of their own")
    .option("--verbose", "say more")
    .option("--no-color", "no colours (also: NO_COLOR)");

  const run =
    <A extends unknown[]>(load: () => Promise<(context: Context, ...args: A) => Promise<CommandResult>>) =>
    async (...args: unknown[]): Promise<void> => {
      const command = args.at(-1) as Command;
      refuseExcess(command);
      const context = terminalContext(command.optsWithGlobals<Globals>(), signal);
      const action = await load();
      done(await action(context, ...(args.slice(0, -1) as A)));
    };

  program
    .command("init")
    .description("scaffold a repository: rollcall.yaml, identities/, policies/")
    .argument("[dir]", "where; the root given with -C if absent")
    .option("--organization <name>", "name of the organisation")
    .option("--domain <domain>", "its e-mail domain; may be given several times", collect)
    .option("--connector <name>", "add an app file for this connector; may be given several times", collect)
    .addOption(
      new Option("--ci <host>", "workflows and issue forms; in a repository that is there already, those alone").choices(["github"]),
    )
    .option("--branch <name>", "with --ci: the default branch (default: main)")
    .option("--check", "with --ci: write nothing; exit 3 where they are not those of the files")
    .action(run(async () => (await import("./commands/init.ts")).init));
  program
    .command("check")
    .description("read every file and list every problem")
    .action(run(async () => (await import("./commands/check.ts")).check));
  program
    .command("fmt")
    .description("write the files in the house's spelling: order of keys, indentation, modelines; comments stay")
    .argument("[paths...]", "files or folders; everything if absent")
    .option("--check", "write nothing; list what would change and exit 2")
    .option("--prune", "take out what is past: ended grants and roles, ended allowances")
    .option("--stdin <path>", "format standard input as the file at this path, to standard output")
    .action(run(async () => (await import("./commands/fmt.ts")).fmt));
  program
    .command("schema")
    .description("write what editors complete and check the files by: identities/.schema/")
    .option("--check", "write nothing; exit 3 where they are not those of the files")
    .option("--stdout <kind>", "print one of them instead: settings, person, service, role, app, register, policy")
    .action(run(async () => (await import("./commands/schema.ts")).schema));
  program
    .command("codeowners")
    .description("write .github/CODEOWNERS from the owners that the files name")
    .option("--check", "write nothing; exit 3 where it is not that of the files")
    .option("--stdout", "print it instead")
    .action(run(async () => (await import("./commands/codeowners.ts")).codeOwners));
  program
    .command("preview")
    .description("show what apply would do, and why; writes nothing anywhere")
    .option("--detailed-exitcode", "exit 2 where there are changes")
    .option("--out <file>", "write the plan as JSON, for apply --plan")
    .addOption(new Option("--format <format>", "how to show it").choices(["terminal", "markdown"]).default("terminal"))
    .action(run(async () => (await import("./commands/preview.ts")).preview));
  program
    .command("diff")
    .description("who gains and loses what between two commits, from the files alone")
    .argument("[base]", "a commit; HEAD if absent")
    .argument("[head]", "a commit; the working tree if absent")
    .option("--detailed-exitcode", "exit 2 where somebody's access changes")
    .addOption(new Option("--format <format>", "how to show it").choices(["terminal", "markdown"]).default("terminal"))
    .action(run(async () => (await import("./commands/diff.ts")).diff));
  program
    .command("apply")
    .description("make the apps match the files")
    .option("--yes", "do not ask")
    .option("--plan <file>", "apply only if the plan still equals this one")
    .action(run(async () => (await import("./commands/apply.ts")).apply));
  program
    .command("drift")
    .description("only what changed at the vendors since the last apply")
    .option("--detailed-exitcode", "exit 2 where there is drift")
    .action(run(async () => (await import("./commands/drift.ts")).drift));
  program
    .command("import")
    .description("write files for the accounts of an app and take them into state; the next preview is empty")
    .argument("<app>", "key of the app, as in identities/apps/")
    .option("--only-known", "make no new people: list unknown accounts instead")
    .option("--dry-run", "show what would be written")
    .action(run(async () => (await import("./commands/import.ts")).importCommand));
  program
    .command("explain")
    .description("what somebody has and which lines say so")
    .argument("<person>")
    .argument("[app]")
    .option("--at <when>", "as it was: a day (its end), an RFC 3339 time, or a commit")
    .action(run(async () => (await import("./commands/explain.ts")).explainCommand));
  program
    .command("who")
    .description("who has an app or an entitlement: app/entitlement[:level]")
    .argument("<address>")
    .option("--at <when>", "as it was: a day (its end), an RFC 3339 time, or a commit")
    .action(run(async () => (await import("./commands/who.ts")).who));
  program
    .command("history")
    .description("what somebody was given and lost, when, by whose change, and whether it was done")
    .argument("<person>", "key of a person or service, a former one as well")
    .option("--since <day>", "only from this day on: YYYY-MM-DD")
    .option("--limit <entries>", "so many at most, newest first (default: 100)", count)
    .action(run(async () => (await import("./commands/history.ts")).history));
  const audit = program.command("audit").description("the records of runs, held against what was noted of them");
  audit
    .command("verify")
    .description("whether the records are what was written; exit 5 where they are not, 8 where something could not be looked at")
    .option("--head <sequence:hash>", "a head that you noted yourself, as a run's log printed it; may be given several times", collect)
    .option("--commits <count>", "commits whose notes are read at the forge, newest first (default: 300)", count)
    .action(run(async () => (await import("./commands/audit-verify.ts")).auditVerify));
  program
    .command("doctor")
    .description("whether the repository at the forge is set up so that rollcall's promises hold; exit 5 where one does not")
    .option("--offline", "ask nobody: the files and this machine alone")
    .option("--heartbeat <hours>", "hours after which a scheduled run is missed (default: 26)", count)
    .action(run(async () => (await import("./commands/doctor.ts")).doctor));
  program
    .command("rename")
    .description("rename a person, role, service, entitlement or app everywhere, keeping accounts")
    .argument("<kind>", "person, service, role, entitlement or app")
    .argument("<from>")
    .argument("<to>")
    .action(run(async () => (await import("./commands/rename.ts")).rename));
  const proposing = (command: Command): Command =>
    command
      .option("--write", "change the files here instead of opening a pull request")
      .option("--dry-run", "show the change to the files here; write nothing, ask nobody");
  proposing(
    program
      .command("onboard")
      .description("a pull request that adds a person; run again, it brings the same one up to date")
      .argument("<who>", "key of the person to be, with --name; or the name, from which the key is made")
      .option("--name <name>", "name, as colleagues know it")
      .option("--email <address>", "where invitations go")
      .option("--type <type>", "employee, contractor, intern or guest")
      .option("--title <title>", "job title")
      .option("--manager <key>", "whom they report to")
      .option("--department <name>", "department")
      .option("--location <name>", "where they work")
      .option("--start <day>", "first day; nothing is made before it")
      .option("--role <key>", "a role; may be given several times", collect)
      .option("--account <app=login>", "an account that exists already; may be given several times", collect),
  ).action(run(async () => (await import("./commands/onboard.ts")).onboard));
  proposing(
    program
      .command("offboard")
      .description("a pull request that sets somebody's last day")
      .argument("<person>", "key of a person or service")
      .option("--last-day <day>", "the last day with access; today if absent")
      .option("--reason <text>", "for the reviewer"),
  ).action(run(async () => (await import("./commands/offboard.ts")).offboard));
  proposing(
    program
      .command("grant")
      .description("a pull request that gives somebody access until a day, or for longer")
      .argument("<person>", "key of a person or service")
      .argument("<address>", "app/entitlement[:level]")
      .requiredOption("--until <day>", "the last day on which it holds")
      .option("--reason <text>", "a ticket, an incident"),
  ).action(run(async () => (await import("./commands/grant.ts")).grant));
  proposing(
    program
      .command("adopt")
      .description("a pull request by which the files ask for what somebody changed by hand in an app")
      .argument("<app>", "key of the app, as in identities/apps/; --person takes only one person's part"),
  ).action(run(async () => (await import("./commands/adopt.ts")).adopt));
  proposing(
    program
      .command("revert")
      .description("a pull request by which the next run undoes what somebody changed by hand in an app")
      .argument("<app>", "key of the app, as in identities/apps/")
      .requiredOption("--reason <text>", "why, for the reviewer and the record"),
  ).action(run(async () => (await import("./commands/revert.ts")).revert));

  const ci = program.command("ci").description("what the workflows of a repository run");
  ci.command("preview")
    .description("what a pull request would change, as a comment, a check and labels; writes to no app")
    .option("--pull <number>", "the pull request; that of the event if absent", count)
    .option("--files", "by the files alone: no app, no state, no credential")
    .option("--out <file>", "all of it as JSON")
    .option("--dry-run", "tell nobody: print the comment")
    .action(run(async () => (await import("./ci/preview.ts")).preview));
  ci.command("apply")
    .description("carry out what reviewed changes on the default branch imply, and nothing else")
    .action(run(async () => (await import("./ci/apply.ts")).apply));
  ci.command("scheduled")
    .description("what dates demand and what is outstanding; issues about drift, pull requests about what ends soon and who may have left")
    .option("--adopt <app>", "also a pull request by which the files ask for what was changed by hand in this app")
    .option("--revert <app>", "also a pull request by which it is undone")
    .option("--reason <text>", "with --revert: why")
    .action(run(async () => (await import("./ci/scheduled.ts")).scheduled));
  ci.command("request")
    .description("answer an issue made with one of the request forms: a pull request, or what stands in the way")
    .action(run(async () => (await import("./ci/request.ts")).request));

  const connectors = program.command("connectors").description("the connectors there are, what fits an app's server, and writing one");
  connectors
    .command("list", { isDefault: true })
    .description("list them, or show one in full: settings, entitlements, what its API can do")
    .argument("[name]")
    .action(run(async () => (await import("./commands/connectors.ts")).connectors));
  connectors
    .command("new")
    .description("begin a connector: a copy of the reference in providers/<name>, with simulator, tests and page")
    .argument("<name>", "small letters, digits, dashes")
    .action(run(async () => (await import("./commands/connectors-new.ts")).newConnector));
  connectors
    .command("test")
    .description("judge a connector by the conformance kit, against its simulator; exit 3 where a check fails")
    .argument("<name>")
    .action(run(async () => (await import("./commands/connectors-test.ts")).testConnector));
  connectors
    .command("probe")
    .description("compare an app's server with its settings, by reading alone; with --url, write the file of a new app")
    .argument("<app>", "key of the app, as in identities/apps/; with --url, of the one to be")
    .option("--detailed-exitcode", "exit 2 where settings have to be mended")
    .option("--url <address>", "a server that has no app file yet; the credential goes there and nowhere else")
    .option("--token-env <name>", "environment variable with its credential")
    .option("--connector <name>", "its connector (default: scim)")
    .action(run(async () => (await import("./commands/connectors-probe.ts")).probe));

  const sandbox = program.command("sandbox").description("run the apps of this repository as simulators on loopback ports");
  sandbox
    .command("start", { isDefault: true })
    .allowExcessArguments()
    .description("start them; ends with Ctrl-C")
    .option("--world <dir>", "load <dir>/<app>.json into each")
    .option("--port <port>", "first port; free ones if absent", count)
    .option("--detach", "go on in the background; `rollcall sandbox stop` ends it")
    .action(run(async () => (await import("./commands/sandbox.ts")).start));
  sandbox
    .command("stop")
    .description("end the simulators that were started with --detach")
    .action(run(async () => (await import("./commands/sandbox.ts")).stop));
  sandbox
    .command("dump")
    .description("print the world of one running simulator as JSON")
    .argument("<app>")
    .action(run(async () => (await import("./commands/sandbox.ts")).dump));
  sandbox
    .command("load")
    .description("replace the world of one running simulator")
    .argument("<app>")
    .argument("<file>", "JSON; - for standard input")
    .action(run(async () => (await import("./commands/sandbox.ts")).load));

  const state = program.command("state").description("what rollcall remembers between runs");
  state
    .command("list", { isDefault: true })
    .allowExcessArguments()
    .description("accounts by app: id, login, status, what is owned")
    .action(run(async () => (await import("./commands/state.ts")).list));
  state
    .command("forget")
    .description("drop the record of an account; nothing happens at the vendor")
    .argument("<account>", "app/person, or app/group/<entitlement>")
    .option("--yes", "do not ask")
    .action(run(async () => (await import("./commands/state.ts")).forget));
  state
    .command("confirm")
    .description("write down in the register that the work of a manual app was done")
    .argument("<account>", "app/person; the file is identities/registers/<app>.yaml")
    .option("--id <id>", "the account's number or name there, for a new one")
    .action(run(async () => (await import("./commands/state.ts")).confirm));
  state
    .command("unlock")
    .description("remove the lock of a run that is known to be dead")
    .argument("[app]", "not needed where the state is on a branch")
    .option("--yes", "do not ask")
    .action(run(async () => (await import("./commands/state.ts")).unlock));
  state
    .command("release")
    .description("take the state back from CI: people may apply again, until the next `ci apply`")
    .option("--yes", "do not ask")
    .action(run(async () => (await import("./commands/state.ts")).releaseState));
  state
    .command("accept")
    .description("take a state branch whose history was rewritten as it is now")
    .option("--yes", "do not ask")
    .action(run(async () => (await import("./commands/state.ts")).accept));
  state
    .command("export")
    .description("print the state of an app as `pulumi stack import` takes it")
    .argument("<app>")
    .option("--out <file>", "write it to a file instead")
    .action(run(async () => (await import("./commands/state.ts")).exportState));
  state
    .command("import")
    .description("take what `pulumi stack export` printed for the state of an app; nothing happens at the vendor")
    .argument("<app>")
    .argument("<file>", "JSON; - for standard input")
    .option("--yes", "do not ask")
    .action(run(async () => (await import("./commands/state.ts")).importState));
  usageAfterError(program);
  return program;
}

/** After a mistake in how a command was called: how it is called. */
function usageAfterError(command: Command): void {
  command.showHelpAfterError(`usage: ${command.createHelp().commandUsage(command)}`);
  for (const child of command.commands) usageAfterError(child);
}

/** `rollcall state lst` reaches the default command of `state` with a word too many: what was meant is a command. */
function refuseExcess(command: Command): void {
  const word = command.args[command.registeredArguments.length];
  if (word === undefined) return;
  const names = (command.parent?.commands ?? []).map((c) => c.name());
  const near = hinted(word, names);
  throw new UsageError(
    `unknown command '${command.parent?.name() ?? ""} ${word}'${near === "" ? `; there are ${names.join(", ")}` : near}`,
    1,
  );
}
