/** A company in a Git repository, with a forge in memory that keeps what is said to it. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Actor, Issue, PullRequest, RepositoryFacts } from "../../../src/core/forge/forge.ts";
import type { ProposalDoors } from "../../../src/cli/proposal/doors.ts";
import { type Company, type Files, openCompany, personFile } from "../../support/company.ts";
import { commitAll, git } from "../../support/git.ts";

export const ada: Actor = { id: 583231, login: "adalove", kind: "user" };
export const bot: Actor = { id: 41898282, login: "github-actions[bot]", kind: "bot" };

export interface Stage {
  readonly company: Company;
  readonly doors: ProposalDoors;
  viewer: Actor;
  visibility: RepositoryFacts["visibility"];
  readonly pulls: PullRequest[];
  readonly issues: Map<number, Issue>;
  /** The one comment of each issue, by its number. */
  readonly comments: Map<number, string>;
  /** Text of a file on a branch. */
  at(branch: string, path: string): string;
  message(branch: string): string;
  close(): Promise<void>;
}

export async function openStage(files: Files = {}): Promise<Stage> {
  const company = await openCompany(
    { wiki: { connector: "memory" } },
    {
      ...personFile("ada", ["roles: [writer]", "accounts: { wiki: ada }"]),
      ...personFile("grace", []),
      "identities/roles/writer.yaml": "grants: [wiki/space/docs:editor]\n",
      ...files,
    },
  );
  git(company.dir, "init", "--quiet");
  commitAll(company.dir);
  const pulls: PullRequest[] = [];
  const issues = new Map<number, Issue>();
  const comments = new Map<number, string>();
  const show = (of: string): string => git(company.dir, "show", of);
  const doors: ProposalDoors = {
    forge: {
      repository: "acme/access",
      viewer: async () => stage.viewer,
      facts: async () => ({ visibility: stage.visibility }) as RepositoryFacts,
      issue: async (number) => issues.get(number) ?? null,
      openPulls: async (base) => pulls.filter((p) => p.state === "open" && p.base.ref === base),
      async openPull({ title, body, head, base, labels }) {
        const number = 100 + pulls.length;
        const pull: PullRequest = {
          number,
          title,
          body,
          url: `https://forge.example/pull/${number}`,
          state: "open",
          draft: false,
          author: stage.viewer,
          base: { ref: base, sha: "" },
          head: { ref: head, sha: "", repository: "acme/access" },
          fork: false,
          createdAt: "",
          merged: null,

          labels: labels.map((l) => l.name),
        };
        pulls.push(pull);
        return pull;
      },
      async editPull(number, edit) {
        const at = pulls.findIndex((p) => p.number === number);
        pulls[at] = { ...pulls[at]!, ...edit };
      },
      async stickyComment(number, marker, body) {
        if (!body.startsWith(marker)) throw new Error("the comment cannot be found again");
        const known = comments.get(number);
        comments.set(number, body);
        return known === undefined ? "made" : known === body ? "unchanged" : "updated";
      },
    },
    defaultBranch: async () => "main",
    fetchBranch: async (branch) => git(company.dir, "rev-parse", branch),
    async proposeFiles({ base, branch, files: texts, message, author }) {
      const tree = await mkdtemp(join(tmpdir(), "rollcall-tree-"));
      git(company.dir, "worktree", "add", "--quiet", "--detach", "--force", tree, base);
      for (const [path, text] of texts) {
        await mkdir(dirname(join(tree, path)), { recursive: true });
        await writeFile(join(tree, path), text!);
      }
      git(tree, "add", "--all");
      git(tree, "-c", `user.name=${author.name}`, "-c", `user.email=${author.email}`, "commit", "--quiet", "--message", message);
      const commit = git(tree, "rev-parse", "HEAD");
      const known = git(company.dir, "branch", "--list", branch) === "" ? null : git(company.dir, "rev-parse", `${branch}^{tree}`);
      git(company.dir, "worktree", "remove", "--force", tree);
      if (known === git(company.dir, "rev-parse", `${commit}^{tree}`)) return { commit, changed: false };
      git(company.dir, "branch", "--force", branch, commit);
      return { commit, changed: true };
    },
  };
  const stage: Stage = {
    company,
    doors,
    pulls,
    issues,
    comments,
    viewer: ada,
    visibility: "private",
    at: (branch, path) => `${show(`${branch}:${path}`)}\n`,
    message: (branch) => git(company.dir, "log", "-1", "--format=%B", branch),
    async close() {
      await company.close();
      await rm(company.dir, { recursive: true, force: true });
    },
  };
  return stage;
}
