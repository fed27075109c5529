import type { Operation } from "../../../src/core/plan/operation.ts";
import { compareOperations } from "../../../src/core/plan/order.ts";
import type { AppPlan, Plan } from "../../../src/core/plan/plan.ts";

/** An operation with everything ordinary filled in; the id follows from the parts. */
export function operation(parts: Partial<Operation> & Pick<Operation, "verb">): Operation {
  const phases = { grant: "grant", revoke: "revoke", create: "create", update: "update", adopt: "state", record: "state" } as const;
  const o: Operation = {
    id: "",
    app: "github",
    person: "ada",
    phase: phases[parts.verb as keyof typeof phases] ?? "stop",
    target: "account",
    ref: { kind: "user", id: "583231" },
    login: null,
    before: null,
    after: null,
    because: [],
    evidence: { kind: "seen" },
    origin: "change",
    reversible: true,
    risk: "normal",
    admin: false,
    ...parts,
  };
  return { ...o, id: parts.id ?? `${o.app} ${o.person ?? o.login ?? "-"} ${o.verb} ${o.target}` };
}

export const because = (file: string, line: number, path: string[] = []) => ({ origin: { file, line, column: 5 }, path });

const app = (parts: Partial<AppPlan> = {}): AppPlan => ({
  app: "github",
  connector: "github",
  mode: "enforce",
  dependsOn: [],
  tenant: "acme",
  failure: null,
  unread: [],
  accounts: [],
  calls: { read: 4, estimated: 3 },
  counts: { desired: 3, observed: 4 },
  ...parts,
});

export const plan = (operations: readonly Operation[], parts: Partial<Plan> = {}): Plan => ({
  today: "2026-11-24",
  apps: [app()],
  operations: [...operations].sort(compareOperations),
  tasks: [],
  findings: [],
  trips: [],
  ...parts,
});

/** One of everything: a joiner, a mover, a leaver, drift, an administrator, guards, tasks, findings, an app that could not be read. */
export const everything: Plan = plan(
  [
    operation({
      verb: "create",
      person: "hedy",
      ref: null,
      after: "active",
      reversible: false,
      because: [because("identities/people/hedy.yaml", 4, ["role engineer"])],
      payload: { name: "Hedy Lamarr", login: "hlamarr", attributes: {}, grants: {}, attempts: 0 },
      evidence: { kind: "lookup", keys: ["login:hlamarr"] },
    }),
    operation({
      verb: "grant",
      person: "hedy",
      ref: null,
      target: "team/infra",
      after: "member",
      because: [because("identities/roles/sre.yaml", 4, ["role sre", "role engineer"])],
    }),
    operation({
      verb: "grant",
      target: "team/dba",
      before: "member",
      after: "maintainer",
      because: [{ ...because("identities/people/ada.yaml", 7), until: "2026-12-31", reason: "INC-421" }],
    }),
    operation({
      verb: "revoke",
      target: "team/web",
      before: "maintainer",
      after: "member",
      because: [because("identities/people/ada.yaml", 8)],
    }),
    operation({ verb: "revoke", target: "team/legacy", before: "member" }),
    operation({
      verb: "grant",
      target: "owner",
      after: "",
      admin: true,
      risk: "high",
      because: [because("identities/people/ada.yaml", 9), because("identities/roles/lead.yaml", 3, ["role lead"])],
    }),
    operation({
      verb: "update",
      target: "title",
      before: "Engineer",
      after: "Staff Engineer",
      because: [because("identities/people/ada.yaml", 3)],
    }),
    operation({
      verb: "delete",
      person: "bob",
      login: "bob-k",
      ref: { kind: "user", id: "77" },
      before: "active",
      after: "absent",
      reversible: false,
      origin: "lifecycle",
      because: [because("identities/people/bob.yaml", 6)],
    }),
    operation({ verb: "grant", person: "grace", target: "team/infra", after: "member", origin: "drift", ref: { kind: "user", id: "9" } }),
    operation({
      verb: "revoke",
      person: "grace",
      target: "owner",
      before: "",
      admin: true,
      risk: "high",
      origin: "drift",
      ref: { kind: "user", id: "9" },
      refused: "guard last-admin",
    }),
    operation({ verb: "adopt", person: "alan", login: "aturing", after: "active", ref: { kind: "user", id: "11" } }),
    operation({ verb: "record", person: "ada", login: "adalove", before: "active", after: "active" }),
  ],
  {
    apps: [
      app({ unread: [{ scope: "team/infra members", reason: "page 3 answered 502" }] }),
      app({
        app: "wiki",
        connector: "memory",
        tenant: null,
        failure: { kind: "auth", message: "the credential was refused" },
        mode: "adopt",
        calls: { read: 1, estimated: 0 },
        counts: { desired: 2, observed: 0 },
      }),
    ],
    tasks: [{ app: "github", person: "bob", task: "remove private forks of bob by hand", because: [] }],
    findings: [
      {
        code: "ORPHAN",
        app: "github",
        person: null,
        login: "old-bot",
        summary: "old-bot has an account that no line claims",
        fix: "add it to a person's file, or remove it at the vendor",
      },
      {
        code: "FOREIGN_EDGE",
        app: "github",
        person: "ada",
        login: "adalove",
        summary: "ada holds github/team/chess, which no line asks for",
      },
    ],
    trips: [
      {
        guard: "last-admin",
        app: "github",
        summary: "grace is the last administrator that was seen",
        detail: "an app without an administrator cannot be repaired from here",
        fix: "make somebody else an administrator first",
        refuses: ["github grace revoke owner"],
      },
    ],
  },
);

/** The same plan with every list in another order. */
export function shuffled(p: Plan): Plan {
  const turn = <T>(all: readonly T[]): T[] => all.toReversed();
  return {
    ...p,
    apps: turn(p.apps),
    operations: turn(p.operations),
    tasks: turn(p.tasks),
    findings: turn(p.findings),
    trips: turn(p.trips),
  };
}
