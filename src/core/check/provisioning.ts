import { carrierOf } from "../compile/implied.ts";
import { defaultLevel, kindOf } from "../compile/entitlement-kind.ts";
import type { Diagnostic } from "../diagnostic.ts";
import { parseAddress } from "../model/address.ts";
import type { App, EntitlementDeclaration } from "../model/app.ts";
import { provisionerOf } from "../model/dependencies.ts";
import { suggestion } from "../source/did-you-mean.ts";
import { quoted } from "../source/secret.ts";
import { type Check, type CheckContext, placeOf, principals } from "./context.ts";
import { checkAddress } from "./grant-addresses.ts";
import { provisionerPath, writtenProvisioner } from "./provisioner-path.ts";

/**
 * What assigns an app, or carries one of its entitlements, is an ordinary entitlement of the app that provisions it, which everybody may hold
 * for as long as need be; what an identity provider writes has no second writer; and what is granted is carried.
 */
export const provisioning: Check = (context) => {
  const out: Diagnostic[] = [];
  for (const app of context.draft.apps.values()) {
    const { grant } = app.provisionedBy;
    const name = writtenProvisioner(context, app) ?? app.provisionedBy.name;
    if (grant !== undefined) out.push(...checkCarrier(context, app, grant, ["provisioned-by", "grant"]));
    if ((grant !== undefined || provisionerPath(context, app).length > 1) && (name === "jit" || name === "rollcall")) {
      out.push({
        code: "PROVISIONER_INVALID",
        severity: "error",
        summary: `${quoted(name)} is no app that could assign ${app.key}.`,
        fix: `Write provisioned-by: ${name}, or name the app of the identity provider.`,
        where: [placeOf(context, app.origin.file, ["provisioned-by", "app"])],
      });
    }
    if (app.key === "jit" || app.key === "rollcall") {
      out.push({
        code: "APP_KEY_RESERVED",
        severity: "error",
        summary: `${quoted(app.key)} means something else under provisioned-by, so no app can be called so.`,
        fix: "Give the file another name.",
        where: [app.origin],
      });
    }
    for (const entitlement of app.entitlements?.values() ?? [])
      if (entitlement.through) out.push(...checkThrough(context, app, entitlement));
  }
  return [...out, ...uncarried(context)];
};

function checkThrough(context: CheckContext, app: App, { name, through, manage, members, origin }: EntitlementDeclaration): Diagnostic[] {
  const path = ["entitlements", name, "through"];
  const place = placeOf(context, app.origin.file, path, true);
  const error = (code: string, summary: string, fix: string): Diagnostic => ({ code, severity: "error", summary, fix, where: [place] });
  if (provisionerOf(app) === null) {
    if (writtenProvisioner(context, app) !== undefined && writtenProvisioner(context, app) !== app.provisionedBy.name) return []; // said there
    return [
      error(
        "THROUGH_UNPROVISIONED",
        `${quoted(name)} is carried by another app, but no app provisions ${app.key}.`,
        "Add provisioned-by: with the key of that app, or remove through.",
      ),
    ];
  }
  const out: Diagnostic[] = [];
  const manifest = context.manifests.get(app.connector);
  const kind = manifest && kindOf(manifest, name);
  for (const [level, carrier] of through!) {
    out.push(...checkCarrier(context, app, carrier, level === "" ? path : [...path, level]));
    if (level !== "" && kind && !kind.levels.includes(level)) {
      const fix =
        kind.levels.length === 0 ? "Write one address: this entitlement has no levels." : `Choose one of ${kind.levels.join(", ")}.`;
      out.push({
        code: "LEVEL_UNKNOWN",
        severity: "error",
        summary: `There is no level ${quoted(level)} of ${quoted(name)}.`,
        fix: suggestion(level, kind.levels, fix),
        where: [placeOf(context, app.origin.file, [...path, level], true)],
      });
    }
  }
  if (kind?.base)
    out.push(
      error("THROUGH_ACCOUNT", `${quoted(name)} is the account itself.`, "Write what assigns it under provisioned-by: { app, grant }."),
    );
  const second = manage ? "manage: true" : members === "exclusive" ? "members: exclusive" : null;
  if (second !== null) {
    out.push({
      code: "THROUGH_OWNED",
      severity: "error",
      summary: `The members of ${quoted(name)} are written by ${app.provisionedBy.name}, and ${second} would write them here as well.`,
      fix: `Remove ${second} here; the group over there may have it.`,
      where: [place, origin],
    });
  }
  return out;
}

/** An address that stands for access to `app`: a grant in the app that provisions it, other than its very account. */
function checkCarrier(context: CheckContext, app: App, grant: string, path: readonly string[]): Diagnostic[] {
  const origin = placeOf(context, app.origin.file, path);
  const faults = checkAddress(context, { grant, origin });
  if (faults.length > 0) return faults;
  const address = parseAddress(grant)!;
  const error = (code: string, summary: string, fix: string): Diagnostic[] => [{ code, severity: "error", summary, fix, where: [origin] }];
  const provisioner = provisionerOf(app);
  if (provisioner !== null && address.app !== provisioner) {
    return error(
      "ASSIGNMENT_ELSEWHERE",
      `${app.key} is provisioned by ${provisioner}, and ${quoted(grant)} is of another app.`,
      `Name an entitlement of ${provisioner}.`,
    );
  }
  const other = context.draft.apps.get(address.app);
  const manifest = other && context.manifests.get(other.connector);
  if (manifest && kindOf(manifest, address.entitlement)?.base) {
    return error(
      "ASSIGNMENT_ACCOUNT",
      `${quoted(grant)} is the account itself: it assigns nothing.`,
      `Name the group or application that assigns ${app.key}; where every account is provisioned, write provisioned-by: ${address.app} and after: [${address.app}].`,
    );
  }
  const max = other?.entitlements?.get(address.entitlement)?.maxDays;
  return max === undefined
    ? []
    : error(
        "ASSIGNMENT_LIMITED",
        `${quoted(grant)} may be held for ${max} days at most, and access to ${app.key} has no end.`,
        `Limit the entitlements of ${app.key}, not what carries them.`,
      );
}

/** Grants at a level that nothing carries, of entitlements that are carried at others: nobody would write them. */
function uncarried(context: CheckContext): Diagnostic[] {
  const grants = [...principals(context.draft).flatMap((p) => p.grants), ...[...context.draft.roles.values()].flatMap((r) => r.grants)];
  return grants.flatMap(({ grant, origin }): Diagnostic[] => {
    const address = parseAddress(grant);
    const app = address && context.draft.apps.get(address.app);
    const declared = app && app.entitlements?.get(address.entitlement);
    const manifest = app && context.manifests.get(app.connector);
    const kind = manifest && kindOf(manifest, address.entitlement);
    if (!app || !declared?.through || !kind) return [];
    const level = address.level ?? defaultLevel(kind);
    if (carrierOf(declared, kind, level) !== undefined || (kind.levels.length > 0 && !kind.levels.includes(level))) return [];
    const carried = [...declared.through.keys()].map((l) => (l === "" ? defaultLevel(kind) : l));
    return [
      {
        code: "GRANT_NOT_CARRIED",
        severity: "error",
        summary: `${quoted(grant)} is written by ${app.provisionedBy.name}, and nothing there carries it at this level.`,
        fix: `Add the level to through of ${quoted(declared.name)} in ${app.origin.file}, or grant ${carried.join(" or ")}.`,
        where: [origin, declared.origin],
      },
    ];
  });
}
