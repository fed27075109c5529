import type { Forge } from "../../core/forge/forge.ts";

/** What a proposal needs of Git and of the forge. */
export interface ProposalDoors {
  readonly forge: Pick<Forge, "repository" | "viewer" | "facts" | "issue" | "openPulls" | "openPull" | "editPull" | "stickyComment">;
  defaultBranch(): Promise<string>;
  /** Fetches a branch of the remote and answers its commit. */
  fetchBranch(branch: string): Promise<string>;
  /** One commit on top of `base` with these texts, as the head of `branch` at the remote. `changed` false: the branch said so already. */
  proposeFiles(proposal: {
    readonly base: string;
    readonly branch: string;
    readonly files: ReadonlyMap<string, string | null>;
    readonly message: string;
    readonly author: { readonly name: string; readonly email: string };
    readonly at: Date;
  }): Promise<{ readonly commit: string; readonly changed: boolean }>;
}
