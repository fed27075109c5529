import { createHash } from "node:crypto";
import type { Actor, Label, PullRequest } from "../../core/forge/forge.ts";
import { proposalText, type Requester } from "../../core/report/proposal.ts";
import { requestLabel } from "../../core/request/forms.ts";
import type { Context } from "../command.ts";
import type { ProposalDoors } from "./doors.ts";
import type { Judged } from "./judge.ts";

export interface Proposed {
  /** same: an open pull request says exactly this already. */
  readonly kind: "opened" | "updated" | "same";
  readonly pull: Pick<PullRequest, "number" | "url">;
  readonly branch: string;
}

const labels: readonly Label[] = [{ name: requestLabel, colour: "5319e7", description: "Asked for through rollcall" }];

/** The branch of a wish: the same in every run, so that one wish has one pull request. */
export function branchOf(
  edit: { readonly verb: string; readonly key: string; readonly about: string },
  requester: Requester | null,
): string {
  // The key may change while an issue is edited; its number does not.
  if (requester?.kind === "issue") return `rollcall/request-${requester.number}`;
  return `rollcall/${edit.verb}-${edit.key}-${createHash("sha256").update(edit.about).digest("hex").slice(0, 8)}`;
}

/** Opens the pull request of a change, or brings the one that there is up to date. */
export async function propose(
  context: Context,
  doors: ProposalDoors,
  judged: Judged & { readonly kind: "sound" },
  target: { readonly base: string; readonly branch: string; readonly author: Actor; readonly requester: Requester | null },
): Promise<Proposed> {
  const branch = branchOf(judged.edit, target.requester);
  const text = proposalText(judged, target.requester);
  return putForward(context, doors, {
    ...text,
    labels,
    files: judged.files,
    from: branch,
    into: target.branch,
    base: target.base,
    author: target.author,
  });
}

/** A change to files with the words that go with it. */
export interface PutForward {
  readonly title: string;
  readonly body: string;
  /** Of the one commit. */
  readonly message: string;
  readonly files: ReadonlyMap<string, string>;
  /** Branches: of the proposal, and the one that it is for, with the commit there that it is made upon. */
  readonly from: string;
  readonly into: string;
  readonly base: string;
  readonly author: Actor;
  readonly labels: readonly Label[];
  /** Logins. */
  readonly assignees?: readonly string[];
}

/** One branch, one open pull request from it: made, or brought up to date. */
export async function putForward(
  context: Context,
  doors: Pick<ProposalDoors, "forge" | "proposeFiles">,
  wish: PutForward,
): Promise<Proposed> {
  const { title, body, from: branch, into, labels: own, assignees = [] } = wish;
  const { changed } = await doors.proposeFiles({
    base: wish.base,
    branch,
    files: wish.files,
    message: wish.message,
    author: committer(wish.author),
    at: context.now(),
  });
  const known = (await doors.forge.openPulls(into)).find((p) => !p.fork && p.head.ref === branch);
  if (known === undefined) {
    const pull = await doors.forge.openPull({
      title,
      body,
      head: branch,
      base: into,
      labels: own,
      ...(assignees.length === 0 ? {} : { assignees }),
    });
    return { kind: "opened", pull, branch };
  }
  const stale = known.title !== title || known.body !== body;
  if (stale) await doors.forge.editPull(known.number, { title, body });
  return { kind: stale || changed ? "updated" : "same", pull: known, branch };
}

/** The address by which GitHub knows an account, whatever its own is (docs.github.com, "Setting your commit email address", 2026-11). */
export const committer = ({ id, login }: Actor): { name: string; email: string } => ({
  name: login,
  email: `${id}+${login}@users.noreply.github.com`,
});
