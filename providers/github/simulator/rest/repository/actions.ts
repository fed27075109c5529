import { requireOfApp } from "../../app.ts";
import type { Route } from "../route.ts";
import { ok } from "../route.ts";
import { listPath, require, theRepository } from "./door.ts";
import { counted, requireSecrets, secretRow } from "./environment.ts";

const path = "/repos/:owner/:repo/actions";

export const actionsRoutes: readonly Route[] = [
  {
    method: "GET",
    path: `${path}/secrets`,
    answer: (v) => {
      const r = theRepository(v);
      requireSecrets(v, r, "secrets");
      return counted(v, "secrets", r.actions.secrets, listPath(r, "actions/secrets"), (name) => secretRow(name, r.createdAt));
    },
  },
  {
    // Those of the organisation that this repository may use.
    method: "GET",
    path: `${path}/organization-secrets`,
    answer: (v) => {
      const r = theRepository(v);
      requireSecrets(v, r, "secrets");
      return counted(v, "secrets", r.actions.organizationSecrets, listPath(r, "actions/organization-secrets"), (name) =>
        secretRow(name, r.createdAt),
      );
    },
  },
  {
    method: "GET",
    path: `${path}/permissions/workflow`,
    answer: (v) => {
      const r = theRepository(v);
      if (v.viewer.app === undefined) require(v, r, "admin");
      requireOfApp(v.replica.live, v.viewer, "administration");
      return ok({ default_workflow_permissions: r.actions.defaultPermission, can_approve_pull_request_reviews: r.actions.mayApprove });
    },
  },
];
