import type { ApprovalView } from "../../core/report/pull/pull-report.ts";
import type { PullRequest } from "../../core/forge/forge.ts";
import type { AccountRecord } from "../../core/model/state.ts";
import type { AccessDiff } from "../../core/plan/access-diff.ts";
import { forgeAccounts, forgeApp } from "../../core/review/accounts.ts";
import { judge } from "../../core/review/approval.ts";
import type { Judgement } from "../../core/review/judgement.ts";
import type { ChangedPath } from "../../core/review/segment.ts";
import { openEngine } from "../engine.ts";
import type { Version } from "../versions.ts";
import type { Ci } from "./ci.ts";
import { organizationOf } from "./history.ts";

/** The base, and what a merge would leave. */
interface Sides {
  readonly base: Version;
  readonly head: Version;
  readonly paths: readonly ChangedPath[];
}

/** Where the approval stands: what `ci apply` will ask for. Accounts are people's by the files of the base, and by state where it can be read. */
export async function approvalOf(
  ci: Ci,
  pull: PullRequest,
  { base, head, paths }: Sides,
  access: AccessDiff,
  eventual: AccessDiff,
): Promise<ApprovalView | null> {
  const timeline = await ci.forge.timeline(pull.number);
  if (timeline === null) return null;
  const organization = organizationOf(base);
  const { personOf } = forgeAccounts(organization, await forgeRecords(ci, base));
  const judgement = judge({
    timeline,
    change: { paths, access, eventually: eventual, head: organizationOf(head) },
    rules: { organization, personOf, now: ci.context.now() },
    merge: null,
  });
  return viewOf(judgement);
}

async function forgeRecords(ci: Ci, base: Version): Promise<ReadonlyMap<string, AccountRecord>> {
  const organization = organizationOf(base);
  const app = forgeApp(organization);
  if (!app) return new Map();
  const engine = await openEngine(ci.context, { ...base, organization }, [app.key], "read");
  try {
    return (await engine.load(app.key, app.connector)).state.accounts;
  } finally {
    await engine.release();
  }
}

const viewOf = ({ needs, counted, discounted, stops }: Judgement): ApprovalView => ({
  against: stops,
  needs: needs.map((n) => ({ why: n.what, paths: n.about, from: n.people, approvals: n.count, given: n.have.length })),
  counted: counted.map(({ person, review }) => ({ person, login: review.author?.login ?? "" })),
  discounted: discounted.map(({ review, why }) => ({ person: null, login: review.author?.login ?? "", why })),
});
