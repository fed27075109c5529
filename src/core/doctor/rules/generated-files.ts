import { bindingsOf, snapshotKey } from "../../scaffold/github/credentials.ts";
import { forgeAccounts } from "../../review/accounts.ts";
import { codeOwnersPath, compareCodeOwners, isOurs } from "../../review/code-owners.ts";
import { type Checkout, type DoctorFacts, isSeen } from "../facts.ts";
import { type Finding, finding, listed, ok } from "../finding.ts";

/** Without these nothing is shown, applied or looked at. */
const needed = /rollcall-(?:preview|apply|scheduled)\.yml$/;

/**
 * Files that rollcall writes, as they are at HEAD.
 *
 * | code | said |
 * |---|---|
 * | CI_VARIABLE | a credential by a name that means something else in a workflow: fail, workflows cannot work |
 * | WORKFLOWS | missing ones that preview, apply or look: fail; others missing: note; not what would be written: warn (an app was added, or somebody edited them) |
 * | WORKFLOWS_OTHER | a workflow of somebody else that names an environment of rollcall's or one of its secrets: warn; one that cannot be read: unknown |
 * | CODEOWNERS | missing or another's: warn, GitHub asks nobody and rollcall asks all the same; of an earlier day: note |
 */
export function generatedFiles(facts: DoctorFacts): Finding[] {
  const { checkout } = facts;
  const names = bindingsOf(facts.organization.apps.values()).problems.map(({ code, summary, fix }) =>
    finding(code, "fail", { summary: summary.replace(/\.$/, ""), ...(fix === undefined ? {} : { fix }) }),
  );
  if (!isSeen(checkout)) return names;
  return [...names, ...workflows(checkout.generated), ...others(checkout, facts), codeOwners(checkout.codeOwners, checkout.prefix, facts)];
}

function workflows(generated: readonly { readonly path: string; readonly state: string }[]): Finding[] {
  const code = "WORKFLOWS";
  const those = (state: string, some: (path: string) => boolean): string[] =>
    generated.filter((f) => f.state === state && some(f.path)).map((f) => f.path);
  const lost = those("missing", (path) => needed.test(path));
  const absent = those("missing", (path) => !needed.test(path));
  const edited = those("different", () => true);
  return [
    ...(lost.length > 0
      ? [
          finding(code, "fail", {
            summary: `workflows are missing: ${listed(lost)}`,
            detail: "Without them nothing is shown in pull requests, applied on merge, or looked at later",
            fix: "rollcall init --ci github, and commit what it writes",
          }),
        ]
      : []),
    ...(edited.length > 0
      ? [
          finding(code, "warn", {
            summary: `not what rollcall would write for these files: ${listed(edited)}`,
            detail:
              "An app was added, rollcall is another version, or somebody edited them; whatever they lack of the secrets' names, runs cannot use",
            fix: "rollcall init --ci github --check; to write one anew, remove it and run rollcall init --ci github, and read what Git shows of your own changes",
          }),
        ]
      : []),
    ...(absent.length > 0
      ? [finding(code, "note", { summary: `left out: ${listed(absent)}`, fix: "rollcall init --ci github writes them, if you want them" })]
      : []),
    ...(lost.length + edited.length + absent.length === 0 ? [ok(code, "workflows and forms are those of the files")] : []),
  ];
}

/** By words alone: what a workflow makes of them is not followed, so that this may name one too many. */
function others({ otherWorkflows }: Checkout, { organization }: DoctorFacts): Finding[] {
  const code = "WORKFLOWS_OTHER";
  const secrets = [...bindingsOf(organization.apps.values()).write.map((b) => b.name), snapshotKey].map((name) => name.toLowerCase());
  const reaches = (text: string): boolean => {
    const low = text.toLowerCase();
    return (low.includes("environment") && /\brollcall\b/.test(low)) || secrets.some((name) => low.includes(name));
  };
  const found = otherWorkflows.filter(({ text }) => text !== null && reaches(text)).map((w) => w.path);
  const odd = otherWorkflows.filter(({ text }) => text === null).map((w) => w.path);
  return [
    ...(found.length > 0
      ? [
          finding(code, "warn", {
            summary: `workflows that are not rollcall's name its environments or its secrets: ${listed(found)}`,
            detail: "What they do with them, nothing here guards",
            fix: "give them credentials of their own, in an environment of their own",
          }),
        ]
      : []),
    ...(odd.length > 0
      ? [
          finding(code, "unknown", {
            summary: `what these workflows do: they are too large, or no text: ${listed(odd)}`,
            fix: "look at them",
          }),
        ]
      : []),
    ...(found.length + odd.length === 0 ? [ok(code, "no other workflow names rollcall's environments or secrets")] : []),
  ];
}

function codeOwners(text: string | null, prefix: string, { organization, now, state }: DoctorFacts): Finding {
  const code = "CODEOWNERS";
  const fix = "rollcall codeowners, and commit it";
  const detail = "GitHub asks the wrong people for reviews, or nobody; who has to approve, rollcall decides from the files in any case";
  if (text === null) return finding(code, "warn", { summary: `there is no ${codeOwnersPath}`, detail, fix });
  const records = [isSeen(state) ? state.accounts : new Map<never, never>(), new Map<never, never>()];
  const found = records.map((known) =>
    compareCodeOwners(text, { organization, now, loginOf: forgeAccounts(organization, known).loginOf, prefix }),
  );
  if (found.includes("fresh")) return ok(code, `${codeOwnersPath} is that of the files`);
  if (found.includes("dated"))
    return finding(code, "note", { summary: `${codeOwnersPath} names somebody who has left, or lacks somebody who has begun`, fix });
  return finding(code, "warn", {
    summary: isOurs(text) ? `${codeOwnersPath} is not that of the files` : `${codeOwnersPath} was not written by rollcall`,
    detail,
    fix: isOurs(text) ? fix : "put its owners into an approval policy (policies/, kind: approval), remove it, and run rollcall codeowners",
  });
}
