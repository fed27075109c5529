import { FaultError } from "../../connector/fault.ts";
import type { Actor, Forge, ForgeReader } from "../../core/forge/forge.ts";
import { openApi } from "./api.ts";
import { readBranch } from "./branch.ts";
import { writeCheck } from "./check-run.ts";
import { readDefaultBranch, readFacts } from "./facts.ts";
import { readClosedBy, readComments, readIssue, readIssues } from "./issues.ts";
import { setLabels } from "./labels.ts";
import { editIssue, openIssue } from "./make-issue.ts";
import { editPull, openPull } from "./make-pull.ts";
import { readOpenPulls, readPull, readPullPaths, readPullsFrom, readPullsOf } from "./pulls.ts";
import type { Room } from "./room.ts";
import { readRules } from "./rules.ts";
import { addStatus, readStatuses } from "./statuses.ts";
import { makeComment, stickyComment } from "./sticky-comment.ts";
import { readTimeline } from "./timeline.ts";
import { readViewer } from "./viewer.ts";

export interface ForgeOptions {
  /** owner/name. */
  readonly repository: string;
  /** REST address, without a trailing slash. */
  readonly baseUrl: string;
  /** Signs, paces and repeats; refuses what is not declared in `wireOf`. */
  readonly fetch: typeof globalThis.fetch;
  log?(text: string): void;
  now(): Date;
}

/**
 * A repository at GitHub or a GitHub Enterprise. Nothing is asked before a method is called. Where nothing may be written, `fetch` refuses it: a
 * method that writes then throws FaultError `refused`. Throws FaultError `invalid` for a name that is none.
 */
export function openForge(options: ForgeOptions): Forge & { defaultBranch(): Promise<string> } {
  const room = openRoom(options);
  return {
    ...readerOf(room),
    defaultBranch: () => readDefaultBranch(room),
    stickyComment: (number, marker, body) => stickyComment(room, number, marker, body),
    check: (check) => writeCheck(room, check),
    labels: (number, all, names) => setLabels(room, number, all, names),
    status: (sha, status) => addStatus(room, sha, status),
    openPull: (pull) => openPull(room, pull),
    editPull: async (number, edit) => void (await editPull(room, number, edit)),
    openIssue: (issue) => openIssue(room, issue),
    editIssue: (number, edit) => editIssue(room, number, edit),
    comment: (number, body) => makeComment(room, number, body),
  };
}

function openRoom({ repository, baseUrl, fetch, log, now }: ForgeOptions): Room {
  const [owner = "", repo = "", ...more] = repository.split("/");
  const name = /^[A-Za-z0-9._-]+$/;
  if (more.length > 0 || !name.test(owner) || !name.test(repo))
    throw new FaultError({ kind: "invalid", message: `${JSON.stringify(repository)} is no repository: owner/name is wanted` });
  const tell = (text: string): void => log?.(text);
  const api = openApi({ baseUrl, fetch, log: tell });
  let asked: Promise<Actor> | undefined;
  return {
    repository,
    at: { owner, repo },
    api,
    viewer: () =>
      (asked ??= readViewer(api).catch((error: unknown) => {
        asked = undefined;
        throw error;
      })),
    log: tell,
    now,
  };
}

function readerOf(room: Room): ForgeReader {
  return {
    repository: room.repository,
    viewer: room.viewer,
    pull: (number) => readPull(room, number),
    openPulls: (base) => readOpenPulls(room, base),
    pullsFrom: (branch) => readPullsFrom(room, branch),
    closedBy: (number) => readClosedBy(room, number),
    pullsOf: (commit) => readPullsOf(room, commit),
    pullPaths: (number) => readPullPaths(room, number),
    timeline: (number) => readTimeline(room, number),
    comments: (number) => readComments(room, number),
    issue: (number) => readIssue(room, number),
    issues: (label) => readIssues(room, label),
    statuses: (sha) => readStatuses(room, sha),
    branch: (name) => readBranch(room, name),
    facts: () => readFacts(room),
    rules: (branch) => readRules(room, branch),
  };
}
