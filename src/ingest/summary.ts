import type { Provenance } from "./provenance.ts";
import type { CaseSpan } from "../store/evidence-manifest.ts";

/** offered = the sum of the other counts. */
export interface FileCounts {
  offered: number;
  imported: number;
  partial: number;
  not_events: number;
  unsupported: number;
  unreadable: number;
  /** In the case already: same root, path and size; not hashed again. */
  skipped: number;
  not_selected: number;
}

/** seen = stored + duplicate + rejected. */
export interface RecordCounts {
  seen: number;
  stored: number;
  duplicate: number;
  rejected: number;
  /** Rows of earlier files that are now shown from a better copy. */
  replaced: number;
}

export interface IngestWarning {
  readonly file: string;
  readonly reason: string;
  /** False for files that are simply no log files, such as digests. */
  readonly isProblem: boolean;
}

export interface IngestCounts {
  readonly files: FileCounts;
  readonly records: RecordCounts;
  readonly warnings: readonly IngestWarning[];
  /** Of the skipped files, those that the case holds in part only. */
  readonly skippedPartial: number;
}

/** What one ingest did; the span is that of the whole case afterwards. */
export interface IngestSummary extends IngestCounts, CaseSpan {
  readonly case: string;
  /** Null when no manifest of `coldtrail sync` was come across, or the run was stopped. */
  readonly provenance: Provenance | null;
  readonly elapsed_ms: number;
}

export function emptyCounts(): { files: FileCounts; records: RecordCounts } {
  return {
    files: {
      offered: 0,
      imported: 0,
      partial: 0,
      not_events: 0,
      unsupported: 0,
      unreadable: 0,
      skipped: 0,
      not_selected: 0,
    },
    records: { seen: 0, stored: 0, duplicate: 0, rejected: 0, replaced: 0 },
  };
}
