import { compareText, type Diagnostic } from "../../diagnostic.ts";
import type { App } from "../../model/app.ts";

/** An environment variable of a step, and the secret or variable of the environment at GitHub that it is filled from. */
export interface Binding {
  readonly variable: string;
  readonly from: "secrets" | "vars";
  readonly name: string;
}

export interface Bindings {
  /** To look: what `credentials.read` names. */
  readonly read: readonly Binding[];
  /** To act: both purposes, since every run looks first. */
  readonly write: readonly Binding[];
  readonly problems: readonly Diagnostic[];
}

/**
 * What of the environment the apps need, by the names in their files. Secrets of Actions must not begin with GITHUB_
 * (docs.github.com, "Secrets reference", 2026-11): such a one is called ROLLCALL_… there, and the step gets it under the name that the file says.
 */
export function bindingsOf(apps: Iterable<App>): Bindings {
  const problems: Diagnostic[] = [];
  const read = new Map<string, Binding>();
  const write = new Map<string, Binding>();
  for (const app of [...apps].sort((a, b) => compareText(a.key, b.key))) {
    for (const [purpose, sources] of [["read", app.credentials.read] as const, ["write", app.credentials.write] as const]) {
      for (const source of Object.values(sources)) {
        const named = source.slice(source.indexOf(":") + 1);
        const variable = source.startsWith("env:") ? named : `ROLLCALL_SECRET_COMMAND_${named}`;
        const problem = variableProblem(app, variable);
        if (problem) problems.push(problem);
        const binding: Binding = { variable, from: "secrets", name: secretName(variable) };
        if (purpose === "read") read.set(variable, binding);
        write.set(variable, binding);
      }
    }
  }
  const taken = Map.groupBy(write.values(), (b) => b.name);
  for (const [name, all] of taken) {
    if (all.length > 1)
      problems.push(
        problemOf(
          `${all.map((b) => b.variable).join(" and ")} would both be filled from the secret ${name}.`,
          "Rename one of them in the app's file.",
        ),
      );
  }
  return { read: sorted(read), write: sorted(write), problems };
}

/** The scheduled run locks with it what it saw, and a preview of the kind `snapshot` unlocks it. */
export const snapshotKey = "ROLLCALL_SNAPSHOT_KEY";

/** By which an operator says where an app is that has no address of its own; a variable, not a secret. */
export const endpointBinding = (variable: string): Binding => ({ variable, from: "vars", name: variable });

const secretName = (variable: string): string => (variable.startsWith("GITHUB_") ? `ROLLCALL_${variable}` : variable);

const sorted = (bindings: ReadonlyMap<string, Binding>): Binding[] =>
  [...bindings.values()].sort((a, b) => compareText(a.variable, b.variable));

/** Variables that mean something to the runner, to Node, to Git or to rollcall itself. */
const meaningful =
  /^(?:PATH|HOME|SHELL|CI|TMPDIR|LD_.*|NODE_.*|NPM_.*|GIT_.*|ACTIONS_.*|RUNNER_.*|GH_TOKEN|GITHUB_(?:ACTION|ACTIONS|ACTOR|API|BASE|ENV|EVENT|GRAPHQL|HEAD|JOB|OUTPUT|PATH|REF|REPOSITORY|RETENTION|RUN|SERVER|SHA|STATE|STEP|TOKEN|TRIGGERING|WORKFLOW|WORKSPACE)(?:_.*)?)$/;

function variableProblem({ origin }: App, variable: string): Diagnostic | null {
  if (!meaningful.test(variable)) return null;
  return problemOf(
    `${variable} means something else in a workflow, so that a credential cannot come from it there.`,
    "Give the variable in the app's file another name, such as one that begins with the app's key.",
    origin.file,
    origin.line,
  );
}

const problemOf = (summary: string, fix: string, file?: string, line = 1): Diagnostic => ({
  code: "CI_VARIABLE",
  severity: "error",
  summary,
  fix,
  where: file === undefined ? [] : [{ file, line, column: 1 }],
});
