import type { Because } from "../model/origin.ts";
import type { Operation } from "../plan/operation.ts";

/** Files that lie at the head of the default branch as nobody approved them, relative to the organisation's root. */
export type Tainted = ReadonlySet<string>;

/**
 * The first file that nobody approved and that an operation rests on: the person's own, the app's, those of the lines that ask for it, and of
 * the roles on the way. null where all of them were reviewed.
 */
export function taintOf(o: Operation, tainted: Tainted): string | null {
  if (tainted.size === 0) return null;
  return filesBehind(o).find((path) => tainted.has(path)) ?? null;
}

function filesBehind(o: Operation): string[] {
  const own = o.person === null ? [] : [o.person, ...(o.formerKey === undefined ? [] : [o.formerKey])];
  return [
    ...own.flatMap((key) => [`identities/people/${key}.yaml`, `identities/services/${key}.yaml`]),
    `identities/apps/${o.app}.yaml`,
    ...o.because.flatMap(filesOfBecause),
  ];
}

/** A step of the path is `role <key>` or `role <key> (when)` (compile/expand-roles.ts). */
const filesOfBecause = (b: Because): string[] => [
  b.origin.file,
  ...(b.via ?? []).map((v) => v.origin.file),
  ...b.path.flatMap((step) => {
    const role = /^role (\S+)/.exec(step)?.[1];
    return role === undefined ? [] : [`identities/roles/${role}.yaml`];
  }),
];
