import { randomUUID } from "node:crypto";
import { appendFile, open, stat } from "node:fs/promises";
import { z } from "zod";
import { type Context, UsageError } from "./command.ts";
import { serverUrlOf } from "./forge-address.ts";

/** The run of a workflow, as its surroundings tell it. Everything is null outside of CI. */
export interface CiEnvironment {
  /** push, pull_request_target, schedule … */
  readonly event: string | null;
  /** Number of the pull request that the event is about. What else the event says of it is as old as the event: the forge is asked. */
  readonly pull: number | null;
  /** Number of the issue that the event is about, where it is no pull request. */
  readonly issue: number | null;
  /** Of a push, or of a push to a pull request: the head before and after. null also where the branch was made, or removed. */
  readonly before: string | null;
  readonly after: string | null;
  readonly actor: string | null;
  readonly actorId: number | null;
  readonly ref: string | null;
  readonly sha: string | null;
  /** Where people see this run. */
  readonly runUrl: string | null;
  readonly summaryPath: string | null;
  readonly outputPath: string | null;
  /**
   * Adds Markdown to the summary of the job. What does not fit any more is left out as a whole, and the summary says so. False where there is
   * no summary to write to.
   */
  writeSummary(text: string): Promise<boolean>;
  /** Sets an output of the step, whatever text the value is. False where there is no step. */
  writeOutput(name: string, value: string): Promise<boolean>;
}

/** GitHub sends no event larger than this (GitHub docs "Webhook events and payloads", 2026-11). */
const largestEvent = 25 * 1024 * 1024;

const commitId = z.string().regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/);
const number = z.int().positive();
const payload = z.looseObject({
  pull_request: z.looseObject({ number }).optional(),
  issue: z.looseObject({ number, pull_request: z.looseObject({}).nullish() }).optional(),
  before: commitId.nullish(),
  after: commitId.nullish(),
});

/** Reads the variables of GitHub Actions and the event's file. Throws UsageError, exit 3, where one of them is not what it should be. */
export async function ciEnvironment(context: Pick<Context, "env">): Promise<CiEnvironment> {
  const { env } = context;
  const text = (name: string): string | null => ((env[name]?.trim() ?? "") === "" ? null : env[name]!.trim());
  const matching = (name: string, pattern: RegExp): string | null => {
    const value = text(name);
    if (value !== null && !pattern.test(value)) throw new UsageError(`${name} is not what a workflow run has there`, 3);
    return value;
  };
  const path = text("GITHUB_EVENT_PATH");
  const event = path === null ? {} : await readEvent(path);
  const issue = event.issue?.pull_request ? undefined : event.issue;
  const run = matching("GITHUB_RUN_ID", /^\d{1,19}$/);
  const attempt = matching("GITHUB_RUN_ATTEMPT", /^\d{1,9}$/);
  const repository = matching("GITHUB_REPOSITORY", /^[A-Za-z0-9-]+\/[A-Za-z0-9._-]+$/);
  const summaryPath = text("GITHUB_STEP_SUMMARY");
  const outputPath = text("GITHUB_OUTPUT");
  const id = matching("GITHUB_ACTOR_ID", /^\d{1,15}$/);
  return {
    event: matching("GITHUB_EVENT_NAME", /^[a-z_]{1,64}$/),
    pull: event.pull_request?.number ?? (event.issue?.pull_request ? event.issue.number : null),
    issue: issue?.number ?? null,
    before: someCommit(event.before),
    after: someCommit(event.after),
    actor: text("GITHUB_ACTOR"),
    actorId: id === null ? null : Number(id),
    ref: text("GITHUB_REF"),
    sha: matching("GITHUB_SHA", /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/),
    runUrl:
      run === null || repository === null
        ? null
        : `${serverUrlOf(context)}/${repository}/actions/runs/${run}${attempt === null ? "" : `/attempts/${attempt}`}`,
    summaryPath,
    outputPath,
    writeSummary: (markdown) => writeSummary(summaryPath, markdown),
    writeOutput: (name, value) => writeOutput(outputPath, name, value),
  };
}

/** Forty zeros stand for no commit. */
const someCommit = (id: string | null = null): string | null => (id === null || /^0+$/.test(id) ? null : id);

async function readEvent(path: string): Promise<z.infer<typeof payload>> {
  const bad = (why: string, cause?: unknown): UsageError =>
    Object.assign(new UsageError(`the event's file (GITHUB_EVENT_PATH) ${why}`, 3), cause === undefined ? {} : { cause });
  let text: string;
  try {
    const file = await open(path, "r");
    try {
      const facts = await file.stat();
      if (!facts.isFile()) throw bad("is no file");
      if (facts.size > largestEvent) throw bad(`is larger than ${largestEvent / 1024 / 1024} MiB`);
      text = await file.readFile("utf8");
    } finally {
      await file.close();
    }
  } catch (error) {
    throw error instanceof UsageError ? error : bad("cannot be read", error);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw bad("is not JSON", error);
  }
  const parsed = payload.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw bad(`is not an event as GitHub describes it: ${issue?.path.join(".") || "the whole"}: ${issue?.message ?? "unreadable"}`);
}

/** More than this GitHub shows of no step (GitHub docs "Workflow commands", 2026-11). */
const largestSummary = 1024 * 1024;

async function writeSummary(path: string | null, text: string): Promise<boolean> {
  if (path === null) return false;
  const added = `${text.trimEnd()}\n`;
  const size = Buffer.byteLength(added);
  const note = `\n_${size} bytes more do not fit into this summary and are left out._\n`;
  const fits = (await sizeOf(path)) + size + Buffer.byteLength(note) <= largestSummary;
  await appendFile(path, fits ? added : note);
  return true;
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return 0;
    throw error;
  }
}

/** The mark that ends the value is made anew each time, so that no value can know it and set an output of its own. */
async function writeOutput(path: string | null, name: string, value: string): Promise<boolean> {
  if (!/^[A-Za-z_][A-Za-z0-9_-]*$/.test(name)) throw new Error(`${JSON.stringify(name)} is no name of an output`);
  if (path === null) return false;
  const end = `end-${randomUUID()}`;
  await appendFile(path, `${name}<<${end}\n${value}\n${end}\n`);
  return true;
}
