import { Refusal } from "../../refusal.ts";
import { same } from "../../repository/permission.ts";
import type { Activity } from "../../repository/repository.ts";
import type { World } from "../../world.ts";
import { userById } from "../../world.ts";
import type { Route, Visit } from "../route.ts";
import { nodeId, simpleUser } from "../shape.ts";
import { listPath, theListed } from "./door.ts";

const days = { day: 1, week: 7, month: 30, quarter: 90, year: 365 } as const;

/** Pushes and merges, newest first, in pages that begin after a cursor. */
export const activityRoutes: readonly Route[] = [
  {
    method: "GET",
    path: "/repos/:owner/:repo/activity",
    answer: (v) => {
      const { world, r } = theListed(v);
      const { query } = v.exchange;
      const ref = query.get("ref");
      const actor = query.get("actor");
      const type = query.get("activity_type");
      const period = query.get("time_period");
      const since = period === null ? null : v.now.getTime() - days[period as keyof typeof days] * 86_400_000;
      if (Number.isNaN(since)) throw new Refusal(422, "Validation Failed");
      const rows = r.activity.filter(
        (a) =>
          (ref === null || a.ref === ref || a.ref === `refs/heads/${ref}`) &&
          (actor === null || same(userById(world, a.actor)?.login ?? "", actor)) &&
          (type === null || a.type === type) &&
          (since === null || Date.parse(a.at) >= since),
      );
      return cursored(v, query.get("direction") === "asc" ? rows : rows.toReversed(), listPath(r, "activity"), world);
    },
  },
];

const cursorOf = (a: Activity): string => Buffer.from(`activity:${a.id}`).toString("base64url");

function cursored(v: Visit, rows: readonly Activity[], path: string, world: World) {
  const { query } = v.exchange;
  const size = Math.min(100, Math.max(1, Number(query.get("per_page") ?? 30) || 30));
  const at = (name: string): number => rows.findIndex((a) => cursorOf(a) === query.get(name));
  const from = query.has("after") ? at("after") + 1 : query.has("before") ? Math.max(0, at("before") - size) : 0;
  if (query.has("after") && from === 0) throw new Refusal(422, "Validation Failed");
  const shown = rows.slice(from, from + size);
  const link = (name: string, a: Activity, relation: string): string => {
    const next = new URLSearchParams(query);
    next.delete("after");
    next.delete("before");
    next.set(name, cursorOf(a));
    return `<${v.origin}${path}?${next.toString()}>; rel="${relation}"`;
  };
  const links = [
    ...(from > 0 && shown[0] ? [link("before", shown[0], "prev")] : []),
    ...(from + size < rows.length ? [link("after", shown.at(-1)!, "next")] : []),
  ];
  return {
    status: 200,
    ...(links.length === 0 ? {} : { headers: { link: links.join(", ") } }),
    body: shown.map((a) => {
      const u = userById(world, a.actor);
      const actor = u ? simpleUser(u, v.origin) : null;
      return {
        id: a.id,
        node_id: nodeId("PSH", a.id),
        before: a.before,
        after: a.after,
        ref: a.ref,
        timestamp: a.at,
        activity_type: a.type,
        actor,
      };
    }),
  };
}
