import { z } from "zod";
import { compareText } from "../../core/diagnostic.ts";
import { FaultError } from "../../connector/fault.ts";
import type { PullRequest } from "../../core/forge/forge.ts";
import { type Room, sameName } from "./room.ts";
import { pull } from "./shapes.ts";

/** GitHub lists no more files than this (GitHub docs "List pull requests files", 2026-11). */
const mostFiles = 3000;

export async function readPull({ api, at }: Room, number: number): Promise<PullRequest | null> {
  const found = await api.look("GET /repos/{owner}/{repo}/pulls/{pull_number}", { ...at, pull_number: number }, pull);
  return found?.data ?? null;
}

export const readOpenPulls = ({ api, at }: Room, base: string): Promise<PullRequest[]> =>
  api.pages("GET /repos/{owner}/{repo}/pulls", { ...at, state: "open", base, sort: "created", direction: "desc" }, z.array(pull));

export async function readPullsFrom({ api, at, repository }: Room, branch: string): Promise<PullRequest[]> {
  const parameters = { ...at, state: "all", head: `${at.owner}:${branch}`, sort: "created", direction: "desc" };
  const found = await api.pages("GET /repos/{owner}/{repo}/pulls", parameters, z.array(pull));
  // A filter that GitHub does not understand it leaves out.
  return found.filter((p) => p.head.ref === branch && sameName(p.head.repository ?? "", repository));
}

/** A commit that the forge does not know has no pull request: 422 "No commit found for SHA" (GitHub, 2026-11). */
export async function readPullsOf({ api, at }: Room, commit: string): Promise<PullRequest[]> {
  try {
    return await api.pages("GET /repos/{owner}/{repo}/commits/{commit_sha}/pulls", { ...at, commit_sha: commit }, z.array(pull));
  } catch (error) {
    if (error instanceof FaultError && error.fault.status === 422 && error.message.includes("No commit found")) return [];
    throw error;
  }
}

const file = z.looseObject({ filename: z.string().min(1), previous_filename: z.string().optional() });

/** Sorted, a renamed file under both of its names. null where there may be more than the forge lists. */
export async function readPullPaths({ api, at }: Room, number: number): Promise<string[] | null> {
  const files = await api.pages("GET /repos/{owner}/{repo}/pulls/{pull_number}/files", { ...at, pull_number: number }, z.array(file));
  if (files.length >= mostFiles) return null;
  const paths = files.flatMap((f) => (f.previous_filename === undefined ? [f.filename] : [f.filename, f.previous_filename]));
  return [...new Set(paths)].sort(compareText);
}
