import type { FileHandle } from "node:fs/promises";
import { join } from "node:path";
import { type JournalEntry, parseLine } from "./journal-entry.ts";
import { openForRead, type RawLine, readLines } from "./journal-lines.ts";
import { listJournals } from "./journal-name.ts";

/** An entry, or a place in a journal that is none. */
export type JournalItem = JournalLineItem | JournalProblem;

export interface JournalLineItem {
  readonly type: "entry";
  readonly file: string;
  readonly line: number;
  readonly entry: JournalEntry;
}

export interface JournalProblem {
  readonly type: "problem";
  readonly file: string;
  /** 0 when the whole file is meant. */
  readonly line: number;
  /** `torn`: no whole line, left by a killed writer; `unknown-entry`: chained, but of a newer or foreign format. */
  readonly reason: "torn" | "unknown-entry" | "not-a-journal";
  /** The first 200 characters as they are, unescaped. */
  readonly excerpt: string;
}

const EXCERPT_CHARACTERS = 200;

/**
 * The union of all journals in `folder`, ordered by (time_utc, examiner, host, seq); a problem follows the entry before
 * it in its file. Nothing is verified here. Lines are read twice, so that only their places are held in memory.
 */
export async function* readJournals(folder: string): AsyncGenerator<JournalItem> {
  const { journals, ignored } = await listJournals(folder);
  for (const file of ignored) yield { type: "problem", file, line: 0, reason: "not-a-journal", excerpt: "" };

  const places: Place[] = [];
  for (const file of journals) places.push(...(await locateLines(folder, file)));
  yield* readInOrder(folder, places.sort(comparePlaces));
}

/** Where a line lies, and the entry whose place in the order it takes. */
interface Place {
  readonly file: string;
  readonly line: number;
  readonly offset_bytes: number;
  readonly length_bytes: number;
  readonly time_utc: string;
  readonly examiner: string;
  readonly host: string;
  readonly seq: number;
}

async function locateLines(folder: string, file: string): Promise<Place[]> {
  const places: Place[] = [];
  let order = { time_utc: "", examiner: "", host: "", seq: 0 };
  for await (const { line, offset_bytes, bytes, cut } of readLines(join(folder, file))) {
    const entry = cut ? null : (parseLine(bytes)?.entry ?? null);
    if (entry !== null) {
      order = { time_utc: entry.time_utc, examiner: entry.examiner, host: entry.host, seq: entry.seq };
    }
    places.push({ file, line, offset_bytes, length_bytes: bytes.length, ...order });
  }
  return places;
}

function comparePlaces(a: Place, b: Place): number {
  return (
    compareText(a.time_utc, b.time_utc) ||
    compareText(a.examiner, b.examiner) ||
    compareText(a.host, b.host) ||
    a.seq - b.seq ||
    compareText(a.file, b.file) ||
    a.line - b.line
  );
}

// By code unit, never by locale: the same journals give the same order on every machine.
function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

async function* readInOrder(folder: string, places: readonly Place[]): AsyncGenerator<JournalItem> {
  const files = new Map<string, FileHandle>();
  try {
    for (const run of runsOf(places)) {
      const [first, last] = [run[0]!, run.at(-1)!];
      const file = files.get(first.file) ?? (await openForRead(join(folder, first.file)));
      files.set(first.file, file);
      const bytes = Buffer.alloc(last.offset_bytes + last.length_bytes - first.offset_bytes);
      await file.read(bytes, 0, bytes.length, first.offset_bytes);
      for (const { line, offset_bytes, length_bytes } of run) {
        const start = offset_bytes - first.offset_bytes;
        yield toItem({ file: first.file, line, bytes: bytes.subarray(start, start + length_bytes) });
      }
    }
  } finally {
    for (const file of files.values()) await file.close();
  }
}

const RUN_BYTES_MAX = 1024 * 1024;

/** Places that follow on each other in one file, to be read at once: one examiner's lines mostly do. */
function* runsOf(places: readonly Place[]): Generator<readonly Place[]> {
  let run: Place[] = [];
  for (const place of places) {
    const [first, last] = [run[0], run.at(-1)];
    const goesOn =
      first !== undefined &&
      last !== undefined &&
      place.file === last.file &&
      place.offset_bytes === last.offset_bytes + last.length_bytes + 1 &&
      place.offset_bytes + place.length_bytes - first.offset_bytes <= RUN_BYTES_MAX;
    if (!goesOn && run.length > 0) {
      yield run;
      run = [];
    }
    run.push(place);
  }
  if (run.length > 0) yield run;
}

function toItem({ file, line, bytes }: Pick<RawLine, "line" | "bytes"> & { file: string }): JournalItem {
  const parsed = parseLine(bytes);
  if (parsed?.entry) return { type: "entry", file, line, entry: parsed.entry };
  const reason = parsed === null ? "torn" : "unknown-entry";
  return { type: "problem", file, line, reason, excerpt: bytes.toString("utf8").slice(0, EXCERPT_CHARACTERS) };
}
