/** `node push-rounds.ts <folder> <name>`: for each line on stdin reads the branch, says "ready", waits for another line, pushes, says what came of it. */
import { createInterface } from "node:readline";
import { openStateBranch } from "../../../src/io/git/state-branch.ts";

const [, , dir = "", name = ""] = process.argv;
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
for (let round = 1; !(await lines.next()).done; round++) {
  const branch = await openStateBranch(dir, { branch: "state", env: {} });
  const parent = await branch.head();
  const changed = [{ path: `${name}.txt`, bytes: Buffer.from(`${round}\n`) }];
  const commit = await branch.commit({ parent, changed, removed: [], message: `${name} ${round}`, at: new Date(), run: name });
  process.stdout.write("ready\n");
  await lines.next();
  process.stdout.write(`${await branch.push(parent, commit)} ${commit}\n`);
}
