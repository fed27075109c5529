import { bindingsOf, snapshotKey } from "../../scaffold/github/credentials.ts";
import type { DoctorFacts, ForgeSeen } from "../facts.ts";
import { type Finding, finding, listed, ok, unseen } from "../finding.ts";
import { sights } from "../sights.ts";
import { applyEnvironment, environmentNamed, previewEnvironment } from "./environments.ts";

/**
 * Where credentials lie, by the names that the app files and the workflows give them. What they hold no API tells.
 *
 * | code | holds | where not |
 * |---|---|---|
 * | SECRETS_EXPOSED | no credential is a secret of the repository or of the organisation | fail: every workflow of every branch reads those |
 * | SECRETS_ELSEWHERE | none is in an environment of something else | fail where another branch than the default one reaches it; else note |
 * | SECRETS_APPLY | the environment `rollcall` has what apps need | fail: runs cannot sign in |
 * | SECRETS_PREVIEW | `rollcall-preview` has what previews read with | warn |
 * | SECRETS_PREVIEW_EXCESS | and nothing that writes | fail (law 2); more than it needs: warn |
 */
export function secrets(forge: ForgeSeen, { organization }: DoctorFacts): Finding[] {
  const { preview } = organization.settings.pullRequests;
  const bindings = bindingsOf(organization.apps.values());
  const read = bindings.read.map((b) => b.name);
  const snapshot = preview === "snapshot" ? [snapshotKey] : [];
  const apply = [...bindings.write.map((b) => b.name), ...snapshot];
  const looks = preview === "live" ? read : snapshot;
  const exposed = ["repository", "organization"].map((kind) => shared(forge, kind as "repository" | "organization", apply));
  return [
    ...exposed,
    ...elsewhere(forge, apply),
    held(forge, applyEnvironment, apply, { code: "SECRETS_APPLY", level: "fail", what: "runs cannot sign in with" }),
    ...(preview === "files"
      ? []
      : [held(forge, previewEnvironment, looks, { code: "SECRETS_PREVIEW", level: "warn", what: "previews cannot look with" })]),
    ...excess(forge, { apply, read, looks }),
  ].filter((f) => f !== null);
}

const same = (a: string, b: string): boolean => a.toUpperCase() === b.toUpperCase();
const has = (all: readonly string[], name: string): boolean => all.some((other) => same(other, name));

function shared({ facts }: ForgeSeen, kind: "repository" | "organization", wanted: readonly string[]): Finding | null {
  const code = "SECRETS_EXPOSED";
  if (kind === "organization" && facts.ownerKind !== "organization") return null;
  const all = kind === "repository" ? facts.repositorySecrets : facts.organizationSecrets;
  if (all === null) return unseen(code, `whether credentials are secrets of the ${kind}`, sights.secrets);
  const found = wanted.filter((name) => has(all, name));
  if (found.length === 0) return ok(code, `no credential is a secret of the ${kind}`);
  return finding(code, "fail", {
    summary: `credentials are secrets of the ${kind}, where every workflow of every branch reads them: ${listed(found)}`,
    detail: "Whoever may write can push a workflow that prints them or uses them without rollcall",
    fix: `put them into the environment ${applyEnvironment}, remove them here, and exchange them: nobody knows who has read them`,
  });
}

function elsewhere({ facts: { environments, defaultBranch } }: ForgeSeen, wanted: readonly string[]): Finding[] {
  const code = "SECRETS_ELSEWHERE";
  const others = (environments ?? []).filter((e) => !same(e.name, applyEnvironment) && !same(e.name, previewEnvironment));
  return others.flatMap((e) => {
    if (e.secrets === null) return [unseen(code, `the secrets of ${e.name}`, sights.environmentSecrets)];
    const found = wanted.filter((name) => has(e.secrets!, name));
    if (found.length === 0) return [ok(code, `the environment ${e.name} has no credential of an app`)];
    const closed = e.branches?.every((b) => b === defaultBranch) ?? false;
    return [
      finding(code, closed ? "note" : "fail", {
        summary: `credentials are in the environment ${e.name} as well${closed ? "" : `, which other branches than ${defaultBranch} reach`}: ${listed(found)}`,
        fix: `remove them from ${e.name}`,
      }),
    ];
  });
}

function held(
  forge: ForgeSeen,
  environment: string,
  wanted: readonly string[],
  { code, level, what }: { readonly code: string; readonly level: "fail" | "warn"; readonly what: string },
): Finding | null {
  if (forge.facts.environments === null) return unseen(code, `the secrets of ${environment}`, sights.environments);
  const found = environmentNamed(forge, environment);
  // That there is none is said already.
  if (!found) return null;
  if (found.secrets === null) return unseen(code, `the secrets of ${environment}`, sights.environmentSecrets);
  const lent = [...(forge.facts.repositorySecrets ?? []), ...(forge.facts.organizationSecrets ?? [])];
  const missing = wanted.filter((name) => !has(found.secrets!, name) && !has(lent, name));
  if (missing.length === 0) return ok(code, `${environment} has every secret that is wanted of it`);
  return finding(code, level, {
    summary: `${environment} lacks what ${what}: ${listed(missing)}`,
    fix: `add them to the environment ${environment}, or change the names in the app files`,
  });
}

function excess(
  forge: ForgeSeen,
  { apply, read, looks }: { readonly apply: readonly string[]; readonly read: readonly string[]; readonly looks: readonly string[] },
): Finding[] {
  const code = "SECRETS_PREVIEW_EXCESS";
  const what = `whether ${previewEnvironment} holds what writes`;
  if (forge.facts.environments === null) return [unseen(code, what, sights.environments)];
  const found = environmentNamed(forge, previewEnvironment);
  if (!found) return [];
  if (found.secrets === null) return [unseen(code, what, sights.environmentSecrets)];
  const more = apply.filter((name) => has(found.secrets!, name) && !has(looks, name));
  const writing = more.filter((name) => !has(read, name));
  if (more.length === 0) return [ok(code, `${previewEnvironment} holds nothing more than previews need`)];
  return [
    finding(code, writing.length > 0 ? "fail" : "warn", {
      summary:
        writing.length > 0
          ? `${previewEnvironment} holds credentials that write: ${listed(writing)}`
          : `${previewEnvironment} holds credentials that no preview needs: ${listed(more)}`,
      ...(writing.length > 0
        ? { detail: "A preview must not be able to write: not only is nothing sent, there shall be nothing to send it with" }
        : {}),
      fix: `remove them from ${previewEnvironment}`,
    }),
  ];
}
