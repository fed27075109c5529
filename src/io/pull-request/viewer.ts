import { z } from "zod";
import type { Actor } from "../../core/forge/forge.ts";
import type { Api } from "./api.ts";

const shape = z.object({
  viewer: z.looseObject({ login: z.string().min(1), databaseId: z.int().nonnegative(), type: z.string() }),
});

/**
 * Whose token this is. `GET /user` refuses apps' tokens, a workflow's own among them (403 "Resource not accessible by integration"); GraphQL
 * answers all: an app as `slug[bot]` with the number that stands as `user.id` in its comments (fullsend-ai/fullsend #1953, 2026-06). The
 * type of `viewer` is User for apps as well: the brackets, which no login of a person can have, tell them apart.
 */
export async function readViewer(api: Api): Promise<Actor> {
  const { viewer } = await api.query("query { viewer { login databaseId type: __typename } }", shape);
  const bot = viewer.type === "Bot" || viewer.login.endsWith("[bot]");
  return { id: viewer.databaseId, login: viewer.login, kind: bot ? "bot" : viewer.type === "User" ? "user" : "other" };
}
