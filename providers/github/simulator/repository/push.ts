/** What GitHub notes of a push. */
import { stamp } from "../field.ts";
import type { World } from "../world.ts";
import { takeId } from "../world.ts";
import { isAncestor } from "./git.ts";
import type { Repository } from "./repository.ts";

const nothing = "0".repeat(40);

export type PushKind = "push" | "force_push" | "branch_creation" | "branch_deletion";

export interface Move {
  readonly branch: string;
  /** null: there was no such branch, or there is none any more. */
  readonly before: string | null;
  readonly after: string | null;
}

/** Both commits must be in the repository. */
export function kindOf(r: Repository, { before, after }: Move): PushKind {
  if (before === null) return "branch_creation";
  if (after === null) return "branch_deletion";
  return isAncestor(r.git!, before, after) ? "push" : "force_push";
}

export function recordPush(w: World, r: Repository, by: number | null, move: Move, kind: PushKind, now: Date): void {
  const { branch, before, after } = move;
  const ends = { before: before ?? nothing, after: after ?? nothing };
  r.activity.push({ id: takeId(w), ref: `refs/heads/${branch}`, ...ends, actor: by, at: stamp(now), type: kind });
}

/** A branch that stands elsewhere than the last noted push left it was pushed by a program that told nobody. */
export function noteUntold(w: World, r: Repository, branch: string, tip: string, now: Date): void {
  const last = r.activity.findLast((a) => a.ref === `refs/heads/${branch}`)?.after;
  if (last === tip) return;
  const move = { branch, before: last === undefined || last === nothing ? null : last, after: tip };
  recordPush(w, r, w.untold ?? null, move, kindOf(r, move), now);
}
