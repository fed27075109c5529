import { z } from "zod";
import { stamp } from "../../field.ts";
import { notFound, Refusal } from "../../refusal.ts";
import { resolveCommit } from "../../repository/git.ts";
import type { Annotation, CheckRun } from "../../repository/note.ts";
import { conclusions } from "../../repository/note.ts";
import type { Repository } from "../../repository/repository.ts";
import { takeId } from "../../world.ts";
import type { Route, Visit } from "../route.ts";
import { bodyOf, ok, page } from "../route.ts";
import { annotationRow, checkRow } from "./check-row.ts";
import { theCommit } from "./commit.ts";
import { listPath, theListed, theRepository } from "./door.ts";

const text = z.string().max(65_535);
const output = z.object({
  title: z.string().optional(),
  summary: text,
  text: text.optional(),
  annotations: z
    .array(
      z.object({
        path: z.string(),
        start_line: z.int().positive(),
        end_line: z.int().positive(),
        start_column: z.int().optional(),
        end_column: z.int().optional(),
        annotation_level: z.enum(["notice", "warning", "failure"]),
        message: z.string().max(65_536),
        title: z.string().max(255).optional(),
        raw_details: z.string().max(65_536).optional(),
      }),
    )
    .max(50)
    .default([]),
});
const shared = {
  details_url: z.string().optional(),
  external_id: z.string().optional(),
  status: z.enum(["queued", "in_progress", "completed"]).optional(),
  conclusion: z.enum(conclusions).optional(),
  started_at: z.string().optional(),
  completed_at: z.string().optional(),
};
const made = z.object({ name: z.string().min(1), head_sha: z.string(), ...shared, output: output.required({ title: true }).optional() });
const edited = z.object({ name: z.string().min(1).optional(), ...shared, output: output.optional() });

const path = "/repos/:owner/:repo/check-runs";

export const checkRoutes: readonly Route[] = [
  { method: "POST", path, answer: (v) => make(v) },
  {
    method: "GET",
    path: `${path}/:id`,
    answer: (v) => {
      const r = theRepository(v);
      return ok(checkRow(v.replica.live, r, theCheck(v, r), v.origin));
    },
  },
  { method: "PATCH", path: `${path}/:id`, answer: (v) => edit(v) },
  {
    method: "GET",
    path: `${path}/:id/annotations`,
    answer: (v) => {
      const r = theRepository(v);
      const c = theCheck(v, r);
      return page(v, c.annotations, listPath(r, `check-runs/${c.id}/annotations`), (a) => annotationRow(r, c, a));
    },
  },
  {
    // The last of each name and app, unless all are asked for. At most 1,000.
    method: "GET",
    path: "/repos/:owner/:repo/commits/:ref+/check-runs",
    answer: (v) => {
      const { world, r } = theListed(v);
      const sha = theCommit(v, r);
      const { query } = v.exchange;
      const all = r.checkRuns.filter(
        (c) => c.sha === sha && (query.get("check_name") ?? c.name) === c.name && (query.get("status") ?? c.status) === c.status,
      );
      const later = (c: CheckRun): boolean => all.some((x) => x.id > c.id && x.name === c.name && x.app === c.app);
      const rows = (query.get("filter") === "all" ? all : all.filter((c) => !later(c))).toReversed().slice(0, 1000);
      const shown = page(v, rows, listPath(r, `commits/${sha}/check-runs`), (c) => checkRow(world, r, c, v.origin));
      return { ...shown, body: { total_count: rows.length, check_runs: shown.body } };
    },
  },
];

/** Checks are made by apps alone. */
function appOfViewer(v: Visit): string {
  if (v.viewer.app === undefined) throw new Refusal(403, "You must authenticate via a GitHub App.");
  return v.viewer.app;
}

function theCheck(v: Visit, r: Repository): CheckRun {
  const found = r.checkRuns.find((c) => String(c.id) === v.param("id"));
  if (!found) throw notFound();
  return found;
}

function make(v: Visit) {
  const r = theRepository(v);
  const app = appOfViewer(v);
  const wish = bodyOf(v, "CheckRun", made);
  const sha = /^[0-9a-f]{40}$/.test(wish.head_sha) ? resolveCommit(r.git, wish.head_sha) : null;
  if (sha === null) throw new Refusal(422, `No commit found for SHA: ${wish.head_sha}`);
  const run: CheckRun = {
    id: takeId(v.replica.live),
    name: wish.name,
    sha,
    app,
    status: "queued",
    conclusion: null,
    externalId: null,
    detailsUrl: null,
    title: null,
    summary: null,
    text: null,
    annotations: [],
    startedAt: stamp(v.now),
    completedAt: null,
  };
  change(run, wish, v.now);
  r.checkRuns.push(run);
  v.replica.committed();
  return ok(checkRow(v.replica.live, r, run, v.origin), 201);
}

function edit(v: Visit) {
  const r = theRepository(v);
  const app = appOfViewer(v);
  const run = theCheck(v, r);
  if (run.app !== app)
    throw new Refusal(403, "Invalid app_id `" + app + "` - check run can only be modified by the GitHub App that created it.");
  const wish = bodyOf(v, "CheckRun", edited);
  if (wish.name !== undefined) run.name = wish.name;
  change(run, wish, v.now);
  v.replica.committed();
  return ok(checkRow(v.replica.live, r, run, v.origin));
}

/** A conclusion completes; annotations are added to those that are there. */
function change(run: CheckRun, wish: z.infer<typeof edited>, now: Date): void {
  if (wish.status !== undefined) run.status = wish.status;
  if (wish.conclusion !== undefined) run.status = "completed";
  if (run.status === "completed" && (wish.conclusion ?? run.conclusion) === null)
    throw new Refusal(422, "Invalid request.\n\nMissing required parameter: conclusion.");
  run.conclusion = run.status === "completed" ? (wish.conclusion ?? run.conclusion) : null;
  run.completedAt = run.status === "completed" ? (wish.completed_at ?? stamp(now)) : null;
  run.startedAt = wish.started_at ?? run.startedAt;
  run.externalId = wish.external_id ?? run.externalId;
  run.detailsUrl = wish.details_url ?? run.detailsUrl;
  if (!wish.output) return;
  run.title = wish.output.title ?? run.title;
  run.summary = wish.output.summary;
  run.text = wish.output.text ?? run.text;
  run.annotations.push(
    ...wish.output.annotations.map((a): Annotation => ({
      path: a.path,
      startLine: a.start_line,
      endLine: a.end_line,
      startColumn: a.start_column ?? null,
      endColumn: a.end_column ?? null,
      level: a.annotation_level,
      message: a.message,
      title: a.title ?? null,
      details: a.raw_details ?? null,
    })),
  );
}
