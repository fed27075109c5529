import { stat } from "node:fs/promises";
import { join } from "node:path";
import type { Connector } from "../../connector/contract.ts";
import { type Fault, toFault } from "../../connector/fault.ts";
import type { App } from "../../core/model/app.ts";
import { isKey } from "../../core/model/key.ts";
import { endpointVariable } from "../../io/connectors/base-url.ts";
import { missingSecret } from "../../io/connectors/secrets.ts";
import { type CommandResult, type Context, UsageError } from "../command.ts";
import { type DoorFrame, type Doors, openDoors } from "../doors.ts";
import type { ExitCode } from "../exit-code.ts";
import { hinted } from "../hinted.ts";
import { styleFor } from "../palette.ts";
import { appFileOf, mistakes, type ProbeReport, probeToJson, probeToText } from "../probe-report.ts";
import { progressFor } from "../progress.ts";
import { discoverConnectors, openRepository } from "../repository.ts";

interface ProbeOptions {
  readonly detailedExitcode?: true;
  readonly url?: string;
  readonly connector?: string;
  readonly tokenEnv?: string;
}

/**
 * `rollcall connectors probe APP`: opens the app with its read credential through the door that cannot write, and says how its settings fit the
 * server. With `--url` there is no app file yet: the operator names host and credential, and the file is what comes out.
 */
export async function probe(context: Context, key: string, options: ProbeOptions): Promise<CommandResult> {
  if (options.url !== undefined) return probeAddress(context, key, { ...options, url: options.url });
  if (options.connector !== undefined || options.tokenEnv !== undefined)
    throw new UsageError("--connector and --token-env go with --url; an app that has a file says both there", 1);
  const repository = await openRepository(context);
  const app = repository.organization.apps.get(key);
  if (!app) {
    const near = hinted(key, [...repository.organization.apps.keys()]);
    throw new UsageError(`there is no app ${key}${near || "; --url probes a server that has no app file yet"}`, 3);
  }
  const report = await ask(context, repository, app);
  context.out(context.json ? probeToJson(report) : probeToText(report, styleFor(context.colour.out), context.verbose));
  return codesOf(context, report, options.detailedExitcode ?? false);
}

/** The file goes to standard output, the report beside it. Only whoever types the command says where the credential goes. */
async function probeAddress(context: Context, key: string, options: ProbeOptions & { readonly url: string }): Promise<CommandResult> {
  const { url, connector: name = "scim", tokenEnv } = options;
  const variable = endpointVariable(key);
  if (context.sandbox) throw new UsageError("--url and --sandbox exclude each other: simulators are where they are", 1);
  if (!isKey(key)) throw new UsageError(`${key} cannot be the key of an app: lower case, digits, dots and dashes`, 3);
  if (tokenEnv === undefined || !/^[A-Za-z_][A-Za-z0-9_]*$/.test(tokenEnv))
    throw new UsageError("--url needs --token-env NAME: the name of the environment variable that holds the credential, not its value", 1);
  if (await isWritten(join(context.dir, "identities", "apps", `${key}.yaml`)))
    throw new UsageError(`identities/apps/${key}.yaml is there already: set ${variable} and leave --url out`, 3);
  const { connectors } = await discoverConnectors(context.dir);
  const connector = connectors.get(name);
  if (!connector) throw new UsageError(`there is no connector ${name}${hinted(name, [...connectors.keys()])}`, 3);
  const { secrets } = connector.manifest;
  if (secrets.length !== 1 || !connector.config.safeParse({}).success)
    throw new UsageError(
      `${name} needs more than an address and one credential: \`rollcall init --connector ${name}\` writes a file to fill in`,
      3,
    );
  const source = { [secrets[0]!.name]: `env:${tokenEnv}` };
  const origin = { file: `identities/apps/${key}.yaml`, line: 1, column: 1 };
  const app: App = {
    key,
    connector: name,
    settings: {},
    credentials: { read: source, write: source },
    mode: "observe",
    provisionedBy: { name: "rollcall", settles: 60, stops: "both", origin },
    after: [],
    owners: [],
    entitlements: null,
    leavers: { deleteAfterDays: Number.MAX_SAFE_INTEGER },
    orphans: "report",
    formerly: [],
    origin,
  };
  const operator = { ...context, env: { ...context.env, [variable]: url } };
  const report = asTyped(await ask(operator, { connectors, organization: { registers: new Map() } }, app), variable);
  const usable = report.inspection !== null && report.failure === null;
  if (context.json) context.out(probeToJson(report));
  else {
    context.err(probeToText(report, styleFor(context.colour.err), context.verbose));
    // Only an address that was checked and answered goes into a file: one with a password in it was refused before.
    if (usable) context.out(appFileOf(report, { variable, url }));
  }
  return codesOf(context, report, false);
}

/** Who typed an address has set no variable. */
function asTyped(report: ProbeReport, variable: string): ProbeReport {
  const { missing, failure } = report;
  return {
    ...report,
    missing: missing.map((m) => (m.includes(variable) ? "the address: --url is empty" : m)),
    failure: failure && { ...failure, message: failure.message.replace(variable, "--url") },
  };
}

/** An empty file is none yet: the shell makes it for `> identities/apps/chat.yaml` before rollcall begins. */
const isWritten = async (path: string): Promise<boolean> =>
  stat(path).then(
    (file) => file.size > 0,
    () => false,
  );

async function ask(context: Context, frame: DoorFrame, app: App): Promise<ProbeReport> {
  const connector = frame.connectors.get(app.connector)!;
  const { manifest } = connector;
  const none = { app, manifest, missing: missingFor(context, app, connector), failure: null, tenant: null, inspection: null, requests: 0 };
  if (none.missing.length > 0) return none;
  const progress = progressFor(context);
  let failure: Fault | null = null;
  const attempt = async <T>(act: () => Promise<T>): Promise<T | null> => {
    try {
      return await act();
    } catch (error) {
      if (error instanceof UsageError || context.signal.aborted) throw error;
      failure ??= toFault(error);
      return null;
    }
  };
  const opened = await attempt<Doors>(async () => openDoors(context, frame, app, "read", progress));
  const tenant = opened && (await attempt(async () => opened.tenant.probe()));
  // A profile that is wrong can make the probe fail; what the server shows still says which one is right.
  // One that did not answer at all within the tries of a request will not answer twenty others: that would be minutes for nothing.
  const silent = (failure as Fault | null)?.kind === "transient" && (failure as Fault | null)?.status === undefined;
  const inspection = opened?.tenant.inspect && !silent ? await attempt(async () => opened.tenant.inspect!()) : null;
  progress.done();
  const { read, write } = opened?.calls() ?? { read: 0, write: 0 };
  const fault = failure as Fault | null;
  return {
    ...none,
    failure: fault && { kind: fault.kind, message: opened?.redact(fault.message) ?? fault.message },
    tenant,
    inspection,
    requests: read + write,
  };
}

/** Everything that has to be there before the first request, all at once. */
function missingFor(context: Context, app: App, { manifest }: Connector): string[] {
  if (context.sandbox) return [];
  const secrets = manifest.secrets.flatMap((s) => missingSecret(app.key, app.credentials.read, s.name, context.env) ?? []);
  const variable = endpointVariable(app.key);
  const needsAddress = manifest.calls.length > 0 && manifest.baseUrl === undefined && (context.env[variable] ?? "").trim() === "";
  return [...secrets, ...(needsAddress ? [`the address: set ${variable} (no file can: it is where the credential goes)`] : [])];
}

/** 4 where the credential is missing or refused, 8 where the app could not be read for another reason, 2 where settings differ. */
function codesOf(context: Context, report: ProbeReport, detailed: boolean): ExitCode[] {
  const { app, manifest, missing, failure } = report;
  const codes: ExitCode[] = [0];
  const lacksSecret = manifest.secrets.some((s) => missingSecret(app.key, app.credentials.read, s.name, context.env) !== null);
  if (missing.length > 0) codes.push(lacksSecret ? 4 : 8);
  if (failure) codes.push(failure.kind === "auth" || failure.kind === "forbidden" ? 4 : 8);
  if (detailed && mistakes(report).length > 0) codes.push(2);
  return codes;
}
