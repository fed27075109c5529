import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import type { Graph } from "../../../core/graph/graph.ts";
import { project, typeToken, urn } from "../../../core/state/layout.ts";

/** What Pulumi did, or would do, to each resource, from the events of one operation. The last word on a resource counts. */
export class Steps {
  /** By URN: same, create, update, delete, or whatever else Pulumi thought of. Refreshes are not steps. */
  readonly ops = new Map<string, string>();
  /** By URN: why it failed, in the provider's words. */
  readonly failures = new Map<string, string>();
  /** URNs whose step came to an end. */
  readonly settled = new Set<string>();
  private readonly general: string[] = [];

  /** What went wrong that is no resource's: the program, a plugin that does not start. null where nothing did. */
  get trouble(): string | null {
    return this.general.length === 0 ? null : this.general.join("; ");
  }

  static allNew(graph: Graph): Steps {
    const steps = new Steps();
    for (const { kind, name } of graph.resources) steps.ops.set(urn(graph.app, typeToken(graph.connector, kind), name), "create");
    return steps;
  }

  /** Takes one event in; answers with the resource that it ends the step of. */
  take(event: EngineEvent): { readonly urn: string; readonly failed: boolean } | null {
    const { resourcePreEvent: begun, resOutputsEvent: ended, resOpFailedEvent: failed, diagnosticEvent: said } = event;
    if (begun && ours(begun.metadata.urn) && begun.metadata.op !== "refresh") this.ops.set(begun.metadata.urn, begun.metadata.op);
    if (said?.severity === "error") {
      const text = plain(said.message);
      if (said.urn !== undefined && ours(said.urn)) this.failures.set(said.urn, joined(this.failures.get(said.urn), text));
      else if (text !== "" && !aftermath.test(text)) this.general.push(text);
    }
    if (ended && ours(ended.metadata.urn) && ended.metadata.op !== "refresh") {
      this.settled.add(ended.metadata.urn);
      return { urn: ended.metadata.urn, failed: false };
    }
    if (failed && ours(failed.metadata.urn)) {
      if (!this.failures.has(failed.metadata.urn)) this.failures.set(failed.metadata.urn, "");
      this.settled.add(failed.metadata.urn);
      return { urn: failed.metadata.urn, failed: true };
    }
    return null;
  }
}

/** Resources of ours: not the root stack, not the provider. */
const ours = (resource: string): boolean => resource.includes(`::${project}::pulumi-nodejs:dynamic/${project}/`);

/** Pulumi's closing words after failures that were told already. */
const aftermath = /^(?:update failed|preview failed|resource registration failed|\d+ errors? occurred)/i;

const joined = (before: string | undefined, text: string): string => (before === undefined || before === "" ? text : `${before}; ${text}`);

/** Without colours and the trailing line feed. */
const plain = (text: string): string =>
  text
    .replaceAll(/<\{%[^%]*%\}>/g, "")
    .replaceAll(/\u001b\[[0-9;]*m/g, "")
    .trim();
