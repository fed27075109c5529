import { createHash } from "node:crypto";
import { z } from "zod";
import { isKey } from "../../core/model/key.ts";
import type { AppState } from "../../core/model/state.ts";
import { decodeCheckpoint, type DecodedCheckpoint } from "../../core/state/decode.ts";
import { encodeCheckpoint, encodeResources } from "../../core/state/encode.ts";
import { renameApp } from "../../core/state/rename-app.ts";
import { StateError } from "./state-error.ts";
import type { StateFiles } from "./state-files.ts";

/** Pulumi's layout of a DIY backend in project mode (v3.259.0, 2026-08). */
const stacks = ".pulumi/stacks/rollcall";
const meta = ".pulumi/meta.yaml";
/** Path of an app's checkpoint below the state folder. */
export const checkpointPath = (app: string): string => `${stacks}/${app}.json`;

/** Keys of apps that have a checkpoint, compressed ones, which are refused, included. Sorted. */
export async function checkpointKeys(files: StateFiles): Promise<string[]> {
  const names = await files.list(stacks);
  const keys = names.flatMap((name) => [".json", ...packed.map((p) => `.json${p}`)].flatMap((suffix) => keyOf(name, suffix) ?? []));
  return [...new Set(keys)].sort();
}

const packed = [".gz", ".zst"];

/** The key in a file's name, or null where it is none of ours. */
export function keyOf(name: string, suffix: string): string | null {
  const key = name.endsWith(suffix) ? name.slice(0, -suffix.length) : "";
  return isKey(key) ? key : null;
}

/** Checks that a folder is a backend whose layout is known, or is not one yet. */
export async function checkBackend(files: StateFiles): Promise<void> {
  const text = (await files.read(meta))?.toString("utf8");
  if (text === undefined) {
    if ((await files.list(".pulumi/stacks")).some((name) => /\.json(?:\.gz|\.zst)?$/.test(name))) {
      throw new StateError(
        "refused",
        "the state folder is a Pulumi backend of the old layout without projects: run `pulumi state upgrade` on it, or choose another folder",
      );
    }
    return;
  }
  if (!/^version:[ \t]*1[ \t]*(?:#.*)?$/m.test(text)) {
    throw new StateError(
      "refused",
      `${meta} does not say version 1: this backend was made by another version of Pulumi, and rollcall does not know its layout`,
    );
  }
}

/** A checkpoint as it was read. */
export interface ReadCheckpoint extends DecodedCheckpoint {
  /** It still names the app by a key that it had before. */
  readonly renamed: boolean;
}

/**
 * A checkpoint, decoded and checked, or null where the app has none. `at`: the key under which its file lies; its text may name the app by any
 * key that it had. Throws StateError where it is refused.
 */
export async function readCheckpoint(
  files: StateFiles,
  app: string,
  formerly: readonly string[] = [],
  at: string = app,
): Promise<ReadCheckpoint | null> {
  const path = checkpointPath(at);
  const bytes = await files.read(path);
  if (bytes === null) {
    for (const suffix of packed) {
      if ((await files.read(`${path}${suffix}`)) !== null) {
        throw new StateError(
          "refused",
          `the state of ${app} is compressed (${path}${suffix}): unset PULUMI_DIY_BACKEND_GZIP, let pulumi write it once, and remove the compressed file`,
        );
      }
    }
    return null;
  }
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof TypeError)) throw error;
    throw new StateError("refused", `${path} is not JSON; the text before the last write is in ${path}.bak`, {
      cause: error,
    });
  }
  const named = formerly.find((key) => stackIn(json) === `organization/rollcall/${key}`) ?? app;
  const decoded = decodeCheckpoint(json, named);
  if (decoded.kind === "refused") {
    const [first, ...others] = decoded.problems;
    const more = others.length === 0 ? "" : ` (and ${others.length} more)`;
    throw new StateError(
      "refused",
      `the state of ${app} is refused: ${first!.summary}${more}; nothing is done with it. ${path}.bak holds the text before the last write`,
      {
        problems: decoded.problems,
      },
    );
  }
  const { manifest } = decoded;
  if (manifest && (manifest.magic !== "" || manifest.version !== "") && sha256(manifest.version) !== manifest.magic) {
    throw new StateError(
      "refused",
      `the state of ${app} is refused: the magic of its manifest does not belong to its version, so it was edited or damaged`,
    );
  }
  return { ...decoded, state: decoded.state && renameApp(decoded.state, app), renamed: named !== app };
}

/** What a file says it is about, before anything of it is believed. */
const stackIn = (json: unknown): unknown =>
  z.object({ checkpoint: z.object({ stack: z.string() }) }).safeParse(json).data?.checkpoint.stack;

/**
 * Writes a checkpoint, keeping the text before it as `.bak`, as Pulumi does. Where it would say what the file says already, nothing is
 * written: a run without changes leaves every byte as it is.
 */
export async function writeCheckpoint(
  files: StateFiles,
  state: AppState,
  now: () => Date,
  uuid: () => string,
  formerly: readonly string[] = [],
): Promise<"written" | "unchanged"> {
  const { app } = state;
  const previous = await readCheckpoint(files, app, formerly);
  const provider = previous?.provider ?? uuid();
  if (previous?.state && !previous.renamed && sameResources(previous.state, state, provider)) return "unchanged";
  refuseUndecodable(state, provider);
  await checkBackend(files);
  if ((await files.read(meta)) === null) await files.write(meta, ["version: 1\n"], `~${app}`);
  const old = await files.read(checkpointPath(app));
  if (old) await files.write(`${checkpointPath(app)}.bak`, [old.toString("utf8")]);
  await files.write(checkpointPath(app), encodeCheckpoint(state, { provider, time: now().toISOString() }));
  // Pulumi's blob library notes the checksum of what it wrote beside the file; of what we write it has none.
  await files.remove(`${checkpointPath(app)}.attrs`);
  return "written";
}

function sameResources(a: AppState, b: AppState, provider: string): boolean {
  if (a.accounts.size !== b.accounts.size || a.groups.size !== b.groups.size) return false;
  const [before, after] = [encodeResources(a, provider), encodeResources(b, provider)];
  return before.every((item, i) => JSON.stringify(item) === JSON.stringify(after[i]));
}

/** What the next run would refuse is not written: better this run says so, and the state before stays. */
function refuseUndecodable(state: AppState, provider: string): void {
  const stack = `organization/rollcall/${state.app}`;
  const latest = { manifest: { time: "", magic: "", version: "" }, resources: encodeResources(state, provider) };
  const check = decodeCheckpoint({ version: 3, checkpoint: { stack, latest } }, state.app);
  if (check.kind === "refused") {
    throw new StateError("refused", `the new state of ${state.app} is not written: ${check.problems[0]!.summary}`, {
      problems: check.problems,
    });
  }
}

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
