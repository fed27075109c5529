import type { GithubSetup } from "./setup.ts";
import { environment, head, indent, runner, setUp } from "./steps.ts";

/**
 * One job with what may write, in an environment that only the default branch reaches. Merges and the schedule share one concurrency group: a run
 * that waits may be replaced by a later one, and each answers for everything that came to the branch since the last record, so that none is missed.
 * (`queue: max`, of May 2026, would keep them all; actionlint 1.7.12 does not know it, and nothing depends on it.)
 */
const oneAtATime = `concurrency:
  group: rollcall-apply
  cancel-in-progress: false`;

const job = (
  id: string,
  name: string,
  step: string,
  command: string,
  { bindings, branch }: GithubSetup,
  more: readonly string[] = [],
): string => `${id}:
  name: ${name}
  # Only here, however it was started: the environment says so too.
  if: github.ref == ${expressionText(`refs/heads/${branch}`)}
  ${indent(runner(120), 2).trimStart()}
  environment: rollcall
  permissions:
    contents: write # state and records, on a branch of their own
    pull-requests: write # outcome as a comment; notices and leavers as pull requests
    issues: write # what failed, and drift, as issues that close themselves
    statuses: write # the head of the record chain, where it cannot be taken away
  steps:
${indent(setUp("the default branch"), 4)}
    - name: ${step}
      run: npx --no-install rollcall ci ${command}
${indent([environment(bindings.write), ...more].join("\n"), 6)}`;

/** A text in an expression of Actions: single quotes, doubled inside. */
const expressionText = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** What was merged is carried out. */
export const applyWorkflow = (
  setup: GithubSetup,
): string => `${head("rollcall apply", "What was reviewed and merged is carried out, and nothing else.")}
on:
  push:
    branches: [${JSON.stringify(setup.branch)}]

permissions: {}

${oneAtATime}

jobs:
${indent(job("apply", "rollcall apply", "Carry out what was reviewed", "apply", setup), 2)}
`;

/** What whoever starts the schedule by hand may ask for. It is text from outside: it reaches the command through the environment alone. */
const asked = ["adopt", "revert", "reason"] as const;
const askedLines = asked.map((input) => `  ASKED_${input.toUpperCase()}: \${{ inputs.${input} }}`);
const askedOptions = asked.map((input) => `--${input}="$ASKED_${input.toUpperCase()}"`).join(" ");

/** Dates that have come, retention, drift, and whatever an earlier run did not finish. */
export const scheduledWorkflow = (
  setup: GithubSetup,
): string => `${head("rollcall scheduled", "What time brings: ends of access, retention, drift; and what an earlier run left.")}
on:
  schedule:
    # Every hour, at a minute that few others have chosen. GitHub may be late: the heartbeat in the records says by how much.
    - cron: "23 * * * *"
  workflow_dispatch:
    inputs:
      adopt:
        description: "Key of an app: a pull request by which the files ask for what was changed by hand there"
        type: string
      revert:
        description: "Key of an app: a pull request by which what was changed by hand there is undone"
        type: string
      reason:
        description: "Why it is undone"
        type: string

permissions: {}

${oneAtATime}

jobs:
${indent(job("scheduled", "rollcall scheduled", "Look, and do what is due", `scheduled ${askedOptions}`, setup, askedLines), 2)}
`;
