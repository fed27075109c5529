import type { DesiredAccount } from "../model/desired.ts";
import type { Draft } from "./draft.ts";
import type { HumanTask } from "./plan.ts";

/** Somebody whose access ought to be off by the date on a line: a leaver, or a person on leave. */
export const hasLeft = (d: DesiredAccount): boolean => d.lifecycle === "leaver" || d.lifecycle === "gone" || d.lifecycle === "leave";

/** Work that must not be overlooked (law 14): access ought to have ended, and rollcall cannot tell which account to stop, or may not. */
export const accessRemains = (draft: Draft, desired: DesiredAccount, why: string): HumanTask => ({
  app: draft.app.key,
  person: desired.person,
  task: `make sure by hand that ${desired.name} has no access in ${draft.app.key} any more, which rollcall could not end: ${why}`,
  because: desired.because,
  accessRemains: true,
});
