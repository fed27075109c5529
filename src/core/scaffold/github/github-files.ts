import { compareText } from "../../diagnostic.ts";
import { applyWorkflow, scheduledWorkflow } from "./apply-workflows.ts";
import { checkWorkflow } from "./check-workflow.ts";
import { issueForms } from "./issue-forms.ts";
import { previewWorkflow } from "./preview-workflow.ts";
import { requestWorkflow } from "./request-workflow.ts";
import type { GithubSetup } from "./setup.ts";

/** Workflows and issue forms of a repository, in order of path. Pure: the same repository, the same bytes. */
export const githubFiles = (setup: GithubSetup): { readonly path: string; readonly text: string }[] =>
  [
    { path: ".github/workflows/rollcall-preview.yml", text: previewWorkflow(setup) },
    { path: ".github/workflows/rollcall-apply.yml", text: applyWorkflow(setup) },
    { path: ".github/workflows/rollcall-scheduled.yml", text: scheduledWorkflow(setup) },
    { path: ".github/workflows/rollcall-request.yml", text: requestWorkflow() },
    { path: ".github/workflows/rollcall-check.yml", text: checkWorkflow(setup) },
    ...issueForms(),
  ].sort((a, b) => compareText(a.path, b.path));
