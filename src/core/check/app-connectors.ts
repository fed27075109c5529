import type { Diagnostic } from "../diagnostic.ts";
import { suggestion } from "../source/did-you-mean.ts";
import { quoted } from "../source/secret.ts";
import { type Check, placeOf } from "./context.ts";
import { kindOf } from "../compile/entitlement-kind.ts";

/** Every app has a connector that exists, settings and credentials that it takes, and a catalogue in its syntax. */
export const appConnectors: Check = (context) => {
  const out: Diagnostic[] = [];
  for (const app of context.draft.apps.values()) {
    const { file } = app.origin;
    const manifest = context.manifests.get(app.connector);
    if (!manifest) {
      out.push({
        code: "CONNECTOR_UNKNOWN",
        severity: "error",
        summary: `There is no connector ${quoted(app.connector)}.`,
        fix: suggestion(app.connector, context.manifests, `Known are ${[...context.manifests.keys()].sort().join(", ")}.`),
        where: [placeOf(context, file, ["connector"])],
      });
      continue;
    }
    for (const { path, message } of context.checkSettings(app.connector, app.settings)) {
      out.push({
        code: "SETTINGS_INVALID",
        severity: "error",
        summary: `The settings do not suit the connector ${app.connector}: ${path.length === 0 ? "" : `${path.join(".")}: `}${message}`,
        fix: `\`rollcall connectors ${app.connector}\` describes its settings.`,
        where: [placeOf(context, file, ["settings", ...path], path.length === 0)],
      });
    }
    const secrets = manifest.secrets.map((s) => s.name);
    for (const purpose of ["read", "write"] as const) {
      for (const name of Object.keys(app.credentials[purpose])) {
        if (secrets.includes(name)) continue;
        const split = app.credentials.read !== app.credentials.write;
        out.push({
          code: "CREDENTIAL_UNKNOWN",
          severity: "error",
          summary: `The connector ${app.connector} takes no credential ${quoted(name)}.`,
          fix: suggestion(name, secrets, secrets.length > 0 ? `It takes ${secrets.join(", ")}.` : "Remove it: this connector needs none."),
          where: [placeOf(context, file, ["credentials", ...(split ? [purpose] : []), name], true)],
        });
      }
    }
    for (const { name, manage, status, origin } of app.entitlements?.values() ?? []) {
      const kind = kindOf(manifest, name);
      if (!kind) {
        out.push({
          code: "ENTITLEMENT_UNKNOWN",
          severity: "error",
          summary: `${manifest.label} has no entitlement of the form ${quoted(name)}.`,
          fix: `Write it like ${manifest.entitlements.map((k) => k.example).join(", ")}.`,
          where: [origin],
        });
      } else if (manage && !kind.group) {
        out.push({
          code: "ENTITLEMENT_NOT_MANAGED",
          severity: "error",
          summary: `${quoted(name)} is not a group that rollcall can create or delete.`,
          fix: "Remove manage: true.",
          where: [origin],
        });
      } else if (status === "absent" && !manage) {
        out.push({
          code: "ENTITLEMENT_ABSENT_UNMANAGED",
          severity: "error",
          summary: `${quoted(name)} shall be absent, but rollcall does not manage it and would never delete it.`,
          fix: "Add manage: true, or remove the entry once the group is gone.",
          where: [origin],
        });
      }
    }
  }
  return out;
};
