import { createHash } from "node:crypto";
import { open, rename, rm, writeFile } from "node:fs/promises";
import { InterruptedError } from "../../errors.ts";
import { formatResult, type TextFormat } from "../../export/write-result.ts";
import type { MarkBook } from "../../journal/mark-book.ts";
import { prepareCase } from "../../queries/case-views.ts";
import { parseScope } from "../../queries/scope.ts";
import { countAbsentEvents, loadMarked, selectMarked } from "../../timeline/marked.ts";
import { parseSeeds } from "../../timeline/seeds.ts";
import { notesAsJson, notesInLines, timelineNotes } from "../../timeline/timeline-notes.ts";
import { runTimeline } from "../../timeline/timeline.ts";
import { journalExport } from "./journal-export.ts";
import type { ServiceContext } from "./service-context.ts";

export interface WrittenTimeline {
  readonly n_rows: number;
  readonly size_bytes: number;
}

export interface TimelineTarget {
  readonly path: string;
  readonly format: TextFormat;
  /** Only what has this tag; null for all. */
  readonly tag: string | null;
}

/**
 * Writes what `coldtrail timeline --marked -o` writes, byte for byte: the timeline of the marks as they stand now, over
 * the whole case. The journal gets a line of its own for it. Throws QueryError, and Error for what the file system says.
 */
export async function writeMarkedTimeline(
  context: ServiceContext,
  book: MarkBook,
  { path, format, tag, signal }: TimelineTarget & { readonly signal: AbortSignal },
): Promise<WrittenTimeline> {
  const started = performance.now();
  const marked = selectMarked(book, { tags: tag === null ? [] : [tag], withEntities: false });
  const scope = parseScope({});
  const seeds = parseSeeds({});
  const reader = await context.openedCase().reader.sibling(async (database) => {
    await prepareCase(database, scope, context.caseFacts().folder);
    await loadMarked(database, marked);
  });
  const stop = (): void => reader.interrupt();
  signal.addEventListener("abort", stop, { once: true });
  try {
    const n_absent = await countAbsentEvents(reader);
    const options = { seeds, profile: "brief", localTime: null, limit: null, marked } as const;
    const { result, counts } = await runTimeline(reader, options);
    const notes = (): ReturnType<typeof timelineNotes> =>
      timelineNotes({ counts }, { seeds, scope, marked: { marked, n_absent } });
    const pieces = formatResult(format, result, { width: null, footer: () => notesInLines(notes()), meta: notes });
    const { size_bytes, sha256 } = await writeWhole(path, pieces, signal);
    if (format === "csv" || format === "jsonl") await writeFile(`${path}.meta.json`, notesAsJson(notes()));
    const elapsed_ms = Math.round(performance.now() - started);
    await journalExport(context.caseFacts(), { exported: "timeline --marked", rows: counts.rows, sha256, elapsed_ms });
    return { n_rows: counts.rows, size_bytes };
  } catch (error) {
    if (!signal.aborted) throw error;
    throw new InterruptedError({ what: "Stopped", where: path, fix: "Nothing was written." });
  } finally {
    signal.removeEventListener("abort", stop);
    reader.close();
  }
}

/** Writes beside the place and renames at the end, so that the file is there whole or not at all. */
async function writeWhole(
  path: string,
  pieces: AsyncIterable<string>,
  signal: AbortSignal,
): Promise<{ size_bytes: number; sha256: string }> {
  const part = `${path}.${process.pid}.part`;
  const hash = createHash("sha256");
  let size_bytes = 0;
  const file = await open(part, "wx");
  try {
    for await (const piece of pieces) {
      signal.throwIfAborted();
      hash.update(piece);
      size_bytes += (await file.write(piece)).bytesWritten;
    }
    await file.close();
    await rename(part, path);
  } catch (error) {
    await file.close();
    await rm(part, { force: true });
    throw error;
  }
  return { size_bytes, sha256: hash.digest("hex") };
}
