import { existsSync, realpathSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { OverlapError } from "../errors.ts";
import type { CaseFolder } from "../store/case-folder.ts";
import { inodeOf } from "./discover.ts";
import { isInside } from "./evidence-root.ts";

/** Refuses a case inside its evidence, or evidence inside its case: reading the one would change the other. */
export function refuseOverlap(paths: readonly string[], caseFolder: string): void {
  const caseReal = realOrPlanned(caseFolder);
  for (const path of paths) {
    if (!existsSync(path)) continue;
    const real = realpathSync(path);
    const folder = statSync(real).isDirectory() ? real : dirname(real);
    if (isInside(caseReal, folder) && (statSync(real).isDirectory() || caseReal === folder)) {
      throw overlap("The case would lie inside the evidence", caseReal, real);
    }
    if (isInside(real, caseReal)) throw overlap("The evidence lies inside the case", real, caseReal);
  }
}

/** Inodes that discovery must never open, whatever links lead to them. */
export function excludeCase(folder: CaseFolder): Set<string> {
  const inodes = [folder.folder, folder.published, folder.next, folder.lock, `${folder.next}.wal`].map(inodeOf);
  return new Set(inodes.filter((inode) => inode !== null));
}

function overlap(what: string, where: string, within: string): OverlapError {
  return new OverlapError({
    what,
    where: `${where} (in ${within})`,
    fix: "Put the case elsewhere with --case DIR, outside the evidence: evidence is never written to.",
  });
}

/** Real path of a folder that may not be there yet: that of its nearest parent, and the rest. */
function realOrPlanned(path: string): string {
  const absolute = resolve(path);
  if (existsSync(absolute)) return realpathSync(absolute);
  const parent = dirname(absolute);
  return parent === absolute ? absolute : join(realOrPlanned(parent), basename(absolute));
}
