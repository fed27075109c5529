/** The only file that knows URLs and the shape of answers. One call of a function here is one request. */
import { z } from "zod";
import { FaultError, faultOfStatus, saysManagedElsewhere, type Io } from "../../src/connector/index.ts";

const membership = z.object({ accountId: z.string(), level: z.enum(["reader", "editor"]) });
const account = z.object({
  id: z.string(),
  login: z.string(),
  name: z.string(),
  email: z.string().nullable(),
  /** The workspace has proven that the domain of the address is its own. */
  emailVerified: z.boolean(),
  title: z.string().nullable(),
  department: z.string().nullable(),
  status: z.enum(["active", "suspended"]),
  admin: z.boolean(),
});
const accountInFull = account.extend({
  spaces: z.array(z.object({ groupId: z.string(), name: z.string(), level: z.enum(["reader", "editor"]) })),
});
const group = z.object({ id: z.string(), name: z.string(), description: z.string().nullable() });
const page = <T extends z.ZodType>(item: T) => z.object({ items: z.array(item), next: z.string().nullable() });

export type NativeAccount = z.infer<typeof account>;
export type NativeAccountInFull = z.infer<typeof accountInFull>;
export type NativeMembership = z.infer<typeof membership>;
export type NativeGroup = z.infer<typeof group>;

const shapes = {
  workspace: z.object({ id: z.string(), name: z.string(), credentialOf: z.string().nullable() }),
  accounts: page(account),
  found: z.object({ items: z.array(accountInFull) }),
  account: accountInFull,
  groups: page(group.extend({ members: page(membership) })),
  members: page(membership),
  group,
  nothing: z.unknown(),
};

interface Asked {
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly body?: unknown;
  /** Sent as Idempotency-Key. */
  readonly key?: string;
}

export interface Answered<T> {
  readonly status: number;
  readonly body: T;
  readonly request?: string;
}

export type Api = ReturnType<typeof openApi>;

/** The vendor's calls over the core's HTTP. Each throws FaultError for any answer but success. */
export function openApi(io: Io) {
  async function send<T>(shape: z.ZodType<T>, method: string, segments: readonly string[], asked: Asked = {}): Promise<Answered<T>> {
    const response = await io.fetch(pathOf(segments, asked.query), {
      method,
      headers: {
        accept: "application/json",
        ...(asked.body === undefined ? {} : { "content-type": "application/json" }),
        ...(asked.key === undefined ? {} : { "idempotency-key": asked.key }),
      },
      ...(asked.body === undefined ? {} : { body: JSON.stringify(asked.body) }),
    });
    const request = response.headers.get("x-request-id") ?? undefined;
    const what = `${method} /${segments.join("/")}`;
    const text = await response.text();
    const fault = faultOfStatus(response.status, `Memory answered ${response.status} to ${what}`);
    if (fault) {
      const retryAfter = Number(response.headers.get("retry-after") ?? "");
      throw new FaultError({
        ...fault,
        // The vendor's own text is not repeated: it may echo what was sent.
        message: `${fault.message}${codeOf(text)}`,
        ...(request ? { request } : {}),
        ...(fault.kind === "throttled" && retryAfter > 0 ? { retryAfter } : {}),
        ...(fault.kind === "forbidden" && saysManagedElsewhere(text) ? { managedElsewhere: true as const } : {}),
      });
    }
    const body = shape.safeParse(parseJson(text));
    if (!body.success) {
      // A read can be repeated; a write has most likely been carried out.
      throw new FaultError({
        kind: method === "GET" ? "transient" : "ambiguous",
        message: `Memory's answer to ${what} is not what its API describes`,
        status: response.status,
        ...(request ? { request } : {}),
      });
    }
    return { status: response.status, body: body.data, ...(request ? { request } : {}) };
  }

  return {
    workspace: () => send(shapes.workspace, "GET", ["workspace"]),
    accounts: (cursor: string | undefined) => send(shapes.accounts, "GET", ["accounts"], { query: { cursor } }),
    findAccounts: (by: "login" | "email", value: string) => send(shapes.found, "GET", ["accounts"], { query: { [by]: value } }),
    account: (id: string) => send(shapes.account, "GET", ["accounts", id]),
    createAccount: (body: object, key: string) => send(shapes.account, "POST", ["accounts"], { body, key }),
    changeAccount: (id: string, body: object) => send(shapes.account, "PATCH", ["accounts", id], { body }),
    deleteAccount: (id: string) => send(shapes.nothing, "DELETE", ["accounts", id]),
    endSessions: (id: string) => send(shapes.nothing, "POST", ["accounts", id, "sessions", "revoke"]),
    makeAdmin: (id: string) => send(shapes.nothing, "PUT", ["admins", id]),
    unmakeAdmin: (id: string) => send(shapes.nothing, "DELETE", ["admins", id]),
    groups: (cursor: string | undefined) => send(shapes.groups, "GET", ["groups"], { query: { cursor } }),
    members: (space: string, cursor: string | undefined) =>
      send(shapes.members, "GET", ["groups", space, "members"], { query: { cursor } }),
    setMember: (space: string, id: string, level: string) =>
      send(shapes.nothing, "PUT", ["groups", space, "members", id], { body: { level } }),
    removeMember: (space: string, id: string) => send(shapes.nothing, "DELETE", ["groups", space, "members", id]),
    createGroup: (body: object, key: string) => send(shapes.group, "POST", ["groups"], { body, key }),
    changeGroup: (id: string, body: object) => send(shapes.group, "PATCH", ["groups", id], { body }),
    deleteGroup: (id: string) => send(shapes.nothing, "DELETE", ["groups", id]),
  };
}

/** Ids come from state, which is input: none may walk up the path. */
function pathOf(segments: readonly string[], query: Asked["query"] = {}): string {
  if (segments.some((s) => s === "" || s === "." || s === "..")) {
    throw new FaultError({ kind: "invalid", message: "An id that is empty or dots cannot be asked for" });
  }
  const wanted = Object.entries(query).filter((pair): pair is [string, string] => pair[1] !== undefined);
  const path = `/${segments.map(encodeURIComponent).join("/")}`;
  return wanted.length === 0 ? path : `${path}?${new URLSearchParams(wanted).toString()}`;
}

const errorAnswer = z.object({ error: z.object({ code: z.string().regex(/^[a-z_]{1,40}$/) }) });

/** The machine-readable code of an error answer, for the message; anything but a short word is left out. */
function codeOf(text: string): string {
  const error = errorAnswer.safeParse(parseJson(text));
  return error.success ? ` (${error.data.error.code})` : "";
}

/** undefined for no text and for text that is not JSON: neither fits a shape that asks for something. */
function parseJson(text: string): unknown {
  if (text === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
