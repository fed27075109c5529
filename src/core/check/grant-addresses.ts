import { type Diagnostic, type Place } from "../diagnostic.ts";
import { parseAddress } from "../model/address.ts";
import type { App } from "../model/app.ts";
import type { EntitlementKind, Manifest } from "../model/manifest.ts";
import type { GrantDeclaration } from "../model/person.ts";
import { asQuestion, suggestion } from "../source/did-you-mean.ts";
import { quoted } from "../source/secret.ts";
import { type Check, type CheckContext, principals } from "./context.ts";
import { kindOf } from "../compile/entitlement-kind.ts";
import { addressesIn } from "./nearest-address.ts";

/** Every grant names an app, an entitlement and a level that exist and that can be written. */
export const grantAddresses: Check = (context) => {
  const grants: readonly GrantDeclaration[] = [
    ...principals(context.draft).flatMap((p) => p.grants),
    ...[...context.draft.roles.values()].flatMap((r) => r.grants),
  ];
  // Whether an address is sound does not depend on who asks for it: each is looked at once, and again only to be told where it is wrong.
  const sound = new Set<string>();
  const out: Diagnostic[] = [];
  for (const grant of grants) {
    if (sound.has(grant.grant)) continue;
    const problems = checkAddress(context, grant);
    if (problems.length === 0) sound.add(grant.grant);
    else out.push(...problems);
  }
  return out;
};

/** Every breach of one address. */
export function checkAddress(context: CheckContext, { grant, origin }: Pick<GrantDeclaration, "grant" | "origin">): Diagnostic[] {
  const error = (code: string, summary: string, fix: string, ...also: Place[]): Diagnostic[] => [
    { code, severity: "error", summary, fix, where: [origin, ...also] },
  ];
  /** The whole address that was meant, fit to be put in the place of this one; else what can be done. */
  const meant = (otherwise: string): string => {
    const near = addressesIn(context).book.meant(grant);
    return near === undefined ? otherwise : asQuestion(near);
  };
  const address = parseAddress(grant);
  if (!address) {
    return error(
      "GRANT_MALFORMED",
      `${quoted(grant)} is not an address.`,
      meant("Write app/entitlement or app/entitlement:level, such as github/team/infra:maintainer."),
    );
  }
  const app = context.draft.apps.get(address.app);
  if (!app) {
    if (context.keys.apps.has(address.app)) return []; // its own file is what has to be mended
    const fix = meant(
      suggestion(address.app, context.keys.apps, `Add identities/apps/${quoted(address.app, "")}.yaml, or correct the name.`),
    );
    return error("APP_UNKNOWN", `There is no app ${quoted(address.app)}.`, fix);
  }
  const manifest = context.manifests.get(app.connector);
  if (!manifest) return []; // CONNECTOR_UNKNOWN is reported at the app
  const kind = kindOf(manifest, address.entitlement);
  if (!kind) {
    const examples = manifest.entitlements.map((k) => `${app.key}/${k.example}`).join(", ");
    return error(
      "ENTITLEMENT_UNKNOWN",
      `${manifest.label} has no entitlement of the form ${quoted(address.entitlement)}.`,
      meant(`Write it like ${examples}.`),
    );
  }
  if (app.entitlements && !kind.base && !app.entitlements.has(address.entitlement)) {
    const fix = meant(`Add it to the entitlements of ${app.origin.file}, or correct the name.`);
    return error("ENTITLEMENT_UNKNOWN", `The catalogue of ${app.key} has no entitlement ${quoted(address.entitlement)}.`, fix, app.origin);
  }
  const entry = app.entitlements?.get(address.entitlement);
  if (entry?.status === "absent") {
    return error(
      "ENTITLEMENT_ABSENT",
      `${quoted(grant)} is granted here, but the catalogue of ${app.key} says that it shall be absent.`,
      "Remove the grant, or status: absent from the catalogue: rollcall deletes the group only when nobody is meant to be in it.",
      entry.origin,
    );
  }
  if (kind.readOnly !== undefined && !entry?.through) {
    return error(
      "ENTITLEMENT_READ_ONLY",
      `${quoted(address.entitlement)} cannot be granted through ${app.key}: ${kind.readOnly}.`,
      `Grant what it follows from, or remove the line; where an identity provider writes it, say through what in the catalogue of ${app.key}.`,
    );
  }
  return checkLevel(app, manifest, kind, address.level, error, meant);
}

function checkLevel(
  app: App,
  manifest: Manifest,
  kind: EntitlementKind,
  level: string | undefined,
  error: (code: string, summary: string, fix: string) => Diagnostic[],
  meant: (otherwise: string) => string,
): Diagnostic[] {
  if (level === undefined || kind.levels.includes(level)) return [];
  if (kind.levels.length === 0) {
    return error(
      "LEVEL_UNKNOWN",
      `${manifest.label} has no levels for ${quoted(kind.name)}.`,
      meant(`Write it without a colon, like ${app.key}/${kind.example}.`),
    );
  }
  const fix = meant(`Choose one of ${kind.levels.join(", ")}.`);
  return error("LEVEL_UNKNOWN", `${manifest.label} has no level ${quoted(level)} for ${quoted(kind.name)}.`, fix);
}
