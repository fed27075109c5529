import type { Diagnostic } from "../diagnostic.ts";
import { suggestion } from "../source/did-you-mean.ts";
import { quoted } from "../source/secret.ts";
import { type Check, placeOf } from "./context.ts";
import { findCycles } from "./cycle.ts";

/** `after` and `provisioned-by` name apps that exist, and no app waits for itself. */
export const appOrder: Check = (context) => {
  const out: Diagnostic[] = [];
  const { apps } = context.draft;
  for (const app of apps.values()) {
    const named: [string, readonly (string | number)[]][] = app.after.map((key, i) => [key, ["after", i]]);
    if (app.provisionedBy !== "rollcall" && app.provisionedBy !== "jit") named.push([app.provisionedBy, ["provisioned-by"]]);
    for (const [key, path] of named) {
      if (context.keys.apps.has(key)) continue;
      out.push({
        code: "APP_UNKNOWN",
        severity: "error",
        summary: `There is no app ${quoted(key)}.`,
        fix: suggestion(
          key,
          [...context.keys.apps, ...(path[0] === "after" ? [] : ["rollcall", "jit"])],
          "Add its file to identities/apps/, or correct the name.",
        ),
        where: [placeOf(context, app.origin.file, path)],
      });
    }
  }
  const waitsFor = (key: string): string[] => {
    const app = apps.get(key);
    return app ? [...app.after, app.provisionedBy].filter((k) => apps.has(k)) : [];
  };
  for (const cycle of findCycles([...apps.keys()], waitsFor)) {
    out.push({
      code: "APP_CYCLE",
      severity: "error",
      summary: `Apps wait for each other in a circle: ${[...cycle, cycle[0]!].join(" -> ")}.`,
      fix: "Remove one of these after or provisioned-by lines.",
      where: cycle.map((key, i) => {
        const app = apps.get(key)!;
        const index = app.after.indexOf(cycle[(i + 1) % cycle.length]!);
        return placeOf(context, app.origin.file, index === -1 ? ["provisioned-by"] : ["after", index]);
      }),
    });
  }
  return out;
};
