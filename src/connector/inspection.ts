/** How the settings of an app fit the server behind it: what `rollcall connectors probe` shows. Found out by read calls alone. */
import type { Verb } from "../core/model/manifest.ts";

export interface Inspection {
  /** What the server says and shows of itself, in an order for people. */
  readonly facts: readonly { readonly name: string; readonly value: string }[];
  /** Settings that were held against it, best first; the ones in force are among them. Never empty. */
  readonly candidates: readonly Candidate[];
}

/** One set of settings: the one in force, or another that the connector knows (a profile, an edition). */
export interface Candidate {
  readonly name: string;
  /** It is the one that the app's settings name. */
  readonly inForce: boolean;
  readonly differences: readonly Difference[];
  /** `settings:` of an app file with which every certain difference that a setting can mend would be gone. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** What it takes for granted and reading cannot show, as phrases. */
  readonly assumes: readonly string[];
  /** Verbs that are not to be had with these settings, with the reason. */
  readonly unavailable: Readonly<Partial<Record<Verb, string>>>;
}

/** Where the server speaks against settings. */
export interface Difference {
  /** What the server says or shows, as a clause. */
  readonly says: string;
  /** Settings by their path (`server.members`) with the values that would mend it; empty where none would. */
  readonly mend: Readonly<Record<string, unknown>>;
  /** false: it works as it is, or what was seen leaves room for doubt: advice. */
  readonly certain: boolean;
}
