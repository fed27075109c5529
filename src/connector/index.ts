/** All that a connector may import. */
export type * from "./contract.ts";
export type * from "./inspection.ts";
export type * from "./simulator.ts";
export { FaultError, faultKinds, faultOfStatus, saysManagedElsewhere, toFault } from "./fault.ts";
export type { Fault, FaultKind } from "./fault.ts";
export { defineConnector } from "./define.ts";
export { compareText } from "../core/diagnostic.ts";
export { fold, refKey, sameRef } from "../core/model/observed.ts";
export type {
  MatchKey,
  ObservedAccount,
  ObservedEdge,
  ObservedGroup,
  Ref,
  Scope,
  Subject,
  TenantFacts,
  Verdict,
} from "../core/model/observed.ts";
export type { CallRule, EntitlementKind, Manifest, RateBucket, Verb, VerbFacts } from "../core/model/manifest.ts";
export type { RegisterEntry } from "../core/model/register.ts";
