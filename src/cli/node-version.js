/**
 * What is wrong with a version of Node, in one line, or null where nothing is. Plain JavaScript that old versions can parse, because
 * TypeScript files would fail in them with a message that helps nobody.
 *
 * @param {string} version as in process.versions.node
 * @returns {string | null}
 */
export function nodeProblem(version) {
  if (Number(version.split(".")[0]) >= 24) return null;
  return `rollcall needs Node 24 or newer, and this is ${version}: run it as \`npm run rollcall -- …\` (npm ci installs the right Node beside it), or upgrade Node.`;
}

/** Ends the process with the one line where this Node is too old. Call it before the first import of a TypeScript file. */
export function requireNode() {
  const problem = nodeProblem(process.versions.node);
  if (problem === null) return;
  process.stderr.write(`${problem}\n`);
  process.exit(1);
}
