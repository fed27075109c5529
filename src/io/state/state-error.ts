import type { Diagnostic } from "../../core/diagnostic.ts";

/**
 * State cannot be used or written; the message says what to do. refused: what is on disk is not ours, or is damaged. disk: the file system
 * failed. lock-lost: another run may have taken over. Whatever was on disk before is still there.
 */
export class StateError extends Error {
  override readonly name = "StateError";
  readonly kind: "refused" | "disk" | "lock-lost";
  readonly problems: readonly Diagnostic[];
  constructor(kind: StateError["kind"], message: string, options: ErrorOptions & { problems?: readonly Diagnostic[] } = {}) {
    super(message, options);
    this.kind = kind;
    this.problems = options.problems ?? [];
  }
}

/** The code of a system error (`ENOENT`), or null for any other value. */
export const systemCode = (error: unknown): string | null =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : null;
