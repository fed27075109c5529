import type { ForgeSeen } from "../facts.ts";
import { type Finding, finding, listed, ok } from "../finding.ts";

/** Scopes that read, and the one without which a private repository is not seen at all (GitHub docs "Scopes for OAuth apps", 2026-11). */
const harmless = /^(?:repo|public_repo|repo:status|repo_deployment|repo:invite|security_events|user:email|read:.*)$/;

/**
 * The token that looks.
 *
 * | code | token | said |
 * |---|---|---|
 * | TOKEN | not a classic one | note: GitHub does not tell what it may |
 * | TOKEN | classic, with scopes beside those of a repository | warn: too much for looking |
 * | TOKEN | classic, without `repo` | warn: too little to see what matters |
 * | TOKEN | classic, `repo` | ok |
 */
export function token({ facts: { tokenScopes } }: ForgeSeen): Finding[] {
  const code = "TOKEN";
  const better =
    "a fine-grained token for this repository alone: Administration, Actions, Environments, Secrets and Metadata, each to read";
  if (tokenScopes === null) {
    return [
      finding(code, "note", {
        summary: "what this token may do, GitHub does not tell: it is no classic one",
        detail: "What it does not see is named; nothing is written with it",
      }),
    ];
  }
  const more = tokenScopes.filter((scope) => !harmless.test(scope));
  const less = !tokenScopes.includes("repo");
  if (more.length === 0 && !less) return [ok(code, "the token has the scopes that looking needs")];
  return [
    ...(more.length > 0 ? [finding(code, "warn", { summary: `this token may do far more than look: ${listed(more)}`, fix: better })] : []),
    ...(less ? [finding(code, "warn", { summary: "this token has not the scope repo, and sees little", fix: better })] : []),
  ];
}
