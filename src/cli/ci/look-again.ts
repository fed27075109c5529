import type { ApplyResult } from "../../core/engine.ts";
import { refKey, type Ref, type Snapshot } from "../../core/model/observed.ts";
import { toFault } from "../../connector/fault.ts";
import { refresh } from "../../io/engine/read/ask.ts";
import { readSnapshot } from "../../io/engine/read/read-snapshot.ts";
import type { Doors } from "../doors.ts";
import type { Planned } from "../session.ts";

/** Accounts that are looked at one by one; of more the lists are read again, which is cheaper. */
const mostSingly = 100;

/** Looks at what was written, by app: what a record calls confirmed was seen. An app that does not answer is `failure`, and ends nothing. */
export async function lookAgain({ plan, seen }: Planned, result: ApplyResult): Promise<Map<string, Snapshot>> {
  const snapshots = new Map<string, Snapshot>();
  await Promise.all(
    result.apps.map(async ({ app, outcomes }) => {
      const known = seen.get(app);
      if (!known?.doors) return;
      const byId = new Map(plan.operations.map((o) => [o.id, o]));
      const refs = new Map<string, Ref>();
      for (const outcome of outcomes) {
        const operation = byId.get(outcome.id);
        const ref = outcome.ref ?? operation?.ref;
        if (operation && operation.phase !== "state" && ref) refs.set(refKey(ref), ref);
      }
      if (refs.size === 0) return;
      snapshots.set(app, await look(app, known.doors, known.manifest.concurrency, [...refs.values()], known.snapshot));
    }),
  );
  return snapshots;
}

async function look(
  app: string,
  { tenant, calls, redact }: Doors,
  concurrency: number,
  refs: readonly Ref[],
  before: Snapshot,
): Promise<Snapshot> {
  const total = (): number => calls().read + calls().write;
  try {
    if (refs.length <= mostSingly) return await refresh({ ...before, fresh: new Map(), unanswered: [] }, tenant, refs, total, redact);
    return await readSnapshot({ app, tenant, concurrency, calls: total, redact, onEvent: () => undefined });
  } catch (error) {
    const { kind, message } = toFault(error);
    return { ...before, failure: { kind, message } };
  }
}
