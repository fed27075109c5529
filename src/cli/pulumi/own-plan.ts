import { alsoText, saidByInputs } from "../../core/graph/also.ts";
import type { Desired } from "../../core/model/desired.ts";
import type { Organization } from "../../core/model/organization.ts";
import type { AppState } from "../../core/model/state.ts";
import type { World } from "../../core/plan/evidence.ts";
import { applicable, makePlan } from "../../core/plan/make-plan.ts";
import type { Operation } from "../../core/plan/operation.ts";
import { shapes } from "../../core/state/checkpoint.schema.ts";
import type { HandOver } from "../../core/state/hand-over.ts";
import type { Asked } from "../../io/engine/pulumi/provider.ts";
import type { SeenApp } from "../session.ts";

interface OwnPlanInput {
  readonly organization: Organization;
  readonly desired: Desired;
  readonly today: string;
  readonly now: Date;
  readonly app: SeenApp;
  readonly world: World;
}

export interface OwnPlan {
  readonly names: Pick<HandOver, "groups" | "accounts" | "leaving" | "operations">;
  operations(asked: Asked): Operation[];
}

/**
 * A plan for single resources, where no program handed one over: somebody else's program, or a test. It is made with the same functions from
 * the files, the one snapshot and the one record, and of it only that is done which the resource's inputs ask for. Accounts that nobody
 * claims are left alone, because whose they are cannot be told from one record.
 */
export async function ownPlan({ organization, desired, today, now, app }: OwnPlanInput): Promise<OwnPlan> {
  const { key, connector } = app.app;
  const planWith = (state: AppState, person?: string): readonly Operation[] =>
    applicable(
      makePlan({
        organization,
        desired,
        today,
        now,
        apps: new Map([[key, { ...app, state }]]),
        ...(person === undefined ? {} : { person }),
      }),
    );
  const empty: AppState = { app: key, connector, accounts: new Map(), groups: new Map() };
  const whole = makePlan({ organization, desired, today, now, apps: new Map([[key, { ...app, state: empty }]]) });
  const groups = applicable(whole).filter((o) => o.verb === "createGroup" || o.verb === "updateGroup");
  const views = whole.apps[0]?.accounts ?? [];
  return {
    names: {
      operations: groups,
      groups: new Map(app.snapshot.groups.map((g) => [g.entitlement, g.ref])),
      accounts: new Map(
        views.flatMap((v) =>
          v.person !== null && v.ref ? [[v.person, v.login === null ? { ref: v.ref } : { ref: v.ref, login: v.login }]] : [],
        ),
      ),
      leaving: new Map(),
    },
    operations({ kind, name, inputs, known }) {
      if (kind === "Group") return groups.filter((o) => o.target === name);
      if (kind === "Tenant") return [];
      const { also = [], ...wish } = shapes.Account.inputs.parse(inputs);
      const state = known === undefined ? empty : { ...empty, accounts: new Map([[name, known]]) };
      return planWith(state, name).filter(
        (o) => o.person === name && (o.phase === "state" || saidByInputs(known?.inputs, wish, o) || also.includes(alsoText(o))),
      );
    },
  };
}
