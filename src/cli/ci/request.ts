import { readFile } from "node:fs/promises";
import { z } from "zod";
import { dayIn } from "../../core/compile/day.ts";
import type { Issue } from "../../core/forge/forge.ts";
import { requestComment, requestMarker } from "../../core/report/request.ts";
import { askingRefused } from "../../core/request/may-ask.ts";
import { readRequest } from "../../core/request/read-request.ts";
import { type CommandResult, type Context, UsageError } from "../command.ts";
import { repositoryAt } from "../proposal/base-repository.ts";
import { editIn, type OpenDoors } from "../proposal/carry-out.ts";
import type { ProposalDoors } from "../proposal/doors.ts";
import { judge } from "../proposal/judge.ts";
import { openProposalDoors } from "../proposal/open-doors.ts";
import { toldByForge } from "../told-by-forge.ts";
import { branchOf, propose } from "../proposal/propose.ts";

/** What is taken from the event: which issue, and whether its author wrote what stands there. Everything else is asked of the forge. */
const eventShape = z.object({
  action: z.string(),
  issue: z.object({ number: z.int().positive(), body: z.string().nullable() }),
  sender: z.object({ id: z.int() }),
  /** Of an edit: what it was about; `body` is there where the text was changed. */
  changes: z.object({ body: z.unknown().optional() }).optional(),
});
type Event = z.infer<typeof eventShape>;

type Answer = Parameters<typeof requestComment>[0];

/**
 * `rollcall ci request`: an issue made with one of the forms becomes a pull request, and is told so. Edited, the same pull request follows.
 * What cannot be done is answered on the issue, and no error here: exit 0.
 */
export async function request(context: Context, _options: object = {}, open: OpenDoors = openProposalDoors): Promise<CommandResult> {
  const event = await readEvent(context);
  if (event.action === "edited" && event.changes?.body === undefined) return said(context, "the text was not changed");
  const doors = await open(context);
  const issue = await doors.forge.issue(event.issue.number);
  if (issue === null || issue.state === "closed") return said(context, `there is no open issue #${event.issue.number}`);
  const read = readRequest(issue.body);
  if (read.kind === "other") return said(context, `#${issue.number} asks for nothing of rollcall's`);
  // Between the event and this run somebody may have written something else; that edit has a run of its own.
  if (issue.body !== (event.issue.body ?? "")) return said(context, `#${issue.number} was edited since; the run of that edit answers`);
  if (issue.author !== null && event.sender.id !== issue.author.id)
    return answered(context, doors, issue, {
      kind: "refused",
      problems: ["Somebody else than its author has edited this request. It counts as its author wrote it: open a new one."],
      again: false,
    });
  if (read.kind === "refused") return refused(context, doors, issue, read.problems, null);
  return carryOut(context, doors, issue, read.request);
}

async function carryOut(context: Context, doors: ProposalDoors, issue: Issue, asked: Parameters<typeof editIn>[2]): Promise<CommandResult> {
  const defaultBranch = await doors.defaultBranch();
  const { visibility } = await doors.forge.facts();
  const base = await doors.fetchBranch(defaultBranch);
  const repository = await repositoryAt(context, base).catch(async (error: unknown) => {
    if (error instanceof UsageError)
      await refused(context, doors, issue, ["The files of this repository have errors that have to be mended first."], defaultBranch);
    throw error;
  });
  const { organization } = repository;
  const barred = askingRefused(issue.author, visibility, organization, dayIn(context.now(), organization.settings.timezone));
  if (barred !== null) return answered(context, doors, issue, { kind: "refused", problems: [barred], again: false });
  const edited = editIn(context, repository, asked);
  if (edited.kind === "unchanged") return answered(context, doors, issue, edited);
  if (edited.kind === "refused") return refused(context, doors, issue, edited.problems, defaultBranch);
  const judged = await judge(context, repository, edited.edit, `${defaultBranch} (${base.slice(0, 12)})`);
  if (judged.kind === "faulty") {
    const errors = judged.diagnostics.filter((d) => d.severity === "error");
    const problems = errors.map((d) => (d.fix === undefined ? d.summary : `${d.summary} ${d.fix}`));
    return refused(context, doors, issue, problems, defaultBranch);
  }
  const author = await doors.forge.viewer();
  const requester = { kind: "issue", number: issue.number } as const;
  const target = { base, branch: defaultBranch, author, requester };
  const { kind, pull } = await toldByForge(propose(context, doors, judged, target)).catch(async (error: unknown) => {
    // A setting that is off, or a branch on which somebody works: whoever asked is told, whoever runs this as well.
    if (error instanceof UsageError) await refused(context, doors, issue, [error.message], defaultBranch);
    throw error;
  });
  return answered(context, doors, issue, { kind, pull, paragraph: edited.edit.paragraph });
}

/** Where an earlier version of the request has a pull request, it is told that it still stands. */
async function refused(
  context: Context,
  doors: ProposalDoors,
  issue: Issue,
  problems: readonly string[],
  branch: string | null,
): Promise<CommandResult> {
  const base = branch ?? (await doors.defaultBranch());
  const own = branchOf({ verb: "", key: "", about: "" }, { kind: "issue", number: issue.number });
  const standing = (await doors.forge.openPulls(base)).find((p) => !p.fork && p.head.ref === own);
  const more = standing === undefined ? [] : [`Pull request ${standing.number} still has what was asked for before.`];
  return answered(context, doors, issue, { kind: "refused", problems: [...problems, ...more], again: true });
}

async function answered(context: Context, doors: ProposalDoors, issue: Issue, answer: Answer): Promise<CommandResult> {
  await doors.forge.stickyComment(issue.number, requestMarker, requestComment(answer));
  return said(context, `#${issue.number}: ${answer.kind}`);
}

function said(context: Context, what: string): CommandResult {
  context.err(`${what}\n`);
  return 0;
}

async function readEvent({ env }: Context): Promise<Event> {
  const path = env["GITHUB_EVENT_PATH"];
  if (path === undefined || env["GITHUB_EVENT_NAME"] !== "issues")
    throw new UsageError("this is for a workflow that runs on issues: GITHUB_EVENT_NAME and GITHUB_EVENT_PATH say which", 1);
  const parsed = eventShape.safeParse(JSON.parse(await readFile(path, "utf8")));
  if (!parsed.success) throw new UsageError("the event is not one about an issue", 1);
  return parsed.data;
}
