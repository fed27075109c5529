import { z } from "zod";
import { FaultError } from "../../connector/fault.ts";
import type { Status } from "../../core/forge/forge.ts";
import type { Room } from "./room.ts";
import { status } from "./shapes.ts";

/** GitHub cuts no description, it refuses longer ones (GitHub, 2026-11, from memory). */
const longest = 140;

/** Every status of a commit, newest first, earlier ones of the same context included. */
export async function readStatuses({ api, at }: Room, sha: string): Promise<Status[]> {
  const found = await api.pages("GET /repos/{owner}/{repo}/commits/{ref}/statuses", { ...at, ref: sha }, z.array(status));
  return found.map((s) => ({ context: s.context, state: s.state, description: s.description ?? "", at: s.created_at, author: s.creator }));
}

/** Adds a status. One that is added twice says the same as once, so that it may be sent again after a lost answer. */
export async function addStatus({ api, at }: Room, sha: string, given: Pick<Status, "context" | "state" | "description">): Promise<void> {
  if (given.description.length > longest)
    throw new FaultError({ kind: "invalid", message: `The status ${given.context} is longer than ${longest} characters` });
  const { context, state, description } = given;
  await api.get("POST /repos/{owner}/{repo}/statuses/{sha}", { ...at, sha, context, state, description }, status);
}
