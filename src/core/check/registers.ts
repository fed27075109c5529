import { compareText, type Diagnostic } from "../diagnostic.ts";
import { suggestion } from "../source/did-you-mean.ts";
import { quoted } from "../source/secret.ts";
import { kindOf } from "../compile/entitlement-kind.ts";
import { type Check, placeOf } from "./context.ts";

/** A register belongs to an app whose work is done by hand, lists every account once, and names entitlements that the app can have. */
export const registers: Check = (context) => {
  const out: Diagnostic[] = [];
  for (const register of context.draft.registers.values()) {
    const { file } = register.origin;
    const app = context.draft.apps.get(register.app);
    if (!app) {
      if (context.keys.apps.has(register.app)) continue;
      const fix = suggestion(register.app, context.keys.apps, "Rename the register, or add the app.");
      out.push({
        code: "APP_UNKNOWN",
        severity: "error",
        summary: `There is no app ${quoted(register.app)} for this register.`,
        fix,
        where: [register.origin],
      });
      continue;
    }
    const manifest = context.manifests.get(app.connector);
    if (manifest && !manifest.human) {
      out.push({
        code: "REGISTER_UNUSED",
        severity: "error",
        summary: `The app ${app.key} has an API; a register of it would never be read.`,
        fix: "Remove the register, or use the connector manual.",
        where: [register.origin, app.origin],
      });
    }
    const ids = new Set<string>();
    register.accounts.forEach((account, i) => {
      if (ids.has(account.id)) {
        const where = [placeOf(context, file, ["accounts", i, "id"])];
        out.push({
          code: "REGISTER_DUPLICATE",
          severity: "error",
          summary: `The id ${quoted(account.id)} is listed twice.`,
          fix: "Keep one of the two entries.",
          where,
        });
      }
      ids.add(account.id);
      for (const [entitlement, level] of Object.entries(account.grants).sort(([a], [b]) => compareText(a, b))) {
        const kind = manifest && kindOf(manifest, entitlement);
        if (!manifest || (kind && (level === "" ? kind.levels.length === 0 : kind.levels.includes(level)))) continue;
        out.push({
          code: kind ? "LEVEL_UNKNOWN" : "ENTITLEMENT_UNKNOWN",
          severity: "error",
          summary: `${manifest.label} has no entitlement ${quoted(level === "" ? entitlement : `${entitlement}:${level}`)}.`,
          fix: `Write it like ${manifest.entitlements.map((k) => k.example).join(", ")}.`,
          where: [placeOf(context, file, ["accounts", i, "grants", entitlement], true)],
        });
      }
    });
  }
  return out;
};
