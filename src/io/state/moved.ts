import { z } from "zod";
import { isKey } from "../../core/model/key.ts";
import { checkpointKeys, checkpointPath } from "./checkpoint-file.ts";
import { journalKeys, journalPath } from "./journal-file.ts";
import { StateError } from "./state-error.ts";
import type { StateFiles } from "./state-files.ts";

/** Where an app's files lie: under its own key, or under one that it had before. */
export interface Whereabouts {
  readonly checkpoint: string;
  readonly journal: string;
}

/** Left behind by a renamed app: a checkout that is older than the rename must not begin anew under the old key. */
const tombstone = (app: string): string => `.rollcall-moved/${app}.json`;
const tombstoneShape = z.strictObject({ version: z.literal(1), to: z.string().refine(isKey, "is no key") });

/**
 * Finds the files of an app that may have had other keys. Each file lies in one place at any moment, also when a run was killed while it moved
 * them: two places mean two states, and nobody but a person can tell which holds the accounts. Writes nothing.
 */
export async function whereabouts(files: StateFiles, app: string, formerly: readonly string[]): Promise<Whereabouts> {
  const to = await movedTo(files, app);
  if (to !== null && !formerly.includes(to)) {
    throw new StateError(
      "refused",
      `the state of ${app} was taken over by ${to}, which says formerly: [${app}]; these files are older than that rename: bring them up to date, or rename back with formerly: [${to}] in identities/apps/${app}.yaml`,
    );
  }
  if (formerly.length === 0) return { checkpoint: app, journal: app };
  const keys = [app, ...formerly];
  const checkpoints = (await checkpointKeys(files)).filter((key) => keys.includes(key));
  const journals = (await journalKeys(files)).filter((key) => keys.includes(key));
  const [checkpoint = app, second] = checkpoints;
  const [journal = app, another] = journals;
  // The journal moves first: one that stays behind a moved checkpoint is another's.
  const strayed = checkpoints.length === 1 && journals.length === 1 && checkpoint !== journal && journal !== app;
  if (second === undefined && another === undefined && !strayed) return { checkpoint, journal };
  const both = [...new Set([...checkpoints, ...journals])].sort();
  const wrong = both.map((key) => `${checkpointPath(key)} and ${journalPath(key)}`).join("; or ");
  throw new StateError(
    "refused",
    `there is state under several keys of ${app} (${both.join(", ")}), and only one can hold its accounts: look at the files, and move those of the other out of the state folder (${wrong}); then run again`,
  );
}

/**
 * Moves files under the app's present key, each atomically: killed at any point, the next run finds every file in one place or the other and
 * goes on. To be called under the locks of both keys.
 */
export async function moveHere(files: StateFiles, app: string, from: Whereabouts): Promise<void> {
  const former = [...new Set([from.journal, from.checkpoint])].filter((key) => key !== app);
  for (const key of former) await files.write(tombstone(key), [`${JSON.stringify({ version: 1, to: app })}\n`]);
  await files.remove(tombstone(app));
  if (from.journal !== app) await files.move(journalPath(from.journal), journalPath(app));
  if (from.checkpoint === app) return;
  await files.move(`${checkpointPath(from.checkpoint)}.bak`, `${checkpointPath(app)}.bak`);
  await files.remove(`${checkpointPath(from.checkpoint)}.attrs`);
  await files.move(checkpointPath(from.checkpoint), checkpointPath(app));
}

async function movedTo(files: StateFiles, app: string): Promise<string | null> {
  const text = (await files.read(tombstone(app)))?.toString("utf8");
  if (text === undefined) return null;
  let json: unknown = null;
  try {
    json = JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  const parsed = tombstoneShape.safeParse(json);
  if (parsed.success) return parsed.data.to;
  throw new StateError(
    "refused",
    `${tombstone(app)} does not say where the state of ${app} went; it is damaged: put it right, or remove it`,
  );
}
