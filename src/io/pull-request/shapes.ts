import { z } from "zod";
import type { Actor, Comment, Issue, PullCommit, PullRequest, Review } from "../../core/forge/forge.ts";

/** Shapes of GitHub's answers (REST 2022-11-28, published description, 2026-11): only what is read, and that strictly. What else comes along is let be. */

const instant = z.iso.datetime({ offset: true }).transform(utc);
const id = z.int().nonnegative();

/** One spelling of an instant, whatever zone it was told in, so that instants compare as text. */
function utc(text: string): string {
  return new Date(text).toISOString().replace(/\.000Z$/, "Z");
}

/** Of GitHub's "simple user". */
export const accountFields = { id, login: z.string().min(1), type: z.string() };
export const toActor = (a: { readonly id: number; readonly login: string; readonly type: string }): Actor => ({
  id: a.id,
  login: a.login,
  kind: a.type === "User" ? "user" : a.type === "Bot" ? "bot" : "other",
});
export const account = z.looseObject(accountFields).transform(toActor);

/** A commit's author without an account is null, or an empty object. */
const commitAccount = z.union([account, z.strictObject({}).transform(() => null), z.null()]);

/** A branch name as it stands in a pull request, without `refs/heads/`. */
const end = z.looseObject({ ref: z.string().min(1), sha: z.string().min(1) });

const label = z.union([z.string(), z.looseObject({ name: z.string() }).transform((l) => l.name)]);

const pullFields = z.looseObject({
  number: id,
  title: z.string(),
  body: z.string().nullable(),
  html_url: z.string(),
  state: z.enum(["open", "closed"]),
  draft: z.boolean().optional(),
  user: account.nullable(),
  base: end.extend({ repo: z.looseObject({ full_name: z.string() }) }),
  head: end.extend({ repo: z.looseObject({ full_name: z.string() }).nullable() }),
  created_at: instant,
  labels: z.array(label),
  merged_at: instant.nullable(),
  merge_commit_sha: z.string().nullable(),
  merged_by: account.nullish(),
});

function toPull(p: z.infer<typeof pullFields>, context: z.RefinementCtx): PullRequest {
  const from = p.head.repo?.full_name ?? null;
  if (p.merged_at !== null && p.merge_commit_sha === null) {
    context.addIssue({ code: "custom", path: ["merge_commit_sha"], message: "a merged pull request does not name the commit it left" });
  }
  return {
    number: p.number,
    title: p.title,
    body: p.body ?? "",
    url: p.html_url,
    state: p.state,
    draft: p.draft ?? false,
    author: p.user,
    base: { ref: p.base.ref, sha: p.base.sha },
    head: { ref: p.head.ref, sha: p.head.sha, repository: from },
    fork: from?.toLowerCase() !== p.base.repo.full_name.toLowerCase(),
    createdAt: p.created_at,
    labels: p.labels,
    // Of an open one `merge_commit_sha` is GitHub's trial merge.
    merged: p.merged_at === null ? null : { at: p.merged_at, by: p.merged_by ?? null, commit: p.merge_commit_sha ?? "" },
  };
}

/** A pull request, alone or as lists have it: those do not tell who merged it. */
export const pull = pullFields.transform(toPull);

/** A pull request that was asked for by its number tells how many commits it has. */
export const countedPull = pullFields
  .extend({ commits: z.int().nonnegative() })
  .transform((p, context) => ({ pull: toPull(p, context), count: p.commits }));

const reviewStates = {
  APPROVED: "approved",
  CHANGES_REQUESTED: "changes-requested",
  COMMENTED: "commented",
  DISMISSED: "dismissed",
  PENDING: "pending",
} as const;

export const review = z
  .looseObject({
    id,
    user: account.nullable(),
    state: z.enum(["APPROVED", "CHANGES_REQUESTED", "COMMENTED", "DISMISSED", "PENDING"]),
    commit_id: z.string().nullable(),
    submitted_at: instant.nullish(),
  })
  .transform((r): Review => ({
    id: r.id,
    author: r.user,
    state: reviewStates[r.state],
    commit: r.commit_id,
    submittedAt: r.submitted_at ?? null,
  }));

/** What a commit itself says of its author: anybody can have written it. */
const commitAddress = z.looseObject({ email: z.string().optional() }).nullish();

export const commit = z
  .looseObject({
    sha: z.string().min(1),
    parents: z.array(z.looseObject({ sha: z.string().min(1) })),
    commit: z.looseObject({ message: z.string(), author: commitAddress, committer: commitAddress }),
    author: commitAccount,
    committer: commitAccount,
  })
  .transform((c): PullCommit => ({
    sha: c.sha,
    parents: c.parents.map((p) => p.sha),
    message: c.commit.message,
    author: c.author,
    committer: c.committer,
    ...emailsOf(c.commit.author?.email, c.commit.committer?.email),
  }));

const emailsOf = (author: string | undefined, committer: string | undefined): Pick<PullCommit, "emails"> =>
  author === undefined || committer === undefined ? {} : { emails: { author, committer } };

/** An entry of a repository's activity. `kind` stays open: whatever moves a branch and is new must count as a push. */
export const activity = z
  .looseObject({
    before: z.string(),
    after: z.string(),
    ref: z.string(),
    timestamp: instant,
    activity_type: z.string(),
    actor: account.nullable(),
  })
  .transform((a) => ({ ref: a.ref, kind: a.activity_type, push: { at: a.timestamp, actor: a.actor, before: a.before, after: a.after } }));

export const comment = z
  .looseObject({ id, user: account.nullable(), body: z.string().nullish() })
  .transform((c): Comment => ({ id: c.id, author: c.user, body: c.body ?? "" }));

/** An issue, or the pull request that GitHub lists as one. */
export const issue = z
  .looseObject({
    number: id,
    title: z.string(),
    body: z.string().nullish(),
    html_url: z.string(),
    repository_url: z.string(),
    state: z.enum(["open", "closed"]),
    user: account.nullable(),
    labels: z.array(label),
    pull_request: z.looseObject({}).nullish(),
  })
  .transform((i) => ({
    isPull: i.pull_request !== undefined && i.pull_request !== null,
    repositoryUrl: i.repository_url,
    issue: {
      number: i.number,
      title: i.title,
      body: i.body ?? "",
      url: i.html_url,
      state: i.state,
      author: i.user,
      labels: i.labels,
    } satisfies Issue,
  }));

export const status = z.looseObject({
  context: z.string(),
  state: z.enum(["success", "failure", "pending", "error"]),
  description: z.string().nullable(),
  created_at: instant,
  creator: account.nullable(),
});
