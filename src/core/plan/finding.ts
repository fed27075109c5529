import type { Finding } from "./plan.ts";
import type { Situation } from "./situation.ts";

interface Left {
  readonly app: string;
  readonly person: string;
  readonly name: string;
  readonly login: string | null;
  readonly situation: Situation;
  readonly detail: string;
  /** Another app was to provision it, or to end it (accessRemains), and did not. */
  readonly overdue?: { readonly accessRemains?: true };
}

/** What people have to know of a situation that rollcall leaves alone; null where there is nothing to say. */
export function findingOf({ app, person, name, login, situation, detail, overdue }: Left): Finding | null {
  const of = (code: Finding["code"], summary: string, fix?: string): Finding => ({
    code,
    app,
    person,
    login,
    summary,
    ...(fix === undefined ? {} : { fix }),
  });
  const forget = `rollcall state forget ${app}/${person}`;
  switch (situation) {
    case "ambiguous":
      return of(
        "AMBIGUOUS",
        `${name}: ${detail}; nothing is written`,
        `write the right id into accounts.${app}.id of the file of ${person}; to bind to another account than before, run \`${forget}\` as well`,
      );
    case "collision":
      return of(
        "COLLISION",
        `${name}: ${detail}; nothing is written`,
        `correct accounts.${app} in one of the files, or use formerly: for a renamed key`,
      );
    case "vanished":
      return of(
        "VANISHED",
        `${name}: the account is gone from ${app} (${detail}); rollcall does not make it again by itself`,
        `set last-day if ${name} left; else \`${forget}\` lets the next plan create the account`,
      );
    case "stoppedElsewhere":
      return of(
        "STOPPED_ELSEWHERE",
        `${name}: suspended in ${app}, not by rollcall; it is not undone`,
        `set last-day if ${name} left; else lift the suspension at the vendor`,
      );
    case "outOfScope":
      return of("OUT_OF_SCOPE", `${name}: ${detail}; that is not this app's to take away`, `remove it at the vendor if ${name} left`);
    case "pending":
      return of("PENDING", `${name}: ${detail}`);
    case "awaited":
      if (overdue?.accessRemains) return of("NOT_DEPROVISIONED", `${name}: ${detail}`, `end it where ${app} is provisioned`);
      return overdue
        ? of("NOT_PROVISIONED", `${name}: ${detail}`, "look at the assignment and the provisioning log of the app that provisions it")
        : of("AWAITED", `${name}: ${detail}`);
    case "unknown":
      return of("UNKNOWN", `${name}: ${detail}`);
    case "protected":
      return of(
        "PROTECTED",
        `${name}: access should end, but the account is ${detail}`,
        "take it out of the policy in a reviewed change first",
      );
    case "recentlyDeleted":
      return of("RECENTLY_DELETED", `${name}: ${detail}`, "restore it at the vendor, or wait for the window to end");
    case "inSync":
    case "drifted":
    case "adopt":
    case "create":
    case "leaver":
    case "orphan":
      return null;
  }
}
