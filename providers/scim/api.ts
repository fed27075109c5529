/** The only file that knows URLs. One call of a function here is one request. */
import { z } from "zod";
import { FaultError, type Io } from "../../src/connector/index.ts";
import { faultOfAnswer, requestOf } from "./fault.ts";
import { groupList, nativeGroup, type NativeGroup, type NativeList, nativeUser, type NativeUser, userList } from "./native.ts";
import type { Profile } from "./profile.ts";

export interface ListQuery {
  readonly startIndex?: number;
  /** "" asks for the first page of a server that pages by cursor. */
  readonly cursor?: string;
  readonly count?: number;
  readonly filter?: string;
}

export interface Answered<T> {
  readonly status: number;
  readonly body: T;
  /** The resource's version, as If-Match takes it. */
  readonly etag?: string;
  readonly request?: string;
}

const anything = z.unknown();
/** A PATCH may be answered with the resource or with nothing (RFC 7644 3.5.2). */
const maybeUser = nativeUser.optional().catch(undefined);
const maybeGroup = nativeGroup.optional().catch(undefined);

export type Api = ReturnType<typeof openApi>;
export type Resource = "Users" | "Groups";

/** The server's calls over the core's HTTP. Each throws FaultError for any answer but success. */
export function openApi(io: Io, profile: Pick<Profile, "contentType">) {
  async function send<T>(
    shape: z.ZodType<T>,
    method: string,
    path: string,
    sent: { body?: unknown; ifMatch?: string } = {},
  ): Promise<Answered<T>> {
    const response = await io.fetch(path, {
      method,
      headers: {
        accept: "application/scim+json, application/json;q=0.9",
        ...(sent.body === undefined ? {} : { "content-type": profile.contentType }),
        ...(sent.ifMatch === undefined ? {} : { "if-match": sent.ifMatch }),
      },
      ...(sent.body === undefined ? {} : { body: JSON.stringify(sent.body) }),
    });
    const text = await response.text();
    const type = (response.headers.get("content-type") ?? "").split(";")[0]!.trim().toLowerCase();
    const what = `${method} ${path.split("?")[0]!}`;
    const request = requestOf(response.headers);
    const parsed = parseJson(text);
    const fault = faultOfAnswer({ status: response.status, headers: response.headers, body: parsed }, what);
    if (fault) throw new FaultError(fault);
    const body = shape.safeParse(parsed);
    if (!body.success) {
      // A read can be repeated; a write has most likely been carried out.
      throw new FaultError({
        kind: method === "GET" ? "transient" : "ambiguous",
        message: `The SCIM server's answer to ${what} is not what RFC 7644 describes: ${flawOf(text, parsed, type, body.error)}`,
        status: response.status,
        ...(request === undefined ? {} : { request }),
      });
    }
    const etag = response.headers.get("etag") ?? versionOf(body.data);
    return {
      status: response.status,
      body: body.data,
      ...(etag === undefined ? {} : { etag }),
      ...(request === undefined ? {} : { request }),
    };
  }

  return {
    configuration: () => send(anything, "GET", "/ServiceProviderConfig"),
    /** Where SCIM 1.1 had it, and some servers still do. */
    oldConfiguration: () => send(anything, "GET", "/ServiceProviderConfigs"),
    resourceTypes: () => send(anything, "GET", "/ResourceTypes"),
    schemas: () => send(anything, "GET", "/Schemas"),
    users: (query: ListQuery): Promise<Answered<NativeList<NativeUser>>> => send(userList, "GET", listPath("Users", query)),
    /** A list as the server writes it, for what is about its spelling. */
    written: (resource: Resource, query: ListQuery): Promise<Answered<unknown>> => send(anything, "GET", listPath(resource, query)),
    groups: (query: ListQuery): Promise<Answered<NativeList<NativeGroup>>> => send(groupList, "GET", listPath("Groups", query)),
    user: (id: string): Promise<Answered<NativeUser>> => send(nativeUser, "GET", pathOf("Users", id)),
    group: (id: string): Promise<Answered<NativeGroup>> => send(nativeGroup, "GET", pathOf("Groups", id)),
    createUser: (body: object): Promise<Answered<NativeUser>> => send(nativeUser, "POST", "/Users", { body }),
    createGroup: (body: object): Promise<Answered<NativeGroup>> => send(nativeGroup, "POST", "/Groups", { body }),
    patchUser: (id: string, body: object, ifMatch?: string): Promise<Answered<NativeUser | undefined>> =>
      send(maybeUser, "PATCH", pathOf("Users", id), { body, ...(ifMatch === undefined ? {} : { ifMatch }) }),
    patchGroup: (id: string, body: object): Promise<Answered<NativeGroup | undefined>> =>
      send(maybeGroup, "PATCH", pathOf("Groups", id), { body }),
    putUser: (id: string, body: object, ifMatch?: string): Promise<Answered<NativeUser | undefined>> =>
      send(maybeUser, "PUT", pathOf("Users", id), { body, ...(ifMatch === undefined ? {} : { ifMatch }) }),
    putGroup: (id: string, body: object, ifMatch?: string): Promise<Answered<NativeGroup | undefined>> =>
      send(maybeGroup, "PUT", pathOf("Groups", id), { body, ...(ifMatch === undefined ? {} : { ifMatch }) }),
    remove: (resource: Resource, id: string): Promise<Answered<unknown>> => send(anything, "DELETE", pathOf(resource, id)),
  };
}

/** Ids come from state, which is input: none may walk up the path. */
function pathOf(resource: Resource, id: string): string {
  if (id === "" || id === "." || id === "..")
    throw new FaultError({ kind: "invalid", message: "An id that is empty or dots cannot be asked for" });
  return `/${resource}/${encodeURIComponent(id)}`;
}

function listPath(resource: Resource, query: ListQuery): string {
  const wanted = Object.entries(query).flatMap(([name, value]): [string, string][] => (value === undefined ? [] : [[name, String(value)]]));
  return `/${resource}?${new URLSearchParams(wanted).toString().replaceAll("+", "%20")}`;
}

/** Text in a filter (RFC 7644 3.4.2.2): a JSON string. */
export const quoted = (value: string): string => JSON.stringify(value);

/** What is wrong with an answer; never its own words, which may repeat what was sent. */
function flawOf(text: string, parsed: unknown, type: string, { issues }: z.ZodError): string {
  if (text === "") return "it is empty";
  if (type === "text/html") return `it is a web page; ${addressHint}`;
  if (parsed === undefined) return "it is not JSON";
  const path = issues[0]?.path.join(".") ?? "";
  return path === "" ? "it is no object of SCIM's" : `see ${path}`;
}

/** The commonest mistake about a server, where nothing or a page for people answers. */
export const addressHint = "is the address the one that /Users comes behind? Often it ends in /scim/v2";

function versionOf(body: unknown): string | undefined {
  const meta = typeof body === "object" && body !== null && "meta" in body ? body.meta : undefined;
  return typeof meta === "object" && meta !== null && "version" in meta && typeof meta.version === "string" ? meta.version : undefined;
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
