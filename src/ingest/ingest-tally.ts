import type { BatchCounts } from "../store/append-batch.ts";
import { shownName, type FileOutcome, type SkippedMembers } from "./file-outcome.ts";
import { emptyCounts, type FileCounts, type IngestCounts, type RecordCounts } from "./summary.ts";
import { IngestWarnings } from "./warnings.ts";

/** Where an ingest stands. */
export interface IngestProgress {
  readonly files_done: number;
  readonly records: number;
  /** Inflated bytes read. */
  readonly bytes: number;
  readonly elapsed_ms: number;
}

/** Counts what becomes of the files and records of one run. */
export class IngestTally {
  readonly warnings = new IngestWarnings();
  readonly files: FileCounts;
  private readonly records: RecordCounts;
  private skippedPartial = 0;
  private bytes = 0;
  private readonly started = performance.now();

  constructor() {
    ({ files: this.files, records: this.records } = emptyCounts());
  }

  /** A file that is in the case now. */
  countOutcome({ file, skipped }: FileOutcome): void {
    if (file.member_path !== null) this.files.offered += 1;
    if (skipped !== undefined) this.countSkippedMembers(skipped);
    this.files[file.status] += 1;
    this.records.seen += file.records;
    this.records.rejected += file.rejected;
    this.bytes += file.inflated_bytes ?? 0;
    if (file.reason !== null && file.status !== "not_selected")
      this.warnings.add(shownName(file), file.reason, file.status !== "not_events");
  }

  countRecords({ stored, duplicate, replaced }: BatchCounts): void {
    this.records.stored += stored;
    this.records.duplicate += duplicate;
    this.records.replaced += replaced;
  }

  countSkippedMembers({ count, problems }: SkippedMembers): void {
    this.files.offered += count;
    this.files.skipped += count - problems.length;
    for (const { name, reason } of problems) this.countSkipped(name, reason);
  }

  /** A file that the case holds; `problem` says what is wrong with it there. */
  countSkipped(path: string, problem: string | null): void {
    this.files.skipped += 1;
    if (problem === null) return;
    // A gap stays a gap: it is named each time, and no run that offers the file ends as if there were none.
    this.skippedPartial += 1;
    this.warnings.add(path, `${problem}; skipped, in the case since an earlier ingest`, true);
  }

  progress(): IngestProgress {
    const { imported, partial, not_events, unsupported, unreadable, skipped, not_selected } = this.files;
    return {
      files_done: imported + partial + not_events + unsupported + unreadable + skipped + not_selected,
      records: this.records.seen,
      bytes: this.bytes,
      elapsed_ms: performance.now() - this.started,
    };
  }

  result(): IngestCounts {
    const { files, records, warnings, skippedPartial } = this;
    return { files, records, warnings: warnings.sorted(), skippedPartial };
  }
}
