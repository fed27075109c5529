import type { z } from "zod";
import type { Origin } from "../model/origin.ts";
import type { AccountHint, GrantDeclaration, Person, Principal, RoleAssignment, Service } from "../model/person.ts";
import type { grantDeclaration, personFile, roleAssignment, serviceFile } from "../model/person.schema.ts";
import type { Source } from "./parse.ts";

/** The origin of a part of a file. */
export function originOf(source: Source, path: readonly (string | number)[], key = false): Origin {
  const { file, line, column } = source.locate(path, { key });
  return { file, line, column };
}

export function toPerson(key: string, file: z.infer<typeof personFile>, source: Source): Person {
  return {
    kind: "person",
    ...toPrincipal(key, file, source),
    type: file.type ?? "employee",
    ...optional("title", file.title),
    ...optional("manager", file.manager),
    ...optional("department", file.department),
    ...optional("location", file.location),
    ...(file.leave
      ? { leave: { from: file.leave.from, ...optional("to", file.leave.to), origin: originOf(source, ["leave"], true) } }
      : {}),
  };
}

export function toService(key: string, file: z.infer<typeof serviceFile>, source: Source): Service {
  return { kind: "service", ...toPrincipal(key, file, source), owner: file.owner, ...optional("description", file.description) };
}

type PrincipalFile = Omit<z.infer<typeof serviceFile>, "owner" | "description">;

function toPrincipal(key: string, file: PrincipalFile, source: Source): Principal {
  const accounts = new Map<string, AccountHint>();
  for (const [app, hint] of Object.entries(file.accounts ?? {}).sort(([a], [b]) => (a < b ? -1 : 1))) {
    const origin = originOf(source, ["accounts", app], true);
    if (typeof hint === "string") accounts.set(app, { login: hint, origin });
    else accounts.set(app, { ...optional("login", hint.login), ...(hint.id === undefined ? {} : { id: String(hint.id) }), origin });
  }
  return {
    key,
    name: file.name,
    ...optional("email", file.email),
    roles: (file.roles ?? []).map((r, i) => toRoleAssignment(r, originOf(source, ["roles", i]))),
    grants: (file.grants ?? []).map((g, i) => toGrant(g, originOf(source, ["grants", i]))),
    accounts,
    formerly: toFormerly(file.formerly),
    ...optional("lastDay", file["last-day"]),
    ...optional("start", file.start),
    ...optional("timezone", file.timezone),
    origin: originOf(source, []),
  };
}

function toRoleAssignment(written: z.infer<typeof roleAssignment>, origin: Origin): RoleAssignment {
  if (typeof written === "string") return { role: written, origin };
  return { role: written.role, ...optional("until", written.until), ...optional("reason", written.reason), origin };
}

export function toGrant(written: z.infer<typeof grantDeclaration>, origin: Origin): GrantDeclaration {
  if (typeof written === "string") return { grant: written, origin };
  return { grant: written.grant, ...optional("until", written.until), ...optional("reason", written.reason), origin };
}

export const toFormerly = (written: string | readonly string[] | undefined): readonly string[] =>
  written === undefined ? [] : typeof written === "string" ? [written] : written;

/** A property that is left out, rather than undefined, where there is no value. */
export function optional<K extends string, V>(name: K, value: V | undefined): { readonly [P in K]?: V } {
  return value === undefined ? {} : ({ [name]: value } as { readonly [P in K]?: V });
}
