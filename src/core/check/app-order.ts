import type { Diagnostic } from "../diagnostic.ts";
import { suggestion } from "../source/did-you-mean.ts";
import { quoted } from "../source/secret.ts";
import { dependenciesOf, provisionerOf } from "../model/dependencies.ts";
import { type Check, placeOf } from "./context.ts";
import { findCycles } from "./cycle.ts";
import { provisionerPath } from "./provisioner-path.ts";

/** `after` and `provisioned-by` name apps that exist, and no app waits for itself. */
export const appOrder: Check = (context) => {
  const out: Diagnostic[] = [];
  const { apps } = context.draft;
  for (const app of apps.values()) {
    const named: [string, readonly (string | number)[]][] = app.after.map((key, i) => [key, ["after", i]]);
    const provisioner = provisionerOf(app);
    if (provisioner !== null) named.push([provisioner, provisionerPath(context, app)]);
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
    return app ? dependenciesOf(app).filter((k) => apps.has(k)) : [];
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
        return placeOf(context, app.origin.file, index === -1 ? provisionerPath(context, app) : ["after", index]);
      }),
    });
  }
  return out;
};
