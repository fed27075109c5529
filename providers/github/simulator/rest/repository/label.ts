import { z } from "zod";
import { notFound, Refusal } from "../../refusal.ts";
import { same } from "../../repository/permission.ts";
import type { Repository } from "../../repository/repository.ts";
import type { Label, Thread } from "../../repository/thread.ts";
import { takeId } from "../../world.ts";
import type { Route, Visit } from "../route.ts";
import { bodyOf, empty, ok, page } from "../route.ts";
import { listPath, require, theListed, theRepository } from "./door.ts";
import { theThread } from "./issue.ts";
import { labelRow, labelRows } from "./issue-row.ts";
import { addLabels, labelled, labelOf, setLabels } from "./labelling.ts";
import { limited } from "./text.ts";

const color = z.string().regex(/^[0-9a-f]{6}$/i);
const made = z.object({ name: z.string().min(1), color: color.default("ededed"), description: z.string().nullish() });
const edited = z.object({ new_name: z.string().min(1).optional(), color: color.optional(), description: z.string().nullish() });
/** A list of names, or an object that has one. */
const names = z.union([
  z.array(labelled),
  z.object({ labels: z.array(labelled).default([]) }).transform((o) => o.labels),
  labelled.transform((l) => [l]),
]);

const path = "/repos/:owner/:repo/labels";
const onThread = "/repos/:owner/:repo/issues/:number/labels";

function theLabel(v: Visit, r: Repository): Label {
  const found = labelOf(r, v.param("name"));
  if (!found) throw notFound();
  return found;
}

function check(r: Repository, name: string | undefined, description: string | null | undefined, own?: Label): void {
  limited("Label", "name", name, 50);
  limited("Label", "description", description, 100);
  const twin = name === undefined ? undefined : labelOf(r, name);
  if (twin && twin !== own) throw new Refusal(422, "Validation Failed", [{ resource: "Label", code: "already_exists", field: "name" }]);
}

export const labelRoutes: readonly Route[] = [
  {
    method: "GET",
    path,
    answer: (v) => {
      const { r } = theListed(v);
      return page(v, r.labels, listPath(r, "labels"), (l) => labelRow(r, l, v.origin));
    },
  },
  {
    method: "POST",
    path,
    answer: (v) => {
      const r = theRepository(v);
      require(v, r, "write");
      const wish = bodyOf(v, "Label", made);
      check(r, wish.name, wish.description);
      const label: Label = {
        id: takeId(v.replica.live),
        name: wish.name,
        color: wish.color.toLowerCase(),
        description: wish.description ?? null,
      };
      r.labels.push(label);
      v.replica.committed();
      return ok(labelRow(r, label, v.origin), 201);
    },
  },
  {
    method: "GET",
    path: `${path}/:name`,
    answer: (v) => {
      const r = theRepository(v);
      return ok(labelRow(r, theLabel(v, r), v.origin));
    },
  },
  {
    method: "PATCH",
    path: `${path}/:name`,
    answer: (v) => {
      const r = theRepository(v);
      require(v, r, "write");
      const label = theLabel(v, r);
      const wish = bodyOf(v, "Label", edited);
      check(r, wish.new_name, wish.description, label);
      const old = label.name;
      Object.assign(label, {
        name: wish.new_name ?? label.name,
        color: (wish.color ?? label.color).toLowerCase(),
        description: wish.description === undefined ? label.description : wish.description,
      });
      for (const t of [...r.issues, ...r.pulls]) t.labels = t.labels.map((held) => (held === old ? label.name : held));
      v.replica.committed();
      return ok(labelRow(r, label, v.origin));
    },
  },
  {
    method: "DELETE",
    path: `${path}/:name`,
    answer: (v) => {
      const r = theRepository(v);
      require(v, r, "write");
      const label = theLabel(v, r);
      r.labels = r.labels.filter((l) => l !== label);
      for (const t of [...r.issues, ...r.pulls]) t.labels = t.labels.filter((held) => held !== label.name);
      v.replica.committed();
      return empty;
    },
  },
  {
    method: "GET",
    path: onThread,
    answer: (v) => {
      const { r } = theListed(v);
      const t = theThread(v, r);
      return page(v, labelRows(r, t, v.origin), listPath(r, `issues/${t.number}/labels`));
    },
  },
  { method: "POST", path: onThread, answer: (v) => change(v, (r, t) => addLabels(v.replica.live, r, t, bodyOf(v, "Label", names))) },
  { method: "PUT", path: onThread, answer: (v) => change(v, (r, t) => setLabels(v.replica.live, r, t, bodyOf(v, "Label", names))) },
  {
    method: "DELETE",
    path: onThread,
    answer: (v) => {
      change(v, (_, t) => void (t.labels = []));
      return empty;
    },
  },
  {
    method: "DELETE",
    path: `${onThread}/:name`,
    answer: (v) =>
      change(v, (_, t) => {
        const held = t.labels.find((name) => same(name, v.param("name")));
        if (held === undefined) throw new Refusal(404, "Label does not exist");
        t.labels = t.labels.filter((name) => name !== held);
      }),
  },
];

function change(v: Visit, act: (r: Repository, t: Thread) => void) {
  const r = theRepository(v);
  const t = theThread(v, r);
  require(v, r, "triage");
  act(r, t);
  v.replica.committed();
  return ok(labelRows(r, t, v.origin));
}
