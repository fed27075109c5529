import type { Diagnostic } from "../diagnostic.ts";
import { quoted } from "../source/secret.ts";
import { type Check, type CheckContext, placeOf, principals } from "./context.ts";

interface Renamed {
  readonly key: string;
  readonly formerly: readonly string[];
  readonly file: string;
  readonly path: readonly (string | number)[];
}

/** A former key belongs to one declaration, and to none that lives: otherwise one account would answer to two. */
export const formerKeys: Check = (context) => {
  const of = (all: Iterable<{ key: string; formerly: readonly string[]; origin: { file: string } }>): Renamed[] =>
    [...all].map((x) => ({ key: x.key, formerly: x.formerly, file: x.origin.file, path: ["formerly"] }));
  const { keys, draft } = context;
  return [
    ...collisions(context, of(principals(draft)), new Set([...keys.people, ...keys.services])),
    ...collisions(context, of(draft.roles.values()), keys.roles),
    ...collisions(context, of(draft.apps.values()), keys.apps),
    ...[...draft.apps.values()].flatMap((app) => {
      const all = [...(app.entitlements?.values() ?? [])];
      const renamed = all.map((e) => ({
        key: e.name,
        formerly: e.formerly,
        file: app.origin.file,
        path: ["entitlements", e.name, "formerly"],
      }));
      return collisions(context, renamed, new Set(all.map((e) => e.name)));
    }),
  ];
};

function collisions(context: CheckContext, all: readonly Renamed[], live: ReadonlySet<string>): Diagnostic[] {
  const out: Diagnostic[] = [];
  const taken = new Map<string, Renamed>();
  for (const renamed of all) {
    for (const former of renamed.formerly) {
      const other = taken.get(former);
      if (live.has(former)) {
        out.push({
          code: "FORMERLY_LIVE",
          severity: "error",
          summary: `${quoted(renamed.key)} says it was ${quoted(former)} formerly, but ${quoted(former)} still exists.`,
          fix: "Remove the old declaration, or this former key.",
          where: [placeOf(context, renamed.file, renamed.path)],
        });
      } else if (other && other.key !== renamed.key) {
        out.push({
          code: "FORMERLY_TAKEN",
          severity: "error",
          summary: `Both ${quoted(other.key)} and ${quoted(renamed.key)} say they were ${quoted(former)} formerly.`,
          fix: "Only one can have taken over its accounts: remove the other line.",
          where: [placeOf(context, renamed.file, renamed.path), placeOf(context, other.file, other.path)],
        });
      } else taken.set(former, renamed);
    }
  }
  return out;
}
