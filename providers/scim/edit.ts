/** Read, edit, write back: where a server replaces, what somebody else changed in between must survive (law 7). */
import { FaultError } from "../../src/connector/index.ts";
import type { Answered } from "./api.ts";
import type { Context } from "./context.ts";
import { refuse } from "./outcome.ts";

/** Readings before an edit gives up because somebody else is always quicker. */
const most = 3;

/** null: nothing is to be changed. */
type Write<T, R> = (resource: T, ifMatch: string | undefined) => Promise<Answered<R>> | null;

/**
 * Edits what was just read, on condition that it is still so where the server keeps versions. An edit that comes too late is made anew from
 * what is there now: the refused one has done nothing. null where there was nothing to change.
 */
export async function edited<T, R>(
  { profile }: Pick<Context, "profile">,
  read: () => Promise<Answered<T>>,
  write: Write<T, R>,
): Promise<Answered<R> | null> {
  for (let attempt = 1; ; attempt += 1) {
    const { body, etag } = await read();
    if (profile.etag && etag === undefined)
      throw refuse("unsupported", "The server keeps versions by its profile, and its answer has none");
    try {
      return await write(body, profile.etag ? etag : undefined);
    } catch (error) {
      const late = error instanceof FaultError && error.fault.status === 412;
      if (!late || attempt === most) throw error;
    }
  }
}
