import { createHash } from "node:crypto";
import type { AppState } from "../../core/model/state.ts";
import { decodeCheckpoint, type DecodedCheckpoint } from "../../core/state/decode.ts";
import { encodeCheckpoint, encodeResources } from "../../core/state/encode.ts";
import { StateError } from "./state-error.ts";
import type { StateFiles } from "./state-files.ts";

/** Pulumi's layout of a DIY backend in project mode (v3.259.0, 2026-08). */
export const stacks = ".pulumi/stacks/rollcall";
const meta = ".pulumi/meta.yaml";
const fileOf = (app: string): string => `${stacks}/${app}.json`;

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

/** A checkpoint, decoded and checked, or null where the app has none. Throws StateError where it is refused. */
export async function readCheckpoint(files: StateFiles, app: string): Promise<DecodedCheckpoint | null> {
  const bytes = await files.read(fileOf(app));
  if (bytes === null) {
    for (const suffix of [".gz", ".zst"]) {
      if ((await files.read(`${fileOf(app)}${suffix}`)) !== null) {
        throw new StateError(
          "refused",
          `the state of ${app} is compressed (${fileOf(app)}${suffix}): unset PULUMI_DIY_BACKEND_GZIP, let pulumi write it once, and remove the compressed file`,
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
    throw new StateError("refused", `${fileOf(app)} is not JSON; the text before the last write is in ${fileOf(app)}.bak`, {
      cause: error,
    });
  }
  const decoded = decodeCheckpoint(json, app);
  if (decoded.kind === "refused") {
    const [first, ...others] = decoded.problems;
    const more = others.length === 0 ? "" : ` (and ${others.length} more)`;
    throw new StateError(
      "refused",
      `the state of ${app} is refused: ${first!.summary}${more}; nothing is done with it. ${fileOf(app)}.bak holds the text before the last write`,
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
  return decoded;
}

/**
 * Writes a checkpoint, keeping the text before it as `.bak`, as Pulumi does. Where it would say what the file says already, nothing is
 * written: a run without changes leaves every byte as it is.
 */
export async function writeCheckpoint(
  files: StateFiles,
  state: AppState,
  now: () => Date,
  uuid: () => string,
): Promise<"written" | "unchanged"> {
  const { app } = state;
  const previous = await readCheckpoint(files, app);
  const provider = previous?.provider ?? uuid();
  if (previous?.state && sameResources(previous.state, state, provider)) return "unchanged";
  refuseUndecodable(state, provider);
  await checkBackend(files);
  if ((await files.read(meta)) === null) await files.write(meta, ["version: 1\n"], `~${app}`);
  const old = await files.read(fileOf(app));
  if (old) await files.write(`${fileOf(app)}.bak`, [old.toString("utf8")]);
  await files.write(fileOf(app), encodeCheckpoint(state, { provider, time: now().toISOString() }));
  // Pulumi's blob library notes the checksum of what it wrote beside the file; of what we write it has none.
  await files.remove(`${fileOf(app)}.attrs`);
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
