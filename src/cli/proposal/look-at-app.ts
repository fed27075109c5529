import { visible } from "../../core/report/text.ts";
import { type Context, UsageError } from "../command.ts";
import { openEngine } from "../engine.ts";
import { progressFor } from "../progress.ts";
import type { Repository } from "../repository.ts";
import { chosenApps, type Planned, planRun } from "../session.ts";

/** The plan of one app over a version of the files, by a door that cannot write. Throws UsageError, exit 4 or 8, where it could not be read. */
export async function lookAtApp(given: Context, repository: Repository, app: string): Promise<Planned> {
  const context: Context = { ...given, apps: [app] };
  chosenApps(context, repository);
  const engine = await openEngine(context, repository, [app], "read");
  try {
    const progress = progressFor(context);
    const planned = await planRun(context, repository, engine, progress);
    progress.done();
    for (const { failure, unread } of planned.plan.apps) {
      if (failure !== null) {
        const denied = failure.kind === "auth" || failure.kind === "forbidden";
        throw new UsageError(`${app} could not be read: ${visible(failure.message, 400)}; nothing is proposed`, denied ? 4 : 8);
      }
      for (const u of unread) context.err(`${app}: ${visible(u.scope)} was not read to its end: ${visible(u.reason, 300)}\n`);
    }
    return planned;
  } finally {
    await engine.release();
  }
}
