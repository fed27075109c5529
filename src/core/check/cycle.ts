/**
 * Every elementary way around found in a graph by one depth-first walk without recursion, each once, beginning at its smallest name.
 * `next` gives the successors of a name; names without successors may be unknown.
 */
export function findCycles(names: readonly string[], next: (name: string) => readonly string[]): string[][] {
  const state = new Map<string, "open" | "done">();
  const cycles = new Map<string, string[]>();
  for (const start of names) {
    if (state.has(start)) continue;
    const path: { name: string; rest: string[] }[] = [{ name: start, rest: [...next(start)] }];
    state.set(start, "open");
    while (path.length > 0) {
      const top = path.at(-1)!;
      const child = top.rest.shift();
      if (child === undefined) {
        state.set(top.name, "done");
        path.pop();
      } else if (state.get(child) === "open") {
        const loop = path.slice(path.findIndex((p) => p.name === child)).map((p) => p.name);
        const smallest = loop.indexOf(loop.reduce((a, b) => (a < b ? a : b)));
        const turned = [...loop.slice(smallest), ...loop.slice(0, smallest)];
        cycles.set(turned.join("\u0000"), turned);
      } else if (!state.has(child)) {
        state.set(child, "open");
        path.push({ name: child, rest: [...next(child)] });
      }
    }
  }
  return [...cycles.values()];
}
