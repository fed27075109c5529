import type { StateDirectory } from "../io/state/state-directory.ts";
import { UsageError } from "./command.ts";
import type { Writer } from "./state-store.ts";

type Ownable = Pick<StateDirectory, "owner" | "setOwner">;

/**
 * Lets the writer in, or ends with exit 7 in one line. The first run of CI makes the state CI's: from then on what nobody reviewed is not
 * applied from a laptop, until somebody takes the state back (`rollcall state release`).
 */
export async function takeOwnership(state: Ownable, by: Writer, now: Date): Promise<void> {
  const owner = await state.owner();
  if (by.kind === "release") {
    if (owner?.owner === "ci") await state.setOwner({ version: 1, owner: "people", by: by.who, since: now.toISOString() });
    return;
  }
  if (by.kind === "person") {
    if (owner?.owner !== "ci") return;
    throw new UsageError(
      `CI of ${owner.repository} owns this state since ${owner.since}: open a pull request there; in an emergency \`rollcall state release\` takes the state back`,
      7,
    );
  }
  if (owner?.owner === "ci") {
    if (owner.repository === by.repository) return;
    throw new UsageError(
      `CI of ${owner.repository} owns this state since ${owner.since}, and this run is of ${by.repository}: give it a state of its own; after a rename of the repository, \`rollcall state release\` first`,
      7,
    );
  }
  await state.setOwner({ version: 1, owner: "ci", repository: by.repository, since: now.toISOString() });
}
