import type { App, EntitlementDeclaration, Provisioner } from "../../src/core/model/app.ts";
import { type Organization, usualPullRequests } from "../../src/core/model/organization.ts";
import type { Origin } from "../../src/core/model/origin.ts";
import type { AccountHint, GrantDeclaration, Person, Principal, RoleAssignment, Service } from "../../src/core/model/person.ts";
import type { AllowancePolicy, ApprovalPolicy, LimitsPolicy, Policy, ProtectedPolicy } from "../../src/core/model/policy.ts";
import type { Role } from "../../src/core/model/role.ts";

/** Short builders of checked organisations; only what a test is about has to be said. */

const at = (file: string, line = 1): Origin => ({ file, line, column: 1 });

export type GrantSketch = string | { readonly grant: string; readonly until?: string; readonly reason?: string };
export type RoleSketch = string | { readonly role: string; readonly until?: string; readonly reason?: string };

const grantsIn = (file: string, line: number, grants: readonly GrantSketch[]): GrantDeclaration[] =>
  grants.map((g, i) => ({ ...(typeof g === "string" ? { grant: g } : g), origin: at(file, line + i) }));

export interface PrincipalSketch {
  readonly name?: string;
  readonly email?: string;
  readonly grants?: readonly GrantSketch[];
  readonly roles?: readonly RoleSketch[];
  readonly accounts?: Readonly<Record<string, Omit<AccountHint, "origin">>>;
  readonly formerly?: readonly string[];
  readonly start?: string;
  readonly lastDay?: string;
  readonly timezone?: string;
}

function principal(key: string, file: string, s: PrincipalSketch): Principal {
  const { grants = [], roles = [], accounts = {}, formerly = [], name = key, ...rest } = s;
  return {
    ...rest,
    key,
    name,
    grants: grantsIn(file, 10, grants),
    roles: roles.map((r, i): RoleAssignment => ({ ...(typeof r === "string" ? { role: r } : r), origin: at(file, 30 + i) })),
    accounts: new Map(Object.entries(accounts).map(([of, hint]) => [of, { ...hint, origin: at(file, 40) }])),
    formerly,
    origin: at(file),
  };
}

export interface PersonSketch extends PrincipalSketch {
  readonly type?: Person["type"];
  readonly title?: string;
  readonly manager?: string;
  readonly department?: string;
  readonly leave?: { readonly from: string; readonly to?: string };
}

/** Grants stand on lines 10 and on, roles on 30 and on, leave on 50 of `identities/people/<key>.yaml`. */
export function person(key: string, { type = "employee", leave, ...s }: PersonSketch = {}): Person {
  const file = `identities/people/${key}.yaml`;
  return {
    ...s,
    ...principal(key, file, s),
    kind: "person",
    type,
    ...(leave ? { leave: { ...leave, origin: at(file, 50) } } : {}),
  };
}

export const service = (key: string, owner: string, s: PrincipalSketch = {}): Service => ({
  ...principal(key, `identities/services/${key}.yaml`, s),
  kind: "service",
  owner,
});

/** Grants stand on lines 10 and on of `identities/roles/<key>.yaml`, includes on 5, when on 3. */
export function role(key: string, s: { grants?: readonly GrantSketch[]; includes?: readonly string[]; when?: string } = {}): Role {
  const file = `identities/roles/${key}.yaml`;
  return {
    key,
    includes: (s.includes ?? []).map((r) => ({ role: r, origin: at(file, 5) })),
    ...(s.when === undefined ? {} : { when: { expression: s.when, origin: at(file, 3) } }),
    grants: grantsIn(file, 10, s.grants ?? []),
    owners: [],
    formerly: [],
    origin: at(file),
  };
}

export interface AppSketch extends Partial<Omit<App, "entitlements" | "leavers" | "provisionedBy">> {
  readonly provisionedBy?: string | Partial<Provisioner>;
  readonly leavers?: Partial<App["leavers"]>;
  readonly entitlements?: Readonly<Record<string, Partial<EntitlementDeclaration>>>;
}

/** The connector is named like the app unless it is said. */
export function app(name: string, { entitlements, leavers, provisionedBy = "rollcall", ...s }: AppSketch = {}): App {
  const file = `identities/apps/${name}.yaml`;
  return {
    key: name,
    connector: name,
    settings: {},
    credentials: { read: {}, write: {} },
    mode: "enforce",
    provisionedBy: {
      name: "rollcall",
      settles: 60,
      stops: "both",
      origin: at(file, 4),
      ...(typeof provisionedBy === "string" ? { name: provisionedBy } : provisionedBy),
    },
    after: [],
    owners: [],
    orphans: "report",
    formerly: [],
    origin: at(file),
    ...s,
    leavers: { deleteAfterDays: 30, ...leavers },
    entitlements:
      entitlements === undefined
        ? null
        : new Map(
            Object.entries(entitlements).map(([entitlement, e], i) => [
              entitlement,
              {
                name: entitlement,
                risk: "normal",
                approvers: [],
                manage: false,
                members: "shared",
                status: "present",
                formerly: [],
                origin: at(file, 10 + i),
                ...e,
              },
            ]),
          ),
  };
}

export const limits = (s: Partial<LimitsPolicy> = {}): LimitsPolicy => ({
  kind: "limits",
  name: "limits",
  origin: at("policies/limits.yaml"),
  ...s,
});

export const protect = (...accounts: readonly Omit<ProtectedPolicy["accounts"][number], "origin">[]): ProtectedPolicy => ({
  kind: "protected",
  name: "protected",
  accounts: accounts.map((a) => ({ ...a, origin: at("policies/protected.yaml", 5) })),
  origin: at("policies/protected.yaml"),
});

export const allow = (appKey: string, expect: AllowancePolicy["expect"], expires = "2026-06-15"): AllowancePolicy => ({
  kind: "allowance",
  name: "allow",
  app: appKey,
  expect,
  expires,
  because: "reorganisation",
  origin: at("policies/allow.yaml"),
});

/** Owners by path. */
export const approvals = (owners: Readonly<Record<string, readonly string[]>>, s: Partial<ApprovalPolicy> = {}): ApprovalPolicy => ({
  kind: "approval",
  name: "approval",
  owners: Object.entries(owners).map(([path, people], i) => ({ path, people, origin: at("policies/approval.yaml", 10 + i) })),
  approvals: 1,
  ownAccess: 2,
  adminGrants: 2,
  origin: at("policies/approval.yaml"),
  ...s,
});

export interface OrganizationSketch {
  readonly people?: readonly Person[];
  readonly services?: readonly Service[];
  readonly roles?: readonly Role[];
  /** vault and forge where absent. */
  readonly apps?: readonly App[];
  readonly policies?: readonly Policy[];
  readonly timezone?: string;
}

export function organization(s: OrganizationSketch = {}): Organization {
  const byKey = <T extends { readonly key: string }>(all: readonly T[]): Map<string, T> => new Map(all.map((x) => [x.key, x]));
  return {
    settings: {
      organization: "Acme",
      domains: ["acme.example"],
      timezone: s.timezone ?? "UTC",
      engine: "embedded",
      state: { kind: "folder", path: ".rollcall/state" },
      pullRequests: usualPullRequests,
      origin: at("rollcall.yaml"),
    },
    people: byKey(s.people ?? []),
    services: byKey(s.services ?? []),
    roles: byKey(s.roles ?? []),
    apps: byKey(s.apps ?? [app("vault"), app("forge")]),
    policies: s.policies ?? [],
    registers: new Map(),
  };
}
