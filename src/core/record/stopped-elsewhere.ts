import { compareText } from "../diagnostic.ts";
import type { AppPlan, Plan } from "../plan/plan.ts";
import type { StoppedElsewhere } from "./record.ts";

/**
 * Accounts that somebody stopped elsewhere, as this run leaves them: what was stopped before keeps its time. Where nobody could see how an account
 * stands, what was said of it before still holds (law 13). `now`: RFC 3339.
 */
export function stoppedElsewhere(before: readonly StoppedElsewhere[], plan: Plan, now: string): StoppedElsewhere[] {
  const stopped = plan.apps.flatMap((app) =>
    app.accounts.flatMap(({ person, ref, situation }): StoppedElsewhere[] => {
      if (situation !== "stoppedElsewhere" || person === null || ref === null) return [];
      const stop = { app: app.app, person, ref: `${ref.kind}:${ref.id}`, since: now };
      return [before.find((b) => keyOf(b) === keyOf(stop)) ?? stop];
    }),
  );
  const unseen = before.filter((b) => plan.apps.some((app) => app.app === b.app && !showsPerson(app, b.person)));
  return [...stopped, ...unseen].sort((a, b) => compareText(keyOf(a), keyOf(b)));
}

/** Whether a run knows how somebody's account in an app stands, or that there is none. */
function showsPerson({ failure, unread, accounts }: AppPlan, person: string): boolean {
  const own = accounts.filter((a) => a.person === person);
  return failure === null && (own.length === 0 ? unread.length === 0 : own.every((a) => a.situation !== "unknown"));
}

const keyOf = ({ app, person, ref }: StoppedElsewhere): string => JSON.stringify([app, person, ref]);
