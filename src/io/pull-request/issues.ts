import { z } from "zod";
import { FaultError } from "../../connector/fault.ts";
import type { Actor, Comment, Issue } from "../../core/forge/forge.ts";
import type { Room } from "./room.ts";
import { account, comment, issue } from "./shapes.ts";

/** Of an issue or a pull request, oldest first: GitHub sorts comments by their number, whatever is asked for. */
export const readComments = ({ api, at }: Room, number: number): Promise<Comment[]> =>
  api.pages("GET /repos/{owner}/{repo}/issues/{issue_number}/comments", { ...at, issue_number: number }, z.array(comment));

/** null for what is no issue: a number that is not given, a pull request, an issue that was deleted or moved to another repository. */
export async function readIssue({ api, at, repository }: Room, number: number): Promise<Issue | null> {
  const found = await api.look("GET /repos/{owner}/{repo}/issues/{issue_number}", { ...at, issue_number: number }, issue);
  if (found === null || found.data.isPull) return null;
  // The number of a moved issue leads on to where it is now.
  return found.data.repositoryUrl.toLowerCase().endsWith(`/repos/${repository.toLowerCase()}`) ? found.data.issue : null;
}

const closed = z.looseObject({ closed_by: account.nullish() });

/** An issue that was asked for by its number tells who closed it; lists and pull requests as such do not (GitHub docs "Get an issue", 2026-11). */
export async function readClosedBy({ api, at }: Room, number: number): Promise<Actor | null> {
  const found = await api.look("GET /repos/{owner}/{repo}/issues/{issue_number}", { ...at, issue_number: number }, closed);
  return found?.data.closed_by ?? null;
}

export async function readIssues({ api, at }: Room, label: string): Promise<Issue[]> {
  if (label === "" || label.includes(","))
    throw new FaultError({
      kind: "invalid",
      message: `${JSON.stringify(label)} cannot be asked for as a label: GitHub would read several`,
    });
  const found = await api.pages(
    "GET /repos/{owner}/{repo}/issues",
    { ...at, labels: label, state: "all", sort: "created", direction: "desc" },
    z.array(issue),
  );
  return found.flatMap((i) => (i.isPull ? [] : [i.issue]));
}
