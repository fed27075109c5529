import type { Case } from "./case.ts";
import { namesRequester } from "./makers.ts";

/**
 * What the forge does not tell. Whoever it is may be among those who approve: one approval more for each.
 *
 * | row | not known |
 * |---|---|
 * | author | the author's account is gone |
 * | pusher | who pushed last: no list of pushes, or one that does not lead to the head; each push by an account that is gone |
 * | requester | for whom a bot opened it |
 * | commit | whose an address in a commit is; each address counts |
 */
export const unknownRules = {
  author: ({ timeline }) => (timeline.pull.author === null ? { more: 1, why: "the author's account does not exist any more" } : null),
  pusher: ({ pushes, lastPush }) => {
    if (pushes === null || lastPush === null) return { more: 1, why: "nobody knows who pushed last" };
    const more = pushes.filter(({ actor }) => actor === null).length;
    return more === 0 ? null : { more, why: "an account that pushed to its branch does not exist any more" };
  },
  requester: (of) => {
    const { pull, commits } = of.timeline;
    const told = commits.some((commit) => commit.author?.kind !== "user" && namesRequester(of, commit));
    return pull.author !== null && pull.author.kind !== "user" && !told
      ? { more: 1, why: "a bot opened it and does not say for whom" }
      : null;
  },
  commit: ({ timeline, peopleByEmail }) => {
    const known = (address: string): boolean => peopleByEmail().has(address.toLowerCase());
    const nobodys = timeline.commits.flatMap(({ sha, author, committer, emails }) => [
      ...(author === null ? [emails?.author ?? sha] : []),
      ...(committer === null ? [emails?.committer ?? sha] : []),
    ]);
    const more = new Set(nobodys.filter((address) => !known(address))).size;
    return more === 0 ? null : { more, why: `${more === 1 ? "an address" : `${more} addresses`} in its commits can be anybody's` };
  },
} satisfies Record<string, UnknownRule>;

export type UnknownRule = (of: Case) => Unknown | null;
export interface Unknown {
  readonly more: number;
  readonly why: string;
}
