import { hash } from "node:crypto";
import { compactText } from "../cloudtrail/json-tokens.ts";
import { poorerFidelity, type Fidelity } from "../cloudtrail/source-fidelity.ts";
import type { FileStatus, ReadFile, RejectedRecord } from "../store/evidence-file.ts";
import { eventRow, type ShardValue } from "./event-row.ts";
import type { TrailSink } from "./fast/trail-sink.ts";
import { evidenceName, nameColumns, type FileOutcome, type FileTask } from "./file-outcome.ts";
import type { RecordItem } from "./record-reader.ts";
import type { Origin } from "./shapes/sifting.ts";

/** Takes the rows of the records that are read, in their order. */
export interface Sink {
  (row: readonly ShardValue[]): void;
  /** A way for records that need no row of values; absent where every record is wanted as one. */
  readonly trail?: TrailSink;
}

const EXCERPT_CHARS = 300;
const TRAIL_ORIGIN: Origin = { wrapping: "Records[]", fidelity: "trail" };

/** Everything known of a file while it is read. */
export class FileReading {
  readonly task: FileTask;
  container = "";
  sha256_stored: string | null = null;
  size_bytes: number | null = null;
  modified_at: bigint | null = null;
  records = 0;
  readonly rejected: RejectedRecord[] = [];
  readonly notes = new Set<string>();
  private sha256_inflated: string | null = null;
  private inflated_bytes: number | null = null;
  /** The poorest source among the records. */
  private fidelity: Fidelity | null = null;
  /** What the first record is wrapped in; null until there is one. */
  private wrapping: string | null = null;
  private readonly sink: Sink;
  private readonly keyless = new Map<string, number>();

  constructor(task: FileTask, sink: Sink) {
    this.task = task;
    this.sink = sink;
  }

  /** What was inside the file's own containers, and its SHA-256. */
  inflated(bytes: { readonly length: number }, hash: string): void {
    this.sha256_inflated = hash;
    this.inflated_bytes = bytes.length;
  }

  take(item: Exclude<RecordItem, { kind: "end" }>): void {
    const record_index = this.records;
    this.records += 1;
    const reason = item.kind === "broken" ? item.reason : rejectionOf(item);
    if (reason !== null) {
      const text = item.kind === "broken" ? item.text : item.text.slice(item.node.start, item.node.end);
      const excerpt = text.slice(0, EXCERPT_CHARS).toWellFormed();
      this.rejected.push({ ordinal: this.task.ordinal, record_index, byte_offset: item.byteOffset, reason, excerpt });
    } else if (item.kind === "record" && item.node.kind === "object") {
      this.noteOrigin(item.origin);
      const { ordinal } = this.task;
      const { wrapping, fidelity: source_fidelity, lacksErrors = false } = item.origin ?? TRAIL_ORIGIN;
      const place = {
        ordinal,
        record_index,
        source_fidelity,
        wrapping: wrapping === this.wrapping ? null : wrapping,
        lacksErrors,
        keyless: this.keyless,
      };
      this.sink(eventRow(item.text, item.node, place));
      this.noteVersion(item);
    }
  }

  /** Where ordinary records of a trail file may go without `take`. */
  get trailSink(): TrailSink | null {
    return this.sink.trail ?? null;
  }

  /** Counts a record that went to `trailSink`. */
  noteTaken(): void {
    this.records += 1;
    this.noteOrigin(TRAIL_ORIGIN);
  }

  finish(status: FileStatus, reason: string | null): FileOutcome {
    const { task } = this;
    const file: ReadFile = {
      ordinal: task.ordinal,
      root: task.root,
      path: task.path,
      member_path: task.member_path ?? null,
      container: this.container,
      size_bytes: this.size_bytes,
      sha256_stored: this.sha256_stored,
      sha256_inflated: this.sha256_inflated,
      inflated_bytes: this.inflated_bytes,
      modified_at: this.modified_at,
      ...nameColumns(evidenceName(task)),
      status,
      reason,
      records: this.records,
      rejected: this.rejected.length,
      source_fidelity: status === "imported" || status === "partial" ? (this.fidelity ?? "trail") : null,
      wrapping: this.wrapping,
    };
    return { file, rejected: this.rejected };
  }

  private noteOrigin({ wrapping, fidelity }: Origin = TRAIL_ORIGIN): void {
    this.wrapping ??= wrapping;
    this.fidelity = this.fidelity === null ? fidelity : poorerFidelity(this.fidelity, fidelity);
  }

  private noteVersion(item: RecordItem): void {
    if (item.kind !== "record" || item.node.kind !== "object") return;
    const version = item.node.values[item.node.keys.findIndex((key) => key.value === "eventVersion")];
    if (version?.kind === "string" && /^\d+\./.test(version.value) && !version.value.startsWith("1.")) {
      this.notes.add(`records of eventVersion ${version.value}, newer than any known`);
    }
  }
}

function rejectionOf(item: Extract<RecordItem, { kind: "record" }>): string | null {
  if (item.node.kind === "object") return null;
  return `not an object: ${compactText(item.text, item.node).slice(0, 40)}`;
}

/** Lower-case hex. */
export function sha256(bytes: Uint8Array): string {
  // Without the object of `createHash`, which for small files costs more than hashing.
  return hash("sha256", bytes);
}
