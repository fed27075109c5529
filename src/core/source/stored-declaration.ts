import type { App, EntitlementDeclaration } from "../model/app.ts";
import type { Origin } from "../model/origin.ts";
import type { AccountHint, GrantDeclaration, Person, Principal, RoleAssignment, Service } from "../model/person.ts";
import type { Declaration } from "./declaration.ts";
import { optional } from "./to-person.ts";

/**
 * A declaration as JSON, for a cache of our own: not a format for anybody else, and read back only by the very code that wrote it. Of people
 * there are thousands, so their places are pairs and their file is left out.
 */
export type StoredDeclaration =
  | readonly ["people", StoredPrincipal & Omit<Person, keyof Principal | "leave"> & { readonly leave?: StoredLeave }]
  | readonly ["services", StoredPrincipal & Omit<Service, keyof Principal>]
  | readonly ["apps", Omit<App, "entitlements"> & { readonly entitlements: readonly StoredEntitlement[] | null }]
  | readonly ["other", Declaration];

type StoredOrigin = readonly [line: number, column: number];
/** Of a role or a grant: name, line, column, until, reason. */
type StoredLine = readonly [string, number, number, string?, string?];
type StoredLeave = readonly [from: string, to: string | null, ...StoredOrigin];
type StoredAccount = readonly [app: string, line: number, column: number, login: string | null, id: string | null];

type StoredEntitlement = Omit<EntitlementDeclaration, "through"> & {
  readonly through?: readonly (readonly [level: string, carrier: string])[];
};

type StoredPrincipal = Omit<Principal, "roles" | "grants" | "accounts" | "origin"> & {
  readonly roles: readonly StoredLine[];
  readonly grants: readonly StoredLine[];
  readonly accounts: readonly StoredAccount[];
  readonly origin: StoredOrigin;
};

export function toStored(declaration: Declaration): StoredDeclaration {
  switch (declaration.kind) {
    case "people": {
      const { leave, ...person } = declaration.value;
      const away = leave && ([leave.from, leave.to ?? null, leave.origin.line, leave.origin.column] as const);
      return ["people", { ...person, ...principalToStored(declaration.value), ...optional("leave", away) }];
    }
    case "services":
      return ["services", { ...declaration.value, ...principalToStored(declaration.value) }];
    case "apps": {
      const { entitlements } = declaration.value;
      return ["apps", { ...declaration.value, entitlements: entitlements && [...entitlements.values()].map(entitlementToStored) }];
    }
    default:
      return ["other", declaration];
  }
}

/** `path` is that of the file the declaration was made from. */
export function fromStored(stored: StoredDeclaration, path: string): Declaration {
  switch (stored[0]) {
    case "people": {
      const { leave, ...person } = stored[1];
      const back = leave && {
        from: leave[0],
        ...(leave[1] === null ? {} : { to: leave[1] }),
        origin: { file: path, line: leave[2], column: leave[3] },
      };
      return { kind: "people", value: { ...person, ...principalFromStored(person, path), ...optional("leave", back) } };
    }
    case "services":
      return { kind: "services", value: { ...stored[1], ...principalFromStored(stored[1], path) } };
    case "apps": {
      const { entitlements } = stored[1];
      return { kind: "apps", value: { ...stored[1], entitlements: entitlements && new Map(entitlements.map(entitlementFromStored)) } };
    }
    case "other":
      return stored[1];
  }
}

const entitlementToStored = ({ through, ...rest }: EntitlementDeclaration): StoredEntitlement => ({
  ...rest,
  ...optional("through", through && [...through]),
});

const entitlementFromStored = ({ through, ...rest }: StoredEntitlement): [string, EntitlementDeclaration] => [
  rest.name,
  { ...rest, ...optional("through", through && new Map(through)) },
];

type Placed = "roles" | "grants" | "accounts" | "origin";

function principalToStored({ roles, grants, accounts, origin }: Pick<Principal, Placed>): Pick<StoredPrincipal, Placed> {
  return {
    roles: roles.map((r) => lineToStored(r.role, r)),
    grants: grants.map((g) => lineToStored(g.grant, g)),
    accounts: [...accounts].map(([app, hint]) => [app, hint.origin.line, hint.origin.column, hint.login ?? null, hint.id ?? null]),
    origin: [origin.line, origin.column],
  };
}

function principalFromStored({ roles, grants, accounts, origin }: Pick<StoredPrincipal, Placed>, file: string): Pick<Principal, Placed> {
  return {
    roles: roles.map((line): RoleAssignment => ({ role: line[0], ...lineFromStored(line, file) })),
    grants: grants.map((line): GrantDeclaration => ({ grant: line[0], ...lineFromStored(line, file) })),
    accounts: new Map(accounts.map(([app, line, column, login, id]) => [app, hintFromStored(login, id, { file, line, column })])),
    origin: { file, line: origin[0], column: origin[1] },
  };
}

function hintFromStored(login: string | null, id: string | null, origin: Origin): AccountHint {
  if (login !== null && id !== null) return { login, id, origin };
  return login !== null ? { login, origin } : id !== null ? { id, origin } : { origin };
}

interface Dated {
  readonly until?: string;
  readonly reason?: string;
  readonly origin: Origin;
}

function lineToStored(name: string, { until, reason, origin }: Dated): StoredLine {
  const { line, column } = origin;
  // A day is never empty: "" holds its place.
  return reason !== undefined
    ? [name, line, column, until ?? "", reason]
    : until !== undefined
      ? [name, line, column, until]
      : [name, line, column];
}

function lineFromStored([, line, column, until = "", reason]: StoredLine, file: string): Dated {
  const origin = { file, line, column };
  if (until === "" && reason === undefined) return { origin };
  return { ...(until === "" ? {} : { until }), ...optional("reason", reason), origin };
}
