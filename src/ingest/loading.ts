import { unlinkSync } from "node:fs";
import { appendBatch } from "../store/append-batch.ts";
import type { CaseWriter } from "../store/case-writer.ts";
import { isSelected, type Selection } from "./selection.ts";
import type { Database } from "../store/database.ts";
import { lookUpFiles } from "../store/evidence-manifest.ts";
import { discover, isSystemFile, type Candidate, type DiscoveryProblem, type Excluded } from "./discover.ts";
import { deepest, pathBelow, type EvidenceRoot, type Offer } from "./evidence-root.ts";
import type { FileOutcome, FileTask } from "./file-outcome.ts";
import { ReaderPool, type ShardReply } from "./reader-pool.ts";
import { unreadOutcome } from "./file-outcome.ts";
import { emptyCounts, type FileCounts, type IngestCounts, type RecordCounts } from "./summary.ts";
import { IngestWarnings } from "./warnings.ts";

export interface IngestProgress {
  readonly files_done: number;
  readonly records: number;
  readonly bytes: number;
  readonly elapsed_ms: number;
}

interface LoadingOptions {
  readonly jobs: number;
  readonly readerWorker?: URL;
  readonly excluded: Excluded;
  readonly selection: Selection;
  readonly roots: readonly EvidenceRoot[];
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: IngestProgress) => void;
}

/** Files looked up in the manifest at once. */
const LOOKUP_FILES = 1_000;
/** A reader gets at most so much at once; less at first, so that a small archive too is committed in several steps. */
const TASK_FILES = 32;
const TASK_BYTES = 8 * 1024 * 1024;
const FIRST_TASK_SHARE = 1 / 8;
const TASK_GROWTH = 1.2;
/** Full row groups compress best; smaller batches only bound what a kill can cost. */
const BATCH_ROWS = 122_880;
/** Readers pause when the store falls so far behind. */
const WAITING_ROWS_MAX = 4 * BATCH_ROWS;
const COMMIT_FIRST_MS = 100;
const COMMIT_LAST_MS = 30_000;
/** A kill early on costs little either way; later ones should find whole row groups. */
const COMMIT_GROWTH = 4;
const LEFT_OUT = "left out by its name, at the examiner's wish";
const CHANGED = "differs from the file ingested earlier under this path; both are kept";

/** One run of loading: discovers, hands files to readers, commits what they read. */
export class Loading {
  committed = false;
  private readonly writer: CaseWriter;
  private readonly options: LoadingOptions;
  private readonly pool: ReaderPool;
  private readonly files: FileCounts;
  private readonly records: RecordCounts;
  private readonly warnings = new IngestWarnings();
  private skippedPartial = 0;
  private nextOrdinal = 0;
  private tasks: FileTask[] = [];
  private taskBytes = 0;
  private taskShare = FIRST_TASK_SHARE;
  private bytes = 0;
  private unread: FileOutcome[] = [];
  private readonly started = performance.now();
  private lastCommit = performance.now();
  private commitEvery = COMMIT_FIRST_MS;
  private committing: Promise<void> = Promise.resolve();
  private isCommitting = false;
  private lookups: Database | null = null;

  constructor(writer: CaseWriter, options: LoadingOptions) {
    this.writer = writer;
    this.options = options;
    this.pool = new ReaderPool(options.jobs, writer.folder.shards, options.readerWorker);
    ({ files: this.files, records: this.records } = emptyCounts());
  }

  /** Loads all offers, or what was begun when the signal comes. */
  async load(offers: readonly Offer[]): Promise<IngestCounts> {
    try {
      this.lookups = await this.writer.database.sibling();
      let page: Candidate[] = [];
      for (const candidate of this.candidates(offers)) {
        if ("reason" in candidate) this.reportProblem(candidate);
        else page.push(candidate);
        if (page.length >= LOOKUP_FILES) {
          await this.offer(page);
          page = [];
        }
        if (this.isStopped()) break;
      }
      if (!this.isStopped()) await this.offer(page);
      await this.finish();
    } finally {
      await this.pool.close();
      // After a failure a commit may still run; the case must not be closed under it.
      await this.committing.catch(() => undefined);
      this.lookups?.disconnect();
    }
    return {
      files: this.files,
      records: this.records,
      warnings: this.warnings.sorted(),
      skippedPartial: this.skippedPartial,
    };
  }

  private *candidates(offers: readonly Offer[]): Generator<Candidate | DiscoveryProblem> {
    for (const { start } of offers) yield* discover(start, this.options.excluded);
  }

  private isStopped(): boolean {
    return this.options.signal?.aborted === true;
  }

  /** Sorts out what the case holds already and hands the rest to the readers. */
  private async offer(page: readonly Candidate[]): Promise<void> {
    if (page.length === 0) return;
    const named = page.map(({ absolute, size_bytes }) => ({ absolute, size_bytes, ...this.nameOf(absolute) }));
    const known = await lookUpFiles(this.lookups!, named);
    for (const [i, file] of named.entries()) {
      this.files.offered += 1;
      const problem = known.held.get(i);
      if (problem !== undefined) {
        this.countSkipped(file.path, problem);
        continue;
      }
      const task = { ordinal: this.nextOrdinal, root: file.root, path: file.path, absolute: file.absolute };
      this.nextOrdinal += 1;
      if (isSystemFile(file.absolute)) {
        this.addUnread(unreadOutcome(task, "not_events", "left by an operating system; not read"), file.size_bytes);
        continue;
      }
      if (!isSelected(file.path, this.options.selection)) {
        this.addUnread(unreadOutcome(task, "not_selected", LEFT_OUT), file.size_bytes);
        continue;
      }
      if (known.changed.has(i)) this.warnings.add(file.path, CHANGED, true);
      this.tasks.push(task);
      this.taskBytes += file.size_bytes;
      const share = this.taskShare;
      if (this.tasks.length >= TASK_FILES * share || this.taskBytes >= TASK_BYTES * share) await this.handOut();
      if (this.isStopped()) return;
    }
    this.report();
  }

  private async handOut(): Promise<void> {
    if (this.tasks.length === 0) return;
    await this.pool.read(this.tasks);
    this.tasks = [];
    this.taskBytes = 0;
    this.taskShare = Math.min(1, this.taskShare * TASK_GROWTH);
    await this.commitWhenDue();
  }

  private async commitWhenDue(): Promise<void> {
    const late = performance.now() - this.lastCommit > this.commitEvery;
    if (late && this.pool.waitingRows < BATCH_ROWS) await this.pool.flush();
    if ((late || this.pool.waitingRows >= BATCH_ROWS) && !this.isCommitting) this.startCommit();
    if (this.pool.waitingRows >= WAITING_ROWS_MAX) await this.committing;
  }

  private startCommit(): void {
    this.isCommitting = true;
    this.committing = this.commit().finally(() => {
      this.isCommitting = false;
    });
    // A failure is met by the next one who awaits it; this keeps it from being unhandled until then.
    this.committing.catch(() => undefined);
  }

  private async finish(): Promise<void> {
    if (!this.isStopped()) await this.handOut();
    else this.forgetUnstarted();
    await this.pool.flush();
    await this.committing;
    await this.commit();
  }

  /** After an interrupt, files that no reader has begun are simply not part of this run. */
  private forgetUnstarted(): void {
    this.files.offered -= this.tasks.length;
    this.tasks = [];
  }

  private async commit(): Promise<void> {
    const shards = this.pool.take();
    const outcomes = [...shards.flatMap((shard) => shard.outcomes), ...this.unread];
    this.unread = [];
    if (outcomes.length > 0) await this.commitOutcomes(shards, outcomes);
    this.lastCommit = performance.now();
    this.commitEvery = Math.min(this.commitEvery * COMMIT_GROWTH, COMMIT_LAST_MS);
    this.report();
  }

  private async commitOutcomes(shards: readonly ShardReply[], outcomes: readonly FileOutcome[]): Promise<void> {
    const paths = shards.flatMap((shard) => shard.paths);
    const counts = await appendBatch(this.writer.database, {
      shards: paths,
      files: outcomes.map(({ file }) => file),
      rejected: outcomes.flatMap(({ rejected }) => rejected),
    });
    this.committed = true;
    for (const path of paths) unlinkSync(path);
    for (const { file } of outcomes) {
      this.files[file.status] += 1;
      this.records.seen += file.records;
      this.records.rejected += file.rejected;
      this.bytes += file.inflated_bytes ?? 0;
      if (file.reason !== null && file.status !== "not_selected")
        this.warnings.add(file.path, file.reason, file.status !== "not_events");
    }
    this.records.stored += counts.stored;
    this.records.duplicate += counts.duplicate;
    this.records.replaced += counts.replaced;
  }

  private countSkipped(path: string, problem: string | null): void {
    this.files.skipped += 1;
    if (problem === null) return;
    // A gap stays a gap: it is named each time, and no run that offers the file ends as if there were none.
    this.skippedPartial += 1;
    this.warnings.add(path, `${problem}; skipped, in the case since an earlier ingest`, true);
  }

  private reportProblem({ absolute, reason }: DiscoveryProblem): void {
    this.files.offered += 1;
    const task = { ordinal: this.nextOrdinal, absolute, ...this.nameOf(absolute) };
    this.nextOrdinal += 1;
    this.addUnread(unreadOutcome(task, "unreadable", reason), null);
  }

  /** A file that no reader gets: it still has its row in the manifest. */
  private addUnread({ file, rejected }: FileOutcome, size_bytes: number | null): void {
    this.unread.push({ file: { ...file, size_bytes }, rejected });
  }

  private nameOf(absolute: string): { root: string; path: string } {
    const root = deepest(this.options.roots, absolute)!;
    return { root: root.root, path: pathBelow(root, absolute) };
  }

  private report(): void {
    const { imported, partial, not_events, unsupported, unreadable, skipped, not_selected } = this.files;
    this.options.onProgress?.({
      files_done: imported + partial + not_events + unsupported + unreadable + skipped + not_selected,
      records: this.records.seen,
      bytes: this.bytes,
      elapsed_ms: performance.now() - this.started,
    });
  }
}
