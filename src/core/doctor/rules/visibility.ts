import type { DoctorFacts, ForgeSeen } from "../facts.ts";
import { type Finding, finding, ok } from "../finding.ts";

/**
 * Who reads names and addresses of people.
 *
 * | code | repository | said |
 * |---|---|---|
 * | PERSONAL_DATA | private | ok |
 * | PERSONAL_DATA | internal: everybody of the enterprise | note |
 * | PERSONAL_DATA | public, with addresses in the files, or names in comments | fail |
 * | PERSONAL_DATA | public, with names alone, comments by key | warn: they may be pseudonyms |
 * | FORKS | private, and may be forked | note: a copy of everything, outside these rules |
 */
export function visibility({ facts }: ForgeSeen, { organization }: DoctorFacts): Finding[] {
  return [personal(), ...(facts.visibility === "public" ? [] : [forks(facts.forksAllowed)])];

  function personal(): Finding {
    const code = "PERSONAL_DATA";
    const people = [...organization.people.values()];
    const addresses = people.filter((p) => p.email !== undefined).length;
    const { comments } = organization.settings.pullRequests;
    if (facts.visibility === "private" || people.length === 0) return ok(code, `the repository is ${facts.visibility}`);
    if (facts.visibility === "internal")
      return finding(code, "note", {
        summary: "names and addresses of people can be read by everybody in the enterprise: the repository is internal",
      });
    const named = comments === "names" ? "; comments show names" : "";
    const told = addresses > 0 ? `${addresses} e-mail ${addresses === 1 ? "address" : "addresses"}` : "no e-mail address";
    return finding(code, addresses > 0 || comments === "names" ? "fail" : "warn", {
      summary: `the repository is public, and identities/people/ holds ${people.length} ${people.length === 1 ? "name" : "names"} and ${told}${named}`,
      detail: "What is taken out now stays in Git's history, and in comments that were made",
      fix: `make the repository private; or, with names that are pseudonyms, take the addresses out${comments === "names" ? ", and pull-requests: { comments: keys } in rollcall.yaml" : ""}`,
    });
  }
}

const forks = (allowed: boolean): Finding =>
  allowed
    ? finding("FORKS", "note", {
        summary: "whoever may read the repository may fork it",
        detail: "A fork has all names and addresses, and none of the rules here. Pull requests from forks are shown by the files alone",
        fix: "Settings, General: do not allow forking, unless you need it",
      })
    : ok("FORKS", "the repository cannot be forked");
