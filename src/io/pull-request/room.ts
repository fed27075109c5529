import type { Actor } from "../../core/forge/forge.ts";
import type { Api } from "./api.ts";

/** What every part of the room works with. */
export interface Room {
  /** owner/name. */
  readonly repository: string;
  /** `owner` and `repo` of every route. */
  readonly at: { readonly owner: string; readonly repo: string };
  readonly api: Api;
  /** Asked once and remembered; a failed question is asked again. */
  viewer(): Promise<Actor>;
  /** For --verbose: what went otherwise than wanted and did not matter. */
  log(text: string): void;
  now(): Date;
}

/** Names at the forge are compared without case. */
export const sameName = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

export const sameActor = (a: Actor | null, b: Actor): boolean => a !== null && a.id === b.id && a.kind === b.kind;

/** The forge may give other line ends back than it was given, and no blanks at the end. */
export const sameText = (a: string, b: string): boolean => plain(a) === plain(b);
const plain = (text: string): string => text.replaceAll("\r\n", "\n").trimEnd();
