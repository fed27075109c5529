import type { ClaimProblem, ClaimsChecked } from "./claims.ts";
import { compareHeads, type HeadProblem, type NotedHead, type OddNote } from "./heads.ts";
import type { RunRecord } from "./record.ts";
import { type ChainProblem, readable, verifyChain } from "./verify-chain.ts";
import type { Sha256 } from "./seal.ts";

export interface AuditInput {
  /** As they were read, in order. */
  readonly values: readonly unknown[];
  readonly sha256: Sha256;
  readonly notes: {
    readonly heads: readonly NotedHead[];
    /** What else stands there in rollcall's name. */
    readonly odd: readonly OddNote[];
    /** Commits whose notes were read, and older ones that were left out. */
    readonly commits: number;
    readonly left: number;
    /** They could not be read, or not all of them. */
    readonly why: string | null;
  };
  /** Heads that the auditor has from elsewhere. */
  readonly given: readonly NotedHead[];
  /** null: Git could not be asked; `why` says it. */
  readonly claims: ClaimsChecked | null;
  readonly whyNoClaims: string | null;
  /** Pull requests that the forge was asked about. */
  readonly pulls: number;
  readonly whyNoPulls: string | null;
}

export type AuditProblem = ChainProblem | HeadProblem | ClaimProblem;

/** What stands and what does not; sentences for people, of which each is exact. */
export interface Audit {
  /** null where there is no record. */
  readonly head: Pick<RunRecord, "sequence" | "hash" | "at"> | null;
  readonly records: number;
  readonly problems: readonly AuditProblem[];
  readonly proven: readonly string[];
  /** `gap`: it could have been proven with more access than this run had. */
  readonly unproven: readonly { readonly summary: string; readonly gap: boolean }[];
  /** 0: everything there is to prove is; 5: something is wrong; 8: something could not be looked at. */
  readonly result: 0 | 5 | 8;
}

/** The whole verdict. Pure: everything was read before. */
export function auditOf(input: AuditInput): Audit {
  const { values, notes, given, claims } = input;
  const records = readable(values);
  const chain = verifyChain(values, input.sha256);
  const heads = compareHeads(records, [...notes.heads, ...given], notes.odd);
  const problems: AuditProblem[] = [...chain, ...heads.problems, ...(claims?.problems ?? [])];
  const last = records.at(-1) ?? null;
  const proven: string[] = [];
  const unproven: { summary: string; gap: boolean }[] = [];
  const gap = (summary: string): void => void unproven.push({ summary, gap: true });

  if (chain.length === 0 && last !== null)
    proven.push(`${range(1, last.sequence)}: each is what its hash was made of, and names the one before.`);
  const until = chain.length === 0 ? (heads.agrees?.sequence ?? 0) : 0;
  if (until > 0)
    proven.push(
      `${range(1, until)}: ${until === 1 ? "it is" : "they are"} as ${until === 1 ? "it was" : "they were"} when ${notedAs(heads.agrees!)}.`,
    );
  if (notes.why !== null) gap(`Heads noted at the forge: ${notes.why}.`);
  else if (notes.heads.length > 0 && heads.problems.length === 0)
    proven.push(`Heads noted at the forge: ${notes.heads.length} on ${notes.commits} commits, all of which the records agree with.`);
  if (notes.left > 0)
    unproven.push({
      summary: `Heads noted on ${notes.left} older commits were not read (--commits): a note there that disagrees would be missed.`,
      gap: false,
    });
  if (last !== null && until < last.sequence && chain.length === 0)
    gap(
      `${range(until + 1, last.sequence)}: no head noted outside the state was found. Whoever can write to the state could have written ${until + 1 === last.sequence ? "it" : "them"}.`,
    );
  if (claims === null) gap(`Commits and pull requests that records name: ${input.whyNoClaims ?? "not looked at"}.`);
  else if (last !== null) sayClaims(input, claims, records, proven, gap, unproven);
  if (last !== null)
    unproven.push(
      { summary: "That no run took place whose record and head never came to be written.", gap: false },
      {
        summary: "That whoever approved was allowed to: that was judged at the time, and reviews at the forge can change since.",
        gap: false,
      },
      { summary: "That apps hold today what was done then: `rollcall drift` compares.", gap: false },
    );
  const result = problems.length > 0 ? 5 : unproven.some((u) => u.gap) ? 8 : 0;
  return {
    head: last && { sequence: last.sequence, hash: last.hash, at: last.at },
    records: values.length,
    problems,
    proven,
    unproven,
    result,
  };
}

function sayClaims(
  input: AuditInput,
  { problems, unseen, offLine }: ClaimsChecked,
  records: readonly RunRecord[],
  proven: string[],
  gap: (summary: string) => void,
  unproven: { summary: string; gap: boolean }[],
): void {
  const wrong = new Set(problems.map((p) => p.code));
  if (unseen.length === 0 && !wrong.has("COMMIT_UNKNOWN")) proven.push("Every commit that a record names is in Git.");
  if (unseen.length > 0)
    gap(`${unseen.length} commits that records name lie before the beginning of this shallow clone (git fetch --unshallow).`);
  if (offLine.length > 0)
    unproven.push({
      summary: `${offLine.length} commits that records name are no longer on the default branch: its history was rewritten.`,
      gap: false,
    });
  const byPull = records.reduce((n, r) => n + r.operations.filter((o) => o.by.kind === "pull").length, 0);
  const unfit = (["WARRANT_UNFOUND", "APPROVERS_DIFFER", "GAIN_UNREVIEWED"] as const).some((code) => wrong.has(code));
  if (byPull > 0 && !unfit)
    proven.push(
      `Operations done by the word of a pull request: ${byPull}, each of which has an approved segment of it, with the same approvers.`,
    );
  if (input.whyNoPulls !== null) gap(`That pull requests were merged where the records say: ${input.whyNoPulls}.`);
  else if (input.pulls > 0 && !wrong.has("PULL_ELSEWHERE"))
    proven.push(`Pull requests: the forge says of ${input.pulls} that their merge is where the records have it.`);
}

const range = (from: number, to: number): string => (from === to ? `Record ${from}` : `Records ${from} to ${to}`);

const notedAs = ({ sequence, where, at, by }: NotedHead): string =>
  by === null && at === null ? `${sequence} was given by ${where}` : `${by ?? "an unknown account"} noted ${sequence} at ${at} on ${where}`;
