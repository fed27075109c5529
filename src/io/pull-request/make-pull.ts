import { z } from "zod";
import { FaultError } from "../../connector/fault.ts";
import type { ForgeWriter, PullRequest } from "../../core/forge/forge.ts";
import { isAmbiguous } from "./api.ts";
import { setLabels } from "./labels.ts";
import { assignIssue, isRefusedAssignee } from "./make-issue.ts";
import { type Room, sameName, sameText } from "./room.ts";
import { pull } from "./shapes.ts";

type Wanted = Parameters<ForgeWriter["openPull"]>[0];
type Edit = Parameters<ForgeWriter["editPull"]>[1];

const mostLooks = 3;

/**
 * The open pull request from branch `head` of the repository itself into `base`: brought up to date where there is one, else made. Its labels
 * are set, others left alone; assignees are those of a new one alone.
 */
export async function openPull(room: Room, wanted: Wanted): Promise<PullRequest> {
  const { found, made } = await findOrMake(room, wanted);
  if (made) await assign(room, found.number, wanted.assignees ?? []);
  const differs = found.title !== wanted.title || !sameText(found.body, wanted.body);
  const current = differs ? await editPull(room, found.number, { title: wanted.title, body: wanted.body }) : found;
  const missing = wanted.labels.filter((l) => !current.labels.some((n) => sameName(n, l.name)));
  if (missing.length === 0) return current;
  await setLabels(
    room,
    current.number,
    missing,
    missing.map((l) => l.name),
  );
  return { ...current, labels: [...current.labels, ...missing.map((l) => l.name)] };
}

export async function editPull({ api, at }: Room, number: number, edit: Edit): Promise<PullRequest> {
  const { data } = await api.get("PATCH /repos/{owner}/{repo}/pulls/{pull_number}", { ...at, pull_number: number, ...edit }, pull);
  return data;
}

/** One by one, so that somebody who has left does not keep the others from it. */
async function assign(room: Room, number: number, assignees: readonly string[]): Promise<void> {
  const assigned: string[] = [];
  for (const login of assignees) {
    try {
      await assignIssue(room, number, [...assigned, login]);
      assigned.push(login);
    } catch (error) {
      if (!isRefusedAssignee(error)) throw error;
      room.log(`#${number} is not assigned to ${login}: the forge takes it for no assignee`);
    }
  }
}

async function findOrMake(room: Room, wanted: Wanted): Promise<{ readonly found: PullRequest; readonly made: boolean }> {
  for (let look = 1; ; look++) {
    const found = await find(room, wanted);
    if (found) return { found, made: false };
    try {
      return { found: await make(room, wanted), made: true };
    } catch (error) {
      if (look >= mostLooks || !(isAmbiguous(error) || isTaken(error))) throw error;
    }
  }
}

async function find({ api, at, repository }: Room, { head, base }: Wanted): Promise<PullRequest | undefined> {
  const route = "GET /repos/{owner}/{repo}/pulls";
  const found = await api.pages(route, { ...at, state: "open", head: `${at.owner}:${head}`, base }, z.array(pull));
  // A filter that GitHub does not understand it leaves out.
  return found.find((p) => p.head.ref === head && p.base.ref === base && sameName(p.head.repository ?? "", repository));
}

async function make({ api, at }: Room, { title, body, head, base }: Wanted): Promise<PullRequest> {
  return (await api.get("POST /repos/{owner}/{repo}/pulls", { ...at, title, body, head, base }, pull)).data;
}

/** Somebody else was faster: 422 "A pull request already exists for acme:branch." (GitHub, 2026-11, from memory). */
const isTaken = (error: unknown): boolean =>
  error instanceof FaultError && error.fault.status === 422 && /pull request already exists/i.test(error.message);
