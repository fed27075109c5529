import { randomUUID } from "node:crypto";
import { relative, resolve, dirname } from "node:path";
import type { HandOver } from "../../core/state/hand-over.ts";
import { StateError } from "../../io/state/state-error.ts";
import { notedWrites, type NotedWrites } from "../../io/state/note-writes.ts";
import { stateFolder } from "../backend.ts";
import type { Context } from "../command.ts";
import type { Repository } from "../repository.ts";
import type { Told } from "./run-folder.ts";

/** The journal beside the state folder: what this machine wrote lately, whatever backend the stack itself is in. */
export function ownWrites(context: Context, repository: Repository): NotedWrites {
  const root = resolve(stateFolder(context, repository));
  return notedWrites(/^\.\.(?:$|[/\\])/.test(relative(context.dir, root)) ? dirname(root) : context.dir, root);
}

/** Notes what the providers of a run told, under the lock of that run. */
export async function noteTold(context: Context, repository: Repository, handOver: HandOver, told: Told): Promise<void> {
  const { app, day } = handOver;
  const operations = new Map(handOver.operations.map((o) => [o.id, o]));
  const ended = told.outcomes.flatMap((outcome) => {
    const operation = operations.get(outcome.id);
    return operation ? [{ operation, outcome }] : [];
  });
  const manifest = repository.manifests.get(repository.organization.apps.get(app)!.connector)!;
  try {
    await ownWrites(context, repository).note(app, manifest, { run: randomUUID(), day, now: context.now }, ended);
  } catch (error) {
    // What was done is in the stack's state; without the note a list that lags may show it as drift once.
    if (!(error instanceof StateError)) throw error;
    context.err(`${app}: what was written could not be noted: ${error.message}\n`);
  }
}
