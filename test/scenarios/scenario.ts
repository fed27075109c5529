/** A small world in which something happens, and what has to come of it. One runner tries them all. */
import type { RunningSimulator } from "../../src/connector/simulator.ts";
import type { AppSketch, Company, Files } from "../support/company.ts";

export interface Scenario {
  /** A file name: golden/<name>.txt is the preview that people see. */
  readonly name: string;
  readonly apps: Readonly<Record<string, AppSketch>>;
  /** The company as it was, applied first. */
  readonly before: Files;
  /** The day of that first run; the runs that follow are on 10 June 2026. */
  readonly first?: string;
  /** What changes in the files. */
  readonly change?: Files;
  /** What changes at the vendors, and what they are planned to get wrong. */
  readonly meanwhile?: (company: Company) => void;
  /** Exit codes; 0 where absent. */
  readonly codes?: { readonly preview?: number; readonly apply?: number; readonly again?: number };
  /** What the app holds at the end, as `census` has it. */
  readonly world: Readonly<Record<string, readonly string[]>>;
  /** Further runs and proofs. */
  readonly also?: (company: Company) => Promise<void>;
}

/** `ada active space/docs:editor`, one line an account, by login. */
export function censusLines(simulator: RunningSimulator<unknown>): string[] {
  const { accounts, groups } = simulator.census();
  return accounts
    .map((a) => {
      const held = groups.flatMap((g) => g.members.filter((m) => m.id === a.id).map((m) => `${g.entitlement}:${m.level ?? ""}`)).sort();
      return [a.login, a.status, ...(a.admin ? ["admin"] : []), ...held].join(" ");
    })
    .sort();
}
