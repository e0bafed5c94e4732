import { join } from "node:path";
import { ParquetFileError, readParquetRows } from "../store/parquet-rows.ts";
import { hashOf, openEvidence, reasonOf } from "./evidence-bytes.ts";
import type { FileOutcome, FileTask } from "./file-outcome.ts";
import { FileReading, type Sink } from "./file-reading.ts";
import { finishShapes } from "./read-content.ts";
import { Shard } from "./shard.ts";
import { viewOf } from "./shapes/json-view.ts";
import { Sifting } from "./shapes/sifting.ts";
import { openRow } from "./shapes/table-row.ts";
import { follow } from "./shapes/unwrap.ts";

/*
 * Parquet is read by the engine, and only the main thread may talk to it: a reader reports such a file as one that it
 * cannot read, and it is read here before its batch is committed.
 */

const ROWS_PER_SHARD = 61_440;
const BYTES_PER_SHARD = 96 * 1024 * 1024;

/** What became of some files, and the shards that hold their rows. */
export interface ReadParquetFiles {
  readonly outcomes: FileOutcome[];
  readonly paths: string[];
}

/** True for a file, not a member of an archive, that a reader left because it is Parquet. */
export function isParquet({ file }: FileOutcome): boolean {
  return (
    file.status === "unsupported" &&
    file.member_path === null &&
    file.container === "" &&
    file.reason?.startsWith("Parquet ") === true
  );
}

/** Reads the Parquet files among those that readers reported; all other outcomes are given back as they are. */
export async function readParquetFiles(
  reported: readonly FileOutcome[],
  options: { readonly shardFolder: string; readonly absoluteOf: (outcome: FileOutcome) => string },
): Promise<ReadParquetFiles> {
  const outcomes: FileOutcome[] = [];
  const paths: string[] = [];
  for (const outcome of reported) {
    if (isParquet(outcome)) {
      const shard = new Shard();
      const writeShard = (): void => {
        if (shard.rowCount === 0) return;
        const path = join(options.shardFolder, `parquet-${outcome.file.ordinal}-${paths.length}.parquet`);
        shard.write(path);
        paths.push(path);
      };
      const sink: Sink = (row) => {
        shard.append(row);
        if (shard.rowCount >= ROWS_PER_SHARD || shard.size_bytes >= BYTES_PER_SHARD) writeShard();
      };
      const { file } = outcome;
      const task = { ordinal: file.ordinal, root: file.root, path: file.path, absolute: options.absoluteOf(outcome) };
      outcomes.push(await readParquet(task, outcome, sink));
      writeShard();
    } else outcomes.push(outcome);
  }
  return { outcomes, paths };
}

/** Reads one Parquet file whose size and hash a reader has found out. Throws only what the sink throws. */
export async function readParquet(task: FileTask, { file }: FileOutcome, sink: Sink): Promise<FileOutcome> {
  const reading = new FileReading(task, sink);
  reading.size_bytes = file.size_bytes;
  reading.sha256_stored = file.sha256_stored;
  reading.modified_at = file.modified_at;
  if (file.sha256_stored !== null) reading.inflated({ length: file.size_bytes ?? 0 }, file.sha256_stored);
  const sifting = new Sifting();
  let row = 0;
  try {
    for await (const texts of readParquetRows(task.absolute)) {
      for (const text of texts) {
        takeRow(reading, sifting, { text, row });
        row += 1;
      }
      if (sifting.isHopeless) break;
    }
    // The engine opened the file anew: what it read must be what was hashed.
    if (hashNow(task.absolute) !== file.sha256_stored) sifting.problem("the file changed while it was read");
  } catch (error) {
    const reason = error instanceof ParquetFileError ? error.message : reasonOf(error as NodeJS.ErrnoException);
    if (!(error instanceof ParquetFileError) && (error as NodeJS.ErrnoException).syscall === undefined) throw error;
    if (row === 0) return reading.finish("unreadable", `Parquet that cannot be read: ${reason}`);
    sifting.problem(`the rest of the Parquet file cannot be read: ${reason}`);
  }
  if (row === 0) sifting.beginPage("Parquet");
  for (const item of sifting.finish()) reading.take(item);
  return finishShapes(reading, { damage: null, note: null }, sifting.result());
}

const ROW = { hops: ["Parquet row"], fidelity: null, trace: null };
const AS_COLUMNS = { format: "flat-columns", isTable: true } as const;

function takeRow(reading: FileReading, sifting: Sifting, { text, row }: { text: string; row: number }): void {
  const view = viewOf(text);
  if (view === null) return;
  for (const step of openRow(view, AS_COLUMNS)) {
    // Where bytes of a row stand in the file says nothing; its number does.
    for (const found of follow(step, ROW)) for (const item of sifting.take(found, row)) reading.take(item);
  }
}

function hashNow(path: string): string {
  const file = openEvidence(path);
  try {
    return hashOf(file);
  } finally {
    file.close();
  }
}
