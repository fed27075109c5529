import { z } from "zod";
import { FaultError } from "../../connector/fault.ts";
import type { ForgeWriter, Issue } from "../../core/forge/forge.ts";
import { isAmbiguous } from "./api.ts";
import { makeLabels } from "./labels.ts";
import { type Room, sameActor, sameText } from "./room.ts";
import { issue } from "./shapes.ts";

type Wanted = Parameters<ForgeWriter["openIssue"]>[0];
type Edit = Parameters<ForgeWriter["editIssue"]>[1];

/** Makes an issue. After a lost answer the viewer's newest issues are looked at before another is made. */
export async function openIssue(room: Room, wanted: Wanted): Promise<Issue> {
  await makeLabels(room, wanted.labels);
  const { title, body } = wanted;
  const labels = wanted.labels.map((l) => l.name);
  const assignees = wanted.assignees ?? [];
  try {
    return await make(room, { title, body, labels, ...(assignees.length === 0 ? {} : { assignees }) });
  } catch (error) {
    if (isAmbiguous(error)) return (await newest(room, wanted)) ?? (await make(room, { title, body, labels }));
    if (assignees.length === 0 || !isRefusedAssignee(error)) throw error;
    // Somebody who has left must not keep the issue from being there.
    room.log(`the issue ${JSON.stringify(title)} is assigned to nobody: the forge takes one of ${assignees.join(", ")} for no assignee`);
    return make(room, { title, body, labels });
  }
}

export async function editIssue({ api, at }: Room, number: number, edit: Edit): Promise<void> {
  await api.get("PATCH /repos/{owner}/{repo}/issues/{issue_number}", { ...at, issue_number: number, ...edit }, issue);
}

/** Whoever is assigned to it is these and nobody else; of a pull request as well, which is an issue to GitHub. */
export async function assignIssue({ api, at }: Room, number: number, assignees: readonly string[]): Promise<void> {
  await api.get("PATCH /repos/{owner}/{repo}/issues/{issue_number}", { ...at, issue_number: number, assignees }, issue);
}

async function make({ api, at }: Room, parameters: Record<string, unknown>): Promise<Issue> {
  return (await api.get("POST /repos/{owner}/{repo}/issues", { ...at, ...parameters }, issue)).data.issue;
}

/** Only the first page is looked at: what was made a moment ago is among the newest 100. */
async function newest(room: Room, { title, body }: Wanted): Promise<Issue | undefined> {
  const { api, at } = room;
  const viewer = await room.viewer();
  const parameters = { ...at, state: "open", sort: "created", direction: "desc" };
  const found = await api.pages("GET /repos/{owner}/{repo}/issues", parameters, z.array(issue), () => true);
  return found.find((i) => !i.isPull && sameActor(i.issue.author, viewer) && i.issue.title === title && sameText(i.issue.body, body))
    ?.issue;
}

/** 422 with field "assignees", code "invalid" (trstringer/manual-approval #71, 2022-11). */
export const isRefusedAssignee = (error: unknown): boolean =>
  error instanceof FaultError && error.fault.status === 422 && /; assignees?: /.test(error.message);
