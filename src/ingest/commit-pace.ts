import { ROW_GROUP_ROWS } from "../store/append-batch.ts";

const COMMIT_FIRST_MS = 100;
const COMMIT_LAST_MS = 30_000;
/** A kill early on costs little either way; what is committed later should fill row groups. */
const COMMIT_GROWTH = 20;
/** A batch grows by so many rows at most to make up for copies: readers wait for it, and it is sorted in memory. */
const GROWTH_MAX = 2;
/** Shards end with whole files, and one of them may have a few copies. */
const SLACK = 1.01;

/**
 * When to commit, and how much. Only a batch of which a whole row group is stored is written once (see `append-batch`),
 * so where much of the evidence is there twice, batches are larger. Time bounds what a kill can cost.
 */
export class CommitPace {
  private readonly rowGroup: number;
  private last = performance.now();
  private every = COMMIT_FIRST_MS;
  private copied = 0;

  constructor(rowGroup = ROW_GROUP_ROWS) {
    this.rowGroup = rowGroup;
  }

  /** Rows to wait for, and to take. */
  get batchRows(): number {
    return Math.ceil(this.rowGroup * Math.min(GROWTH_MAX, SLACK / Math.max(1 - this.copied, 1 / GROWTH_MAX)));
  }

  get isLate(): boolean {
    return performance.now() - this.last > this.every;
  }

  /** Learns from a commit. */
  committed(counts: { readonly stored: number; readonly duplicate: number }): void {
    const rows = counts.stored + counts.duplicate;
    if (rows > 0) this.copied = counts.duplicate / rows;
    this.last = performance.now();
    this.every = Math.min(this.every * COMMIT_GROWTH, COMMIT_LAST_MS);
  }
}
