/**
 * What is wrong with a version of Node, in one line, or null where nothing is. Plain JavaScript that old versions can parse, because
 * TypeScript files would fail in them with a message that helps nobody.
 *
 * @param {string} version as in process.versions.node
 * @param {boolean} installed below a node_modules, not in a checkout
 * @returns {string | null}
 */
export function nodeProblem(version, installed) {
  if (Number(version.split(".")[0]) >= 24) return null;
  const way = installed
    ? "`npm install --save-dev node@24` puts the right one beside it for `npx rollcall …`"
    : "run it as `npm run rollcall -- …` (npm ci installs the right Node beside it)";
  return `rollcall needs Node 24 or newer, and this is ${version}: ${way}, or upgrade Node.`;
}

/** Ends the process with the one line where this Node is too old. Call it before the first import of a TypeScript file. */
export function requireNode() {
  const problem = nodeProblem(process.versions.node, /[\\/]node_modules[\\/]/.test(import.meta.url));
  if (problem === null) return;
  process.stderr.write(`${problem}\n`);
  process.exit(1);
}
