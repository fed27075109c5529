/** Exit codes are API (DESIGN 10). */
export const exitCodes = {
  ok: 0,
  unexpected: 1,
  changes: 2,
  invalid: 3,
  auth: 4,
  refused: 5,
  partial: 6,
  locked: 7,
  unread: 8,
  interrupted: 130,
} as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

const precedence: readonly ExitCode[] = [130, 1, 3, 7, 4, 5, 6, 8, 2, 0];

/** Where several hold, the first in this order: 130, 1, 3, 7, 4, 5, 6, 8, 2, 0. */
export const worst = (codes: readonly ExitCode[]): ExitCode => precedence.find((code) => codes.includes(code)) ?? 0;
