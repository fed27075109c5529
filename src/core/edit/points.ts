/**
 * What a proposal of rollcall's own is about, as a line of its commit: short ids, so that a pull request which somebody closed answers for just this
 * and for nothing else. It stands in the commit, not in the pull request's body, which others may edit.
 */
export const pointsTrailer = (points: readonly string[]): string => `${key} ${points.join(" ")}`;

/** The ids that a commit's message names; none where it is another commit. */
export function pointsIn(message: string): string[] {
  const lines = message.split("\n").filter((line) => line.startsWith(key));
  return lines.flatMap((line) => line.slice(key.length).match(/\b[0-9a-f]{12}\b/g) ?? []);
}

/** Length of an id: of the points of one person, of which there are a few. */
export const pointLength = 12;

const key = "Rollcall-About:";
