import type { Operation } from "../../../core/plan/operation.ts";
import type { Lane } from "./units.ts";

/** A lane and which of its steps comes next. */
interface WaitingLane {
  readonly steps: Lane;
  readonly next: number;
}

interface Line {
  readonly lanes: { readonly lane: WaitingLane; readonly since: number }[];
  /** Lanes before this one have gone. */
  head: number;
}

/**
 * Lanes in the order in which they came, and by the verb of their next step, so that neither the next lane nor those that can travel with it
 * have to be looked for among thousands.
 */
export class LaneQueue {
  private readonly lines = new Map<Operation["verb"], Line>();
  private came = 0;
  private count = 0;

  get size(): number {
    return this.count;
  }

  /** A lane without a next step is at its end, and does not wait. */
  add(lane: WaitingLane): void {
    const verb = lane.steps[lane.next]?.[0]?.verb;
    if (verb === undefined) return;
    const line = this.lines.get(verb) ?? { lanes: [], head: 0 };
    this.lines.set(verb, line);
    line.lanes.push({ lane, since: this.came++ });
    this.count++;
  }

  /** The lane that waits longest and, up to the size of a batch, those after it whose next step has the same verb. */
  take(sizeOf: (verb: Operation["verb"]) => number): WaitingLane[] {
    let first: { verb: Operation["verb"]; line: Line; since: number } | null = null;
    for (const [verb, line] of this.lines) {
      const since = line.lanes[line.head]?.since;
      if (since !== undefined && (first === null || since < first.since)) first = { verb, line, since };
    }
    if (first === null) return [];
    const { verb, line } = first;
    const taken = line.lanes.slice(line.head, line.head + sizeOf(verb)).map((waiting) => waiting.lane);
    line.head += taken.length;
    this.count -= taken.length;
    if (line.head === line.lanes.length) this.lines.delete(verb);
    return taken;
  }
}
