/** `npm run bench [plan|apply|terraform|pulumi|pull-request]`: figures beside their aims. Never a test: a slow machine is no defect. */
import { cpus } from "node:os";

/** What there is to measure, in order; each module exports `run(say)`. */
const sections: Readonly<Record<string, () => Promise<{ run(say: (line: string) => void): Promise<void> }>>> = {
  plan: () => import("./plan.ts"),
  apply: () => import("./apply.ts"),
  terraform: () => import("./terraform.ts"),
  pulumi: () => import("./pulumi.ts"),
  "pull-request": () => import("./pull-request.ts"),
};

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !Object.hasOwn(sections, name));
const say = (line: string): void => void process.stdout.write(`${line}\n`);
if (unknown.length > 0) {
  process.stderr.write(`there is no section ${unknown.join(", ")}; there are ${Object.keys(sections).join(", ")}\n`);
  process.exitCode = 1;
} else {
  say(`Node ${process.version}, ${process.platform}, ${cpus().length} cores (${cpus()[0]?.model ?? "unknown"})`);
  for (const [name, load] of Object.entries(sections)) {
    if (asked.length > 0 && !asked.includes(name)) continue;
    say(`\n## ${name}\n`);
    await (await load()).run(say);
  }
}
