import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { dayIn } from "../../core/compile/day.ts";
import { editFor } from "../../core/edit/edit-for.ts";
import type { Edited } from "../../core/edit/edit.ts";
import { jsonAccess, terminalAccess } from "../../core/report/access-diff.ts";
import { renderDiagnostics } from "../../core/report/diagnostics.ts";
import { lineDiff } from "../../core/report/line-diff.ts";
import type { Requester } from "../../core/report/proposal.ts";
import { visible } from "../../core/report/text.ts";
import type { Request } from "../../core/request/read-request.ts";
import { isSchema } from "../../core/source/file-kind.ts";
import { type CommandResult, type Context, UsageError } from "../command.ts";
import { paintFor, styleFor } from "../palette.ts";
import { openRepository, type Repository } from "../repository.ts";
import { refreshSchemas } from "../schemas.ts";
import { repositoryAt } from "./base-repository.ts";
import type { ProposalDoors } from "./doors.ts";
import { type Judged, judge } from "./judge.ts";
import { propose } from "./propose.ts";
import { toldByForge } from "../told-by-forge.ts";

/** Options of every command that changes files by a pull request. */
export interface ProposalOptions {
  /** Change the files here instead. */
  readonly write?: true;
  /** Show the change to the files here; write nothing. */
  readonly dryRun?: true;
}

export type OpenDoors = (context: Context) => Promise<ProposalDoors>;
type Sound = Judged & { readonly kind: "sound" };

/** What is to become of the files, which may take a look at an app. */
export type EditOf = (repository: Repository) => Edited | Promise<Edited>;

/** Carries out what a command asks for: as a pull request, or in the files here. */
export const carryOut = (context: Context, request: Request, options: ProposalOptions, open: OpenDoors): Promise<CommandResult> =>
  carryOutEdit(context, (repository) => editIn(context, repository, request), options, open);

/** The same for any change to the files. */
export async function carryOutEdit(context: Context, edit: EditOf, options: ProposalOptions, open: OpenDoors): Promise<CommandResult> {
  return options.write || options.dryRun ? here(context, edit, options) : toldByForge(byPull(context, edit, await open(context)));
}

async function byPull(context: Context, edit: EditOf, doors: ProposalDoors): Promise<CommandResult> {
  const author = await doors.forge.viewer();
  const requester = author.kind === "user" ? ({ kind: "user", actor: author } as const) : null;
  return proposeEdit(context, edit, doors, requester);
}

/** Opens the pull request for somebody, upon the default branch as it is now. Throws UsageError where the edit is refused. */
export async function proposeEdit(
  context: Context,
  edit: EditOf,
  doors: ProposalDoors,
  requester: Requester | null,
): Promise<CommandResult> {
  const defaultBranch = await doors.defaultBranch();
  const base = await doors.fetchBranch(defaultBranch);
  const repository = await repositoryAt(context, base);
  const edited = await edit(repository);
  if (edited.kind === "unchanged") return nothing(context, edited.why);
  const judged = await soundOrExit(context, repository, edited, `${defaultBranch} (${base.slice(0, 12)})`);
  show(context, judged);
  const author = await doors.forge.viewer();
  const { kind, pull, branch } = await propose(context, doors, judged, { base, branch: defaultBranch, author, requester });
  if (context.json) {
    const { number, url } = pull;
    context.out(
      `${JSON.stringify({ version: 1, result: kind, pull: { number, url }, branch, files: [...judged.files.keys()] }, null, 2)}\n`,
    );
  } else {
    context.err(`pull request #${pull.number} ${kind === "same" ? "says so already" : kind}\n`);
    context.out(`${pull.url}\n`);
  }
  return 0;
}

/** What a request makes of a repository's files; nothing is written. */
export function editIn(context: Context, repository: Repository, request: Request): Edited {
  const { organization } = repository;
  const { people, services, settings } = organization;
  const todayOf = (key: string | null) =>
    dayIn(context.now(), (key === null ? undefined : (people.get(key) ?? services.get(key))?.timezone) ?? settings.timezone);
  return editFor(request, { organization, files: repository.files }, todayOf, repository.manifests);
}

async function here(context: Context, edit: EditOf, options: ProposalOptions): Promise<CommandResult> {
  const repository = await openRepository(context);
  const edited = await edit(repository);
  if (edited.kind === "unchanged") return nothing(context, edited.why);
  const judged = await soundOrExit(context, repository, edited, "the files here");
  show(context, judged);
  const paths = [...judged.edit.files.keys()];
  if (options.dryRun) {
    const before = new Map(repository.files.map((f) => [f.path, f.text]));
    if (context.json) context.out(jsonAccess(judged.report));
    else for (const [path, text] of judged.edit.files) context.out(lineDiff(path, before.get(path) ?? null, text));
    return 0;
  }
  for (const [path, text] of judged.edit.files) {
    await mkdir(dirname(join(context.dir, path)), { recursive: true });
    await writeFile(join(context.dir, path), text);
  }
  const schemas = await refreshSchemas(context);
  if (context.json) context.out(`${JSON.stringify({ version: 1, result: "written", written: [...paths, ...schemas] }, null, 2)}\n`);
  else for (const path of [...paths, ...schemas]) context.out(`wrote  ${path}\n`);
  return 0;
}

function nothing(context: Context, why: string): CommandResult {
  if (context.json) context.out(`${JSON.stringify({ version: 1, result: "unchanged", why }, null, 2)}\n`);
  else context.err(`nothing to do: ${why}\n`);
  return 0;
}

async function soundOrExit(
  context: Context,
  repository: Repository,
  edited: Exclude<Edited, { kind: "unchanged" }>,
  base: string,
): Promise<Sound> {
  if (edited.kind === "refused") throw new UsageError(edited.problems.map((p) => visible(p, 1_000)).join("\nrollcall: "), 3);
  const judged = await judge(context, repository, edited.edit, base);
  if (judged.kind === "sound") return judged;
  const texts = new Map([...repository.files.map((f) => [f.path, f.text] as const), ...edited.edit.files]);
  context.err(renderDiagnostics(judged.diagnostics, (path) => texts.get(path), paintFor(context.colour.err)));
  throw new UsageError("the files would have errors; nothing was done", 3);
}

/** Who gains and loses what, before anything happens. */
function show(context: Context, { edit, report, warnings, files }: Sound): void {
  context.err(`${visible(edit.paragraph, 2_000)}\n\n`);
  for (const left of edit.left ?? []) context.err(`not part of it: ${visible(left, 1_000)}\n`);
  context.err(terminalAccess(report, { width: context.interactive ? context.width : 0, style: styleFor(context.colour.err) }));
  if (warnings.length > 0) context.err(renderDiagnostics(warnings, (path) => files.get(path), paintFor(context.colour.err)));
  const schemas = [...files.keys()].filter(isSchema).length;
  if (schemas > 0 && context.verbose) context.err(`${schemas} of the schemas in identities/.schema change with it\n`);
}
