import { dayIn } from "../../core/compile/day.ts";
import { adoptDrift } from "../../core/edit/adopt-drift.ts";
import type { Edited } from "../../core/edit/edit.ts";
import { revertDrift } from "../../core/edit/revert-drift.ts";
import type { Plan } from "../../core/plan/plan.ts";
import { type Context, UsageError } from "../command.ts";
import { hinted } from "../hinted.ts";
import { compiled, type Repository } from "../repository.ts";

/** Operations and findings of a plan over one version of the files; of a run that carried some of it out, what it left. */
export type Seen = Pick<Plan, "operations" | "findings">;

/** The files ask for what the app has. `person`: only what is about her. */
export function adoptEdit(context: Context, repository: Repository, key: string, seen: Seen, person: string | null): Edited {
  const { organization, files, manifests } = repository;
  const app = organization.apps.get(key);
  if (!app) throw new UsageError(`there is no app ${key}${hinted(key, [...organization.apps.keys()])}`, 3);
  return adoptDrift({
    company: { organization, files },
    app,
    manifest: manifests.get(app.connector)!,
    ...seen,
    desired: compiled(repository, context.now()).desired,
    person,
    today: dayIn(context.now(), "UTC"),
  });
}

/** A policy has the app undone to what the files ask for. `drift`: all of it that no run carries out by itself. */
export function revertEdit(
  context: Context,
  { organization, files }: Repository,
  key: string,
  drift: Plan["operations"],
  reason: string,
): Edited {
  return revertDrift({ organization, files }, key, drift, reason, dayIn(context.now(), organization.settings.timezone));
}
