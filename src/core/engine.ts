import type { Ref } from "./model/observed.ts";

/** What became of one operation. `skipped`: something it rests on did not happen. `refused`: guard, policy or mode. */
export interface OperationOutcome {
  readonly id: string;
  readonly status: "done" | "already" | "invited" | "pending" | "human" | "failed" | "skipped" | "refused";
  readonly ref?: Ref;
  readonly login?: string;
  /** Vendor's request id. */
  readonly request?: string;
  /** Kind and message of the fault, or the human task, or the reason it was skipped. Redacted. */
  readonly fault?: { readonly kind: string; readonly message: string };
  readonly note?: string;
}

export interface AppOutcome {
  readonly app: string;
  readonly outcomes: readonly OperationOutcome[];
  readonly calls: { readonly read: number; readonly write: number };
  /** The app as a whole could not be worked on (credential, lock, state). */
  readonly failure: { readonly kind: string; readonly message: string } | null;
}

export interface ApplyResult {
  readonly apps: readonly AppOutcome[];
  /** Stopped by a signal before everything was tried. */
  readonly interrupted: boolean;
}

/** What an engine tells while it works; progress lines are rendered from it. */
export type EngineEvent =
  | { readonly kind: "reading"; readonly app: string; readonly scope: string; readonly calls: number; readonly accounts: number }
  | {
      readonly kind: "read";
      readonly app: string;
      readonly calls: number;
      readonly accounts: number;
      readonly edges: number;
      readonly failure?: string;
    }
  | { readonly kind: "waiting"; readonly app: string; readonly seconds: number; readonly why: string }
  | { readonly kind: "operation"; readonly app: string; readonly outcome: OperationOutcome; readonly done: number; readonly of: number };
