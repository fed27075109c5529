import { FaultError } from "../../connector/fault.ts";
import { diagnose } from "../../core/doctor/diagnose.ts";
import { type Checkout, type ForgeSeen, isSeen, type StateSeen, type Unseen } from "../../core/doctor/facts.ts";
import type { ForgeReader } from "../../core/forge/forge.ts";
import { readable, verifyChain } from "../../core/record/verify-chain.ts";
import { jsonDoctor, terminalDoctor } from "../../core/report/doctor.ts";
import { forgeApp } from "../../core/review/accounts.ts";
import { codeOwnersPath } from "../../core/review/code-owners.ts";
import { prefixOf } from "../../io/git/changed-paths.ts";
import { textsBelow } from "../../io/git/file-at.ts";
import { GitFailure } from "../../io/git/git-error.ts";
import { headBranch } from "../../io/git/remote.ts";
import { commitOf } from "../../io/git/revision.ts";
import { gitVersion } from "../../io/git/version.ts";
import { statePlace } from "../backend.ts";
import { ciScaffold, compareFiles } from "../ci-scaffold.ts";
import { type CommandResult, type Context, UsageError } from "../command.ts";
import type { ExitCode } from "../exit-code.ts";
import { openForgeFor } from "../forge.ts";
import { styleFor } from "../palette.ts";
import { sha256 } from "../records.ts";
import { openRepository, type Repository, reportDiagnostics } from "../repository.ts";
import { openState } from "../state.ts";
import { openVersions, told } from "../versions.ts";

export interface DoctorOptions {
  /** Ask nobody: the files, what is in the checkout, and this machine. */
  readonly offline?: true;
  /** Hours after which a scheduled run is missed. */
  readonly heartbeat?: number;
}

/** Its runs come every hour; GitHub may be late by many. */
const usualHeartbeat = 26;

/**
 * `rollcall doctor`: whether the repository at the forge is set up so that rollcall's promises hold. It only looks, through the reading door. Exit 5
 * where something fails, 4 where there is no token or one that is not let in, 8 where the forge did not answer, else 0: warnings and what is not
 * known fail nothing.
 */
export async function doctor(context: Context, options: DoctorOptions): Promise<CommandResult> {
  const { repository, commit } = await judged(context);
  const [forge, state] = await Promise.all([
    options.offline ? { why: "--offline" } : lookAtForge(context, repository),
    lookAtState(context, repository, options.offline ?? false),
  ]);
  const checkout = isSeen(commit) ? await lookAtCheckout(context, repository, commit.id, forge) : commit;
  const findings = diagnose({
    now: context.now(),
    organization: repository.organization,
    forge,
    checkout,
    state,
    gitVersion: await versionHere(context),
    heartbeat: options.heartbeat ?? usualHeartbeat,
  });
  const report = { repository: isSeen(forge) ? forge.facts.name : null, commit: isSeen(commit) ? commit.id : null, findings };
  if (context.json) context.out(jsonDoctor(report));
  else context.out(terminalDoctor(report, { width: context.interactive ? context.width : 0, style: styleFor(context.colour.out) }));
  return [findings.some((f) => f.level === "fail") ? 5 : 0, ...("code" in forge ? [forge.code] : [])];
}

/** What the commit says that is checked out: the forge knows nothing of the working tree. Outside of Git the folder. */
async function judged(context: Context): Promise<{ repository: Repository; commit: { readonly id: string } | Unseen }> {
  let id: string;
  try {
    id = await commitOf(context.dir, "HEAD");
  } catch (error) {
    if (!(error instanceof GitFailure)) throw error;
    return { repository: await openRepository(context, "known"), commit: { why: error.message } };
  }
  const version = await (await openVersions(context, "known")).at(id);
  if (!version.organization) {
    reportDiagnostics(context, version, "err");
    throw new UsageError(`the files at ${version.label} have errors; rollcall check names them, and nothing else was looked at`, 3);
  }
  return { repository: { ...version, organization: version.organization }, commit: { id } };
}

async function lookAtForge(context: Context, repository: Repository): Promise<ForgeSeen | (Unseen & { readonly code: ExitCode })> {
  const place = statePlace(context, repository);
  try {
    const forge: ForgeReader = await openForgeFor(context, { access: "read" });
    const facts = await forge.facts();
    const [rules, stateRules, head] = await Promise.all([
      forge.rules(facts.defaultBranch),
      place.kind === "branch" ? forge.rules(place.name) : null,
      forge.branch(facts.defaultBranch),
    ]);
    return { facts, rules, stateRules, head };
  } catch (error) {
    if (error instanceof UsageError) return { why: error.message, code: error.code };
    if (!(error instanceof FaultError)) throw error;
    const refused = ["auth", "forbidden", "notFound"].includes(error.fault.kind);
    return { why: error.message, code: refused ? 4 : 8 };
  }
}

/** Records and accounts, without which less is known. */
async function lookAtState(context: Context, repository: Repository, offline: boolean): Promise<StateSeen | Unseen> {
  const place = statePlace(context, repository);
  if (offline && place.kind === "branch") return { why: `state is on the branch ${place.name} of the remote, and --offline asks nobody` };
  try {
    const store = await openState(context, repository);
    const values = await store.records.values();
    const app = forgeApp(repository.organization);
    const accounts = app ? (await store.load(app.key, app.connector)).state.accounts : new Map<never, never>();
    return { records: readable(values), problems: verifyChain(values, sha256).length, accounts };
  } catch (error) {
    if (error instanceof UsageError) return { why: error.message };
    throw error;
  }
}

async function lookAtCheckout(context: Context, repository: Repository, commit: string, forge: ForgeSeen | Unseen): Promise<Checkout> {
  const { dir } = context;
  const look = async (): Promise<Checkout> => {
    // Where nobody says which branch is the default one, workflows are right that apply from this one, or from main.
    const branches = isSeen(forge) ? [forge.facts.defaultBranch] : ["main", ...[await headBranch(dir)].filter((name) => name !== null)];
    const workflows = await textsBelow(dir, commit, ".github/");
    const texts = new Map(workflows.map((w) => [w.path, w.text]));
    // What is no text is there, and is not what would be written.
    const textOf = (path: string): Promise<string | null> => Promise.resolve(texts.has(path) ? (texts.get(path) ?? "") : null);
    const compared = await Promise.all(branches.map(async (branch) => compareFiles(ciScaffold(repository, branch).files, textOf)));
    const [first = [], ...others] = compared;
    const own = new Set(first.map((f) => f.path));
    return {
      commit,
      prefix: await prefixOf(dir),
      codeOwners: await textOf(codeOwnersPath),
      generated: first.map((file, i) => others.map((o) => o[i]!).find((other) => other.state === "same") ?? file),
      otherWorkflows: workflows.filter((w) => /^\.github\/workflows\/[^/]+\.ya?ml$/.test(w.path) && !own.has(w.path)),
    };
  };
  return await told(look());
}

async function versionHere(context: Context): Promise<string | null> {
  try {
    return await gitVersion(context.dir);
  } catch (error) {
    // Not there: that is what is told then.
    if (error instanceof GitFailure) return null;
    throw error;
  }
}
