/** The conformance kit: every demand on a connector, by name. It knows no test framework; whoever runs it decides what a finding means. */
import { callsAreDeclared, faultsAreOurs, neverWaits, previewCannotWrite, refusedIsNotDone, repeatsNothing } from "./checks/faults.ts";
import { idsSurviveARename, lookUpsAgreeWithLists, unknownKeysFindNothing } from "./checks/identity.ts";
import { manifestIsCoherent, settingsAreStrict } from "./checks/manifest.ts";
import { normalisesOnce } from "./checks/normalise.ts";
import {
  admitsBrokenPages,
  probesAWrongCredential,
  readsEverything,
  readsTheSameTwice,
  rootsAndOpenAreSilent,
  staysWithinTheBudget,
} from "./checks/reading.ts";
import { readsTheRegister, worksByTask } from "./checks/register.ts";
import { tellsNoSecret } from "./checks/secrets.ts";
import { createdIsListed, everyVerbTwice, freshDespiteLag, lostAnswerMakesOne, oneEdgeAlone, removingTheAbsent } from "./checks/writing.ts";
import type { Check, Target } from "./target.ts";

export { readAll, type Reading } from "./read-all.ts";
export { sampleRegister } from "./sample-register.ts";
export { openStrictIo, type StrictIo, type StrictOptions } from "./strict-io.ts";
export type { Check, OpenIo, RegisterSample, Target } from "./target.ts";

const conformance: readonly Check[] = [
  manifestIsCoherent,
  settingsAreStrict,
  rootsAndOpenAreSilent,
  probesAWrongCredential,
  readsEverything,
  readsTheSameTwice,
  staysWithinTheBudget,
  admitsBrokenPages,
  faultsAreOurs,
  idsSurviveARename,
  lookUpsAgreeWithLists,
  unknownKeysFindNothing,
  freshDespiteLag,
  normalisesOnce,
  createdIsListed,
  everyVerbTwice,
  removingTheAbsent,
  oneEdgeAlone,
  lostAnswerMakesOne,
  refusedIsNotDone,
  repeatsNothing,
  neverWaits,
  previewCannotWrite,
  callsAreDeclared,
  tellsNoSecret,
  readsTheRegister,
  worksByTask,
];

/** The checks that say something about this target. A target needs a simulator or a register: without both it proves nothing. */
export function checksFor(target: Target): readonly Check[] {
  if (!target.simulator && !target.register)
    throw new Error(`${target.connector.manifest.name} has neither a simulator nor a register to be judged by`);
  const has: Readonly<Record<Check["needs"], boolean>> = {
    manifest: true,
    simulator: target.simulator !== undefined,
    register: target.register !== undefined,
  };
  return conformance.filter((check) => has[check.needs]);
}
