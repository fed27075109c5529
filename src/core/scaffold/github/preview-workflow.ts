import { actions } from "./actions.ts";
import type { GithubSetup } from "./setup.ts";
import { environment, head, indent, runner, setUp } from "./steps.ts";

/**
 * What a pull request would change. It runs with the base's workflow, code and lock file; the head is read as data, out of Git. One job knows no
 * credential of any app and runs for forks too; the other looks at the apps and does not run for forks. `rollcall gate` is what a branch
 * protection requires: a job that was skipped counts as a success there, so that the last one looks at what became of the others.
 */
export function previewWorkflow(setup: GithubSetup): string {
  const live = setup.preview !== "files";
  const jobs = [accessJob, ...(live ? [liveJob(setup)] : []), gateJob(live)];
  return `${head("rollcall preview", "A comment on each pull request: who gains and loses what.")}
on:
  # The base's code runs here, never the pull request's: no step checks out, installs or runs anything of the head.
  pull_request_target: # zizmor: ignore[dangerous-triggers] reads the head as data; a comment on a fork's pull request needs this trigger
    branches: [${JSON.stringify(setup.branch)}]
    # Edited: the base branch may have changed. Runs of other edits cost little; skipping them would let a skipped gate pass.
    types: [opened, synchronize, reopened, ready_for_review, edited]
  # A queue asks for the gate again. What a merge leaves is compared with what was reviewed when it is applied.
  merge_group:
    types: [checks_requested]

permissions: {}

concurrency:
  group: rollcall-preview-\${{ github.event.pull_request.number || github.ref }}
  cancel-in-progress: true

jobs:
${indent(jobs.join("\n\n"), 2)}
`;
}

const accessJob = `access:
  name: rollcall access
  if: github.event_name == 'pull_request_target'
  ${indent(runner(15), 2).trimStart()}
  permissions:
    contents: read # the files
    pull-requests: write # the comment and the labels
    issues: write # a label that the repository lacks is made
    checks: write # the check with its annotations
  steps:
${indent(setUp("the base"), 4)}
    - name: Show what the files change
      run: npx --no-install rollcall ci preview --files --out "$RUNNER_TEMP/rollcall/access.json"
${indent(environment([]), 6)}
    - name: Keep the report
      if: "!cancelled()"
      uses: ${actions.uploadArtifact}
      with:
        name: rollcall-access
        path: \${{ runner.temp }}/rollcall/access.json
        if-no-files-found: ignore
        retention-days: 7`;

const liveJob = ({ preview, bindings }: GithubSetup): string => `live:
  name: rollcall live
  needs: access
  # Not for forks: what the apps hold is shown to people who may push here.
  if: github.event_name == 'pull_request_target' && github.event.pull_request.head.repo.full_name == github.repository
  ${indent(runner(30), 2).trimStart()}
  environment: rollcall-preview
  permissions:
    contents: read # the files
    pull-requests: write # the comment and the labels
    issues: write # a label that the repository lacks is made
    checks: write # the check with its annotations
  steps:
${indent(setUp("the base"), 4)}
    - name: Show what the apps would see
      run: npx --no-install rollcall ci preview --out "$RUNNER_TEMP/rollcall/plan.json"
${indent(environment(preview === "snapshot" ? bindings.snapshot : bindings.read), 6)}
    - name: Keep the plan
      if: "!cancelled()"
      uses: ${actions.uploadArtifact}
      with:
        name: rollcall-plan
        path: \${{ runner.temp }}/rollcall/plan.json
        if-no-files-found: ignore
        retention-days: 7`;

const gateJob = (live: boolean): string => `gate:
  name: rollcall gate
  needs: ${live ? "[access, live]" : "[access]"}
  if: always()
  ${indent(runner(5), 2).trimStart()}
  permissions: {}
  steps:
    - name: Look at what became of the other jobs
      env:
        EVENT: \${{ github.event_name }}
        ACCESS: \${{ needs.access.result }}${
          live
            ? `
        LIVE: \${{ needs.live.result }}
        FORK: \${{ github.event.pull_request.head.repo.full_name != github.repository }}`
            : ""
        }
      run: |
        if [ "$EVENT" = merge_group ]; then exit 0; fi
        [ "$ACCESS" = success ] || exit 1${
          live
            ? `
        [ "$LIVE" = success ] || { [ "$LIVE" = skipped ] && [ "$FORK" = true ]; } || exit 1`
            : ""
        }`;
