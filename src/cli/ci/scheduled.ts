import type { CommandResult, Context } from "../command.ts";
import { run } from "./apply.ts";
import { openCi } from "./ci.ts";
import { tellDrift } from "./drift-issues.ts";
import { publishSnapshots } from "./snapshots.ts";

/**
 * `rollcall ci scheduled`: what dates demand, what is outstanding, and merges that no run has answered for; then what changed outside the files is
 * told, app by app. Every run leaves a record, so that its age says whether the schedule still runs.
 */
export async function scheduled(context: Context, _options: object): Promise<CommandResult> {
  const ci = await openCi(context, "write");
  const done = await run(ci, "schedule");
  await tellDrift(ci, done);
  if (done.repository.organization.settings.pullRequests.preview === "snapshot") await publishSnapshots(ci, done.planned.seen);
  return done.codes;
}
