import type { SourceImport } from "./source-imports.ts";

/** Returns the files of one circle, the first repeated at the end, or null. */
export function findImportCycle(edges: readonly SourceImport[]): string[] | null {
  const targets = Map.groupBy(edges, ({ from }) => from);
  const finished = new Set<string>();

  function visit(file: string, trail: readonly string[]): string[] | null {
    if (trail.includes(file)) return [...trail.slice(trail.indexOf(file)), file];
    if (finished.has(file)) return null;
    for (const { to } of targets.get(file) ?? []) {
      const cycle = visit(to, [...trail, file]);
      if (cycle !== null) return cycle;
    }
    finished.add(file);
    return null;
  }

  for (const file of targets.keys()) {
    const cycle = visit(file, []);
    if (cycle !== null) return cycle;
  }
  return null;
}
