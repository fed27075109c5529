import { z } from "zod";
import { isDead, leaseShape, newLease } from "./lease.ts";
import type { Holder } from "./lock.ts";
import type { ProcessFacts } from "./process-facts.ts";

/** Where, in state that is kept on a branch, the run that writes says so: one lock for all of it. */
export const branchLeasePath = "lease.json";

const shape = leaseShape.extend({
  /** Address of the run's log; null where there is none. */
  url: z.string().max(2000).nullable(),
  /** Seconds of silence after which the run counts as dead on other machines. */
  ttl: z.number().int().min(60).max(86_400),
});
/** `lock` is the run's id. */
export type BranchLease = z.infer<typeof shape>;

export const newBranchLease = (run: string, me: ProcessFacts, now: Date, url: string | null, ttl: number): BranchLease => ({
  ...newLease(run, me, now),
  url,
  ttl,
});

export const branchLeaseText = (lease: BranchLease): string => `${JSON.stringify(lease, null, 2)}\n`;

/** Who holds the state, as its tree says; null where nobody does, or where the one who did is dead. */
export function branchHolder(
  tree: ReadonlyMap<string, Buffer>,
  me: ProcessFacts,
  now: Date,
): { readonly holder: Holder; readonly dead: boolean } | null {
  const bytes = tree.get(branchLeasePath);
  if (bytes === undefined) return null;
  const lease = parseBranchLease(bytes.toString("utf8"));
  if (!lease) {
    const who = `somebody unknown (${branchLeasePath} cannot be read)`;
    return {
      holder: { by: "rollcall", id: "unknown", who, since: null, fix: "if no run is at work, `rollcall state unlock` removes it" },
      dead: false,
    };
  }
  const log = lease.url === null ? "" : ` (${lease.url})`;
  const minutes = Math.ceil(lease.ttl / 60);
  const fix = `wait until it is done; if it is dead, the lock ends by itself on its own machine at once, elsewhere ${minutes} minutes after its last sign of life (${lease.heartbeat}), or by \`rollcall state unlock\``;
  const holder: Holder = {
    by: "rollcall",
    id: lease.lock,
    who: `${lease.user} on ${lease.host}, process ${lease.pid}${log}`,
    since: lease.since,
    fix,
  };
  return { holder, dead: isDead(lease, me, now, lease.ttl * 1000) };
}

/** null where the text does not say what a lease says. */
export function parseBranchLease(text: string): BranchLease | null {
  try {
    return shape.safeParse(JSON.parse(text)).data ?? null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
