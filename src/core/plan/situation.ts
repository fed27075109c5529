/**
 * Every desired or observed account is in exactly one situation. The decision is made in decide.ts, for accounts nobody claims in unclaimed.ts.
 *
 * | situation | when | reaction |
 * |---|---|---|
 * | inSync | known or absent exactly as wanted | nothing |
 * | drifted | ours, and attributes, status or edges differ | operations, edge by edge |
 * | adopt | exists, matches by id, login or verified address, not in state | record in state; then as drifted |
 * | create | wanted, proven not to exist | create (or a human task where the vendor needs a login nobody knows) |
 * | ambiguous | several candidates, or id and login disagree, or an admin matched by e-mail only | nothing is written; a human decides |
 * | collision | the account belongs to another key | nothing is written |
 * | vanished | state knows it, proven gone, still wanted | nothing is written: `rollcall state forget` lets the next plan create it |
 * | leaver | ours, access shall end or has to be ended further | stop, stages from dates |
 * | stoppedElsewhere | suspended at the vendor, not by us, wanted active | reported; a leaver is proposed; never undone |
 * | orphan | exists, no line claims it | reported; suspended only where the app's file says so and the list is proven complete |
 * | outOfScope | exists, the connector says it is not an ordinary account | reported |
 * | protected | named by a policy, rollcall's own credential | never stopped or stripped |
 * | pending | invited or under way at the vendor | waits |
 * | awaited | another app provisions or ends it, or the first login does | waits; verified there, and said where it is overdue (provisioning.ts) |
 * | unknown | the list was not complete, or the vendor does not say | nothing is concluded |
 * | recentlyDeleted | deleted by a leaver's stage 3, wanted again within the vendor's window | reported |
 */
export const situations = [
  "inSync",
  "drifted",
  "adopt",
  "create",
  "ambiguous",
  "collision",
  "vanished",
  "leaver",
  "stoppedElsewhere",
  "orphan",
  "outOfScope",
  "protected",
  "pending",
  "awaited",
  "unknown",
  "recentlyDeleted",
] as const;
export type Situation = (typeof situations)[number];
