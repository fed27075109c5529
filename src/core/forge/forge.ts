/**
 * The host of the pull requests, as rollcall needs it: GitHub today. Types alone; `io/pull-request` speaks to it, `core/review` judges what it
 * tells. Times are RFC 3339 in UTC. Whatever people wrote (titles, bodies, names, messages) is text from outside: escaped where it is shown,
 * never executed, and nothing is decided from it.
 */

/** An account at the forge, by its number: a login can be given to somebody else. */
export interface Actor {
  readonly id: number;
  readonly login: string;
  /** bot: an app or a machine's account; its approvals count for nothing. */
  readonly kind: "user" | "bot" | "other";
}

export interface PullRequest {
  readonly number: number;
  readonly title: string;
  readonly body: string;
  readonly url: string;
  readonly state: "open" | "closed";
  readonly draft: boolean;
  /** null: the account does not exist any more. */
  readonly author: Actor | null;
  readonly base: { readonly ref: string; readonly sha: string };
  /** `repository` is owner/name; null where the fork is gone. */
  readonly head: { readonly ref: string; readonly sha: string; readonly repository: string | null };
  /** The head lies in another repository. */
  readonly fork: boolean;
  readonly createdAt: string;
  readonly labels: readonly string[];
  /** `commit`: the one that the merge left on the base branch. `by` null: unknown. */
  readonly merged: { readonly at: string; readonly by: Actor | null; readonly commit: string } | null;
}

export interface Review {
  readonly id: number;
  readonly author: Actor | null;
  readonly state: "approved" | "changes-requested" | "commented" | "dismissed" | "pending";
  /** The head as it was when the review was given; null where the forge does not say. */
  readonly commit: string | null;
  readonly submittedAt: string | null;
}

/** A commit of a pull request with the accounts that the forge knows behind it. */
export interface PullCommit {
  readonly sha: string;
  readonly parents: readonly string[];
  readonly message: string;
  /** null: no account has that address. */
  readonly author: Actor | null;
  readonly committer: Actor | null;
  /** Addresses of author and committer as the commit has them, which anybody can have written; absent: not asked for. */
  readonly emails?: { readonly author: string; readonly committer: string };
}

/** A push to the branch of a pull request, by whoever was signed in. Newest first. */
export interface Push {
  readonly at: string;
  readonly actor: Actor | null;
  readonly before: string;
  readonly after: string;
}

/** Everything about a pull request that an approval depends on. */
export interface Timeline {
  readonly pull: PullRequest;
  readonly reviews: readonly Review[];
  readonly commits: readonly PullCommit[];
  /** `commits` are all there are (the forge lists 250 at most). */
  readonly commitsComplete: boolean;
  /** null: the forge does not tell who pushed (no permission, a fork that is gone, too long ago). */
  readonly pushes: readonly Push[] | null;
  /** Who opened the issue that a bot's pull request answers, by the issue's number as a commit names it (`Rollcall-Request: #12`). */
  readonly requesters: ReadonlyMap<number, Actor | null>;
}

export interface Comment {
  readonly id: number;
  readonly author: Actor | null;
  readonly body: string;
}

export interface Issue {
  readonly number: number;
  readonly title: string;
  readonly body: string;
  readonly url: string;
  readonly state: "open" | "closed";
  readonly author: Actor | null;
  readonly labels: readonly string[];
}

export interface Label {
  readonly name: string;
  /** Six hex digits. */
  readonly colour: string;
  readonly description: string;
}

export interface Annotation {
  readonly path: string;
  readonly line: number;
  readonly level: "notice" | "warning" | "failure";
  readonly title: string;
  readonly message: string;
}

export interface Check {
  /** Stable: branch protection names it. */
  readonly name: string;
  readonly sha: string;
  readonly conclusion: "success" | "failure" | "neutral" | "action_required";
  readonly title: string;
  /** Markdown, at most 65,535 characters. */
  readonly summary: string;
  /** All of them; the room sends them in the batches the forge takes. */
  readonly annotations: readonly Annotation[];
}

/** A note on a commit that can be added to and never taken away (GitHub: commit statuses). Newest first where listed. */
export interface Status {
  readonly context: string;
  readonly state: "success" | "failure" | "pending" | "error";
  /** At most 140 characters. */
  readonly description: string;
  readonly at: string;
  readonly author: Actor | null;
}

/** Facts about the repository for `rollcall doctor`. Whatever the token may not see is null, and said to be unknown. */
export interface RepositoryFacts {
  readonly name: string;
  readonly visibility: "public" | "private" | "internal";
  readonly defaultBranch: string;
  readonly ownerKind: "organization" | "user";
  /** The owner's plan: free, team, business, enterprise … */
  readonly plan: string | null;
  readonly forksAllowed: boolean;
  /** Scopes of a classic token; null for every other kind. */
  readonly tokenScopes: readonly string[] | null;
  /** People who administer the repository, and so may change or pass by every rule. */
  readonly admins: readonly Actor[] | null;
  /** People with write access, administrators among them. */
  readonly writers: readonly Actor[] | null;
  /** Workflows get a token that may write where they do not say what they need. */
  readonly workflowsWriteByDefault: boolean | null;
  readonly workflowsMayApprove: boolean | null;
  readonly environments: readonly EnvironmentFacts[] | null;
  /** Names of secrets that every workflow run can read. */
  readonly repositorySecrets: readonly string[] | null;
  /** Names of further secrets that every workflow run can read: those that the organization shares with this repository; empty where the owner is no organization. */
  readonly organizationSecrets: readonly string[] | null;
  /** Our clock less the forge's, in seconds. */
  readonly clockSkew: number;
}

export interface EnvironmentFacts {
  readonly name: string;
  /** Patterns, tags as `refs/tags/v*`. null: any branch, or the protected ones. */
  readonly branches: readonly string[] | null;
  readonly protectedBranchesOnly: boolean;
  readonly reviewers: number;
  readonly adminsMayBypass: boolean;
  readonly secrets: readonly string[] | null;
}

/** What holds for a branch, whether a protection or rulesets say it. null in a field: not visible to this token. */
export interface BranchRules {
  readonly branch: string;
  readonly exists: boolean;
  readonly pullRequestRequired: boolean | null;
  readonly approvals: number | null;
  readonly codeOwnerReview: boolean | null;
  readonly dismissStale: boolean | null;
  readonly lastPusherMayNotApprove: boolean | null;
  readonly requiredChecks: readonly string[] | null;
  readonly forcePushAllowed: boolean | null;
  readonly deletionAllowed: boolean | null;
  /** Administrators are bound too. */
  readonly bindsAdmins: boolean | null;
  /** Who may pass it by: logins, teams (`@acme/infra`), apps. */
  readonly bypass: readonly string[] | null;
  /** Who alone may push, spelled as `bypass`; writers: whoever may write. null too where it is restricted and not told to whom. */
  readonly pushOnlyBy: readonly string[] | "writers" | null;
  /** The owner's plan has no protection for such a repository: nothing can hold. */
  readonly unavailable: boolean;
}

/** The forge, reading. Methods throw FaultError where an answer is a fault; what does not exist is null. */
export interface ForgeReader {
  /** owner/name. */
  readonly repository: string;
  /** Whose token this is. */
  viewer(): Promise<Actor>;
  pull(number: number): Promise<PullRequest | null>;
  /** Of the default branch or of `base`; all pages, newest first. */
  openPulls(base: string): Promise<PullRequest[]>;
  /** From a branch of the repository itself, open and closed; all pages, newest first. */
  pullsFrom(branch: string): Promise<PullRequest[]>;
  /** Who closed an issue or a pull request; null where it is open, where nobody is named, or where the account is gone. */
  closedBy(number: number): Promise<Actor | null>;
  /** Pull requests whose merge left this commit, or that contain it. */
  pullsOf(commit: string): Promise<PullRequest[]>;
  /** Paths a pull request touches; null where it has more than the forge lists (3,000). */
  pullPaths(number: number): Promise<string[] | null>;
  timeline(number: number): Promise<Timeline | null>;
  /** All pages, oldest first. */
  comments(number: number): Promise<Comment[]>;
  issue(number: number): Promise<Issue | null>;
  /** Issues (not pull requests) with this label, open and closed, all pages, newest first. */
  issues(label: string): Promise<Issue[]>;
  statuses(sha: string): Promise<Status[]>;
  /** Head of a branch; null where there is none. */
  branch(name: string): Promise<string | null>;
  facts(): Promise<RepositoryFacts>;
  rules(branch: string): Promise<BranchRules>;
}

export interface ForgeWriter {
  /** The one comment that begins with `marker` and is the viewer's own: updated where it differs, made where there is none; further ones of the viewer's with that marker are removed. */
  stickyComment(number: number, marker: string, body: string): Promise<"made" | "updated" | "unchanged">;
  /** The check of that name on that commit: made, or brought up to date. Annotations in batches of 50. */
  check(check: Check): Promise<void>;
  /** Sets those of `all` that are in `names` and takes away the others of `all`; labels outside `all` are left alone. Makes what the repository lacks. */
  labels(number: number, all: readonly Label[], names: readonly string[]): Promise<void>;
  status(sha: string, status: Pick<Status, "context" | "state" | "description">): Promise<void>;
  openPull(pull: {
    readonly title: string;
    readonly body: string;
    readonly head: string;
    readonly base: string;
    readonly labels: readonly Label[];
    /** Logins. Whom the forge takes for no assignee goes by; the pull request is there all the same. */
    readonly assignees?: readonly string[];
  }): Promise<PullRequest>;
  editPull(number: number, edit: { readonly title?: string; readonly body?: string; readonly state?: "open" | "closed" }): Promise<void>;
  openIssue(issue: {
    readonly title: string;
    readonly body: string;
    readonly labels: readonly Label[];
    readonly assignees?: readonly string[];
  }): Promise<Issue>;
  editIssue(number: number, edit: { readonly title?: string; readonly body?: string; readonly state?: "open" | "closed" }): Promise<void>;
  /** A comment beside others, for an issue or a pull request. */
  comment(number: number, body: string): Promise<void>;
}

export type Forge = ForgeReader & ForgeWriter;
