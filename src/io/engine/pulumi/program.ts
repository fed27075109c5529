import * as pulumi from "@pulumi/pulumi";
import { keepPositionsOut } from "./no-positions.cjs";
import type { Graph, GraphResource, Stage } from "../../../core/graph/graph.ts";
import { providerKey, providerText, typeToken } from "../../../core/state/layout.ts";

/** What the engine says of the run that a program is part of. */
export interface StackFacts {
  readonly project: string;
  readonly stack: string;
  /** As the CLI takes it: organisation, project, stack. */
  readonly fullName: string;
  readonly dryRun: boolean;
  /** Address of the engine, which the providers of this run are told as well. */
  readonly engine: string;
}

export function stackFacts(): StackFacts {
  const [project, stack] = [pulumi.getProject(), pulumi.getStack()];
  // Every gRPC client has a channel; the SDK's type does not say so.
  const engine = pulumi.runtime.getEngine() as { getChannel(): { getTarget(): string } } | undefined;
  return {
    project,
    stack,
    fullName: `${pulumi.getOrganization()}/${project}/${stack}`,
    dryRun: pulumi.runtime.isDryRun(),
    engine: (engine?.getChannel().getTarget() ?? "").replace(/^dns:/, ""),
  };
}

/**
 * One resource of the graph. Its class and its type say connector and kind; its provider is a constant text, so that nothing of rollcall is
 * ever serialized into state.
 */
class Managed extends pulumi.CustomResource {
  constructor(connector: string, { kind, name, inputs }: GraphResource) {
    super(typeToken(connector, kind), name, { ...inputs, [providerKey]: providerText(connector, kind) });
  }
}

export interface Registration {
  /** Resolves when gains may begin: other apps whose accounts have to exist first are done with theirs. */
  readonly gainsMayStart: Promise<void>;
}

/**
 * Registers a graph, stage by stage: the next stage begins when everything of the one before has settled, whatever became of it (law 5). No
 * resource depends on another, so one that fails stops nothing. Resolves when all have settled; the engine has the failures.
 */
export async function register(graph: Graph, { gainsMayStart }: Registration): Promise<void> {
  keepPositionsOut();
  const stage = async (name: Stage): Promise<void> => {
    const resources = graph.resources.filter((r) => r.stage === name).map((r) => new Managed(graph.connector, r));
    await Promise.allSettled(resources.map(settled));
  };
  await stage("losses");
  await gainsMayStart;
  await stage("rest");
  await stage("deleteGroups");
}

interface Inside {
  promise(): Promise<unknown>;
  isKnown: Promise<unknown>;
  isSecret: Promise<unknown>;
  allResources?(): Promise<unknown>;
}

/**
 * Resolves when a resource has settled. Every promise inside its outputs rejects where its registration failed; one that nobody catches makes
 * the whole program fail, and with it every other program of the process (@pulumi/pulumi 3.265, held by a test).
 */
function settled(resource: pulumi.CustomResource): Promise<unknown> {
  const outputs = Object.values(resource).filter((value) => pulumi.Output.isInstance(value)) as unknown as Inside[];
  const inside = outputs.flatMap((o) => [o.promise(), o.isKnown, o.isSecret, ...(o.allResources ? [o.allResources()] : [])]);
  return Promise.allSettled(inside);
}

/** Shown by Pulumi under the stack: a line of the plan, a reason. */
export const say = {
  info: (text: string): void => void pulumi.log.info(text),
  warn: (text: string): void => void pulumi.log.warn(text),
};

/** Ends the program with reasons and without a stack trace. */
export const refusal = (reasons: string): Error => new pulumi.RunError(reasons);
