import type { App } from "./app.ts";
import type { Origin } from "./origin.ts";
import type { Person, Service } from "./person.ts";
import type { Policy } from "./policy.ts";
import type { Register } from "./register.ts";
import type { Role } from "./role.ts";

/** rollcall.yaml. */
export interface Settings {
  readonly organization: string;
  readonly domains: readonly string[];
  readonly timezone: string;
  readonly engine: "embedded" | "pulumi";
  readonly state: StatePlace;
  readonly pullRequests: PullRequestSettings;
  readonly origin: Origin;
}

/** Where state is kept: in a folder, relative to the root, or on a branch of the Git remote. */
export type StatePlace = { readonly kind: "folder"; readonly path: string } | { readonly kind: "branch"; readonly name: string };

export const usualState: StatePlace = { kind: "folder", path: ".rollcall/state" };

/** `git:rollcall-state` is a branch, everything else a folder. */
export const parseStatePlace = (text: string): StatePlace =>
  text.startsWith("git:") ? { kind: "branch", name: text.slice("git:".length) } : { kind: "folder", path: text };

/** How `rollcall ci` works with pull requests. */
export interface PullRequestSettings {
  /** The app whose accounts people review with; absent: the only one whose connector is that of the forge. */
  readonly accounts?: string;
  /** live: previews read the apps; snapshot: what the last scheduled run saw of them; files: nothing but the files. */
  readonly preview: "live" | "snapshot" | "files";
  readonly comments: "names" | "keys";
  /** Days before its end at which a grant's holder is asked about; null: never. */
  readonly expiryNotice: number | null;
}

export const usualPullRequests: PullRequestSettings = { preview: "live", comments: "names", expiryNotice: 14 };

/** The whole repository, checked: every reference resolves, every key is unique, roles have no cycle. */
export interface Organization {
  readonly settings: Settings;
  readonly people: ReadonlyMap<string, Person>;
  readonly services: ReadonlyMap<string, Service>;
  readonly roles: ReadonlyMap<string, Role>;
  readonly apps: ReadonlyMap<string, App>;
  readonly policies: readonly Policy[];
  readonly registers: ReadonlyMap<string, Register>;
}
