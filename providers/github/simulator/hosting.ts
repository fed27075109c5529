/**
 * The side of GitHub that is no API: what happens on a push, forks, the merge queue, a repository that goes away. For tests and
 * tools in the simulator's own process, which do the Git part and tell who did it.
 */
import { botOf } from "./app.ts";
import { moveRef, refsOf } from "./repository/git.ts";
import { refusePush } from "./repository/gate.ts";
import { endsOf, settle, testMerge } from "./repository/head.ts";
import { conflict, merge, type MergeMethod } from "./repository/merge.ts";
import { repositoryOf } from "./repository/permission.ts";
import { kindOf, recordPush } from "./repository/push.ts";
import type { Repository } from "./repository/repository.ts";
import { repository as schema } from "./repository/repository.ts";
import type { Replica } from "./replica.ts";
import type { User, World } from "./world.ts";
import { takeId, userByLogin } from "./world.ts";

export interface Hosting {
  /**
   * Somebody's `git push` to a branch: `carry` does it, synchronously. What it changed is noted with her name, pull requests follow. A push
   * that rights or rules forbid is undone and thrown with GitHub's words. `as`: a login, or `app:SLUG`; null: nobody knows who.
   */
  push(what: { readonly repository: string; readonly as: string | null; readonly branch: string }, carry: () => void): void;
  /** Whose the pushes are that programs do past `push`, from now on. null: nobody knows. */
  assume(as: string | null): void;
  /** Adds a fork of a repository for a user, over a bare repository that holds a copy. Answers its `owner/name`. */
  fork(repository: string, owner: string, git: string): string;
  /** The repository is gone for GitHub; the folder is not touched. */
  remove(repository: string): void;
  /** The merge queue merges: its bot, whatever the rules say, which it has checked itself. Answers the commit. */
  queueMerge(repository: string, pull: number, method?: MergeMethod): string;
}

export function openHosting(replica: Replica, now: () => Date): Hosting {
  const find = (name: string): Repository => {
    const [owner = "", short = ""] = name.split("/");
    const r = repositoryOf(replica.live, owner, short);
    if (!r) throw new Error(`There is no repository ${name}.`);
    return r;
  };
  return {
    push({ repository, as, branch }, carry) {
      const r = find(repository);
      const by = as === null ? null : userOf(replica.live, as);
      const tip = (): string | null => refsOf(r.git).get(`refs/heads/${branch}`)?.sha ?? null;
      const before = tip();
      carry();
      const move = { branch, before, after: tip() };
      if (move.after === before) return;
      const kind = kindOf(r, move);
      const refused = by === null ? null : refusePush(replica.live, r, by, { branch, kind });
      if (refused !== null) {
        moveRef(r.git!, `refs/heads/${branch}`, before, move.after);
        throw new Error(`remote rejected ${branch}: ${refused}`);
      }
      recordPush(replica.live, r, by?.id ?? null, move, kind, now());
      for (const base of replica.live.repositories) {
        if (base !== r && !base.pulls.some((p) => p.head.repository === r.id)) continue;
        settle(replica.live, base, now());
        // So that `refs/pull/N/merge` is there for whoever fetches it without asking the API.
        for (const p of base.pulls) {
          const touched = (base === r && p.base === branch) || (p.head.repository === r.id && p.head.branch === branch);
          if (p.state === "open" && touched) testMerge(base, p, now());
        }
      }
      replica.committed();
    },
    assume(as) {
      if (as === null) delete replica.live.untold;
      else replica.live.untold = userOf(replica.live, as).id;
    },
    fork(repository, owner, git) {
      const from = find(repository);
      const made = schema.parse({
        id: takeId(replica.live),
        owner,
        name: from.name,
        visibility: from.visibility,
        defaultBranch: from.defaultBranch,
        git,
        forkOf: from.id,
        createdAt: now().toISOString(),
      });
      replica.live.repositories.push(made);
      replica.committed();
      return `${owner}/${made.name}`;
    },
    remove(repository) {
      const gone = find(repository);
      replica.live.repositories = replica.live.repositories.filter((r) => r !== gone);
      replica.committed();
    },
    queueMerge(repository, number, method = "merge") {
      const r = find(repository);
      settle(replica.live, r, now());
      const p = r.pulls.find((x) => x.number === number);
      if (!p || p.state !== "open" || !endsOf(p, refsOf(r.git)) || testMerge(r, p, now()) === null) throw conflict();
      const made = merge(replica.live, r, p, botOf(replica.live, "github-merge-queue"), { method, queue: true }, now());
      replica.committed();
      return made;
    },
  };
}

function userOf(w: World, name: string): User {
  const u = name.startsWith("app:") ? botOf(w, name.slice(4)) : userByLogin(w, name);
  if (!u) throw new Error(`There is no user ${name}.`);
  return u;
}
