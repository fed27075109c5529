import { compareText } from "../diagnostic.ts";
import type { Timeline } from "../forge/forge.ts";
import type { Judgement } from "./judgement.ts";
import type { Provenance } from "./segment.ts";

/** What a record says of where a segment came from. `author` and `approvers` are keys of people, or `@login` of an author whom no file knows. */
export function provenanceOf(judgement: Judgement, { pull }: Pick<Timeline, "pull">): Provenance {
  const { accepted, merged, author, counted, reasons } = judgement;
  const { number } = pull;
  if (!merged && pull.merged !== null) return { kind: "pushed", pull: number, reasons };
  if (!accepted) return { kind: "unapproved", pull: number, author, head: pull.head.sha, reasons };
  const approvers = [...new Set(counted.map(({ person }) => person))].sort(compareText);
  return { kind: "approved", pull: number, author: author ?? "@ghost", approvers, head: pull.head.sha };
}
