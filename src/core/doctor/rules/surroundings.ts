import { type DoctorFacts, type ForgeSeen, isSeen } from "../facts.ts";
import { type Finding, finding, ok } from "../finding.ts";

/** Seconds that our clock may be off: dates in files take effect by it, and reviews are put in order with pushes. */
const mostSkew = 300;

/**
 * The machine that looks.
 *
 * | code | holds | where not |
 * |---|---|---|
 * | GIT_VERSION | 2.38 or newer: merges without a checkout | fail; unknown where it does not tell |
 * | CLOCK | within five minutes of the forge's | fail |
 * | CHECKOUT | what is judged is what lies on the default branch | note |
 */
export function git({ gitVersion, checkout }: DoctorFacts): Finding[] {
  const code = "GIT_VERSION";
  const [, major, minor] = /^(\d+)\.(\d+)/.exec(gitVersion ?? "") ?? [];
  const here: Finding[] = isSeen(checkout)
    ? []
    : [
        finding("CHECKOUT", "unknown", {
          summary: `workflows and CODEOWNERS: ${checkout.why}`,
          fix: "run it in a clone of the repository",
        }),
      ];
  if (major === undefined)
    return [
      ...here,
      finding(code, "unknown", { summary: "the version of Git on this machine is not known", fix: "install Git 2.38 or newer" }),
    ];
  const merges = Number(major) > 2 || (Number(major) === 2 && Number(minor) >= 38);
  return [
    ...here,
    merges
      ? ok(code, `Git ${gitVersion} is new enough`)
      : finding(code, "fail", {
          summary: `Git ${gitVersion} is too old: without 2.38 nothing can be merged without a checkout, so that no change can be judged`,
          fix: "install Git 2.38 or newer where rollcall runs",
        }),
  ];
}

export function clock({ facts: { clockSkew } }: ForgeSeen): Finding[] {
  const code = "CLOCK";
  const off = Math.abs(clockSkew);
  if (off <= mostSkew) return [ok(code, "the clock of this machine agrees with the forge's")];
  return [
    finding(code, "fail", {
      summary: `the clock of this machine is ${off} seconds ${clockSkew > 0 ? "ahead of" : "behind"} the forge's`,
      detail: "First days, last days and ends of access take effect by it",
      fix: "set the clock, and let it be kept (NTP)",
    }),
  ];
}

export function head({ head: theirs, facts }: ForgeSeen, { checkout }: DoctorFacts): Finding[] {
  if (!isSeen(checkout) || theirs === null) return [];
  const code = "CHECKOUT";
  if (checkout.commit === theirs) return [ok(code, `what is judged is the head of ${facts.defaultBranch}`)];
  return [
    finding(code, "note", {
      summary: `the files judged here are those of ${checkout.commit.slice(0, 12)}; ${facts.defaultBranch} at the forge is at ${theirs.slice(0, 12)}`,
      fix: `git switch ${facts.defaultBranch} && git pull`,
    }),
  ];
}
