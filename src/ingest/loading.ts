import { unlinkSync } from "node:fs";
import { join } from "node:path";
import { appendBatch, type BatchCounts } from "../store/append-batch.ts";
import type { CaseWriter } from "../store/case-writer.ts";
import { CommitPace } from "./commit-pace.ts";
import { isSelected, type Selection } from "./selection.ts";
import type { Database } from "../store/database.ts";
import { ownFileOf } from "../manifest/own-files.ts";
import { lookUpFiles } from "../store/evidence-manifest.ts";
import { reconcileCopies } from "../store/reconcile-copies.ts";
import { discover, isSystemFile, type Candidate, type DiscoveryProblem, type Excluded } from "./discover.ts";
import { deepest, pathBelow, type EvidenceRoot, type Offer } from "./evidence-root.ts";
import { knownMembers, skippedMembers, unreadOutcome, type FileOutcome, type FileTask } from "./file-outcome.ts";
import { FoundManifests } from "./found-manifests.ts";
import { IngestTally, type IngestProgress } from "./ingest-tally.ts";
import { readParquetFiles } from "./read-parquet.ts";
import { ReaderPool, type ShardReply } from "./reader-pool.ts";
import { WAITING_ROWS_MAX } from "./reader-protocol.ts";
import type { IngestCounts } from "./summary.ts";

export type { IngestProgress } from "./ingest-tally.ts";

interface LoadingOptions {
  readonly jobs: number;
  readonly readerWorker?: URL;
  readonly excluded: Excluded;
  readonly selection: Selection;
  readonly roots: readonly EvidenceRoot[];
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: IngestProgress) => void;
  /** Rows of a batch, and rows that may wait for the store before readers pause. */
  readonly limits?: { readonly batchRows: number; readonly waitingRows: number };
}

/** Files looked up in the manifest at once; a quarter of those known, since each look goes over all of them. */
const LOOKUP_FILES_MIN = 1_000;
const LOOKUP_FILES_MAX = 50_000;
/** Files that no reader gets are committed too before they are many. */
const UNREAD_MAX = 20_000;
/** A reader gets at most so much at once; less at first, so that a small archive too is committed in several steps. */
const TASK_FILES = 32;
const TASK_BYTES = 8 * 1024 * 1024;
const FIRST_TASK_SHARE = 1 / 8;
const TASK_GROWTH = 1.2;
const LEFT_OUT = "left out by its name, at the examiner's wish";
const CHANGED = "differs from the file ingested earlier under this path; both are kept";

/** One run of loading: discovers, hands files to readers, commits what they read. */
export class Loading {
  committed = false;
  /** Those that were come across so far. */
  readonly manifests = new FoundManifests();
  private readonly writer: CaseWriter;
  private readonly options: LoadingOptions;
  private readonly pool: ReaderPool;
  private readonly tally = new IngestTally();
  private nextOrdinal = 0;
  private tasks: FileTask[] = [];
  private taskBytes = 0;
  private taskShare = FIRST_TASK_SHARE;
  private unread: FileOutcome[] = [];
  private readonly pace: CommitPace;
  private readonly waitingRowsMax: number;
  private committing: Promise<void> = Promise.resolve();
  private isCommitting = false;
  private lookups: Database | null = null;

  constructor(writer: CaseWriter, options: LoadingOptions) {
    this.writer = writer;
    this.options = options;
    this.pool = new ReaderPool(options.jobs, writer.folder.shards, {
      workerFile: options.readerWorker,
      selection: options.selection,
      onShard: () => this.commitWhileReading(),
    });
    this.pace = new CommitPace(options.limits?.batchRows);
    this.waitingRowsMax = options.limits?.waitingRows ?? WAITING_ROWS_MAX;
  }

  /** Loads all offers, or what was begun when the signal comes. */
  async load(offers: readonly Offer[]): Promise<IngestCounts> {
    this.options.signal?.addEventListener("abort", () => this.pool.stop(), { once: true });
    try {
      this.lookups = await this.writer.database.sibling();
      const pageFiles = await this.lookupFiles();
      let page: Candidate[] = [];
      for (const offer of offers) this.manifests.addAbove(offer);
      for (const candidate of this.candidates(offers)) {
        if ("reason" in candidate) this.reportProblem(candidate);
        else page.push(candidate);
        if (page.length >= pageFiles) {
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
    return this.tally.result();
  }

  private async lookupFiles(): Promise<number> {
    const known = Number(await this.writer.database.value("SELECT count(*) FROM evidence_files"));
    return Math.min(LOOKUP_FILES_MAX, Math.max(LOOKUP_FILES_MIN, Math.ceil(known / 4)));
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
      this.tally.files.offered += 1;
      this.noteManifests(file, known.members.get(i) ?? [], known.held.has(i));
      const problem = known.held.get(i);
      if (problem !== undefined) {
        this.tally.countSkipped(file.path, problem);
        this.tally.countSkippedMembers(skippedMembers(file.path, known.members.get(i) ?? []));
        continue;
      }
      const members = known.members.get(i);
      const task = {
        ordinal: this.nextOrdinal,
        root: file.root,
        path: file.path,
        absolute: file.absolute,
        ...(members === undefined ? {} : { known: knownMembers(members) }),
      };
      this.nextOrdinal += 1;
      if (isSystemFile(file.absolute)) {
        this.addUnread(unreadOutcome(task, "not_events", "left by an operating system; not read"), file.size_bytes);
        continue;
      }
      const own = ownFileOf(file.path);
      if (own?.kind === "leftover") {
        this.addUnread(unreadOutcome(task, "not_events", `${own.what}; not read`), file.size_bytes);
        continue;
      }
      if (!isSelected(file.path, this.options.selection)) {
        this.addUnread(unreadOutcome(task, "not_selected", LEFT_OUT), file.size_bytes);
        continue;
      }
      // A manifest grows with every sync; its chain says whether more than that happened to it.
      if (known.changed.has(i) && own?.kind !== "manifest") this.tally.warnings.add(file.path, CHANGED, true);
      this.tasks.push(task);
      this.taskBytes += file.size_bytes;
      const share = this.taskShare;
      if (this.tasks.length >= TASK_FILES * share || this.taskBytes >= TASK_BYTES * share) await this.handOut();
      if (this.isStopped()) return;
    }
    if (this.unread.length >= UNREAD_MAX) {
      while (this.isCommitting) await this.committing;
      this.startCommit();
    }
    this.report();
  }

  /** Of a file in a folder, and of the members of an archive. */
  private noteManifests(
    file: { readonly root: string; readonly path: string },
    members: readonly { readonly member_path: string | null; readonly sha256_stored: string | null }[],
    isHeld: boolean,
  ): void {
    const root = this.rootOf(file.root);
    this.manifests.addFile(root, file.path);
    for (const { member_path, sha256_stored } of members) {
      if (member_path !== null) this.manifests.addMember(root, { path: file.path, member_path, sha256_stored }, isHeld);
    }
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
    const isLate = this.pace.isLate;
    if (isLate && this.pool.waitingRows < this.pace.batchRows) await this.pool.flush();
    if ((isLate || this.pool.waitingRows >= this.pace.batchRows) && !this.isCommitting) this.startCommit();
    if (this.pool.waitingRows >= this.waitingRowsMax) await this.committing;
  }

  /** One archive can hold more than a batch: its members are committed while the reader is at it. */
  private commitWhileReading(): void {
    const { waitingRows } = this.pool;
    const isDue = waitingRows >= this.pace.batchRows || (this.pace.isLate && waitingRows > 0);
    if (isDue && !this.isCommitting) this.startCommit();
  }

  private startCommit(): void {
    this.isCommitting = true;
    this.committing = this.commit().finally(() => {
      this.isCommitting = false;
    });
    // A failure is met by the next one who awaits this, or who waits for readers that wait for the store.
    this.committing.then(
      () => this.commitWhileReading(),
      (error: Error) => this.pool.fail(error),
    );
  }

  private async finish(): Promise<void> {
    if (!this.isStopped()) await this.handOut();
    else this.forgetUnstarted();
    await this.pool.flush();
    do {
      // One commit can start the next.
      while (this.isCommitting) await this.committing;
      await this.commit();
    } while (this.pool.hasShards);
    if (!this.committed && !this.writer.resumed) return;
    const { moved, replaced } = await reconcileCopies(this.writer.database, { everything: this.writer.resumed });
    this.tally.countRecords({ stored: -moved, duplicate: moved, replaced });
  }

  /** After an interrupt, files that no reader has begun are simply not part of this run. */
  private forgetUnstarted(): void {
    this.tally.files.offered -= this.tasks.length;
    this.tasks = [];
  }

  private async commit(): Promise<void> {
    const shards = this.pool.take(this.pace.batchRows);
    for (const { abandoned } of shards) this.tally.files.offered -= abandoned.length;
    const reported = [...shards.flatMap((shard) => shard.outcomes), ...this.unread];
    this.unread = [];
    const { outcomes, paths } = await readParquetFiles(reported, {
      shardFolder: this.writer.folder.shards,
      absoluteOf: ({ file }) => this.absoluteOf(file),
    });
    if (paths.length > 0) shards.push({ paths, rows: 0, outcomes: [], abandoned: [] });
    const nothing: BatchCounts = { stored: 0, duplicate: 0, replaced: 0 };
    this.pace.committed(outcomes.length > 0 ? await this.commitOutcomes(shards, outcomes) : nothing);
    this.report();
  }

  private async commitOutcomes(shards: readonly ShardReply[], outcomes: readonly FileOutcome[]): Promise<BatchCounts> {
    const paths = shards.flatMap((shard) => shard.paths);
    const counts = await appendBatch(this.writer.database, {
      shards: paths,
      files: outcomes.map(({ file }) => file),
      rejected: outcomes.flatMap(({ rejected }) => rejected),
    });
    this.committed = true;
    for (const path of paths) unlinkSync(path);
    for (const outcome of outcomes) {
      this.tally.countOutcome(outcome);
      this.noteManifests(outcome.file, [outcome.file], false);
    }
    this.tally.countRecords(counts);
    return counts;
  }

  private reportProblem({ absolute, reason }: DiscoveryProblem): void {
    this.tally.files.offered += 1;
    const task = { ordinal: this.nextOrdinal, absolute, ...this.nameOf(absolute) };
    this.nextOrdinal += 1;
    this.addUnread(unreadOutcome(task, "unreadable", reason), null);
  }

  /** A file that no reader gets: it still has its row in the manifest. */
  private addUnread({ file, rejected }: FileOutcome, size_bytes: number | null): void {
    this.unread.push({ file: { ...file, size_bytes }, rejected });
  }

  private absoluteOf({ root, path }: { readonly root: string; readonly path: string }): string {
    return join(this.rootOf(root).mounted_at, ...path.split("/"));
  }

  private rootOf(root: string): EvidenceRoot {
    return this.options.roots.find((candidate) => candidate.root === root)!;
  }

  private nameOf(absolute: string): { root: string; path: string } {
    const root = deepest(this.options.roots, absolute)!;
    return { root: root.root, path: pathBelow(root, absolute) };
  }

  private report(): void {
    this.options.onProgress?.(this.tally.progress());
  }
}
