/** The routes by which `rollcall sandbox` looks into a simulator and arranges it. They are ours, not the vendor's: all begin with `/_`. */
import { z } from "zod";
import type { PlantedFault, SeenRequest } from "../simulator.ts";
import type { PlantedBook } from "./planted.ts";

export interface AdminHooks {
  world(): unknown;
  /** Throws where the value is not a world. */
  load(world: unknown): void;
  /** JSON Schema of a world. */
  schema?(): unknown;
}

const plantedFault = z.strictObject({
  method: z.string().optional(),
  match: z.string().optional(),
  times: z.int().positive().optional(),
  skip: z.int().nonnegative().optional(),
  kind: z.union([
    z.strictObject({ answer: z.int().min(200).max(599), retryAfter: z.number().nonnegative().optional(), body: z.unknown().optional() }),
    z.enum(["lose-answer", "lose-request", "truncate", "throttle"]),
  ]),
});

interface Desk {
  readonly hooks: AdminHooks;
  readonly book: PlantedBook;
  readonly seen: readonly SeenRequest[];
  forget(): void;
}

interface AdminRequest {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
}

type AdminReply = { readonly status: number; readonly body?: unknown };

/** The reply to an admin request: 404 for a route that does not exist, 422 with the reason for a body that does not fit. */
export function answerAdmin(desk: Desk, request: AdminRequest): AdminReply {
  switch (`${request.method} ${request.path}`) {
    case "GET /_world":
      return { status: 200, body: desk.hooks.world() };
    case "PUT /_world":
      return attempt(() => desk.hooks.load(request.body));
    case "GET /_schema":
      return desk.hooks.schema ? { status: 200, body: desk.hooks.schema() } : { status: 404, body: { message: "No schema" } };
    case "GET /_faults":
      return { status: 200, body: desk.book.unfired() };
    case "POST /_faults":
      return attempt(() => desk.book.plant(plantedFault.parse(request.body) as PlantedFault));
    case "GET /_seen":
      return { status: 200, body: desk.seen };
    case "DELETE /_seen":
      return attempt(() => desk.forget());
    default:
      return { status: 404, body: { message: `No admin route ${request.method} ${request.path}` } };
  }
}

const messageOf = (error: unknown): string =>
  error instanceof z.ZodError ? z.prettifyError(error) : error instanceof Error ? error.message : String(error);

function attempt(act: () => void): AdminReply {
  try {
    act();
    return { status: 204 };
  } catch (error) {
    return { status: 422, body: { message: messageOf(error) } };
  }
}
