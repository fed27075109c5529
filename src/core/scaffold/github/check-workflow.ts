import type { GithubSetup } from "./setup.ts";
import { head, indent, runner, setUp } from "./steps.ts";

const commands = [
  ["Check the files", "check"],
  ["Check their spelling", "fmt --check"],
  ["Check the schemas", "schema --check"],
  ["Check CODEOWNERS", "codeowners --check"],
] as const;

/** What can be known without any secret, with the pull request's own code: it gets no token that can write. */
export const checkWorkflow = (
  setup: GithubSetup,
): string => `${head("rollcall check", "The files by themselves: problems, spelling, schemas, owners. No secrets.")}
on:
  pull_request:
    branches: [${JSON.stringify(setup.branch)}]
  merge_group:
    types: [checks_requested]

permissions: {}

concurrency:
  group: rollcall-check-\${{ github.ref }}
  cancel-in-progress: true

jobs:
  files:
    name: rollcall check
${indent(runner(15), 4)}
    permissions:
      contents: read # the files
    steps:
${indent(setUp("what the merge would leave"), 6)}
${indent(commands.map(([name, command]) => `- name: ${name}\n  if: "!cancelled()"\n  run: npx --no-install rollcall ${command}`).join("\n"), 6)}
`;
