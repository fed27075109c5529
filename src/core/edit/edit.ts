import type { Organization } from "../model/organization.ts";
import type { WorkspaceFile } from "../source/workspace.ts";

/** The organisation with the texts that declare it. */
export interface Company {
  readonly organization: Organization;
  readonly files: readonly WorkspaceFile[];
}

/** A change to the files that somebody asked for without writing YAML. */
export interface Edit {
  readonly verb: "onboard" | "offboard" | "grant" | "extend" | "adopt" | "revert";
  /** Of a person, a service or an app. */
  readonly key: string;
  /** The same for every version of one wish (another date, another role): what a second run brings up to date instead of asking twice. */
  readonly about: string;
  /** One line; names people as `pull-requests.comments` says. */
  readonly title: string;
  /** Sentences for whoever reviews it. */
  readonly paragraph: string;
  /** What was asked for and is not part of it, each a sentence. Absent: nothing. */
  readonly left?: readonly string[];
  /** New texts by path. */
  readonly files: ReadonlyMap<string, string>;
}

export type Edited =
  | { readonly kind: "edited"; readonly edit: Edit }
  /** The files say so already. */
  | { readonly kind: "unchanged"; readonly why: string }
  /** All reasons at once, each a sentence. */
  | { readonly kind: "refused"; readonly problems: readonly string[] };

/** How a person is called in titles and paragraphs. */
export const called = ({ settings }: Organization, who: { readonly key: string; readonly name: string }): string =>
  settings.pullRequests.comments === "keys" ? who.key : `${who.name} (${who.key})`;

/** "a", "a and b", "a, b and c". */
export const listed = (words: readonly string[]): string =>
  words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
