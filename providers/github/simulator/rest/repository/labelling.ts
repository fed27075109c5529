/** Putting labels on issues and pull requests: what the repository lacks is made on the way. */
import { z } from "zod";
import { same } from "../../repository/permission.ts";
import type { Repository } from "../../repository/repository.ts";
import type { Label, Thread } from "../../repository/thread.ts";
import type { World } from "../../world.ts";
import { takeId } from "../../world.ts";
import { limited } from "./text.ts";

/** A name, or an object that has one. */
export const labelled = z.union([z.string(), z.object({ name: z.string() }).transform((l) => l.name)]);

export const labelOf = (r: Repository, name: string): Label | undefined => r.labels.find((l) => same(l.name, name));

export function addLabels(w: World, r: Repository, t: Thread, names: readonly string[]): void {
  for (const name of names) {
    limited("Label", "name", name, 50);
    let found = labelOf(r, name);
    if (!found) {
      found = { id: takeId(w), name, color: "ededed", description: null };
      r.labels.push(found);
    }
    if (!t.labels.includes(found.name)) t.labels.push(found.name);
  }
}

export function setLabels(w: World, r: Repository, t: Thread, names: readonly string[]): void {
  t.labels = [];
  addLabels(w, r, t, names);
}
