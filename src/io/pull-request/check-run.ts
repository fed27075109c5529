import { z } from "zod";
import { FaultError } from "../../connector/fault.ts";
import type { Annotation, Check } from "../../core/forge/forge.ts";
import { isAmbiguous } from "./api.ts";
import type { Room } from "./room.ts";

/** Annotations of one request (GitHub docs "Update a check run", 2026-11). Each request adds to those that are there; none can be taken away. */
const batch = 50;
/** Characters of an annotation's title and message; GitHub refuses longer ones (same page: 255 characters, 64 KB). */
const longest = { title: 255, message: 16_000 };
/** Tells our checks from those that the same app makes of a workflow's jobs, which have an id of the app's own. */
const mark = "rollcall";
const mostLooks = 4;

const run = z.looseObject({
  id: z.int().nonnegative(),
  name: z.string(),
  external_id: z.string().nullable(),
  status: z.string(),
  conclusion: z.string().nullable(),
  app: z.looseObject({ slug: z.string().optional() }).nullable(),
  output: z.looseObject({ title: z.string().nullable(), summary: z.string().nullable(), annotations_count: z.int().nonnegative() }),
});
type Run = z.infer<typeof run>;

const runs = z.looseObject({ check_runs: z.array(run) }).transform((answer) => answer.check_runs);

/** An annotation in GitHub's words. */
const note = z
  .looseObject({
    path: z.string(),
    start_line: z.int(),
    annotation_level: z.string().nullable(),
    title: z.string().nullable(),
    message: z.string().nullable(),
  })
  .transform((n) => ({
    path: n.path,
    start_line: n.start_line,
    annotation_level: n.annotation_level,
    title: n.title ?? "",
    message: n.message ?? "",
  }));
type Note = z.infer<typeof note>;

/**
 * The check of that name on that commit. What is there is brought up to date; one with annotations that are no longer wanted is superseded by a
 * new one of the same name. Throws FaultError `forbidden` where the token may not write checks: only an app's may.
 */
export async function writeCheck(room: Room, check: Check): Promise<void> {
  try {
    for (let look = 1; ; look++) {
      try {
        return await bring(room, check);
      } catch (error) {
        if (!isAmbiguous(error) || look >= mostLooks) throw error;
      }
    }
  } catch (error) {
    if (!(error instanceof FaultError) || error.fault.kind !== "forbidden") throw error;
    const message = `This token may not write checks (an app's token with checks: write is needed, such as a workflow's own): ${error.message}`;
    throw new FaultError({ ...error.fault, message }, { cause: error });
  }
}

async function bring(room: Room, check: Check): Promise<void> {
  const wanted = check.annotations.map(toNote);
  const found = await newest(room, check);
  const missing = found === null ? wanted : without(wanted, await notesOf(room, found));
  // null: it has some that are not wanted.
  if (found !== null && missing?.length === 0 && isUpToDate(found, check)) return;
  let rest = missing ?? wanted;
  const send = (id: number | null) => sendRun(room, check, id, rest.slice(0, batch));
  const { id } = await send(found === null || missing === null ? null : found.id);
  for (rest = rest.slice(batch); rest.length > 0; rest = rest.slice(batch)) await send(id);
}

/** The newest of ours. Another app's of the same name is another check, which only that app may change. */
async function newest(room: Room, check: Check): Promise<Run | null> {
  const { api, at } = room;
  const slug = (await room.viewer()).login.replace(/\[bot\]$/, "");
  const route = "GET /repos/{owner}/{repo}/commits/{ref}/check-runs";
  const all = await api.pages(route, { ...at, ref: check.sha, check_name: check.name, filter: "all" }, runs);
  const own = all.filter((r) => r.name === check.name && r.external_id === mark && r.app?.slug === slug);
  return own.reduce<Run | null>((a, b) => (a === null || b.id > a.id ? b : a), null);
}

const isUpToDate = (there: Run, check: Check): boolean =>
  there.status === "completed" &&
  there.conclusion === check.conclusion &&
  there.output.title === check.title &&
  (there.output.summary ?? "").trimEnd() === check.summary.trimEnd();

async function notesOf({ api, at }: Room, there: Run): Promise<Note[]> {
  if (there.output.annotations_count === 0) return [];
  const route = "GET /repos/{owner}/{repo}/check-runs/{check_run_id}/annotations";
  return api.pages(route, { ...at, check_run_id: there.id }, z.array(note));
}

/** Those of `wanted` that are not there yet, in their order; null where others are there as well. */
function without(wanted: readonly Note[], there: readonly Note[]): Note[] | null {
  const left = new Map<string, number>();
  for (const n of there) left.set(keyOf(n), (left.get(keyOf(n)) ?? 0) + 1);
  const missing = wanted.filter((n) => {
    const count = left.get(keyOf(n)) ?? 0;
    if (count > 0) left.set(keyOf(n), count - 1);
    return count === 0;
  });
  return [...left.values()].some((count) => count > 0) ? null : missing;
}

const keyOf = (n: Note): string => JSON.stringify([n.path, n.start_line, n.annotation_level, n.title, n.message]);

async function sendRun({ api, at }: Room, check: Check, id: number | null, annotations: readonly Note[]): Promise<Run> {
  const parameters = {
    ...at,
    name: check.name,
    external_id: mark,
    status: "completed",
    conclusion: check.conclusion,
    output: { title: check.title, summary: check.summary, annotations: annotations.map((n) => ({ ...n, end_line: n.start_line })) },
  };
  const { data } =
    id === null
      ? await api.get("POST /repos/{owner}/{repo}/check-runs", { ...parameters, head_sha: check.sha }, run)
      : await api.get("PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}", { ...parameters, check_run_id: id }, run);
  return data;
}

const toNote = ({ path, line, level, title, message }: Annotation): Note => ({
  path,
  start_line: line,
  annotation_level: level,
  title: cut(title, longest.title),
  message: cut(message, longest.message),
});

const cut = (text: string, length: number): string =>
  text.length <= length ? text : `${text.slice(0, length - 1).replace(/[\ud800-\udbff]$/, "")}…`;
