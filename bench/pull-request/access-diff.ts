/** Run as a process of its own: what the files of a pull request change, out of Git's objects, and how long each part takes. Prints JSON. */
import { conditionHolds } from "../../src/core/expression/holds.ts";
import { accessDiff } from "../../src/core/plan/access-diff.ts";
import { eventualAccess } from "../../src/core/review/eventual-access.ts";
import { terminalContext } from "../../src/cli/terminal-context.ts";
import { openVersions } from "../../src/cli/versions.ts";
import { mergedTree } from "../../src/io/git/merged-tree.ts";

const [dir = "", from = "", to = "", reading] = process.argv.slice(2);
const context = terminalContext({ C: dir }, new AbortController().signal);
const begun = performance.now();
const versions = await openVersions(context, reading === "known" ? "known" : "afresh");
const merged = await mergedTree(dir, from, to);
if (merged.kind !== "tree") throw new Error("the branch conflicts");
const [base, after] = [await versions.at(from), await versions.tree(merged.tree, "merge")];
if (!base.organization || !after.organization) throw new Error("the files have errors");
const read = performance.now();
const input = {
  base: { organization: base.organization, holds: conditionHolds() },
  head: { organization: after.organization, holds: conditionHolds() },
  manifests: versions.manifests,
  now: context.now(),
};
const { changes } = accessDiff(input);
const compared = performance.now();
eventualAccess(input);
const ended = performance.now();
versions.keep([base, after]);
context.out(
  JSON.stringify({
    changes: changes.length,
    files: read - begun,
    diff: compared - read,
    dates: ended - compared,
    all: ended - begun,
    kept: performance.now() - ended,
  }),
);
