/** Law 13: what is not told is unknown, and never ok. */
import { expect, test } from "vitest";
import { diagnose } from "../../../src/core/doctor/diagnose.ts";
import type { DoctorFacts } from "../../../src/core/doctor/facts.ts";
import { codes, found, world, type WorldSketch } from "./world.ts";

const said = (facts: DoctorFacts, level: string): Set<string> =>
  new Set(
    diagnose(facts)
      .filter((f) => f.level === level)
      .map((f) => `${f.code} ${f.summary}`),
  );

const hidden: readonly (readonly [string, WorldSketch])[] = [
  ...(
    [
      "admins",
      "writers",
      "plan",
      "workflowsWriteByDefault",
      "workflowsMayApprove",
      "environments",
      "repositorySecrets",
      "organizationSecrets",
    ] as const
  ).map((field) => [`facts.${field}`, { facts: { [field]: null } }] as const),
  ...(
    [
      "pullRequestRequired",
      "approvals",
      "codeOwnerReview",
      "dismissStale",
      "lastPusherMayNotApprove",
      "requiredChecks",
      "forcePushAllowed",
      "deletionAllowed",
      "bypass",
    ] as const
  ).map((field) => [`rules.${field}`, { rules: { [field]: null } }] as const),
  ...(["pullRequestRequired", "requiredChecks", "forcePushAllowed", "deletionAllowed", "pushOnlyBy"] as const).map(
    (field) => [`stateRules.${field}`, { stateRules: { [field]: null } }] as const,
  ),
  ["secrets of rollcall", { apply: { secrets: null } }],
  ["secrets of rollcall-preview", { preview: { secrets: null } }],
  ["secrets of another environment", { other: { secrets: null } }],
  ["the version of Git", { more: { gitVersion: null } }],
  ["the checkout", { more: { checkout: { why: "the folder is in no Git repository" } } }],
  ["the state", { more: { state: { why: "the remote was not reached" } } }],
];

test.each(hidden)("%s is not told: an unknown more, something less that is ok or noted, and what to look with", (_, sketch) => {
  const [before, after] = [world(), world(sketch)];
  const more = diagnose(after).filter((f) => f.level === "unknown");
  expect(more.length).toBeGreaterThan(0);
  const told = (of: DoctorFacts): number => said(of, "ok").size + said(of, "note").size;
  expect(told(after)).toBeLessThan(told(before));
  expect([...said(after, "ok")].filter((text) => !said(before, "ok").has(text))).toEqual([]);
  expect(codes(after, "fail", "warn")).toEqual([]);
  if (!("more" in sketch)) for (const f of more) expect(f.fix, f.summary).toMatch(/^look with a token/);
});

test("a token that sees nothing but the repository itself: nothing of the forge's rules is ok", () => {
  const nothing = { pullRequestRequired: null, approvals: null, codeOwnerReview: null, dismissStale: null, lastPusherMayNotApprove: null };
  const rules = {
    ...nothing,
    requiredChecks: null,
    forcePushAllowed: null,
    deletionAllowed: null,
    bindsAdmins: null,
    bypass: null,
    pushOnlyBy: null,
  };
  const none = world({
    rules,
    stateRules: rules,
    facts: {
      plan: null,
      tokenScopes: null,
      admins: null,
      writers: null,
      workflowsWriteByDefault: null,
      workflowsMayApprove: null,
      environments: null,
      repositorySecrets: null,
      organizationSecrets: null,
    },
  });
  expect(codes(none, "fail", "warn")).toEqual([]);
  const local = [
    "ACCOUNTS_APP",
    "APPROVAL_POLICY",
    "CHECKOUT",
    "CLOCK",
    "CODEOWNERS",
    "CREDENTIAL_SHARED",
    "FORKS",
    "GIT_VERSION",
    "HEARTBEAT",
  ];
  expect(codes(none, "ok")).toEqual(
    [...local, "OWNERS_ENOUGH", "OWNER_ACCOUNTS", "PERSONAL_DATA", "POLICY_OWNERS", "STATE_BRANCH", "STATE_PLACE", "WORKFLOWS_OTHER"].map(
      (code) => `${code} ok`,
    ),
  );
  expect(codes(none, "unknown").length).toBe(26);
});

test("rules that bar a push, and nobody tells whom they let past: unknown, not a failure", () => {
  const facts = world({ stateRules: { pullRequestRequired: true, bypass: null } });
  expect(found(facts, "STATE_PUSH").map((f) => f.level)).toEqual(["unknown"]);
});

test("a forge that was not looked at: one word of it, which names what is not said; the rest goes on", () => {
  const facts = world({ more: { forge: { why: "--offline" } } });
  expect(codes(facts, "unknown")).toEqual(["FORGE unknown"]);
  expect(found(facts, "FORGE")[0]!.detail).toMatch(/environments.*secrets.*clock/);
  expect(codes(facts, "ok")).toContain("CODEOWNERS ok");
  expect(codes(facts, "ok").some((c) => c.startsWith("BRANCH") || c.startsWith("SECRETS"))).toBe(false);
});
