import type { App } from "./app.ts";

/** The app that provisions this one, or null where rollcall or the first login makes its accounts. */
export const provisionerOf = ({ provisionedBy: { name } }: App): string | null => (name === "rollcall" || name === "jit" ? null : name);

/** Keys of the apps that something in this one may wait for: `after`, then the app that provisions it. Each once. */
export function dependenciesOf(app: App): string[] {
  const provisioner = provisionerOf(app);
  return [...new Set(provisioner === null ? app.after : [...app.after, provisioner])];
}

/**
 * Keys so that what others wait for stands before them, else in the order given. Total: of a circle, which `check` refuses, the first stands
 * where it is met.
 */
export function inDependencyOrder(keys: readonly string[], dependencies: (key: string) => readonly string[]): string[] {
  const known = new Set(keys);
  const met = new Set<string>();
  const ordered: string[] = [];
  const visit = (key: string): void => {
    if (met.has(key) || !known.has(key)) return;
    met.add(key);
    for (const other of dependencies(key)) visit(other);
    ordered.push(key);
  };
  for (const key of keys) visit(key);
  return ordered;
}
