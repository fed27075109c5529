import type { App } from "./app.ts";
import type { Origin } from "./origin.ts";
import type { Person, Service } from "./person.ts";
import type { Policy } from "./policy.ts";
import type { Register } from "./register.ts";
import type { Role } from "./role.ts";

/** rollcall.yaml. */
export interface Settings {
  readonly organization: string;
  readonly domains: readonly string[];
  readonly timezone: string;
  readonly engine: "embedded" | "pulumi";
  /** Folder of the state, relative to the root. */
  readonly state: string;
  readonly origin: Origin;
}

/** The whole repository, checked: every reference resolves, every key is unique, roles have no cycle. */
export interface Organization {
  readonly settings: Settings;
  readonly people: ReadonlyMap<string, Person>;
  readonly services: ReadonlyMap<string, Service>;
  readonly roles: ReadonlyMap<string, Role>;
  readonly apps: ReadonlyMap<string, App>;
  readonly policies: readonly Policy[];
  readonly registers: ReadonlyMap<string, Register>;
}
