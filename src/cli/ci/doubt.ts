import { notesOn } from "../../core/record/heads.ts";
import type { Status } from "../../core/forge/forge.ts";
import type { RunRecord } from "../../core/record/record.ts";
import { firstParents } from "../../io/git/first-parents.ts";
import { told } from "../versions.ts";
import type { Ci } from "./ci.ts";
import type { Step } from "./history.ts";

/** Commits whose notes are read where there is no record to begin from, or the chain is young. */
const mostCommits = 30;
/** A chain of fewer records may have been begun to hide another one: some eight days of hourly runs. */
const young = 200;
/** Requests side by side. */
const atOnce = 8;

/**
 * Why the records must not be believed: rollcall itself noted one, where it cannot take the note away, that is not among them. So it is where
 * the state was led elsewhere by a change of rollcall.yaml, set back to an earlier day, or written anew: what was outstanding, and what nobody
 * had approved, is then not known. null: nothing speaks against them. A request for each new commit; of a young chain for the last 30.
 */
export async function doubtIn(ci: Ci, previous: RunRecord | null, steps: readonly Step[], tip: string): Promise<string | null> {
  const me = await ci.forge.viewer();
  const commits = await commitsToAsk(ci, previous, steps, tip);
  const noted = new Map<string, readonly Status[]>();
  for (let i = 0; i < commits.length; i += atOnce) {
    await Promise.all(commits.slice(i, i + atOnce).map(async (commit) => noted.set(commit, await ci.forge.statuses(commit))));
  }
  for (const [commit, statuses] of noted) {
    const own = statuses.filter((s) => s.author?.id === me.id);
    for (const { sequence, hash } of notesOn(commit, own).heads) {
      if (sequence > (previous?.sequence ?? 0)) {
        return `record ${sequence}, noted on ${commit.slice(0, 12)}, is not there: the state was set back, led elsewhere or lost`;
      }
      if (sequence === previous?.sequence && hash !== previous.hash) {
        return `record ${sequence} is not the one that was noted on ${commit.slice(0, 12)}: the records were written anew`;
      }
    }
  }
  return null;
}

async function commitsToAsk(ci: Ci, previous: RunRecord | null, steps: readonly Step[], tip: string): Promise<string[]> {
  const fresh = [
    ...(previous?.commits.to ? [previous.commits.to] : []),
    tip,
    ...steps.flatMap((s) => s.segment.commits).slice(-mostCommits),
  ];
  if (previous !== null && previous.sequence > young) return [...new Set(fresh)];
  const { commits } = await told(firstParents(ci.context.dir, null, tip, mostHistory));
  return [...new Set([...commits.slice(-mostCommits).map((c) => c.id), ...fresh])];
}

/** Commits of a whole history; of one that is longer the run says so. */
const mostHistory = 1_000_000;
