import type { PullRequestSettings } from "../../model/organization.ts";
import type { Binding } from "./credentials.ts";

/** What the workflows of one repository depend on. */
export interface GithubSetup {
  /** The default branch. */
  readonly branch: string;
  readonly preview: PullRequestSettings["preview"];
  readonly bindings: {
    readonly read: readonly Binding[];
    readonly write: readonly Binding[];
    /** What a preview needs that reads a published snapshot. */
    readonly snapshot: readonly Binding[];
  };
}
