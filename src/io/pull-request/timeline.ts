import { z } from "zod";
import type { Actor, PullCommit, PullRequest, Push, Timeline } from "../../core/forge/forge.ts";
import { visible } from "./api.ts";
import { readIssue } from "./issues.ts";
import type { Room } from "./room.ts";
import { activity, commit, countedPull, review } from "./shapes.ts";

/** Beyond this many issues one pull request's commits are not believed to answer any: the rest stay unknown. */
const mostRequests = 20;
/** GitHub lists no more commits of a pull request than this, the oldest (GitHub docs "List commits on a pull request", 2026-11). */
const mostCommits = 250;
/** A push that comes between the requests makes another reading necessary. */
const mostReadings = 3;

/**
 * Everything an approval depends on, of one moment: what was pushed to between the requests is read again. Where commits and head still do
 * not fit together, or there are more commits than are listed, they are not all there: `commitsComplete` is false. null where there is no such
 * pull request.
 */
export async function readTimeline(room: Room, number: number): Promise<Timeline | null> {
  const { api, at } = room;
  const which = { ...at, pull_number: number };
  for (let reading = 1; ; reading++) {
    const found = await api.look("GET /repos/{owner}/{repo}/pulls/{pull_number}", which, countedPull);
    if (found === null) return null;
    const { pull, count } = found.data;
    const [reviews, commits, pushes] = await Promise.all([
      api.pages("GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews", which, z.array(review)),
      api.pages("GET /repos/{owner}/{repo}/pulls/{pull_number}/commits", which, z.array(commit)),
      readPushes(room, pull),
    ]);
    const commitsComplete = commits.length === count && (count === 0 || commits.some((c) => c.sha === pull.head.sha));
    if (!commitsComplete && count <= mostCommits && reading < mostReadings) continue;
    return { pull, reviews, commits, commitsComplete, pushes, requesters: await readRequesters(room, commits) };
  }
}

/**
 * Pushes to the head branch, newest first, back to the first that is older than the pull request. Whatever moves the branch is a push of
 * whoever made it: also a merge into it, the button that brings it up to date, its making. null where the forge does not tell.
 */
async function readPushes({ api }: Room, pull: PullRequest): Promise<Push[] | null> {
  const [owner, repo] = pull.head.repository?.split("/") ?? [];
  if (owner === undefined || repo === undefined) return null;
  const ref = `refs/heads/${pull.head.ref}`;
  const entries = await visible(
    api.pages("GET /repos/{owner}/{repo}/activity", { owner, repo, ref, direction: "desc" }, z.array(activity), (page) =>
      page.some((entry) => entry.push.at < pull.createdAt),
    ),
  );
  return entries?.flatMap((e) => (e.ref === ref && e.kind !== "branch_deletion" ? [e.push] : [])) ?? null;
}

const request = /^Rollcall-Request:[ \t]*#([1-9]\d{0,8})[ \t]*\r?$/gim;

/** Authors of the issues that commits name as their request. null: no such issue, its author is gone, or too many were named. */
async function readRequesters(room: Room, commits: readonly PullCommit[]): Promise<Map<number, Actor | null>> {
  const numbers = new Set(commits.flatMap((c) => [...c.message.matchAll(request)].map(([, number]) => Number(number))));
  const requesters = new Map<number, Actor | null>();
  for (const number of numbers) {
    const found = requesters.size < mostRequests ? await readIssue(room, number) : null;
    requesters.set(number, found?.author ?? null);
  }
  return requesters;
}
