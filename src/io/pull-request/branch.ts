import { z } from "zod";
import { FaultError } from "../../connector/fault.ts";
import type { Room } from "./room.ts";

/** Head of a branch; null where there is none, and in an empty repository (409 "Git Repository is empty."). */
export async function readBranch({ api, at }: Room, name: string): Promise<string | null> {
  const shape = z.looseObject({ ref: z.literal(`refs/heads/${name}`), object: z.looseObject({ sha: z.string().min(1) }) });
  try {
    const found = await api.look("GET /repos/{owner}/{repo}/git/ref/{ref}", { ...at, ref: `heads/${name}` }, shape);
    return found?.data.object.sha ?? null;
  } catch (error) {
    if (error instanceof FaultError && error.fault.status === 409) return null;
    throw error;
  }
}
