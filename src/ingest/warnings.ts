import type { IngestWarning } from "./summary.ts";

/** So many files are named; the rest are counted, and all of them are in `evidence list`. */
const PROBLEMS_MAX = 10_000;
/** A trail has thousands of digest files: of files with the same reason a few are enough. */
const SAME_REASON_MAX = 20;

/** Collects what there is to say of single files, bounded in memory. */
export class IngestWarnings {
  private readonly problems: IngestWarning[] = [];
  private moreProblems = 0;
  private readonly others = new Map<string, { files: string[]; more: number }>();

  add(file: string, reason: string, isProblem: boolean): void {
    if (!isProblem) this.addOther(file, reason);
    else if (this.problems.length < PROBLEMS_MAX) this.problems.push({ file, reason, isProblem });
    else this.moreProblems += 1;
  }

  /** Problems first, each part in the order of paths. */
  sorted(): IngestWarning[] {
    const others = [...this.others].flatMap(([reason, { files, more }]) => [
      ...files.map((file) => ({ file, reason, isProblem: false })),
      ...(more > 0 ? [{ file: moreFiles(more), reason, isProblem: false }] : []),
    ]);
    const rest = { file: moreFiles(this.moreProblems), reason: "see `coldtrail evidence list`", isProblem: true };
    return [...this.problems.toSorted(byFile), ...(this.moreProblems > 0 ? [rest] : []), ...others.toSorted(byFile)];
  }

  private addOther(file: string, reason: string): void {
    const same = this.others.get(reason) ?? { files: [], more: 0 };
    this.others.set(reason, same);
    if (same.files.length < SAME_REASON_MAX) same.files.push(file);
    else same.more += 1;
  }
}

function moreFiles(n: number): string {
  return `(${n} more files)`;
}

function byFile(a: IngestWarning, b: IngestWarning): number {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return a.reason < b.reason ? -1 : 1;
}
