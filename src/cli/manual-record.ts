import type { ApplyResult } from "../core/engine.ts";
import type { Plan } from "../core/plan/plan.ts";
import { recordedOperation } from "../core/record/recorded-operation.ts";
import { seal } from "../core/record/seal.ts";
import { processFacts } from "../io/state/process-facts.ts";
import type { WritableRecords } from "../io/state/record-files.ts";
import type { Context } from "./command.ts";
import type { ExitCode } from "./exit-code.ts";
import { version } from "./package.ts";
import { sha256 } from "./records.ts";

/**
 * Records what somebody did by hand, in the chain that CI's runs are in. Such a run answers for no commit: what lies between the last record and
 * the next run of CI is still looked at by CI, and what is outstanding stays so.
 */
export async function recordByHand(
  records: WritableRecords,
  context: Context,
  plan: Plan,
  result: ApplyResult,
  code: ExitCode,
): Promise<void> {
  const who = processFacts().user;
  const operations = new Map(plan.operations.map((o) => [o.id, o]));
  const done = result.apps.flatMap((app) => app.outcomes.map((outcome) => ({ outcome, operation: operations.get(outcome.id)! })));
  if (done.length === 0) return;
  await records.append((last) => {
    const answered = last?.commits.to ?? null;
    const draft = {
      version: 1 as const,
      at: context.now().toISOString(),
      run: { trigger: "manual" as const, actor: who, url: null },
      rollcall: version,
      commits: { from: answered, to: answered },
      segments: [],
      operations: done.map(({ operation, outcome }) =>
        recordedOperation(operation, outcome, operation.phase === "state" ? { kind: "state" } : { kind: "person", who }, "unread"),
      ),
      left: [],
      outstanding: last?.outstanding ?? [],
      unapproved: last?.unapproved ?? [],
      ...(last?.stoppedElsewhere === undefined ? {} : { stoppedElsewhere: last.stoppedElsewhere }),
      result: code,
    };
    return seal(draft, last, sha256);
  });
}
