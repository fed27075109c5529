import { requestHeading, requestLabel } from "../../request/forms.ts";
import { environment, head, indent, runner, setUp } from "./steps.ts";

/** Issues made with a form become pull requests. No credential of any app is there, and the text is read by rollcall alone. */
export const requestWorkflow = (): string => `${head("rollcall request", "An issue made with one of the forms becomes a pull request.")}
on:
  issues:
    types: [opened, edited]

permissions: {}

concurrency:
  group: rollcall-request-\${{ github.event.issue.number }}
  cancel-in-progress: false

jobs:
  request:
    name: rollcall request
    # A form sets its label only where the repository has it; the heading is there in any case. rollcall reads the issue anew and decides.
    if: contains(github.event.issue.labels.*.name, '${requestLabel}') || startsWith(github.event.issue.body, '### ${requestHeading}')
${indent(runner(10), 4)}
    permissions:
      contents: write # the branch of the pull request
      pull-requests: write # the pull request
      issues: write # the answer on the issue
    steps:
${indent(setUp("the default branch"), 6)}
      - name: Answer the request
        run: npx --no-install rollcall ci request
${indent(environment([]), 8)}
`;
