import { pointsIn } from "../../core/edit/points.ts";
import type { Actor, PullRequest } from "../../core/forge/forge.ts";
import { linkTo } from "../../core/report/pull/link.ts";
import { noticeText } from "../../core/report/proposal.ts";
import { fetchPull } from "../../io/git/fetch.ts";
import { mergedTree } from "../../io/git/merged-tree.ts";
import { oneCommit } from "../../io/git/one-commit.ts";
import { UsageError } from "../command.ts";
import type { ProposalDoors } from "../proposal/doors.ts";
import { judge } from "../proposal/judge.ts";
import { committer, putForward } from "../proposal/propose.ts";
import { toldByForge } from "../told-by-forge.ts";
import type { Repository } from "../repository.ts";
import { told } from "../versions.ts";
import type { Ci } from "./ci.ts";
import { branchFor, kinds, type Matter } from "./matters.ts";

/** What keeping proposals works with, in one run. */
export interface Keeping {
  readonly ci: Ci;
  readonly doors: ProposalDoors;
  /** The files that the run went by, and their commit. */
  readonly repository: Repository;
  readonly base: string;
  /** rollcall's own account at the forge. */
  readonly me: Actor;
  /** By whose word the proposals are made. */
  readonly requester: Actor;
  /** All open pull requests. */
  readonly open: readonly PullRequest[];
}

export type Kept = "opened" | "updated" | "same" | "closed" | "answered" | "people's";

/**
 * Brings the one pull request about a matter to what it is about now.
 *
 * | pull request | what is to be asked | result |
 * |---|---|---|
 * | open, somebody else committed to it | | left to them |
 * | open, about just this, and it merges | | same: not pushed again, so that approvals stay |
 * | open, about something else, or in conflict | something | updated |
 * | open | nothing any more | closed, with a comment |
 * | none | something that people have not closed a pull request about | opened |
 * | none | nothing but that | answered |
 */
export async function keepProposal(keeping: Keeping, matter: Matter, mayOpen: boolean): Promise<Kept | "put off"> {
  const open = ownOpen(keeping, branchFor(matter));
  const standing = open && (await standingOf(keeping, open));
  if (standing && !standing.own) return "people's";
  const current = new Set(matter.points);
  if (standing?.merges && standing.points.size === current.size && matter.points.every((p) => standing.points.has(p))) return "same";
  const answered = await answeredOn(keeping, branchFor(matter));
  const fresh = matter.points.filter((p) => !answered.has(p));
  const wanted = fresh.length > 0 && kinds[matter.kind].whole ? matter.points : fresh;
  if (wanted.length === 0) {
    if (!open) return "answered";
    await close(keeping, open, matter.kind);
    return "closed";
  }
  if (standing?.merges && standing.points.size === wanted.length && wanted.every((p) => standing.points.has(p))) return "same";
  if (!open && !mayOpen) return "put off";
  return await put(keeping, matter, new Set(wanted));
}

/** Closes what is open about people of whom nothing is to be asked any more; what people have taken over is theirs. */
export async function closeOthers(keeping: Keeping, matters: readonly Matter[]): Promise<readonly PullRequest[]> {
  const asked = new Set(matters.map(branchFor));
  const closed: PullRequest[] = [];
  for (const pull of keeping.open.filter((p) => isOwn(keeping, p) && !asked.has(p.head.ref))) {
    const kind = (Object.keys(kinds) as Matter["kind"][]).find((k) => pull.head.ref.startsWith(kinds[k].prefix));
    if (kind === undefined || !(await standingOf(keeping, pull)).own) continue;
    await close(keeping, pull, kind);
    closed.push(pull);
  }
  return closed;
}

const isOwn = ({ me }: Keeping, pull: PullRequest): boolean => !pull.fork && pull.author?.id === me.id;

const ownOpen = (keeping: Keeping, branch: string): PullRequest | undefined =>
  keeping.open.find((p) => isOwn(keeping, p) && p.head.ref === branch);

async function close({ ci }: Keeping, { number }: PullRequest, kind: Matter["kind"]): Promise<void> {
  await ci.forge.comment(number, `${kinds[kind].over} (${linkTo("run", ci.env.runUrl)}).\n`);
  await ci.forge.editPull(number, { state: "closed" });
}

interface Standing {
  /** Its newest commit is rollcall's. The address proves nothing; it keeps people's work from being pushed over. */
  readonly own: boolean;
  readonly points: ReadonlySet<string>;
  readonly merges: boolean;
}

async function standingOf({ ci, me, base }: Keeping, { number }: PullRequest): Promise<Standing> {
  const { dir } = ci.context;
  const head = await told(fetchPull(dir, { remote: ci.remote, number, ...ci.signedIn }));
  const { author, committer: by, message } = await told(oneCommit(dir, head));
  const { email } = committer(me);
  return {
    own: author.email === email && by.email === email,
    points: new Set(pointsIn(message)),
    merges: (await told(mergedTree(dir, base, head))).kind === "tree",
  };
}

/** Older answers are about what has long ended. */
const mostAnswers = 10;

/** What people closed a pull request about, and did not merge. What rollcall itself closed is no answer. */
async function answeredOn({ ci, me }: Keeping, branch: string): Promise<Set<string>> {
  const answered = new Set<string>();
  const closed = (await ci.forge.pullsFrom(branch)).filter((p) => p.state === "closed" && p.merged === null && p.author?.id === me.id);
  for (const { number } of closed.slice(0, mostAnswers)) {
    if ((await ci.forge.closedBy(number))?.id === me.id) continue;
    const head = await told(fetchPull(ci.context.dir, { remote: ci.remote, number, base: null, ...ci.signedIn }));
    for (const point of pointsIn((await told(oneCommit(ci.context.dir, head))).message)) answered.add(point);
  }
  return answered;
}

async function put({ ci, doors, repository, base, me, requester }: Keeping, matter: Matter, points: ReadonlySet<string>): Promise<Kept> {
  const { edit, notice, assignees } = matter.ask(points);
  const judged = await judge(ci.context, repository, edit, `${ci.branch} (${base.slice(0, 12)})`);
  if (judged.kind === "faulty") {
    const errors = judged.diagnostics.filter((d) => d.severity === "error").map((d) => d.summary);
    throw new UsageError(`the files would have errors: ${errors.slice(0, 5).join(" ")}`, 3);
  }
  const { kind } = await toldByForge(
    putForward(ci.context, doors, {
      ...noticeText(notice, judged, [...points].sort(), requester),
      files: judged.files,
      from: branchFor(matter),
      into: ci.branch,
      base,
      author: me,
      labels: [kinds[matter.kind].label],
      assignees,
    }),
  );
  return kind;
}
