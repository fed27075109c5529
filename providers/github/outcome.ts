import type { Outcome, Ref } from "../../src/connector/index.ts";
import type { Reply } from "./api.ts";
import { faultOfReply } from "./api.ts";

interface Facts {
  readonly ref?: Ref;
  readonly login?: string;
  readonly note?: string;
}

export const done = (reply: Reply, facts: Facts = {}): Outcome => ({
  status: "done",
  ...facts,
  ...(reply.request === undefined ? {} : { request: reply.request }),
});

export const already = (facts: Facts = {}): Outcome => ({ status: "already", ...facts });

export const failed = (reply: Reply): Outcome => ({ status: "failed", fault: faultOfReply(reply).fault });

/** A removal: gone now, or gone before. Any other answer is a failure. */
export const removed = (reply: Reply): Outcome => (reply.status === 204 ? done(reply) : reply.status === 404 ? already() : failed(reply));
