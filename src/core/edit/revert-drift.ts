import { dayAfter } from "../compile/day.ts";
import { asBefore } from "../format/as-before.ts";
import type { Day } from "../model/person.ts";
import type { Operation } from "../plan/operation.ts";
import { count } from "../report/text.ts";
import { takesAway } from "../review/aim.ts";
import type { Company, Edited } from "./edit.ts";
import { writeYaml } from "./yaml-edit.ts";

/** How long a reviewed undoing may wait for its merge and its run. */
const holdsDays = 7;

/** What a policy of the kind `revert` would undo in an app. */
export const driftIn = (operations: readonly Operation[], app: string): Operation[] =>
  operations.filter((o) => o.app === app && o.origin === "drift" && o.phase !== "state");

/**
 * The policy that has the next run undo what was changed by hand in one app: just this much, and for a week. One that is there already is brought up to
 * date. `drift`: see `driftIn`, by a look at the app. Pure.
 */
export function revertDrift(
  { organization, files }: Company,
  app: string,
  drift: readonly Operation[],
  reason: string,
  today: Day,
): Edited {
  const known = organization.apps.get(app);
  if (!known) return { kind: "refused", problems: [`There is no app ${app}.`] };
  if (drift.length === 0) return { kind: "unchanged", why: `${app} has nothing that somebody changed by hand and a run could undo` };
  if (known.mode === "observe")
    return { kind: "refused", problems: [`${app} is in the mode observe, in which no run changes anything: set another mode first.`] };
  const losses = drift.filter(takesAway).length;
  const gains = drift.length - losses;
  const path = `policies/revert-${app}.yaml`;
  const before = files.find((f) => f.path === path)?.text;
  const standing = organization.policies.find((p) => p.kind === "revert" && p.origin.file === path);
  if (standing?.kind === "revert" && standing.expires >= today && standing.expect.gains === gains && standing.expect.losses === losses)
    return { kind: "unchanged", why: `${path} says so already, until ${standing.expires}: the next run undoes it` };
  const expires = dayAfter(today, holdsDays);
  const expect = { ...(gains === 0 ? {} : { gains }), ...(losses === 0 ? {} : { losses }) };
  const parts = [
    ...(gains === 0 ? [] : [`${count(gains, "thing")} that the files ask for ${gains === 1 ? "is" : "are"} given back`]),
    ...(losses === 0 ? [] : [`${count(losses, "thing")} that no line asks for ${losses === 1 ? "is" : "are"} taken away`]),
  ];
  const mode = known.mode === "adopt" && losses > 0 ? ` ${app} is in the mode adopt: nothing is taken away in it.` : "";
  return {
    kind: "edited",
    edit: {
      verb: "revert",
      key: app,
      about: `revert ${app}`,
      title: `Undo what was changed by hand in ${app}`,
      paragraph: `The next run after the merge undoes what was changed by hand in ${app}: ${parts.join(", ")}. Where it is no longer just this much, nothing is undone. It holds until ${expires}.${mode}`,
      files: new Map([[path, asBefore(path, before, writeYaml({ kind: "revert", app, expect, expires, because: reason }))]]),
    },
  };
}
