import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { open, rename, rm } from "node:fs/promises";
import { formatResult, TEXT_FORMATS, type FormatOptions, type TextFormat } from "../../export/write-result.ts";
import type { ResultTable } from "../../store/result-table.ts";
import { CaseError, UsageError } from "../../errors.ts";
import type { ExportedFile } from "../state/contract.ts";

/** Formats in which a view can be written, the most asked for first. */
export const EXPORT_FORMATS: readonly TextFormat[] = ["csv", "json", "jsonl", "md"];

export interface ExportTarget {
  readonly path: string;
  readonly format: string;
  /** Notes below or beside the rows. */
  readonly options?: Pick<FormatOptions, "footer" | "meta">;
}

/**
 * Writes a result to a file, whole or not at all: with the same bytes as `-o` of the command line. Never over
 * another file. Throws UsageError for one that is there, CaseError when it cannot be written, QueryError.
 */
export async function writeExport(
  result: ResultTable,
  { path, format, options = {} }: ExportTarget,
  signal: AbortSignal,
): Promise<ExportedFile & { readonly sha256: string }> {
  if (!(TEXT_FORMATS as readonly string[]).includes(format)) {
    throw new UsageError({ what: "No such format", where: format, fix: `Use one of: ${EXPORT_FORMATS.join(", ")}.` });
  }
  if (existsSync(path)) {
    throw new UsageError({ what: "The file is there already", where: path, fix: "Give another name." });
  }
  let n_rows = 0;
  const counted = async function* (): AsyncGenerator<Rows> {
    for await (const rows of result.chunks) {
      n_rows += rows.length;
      yield rows;
    }
  };
  const pieces = formatResult(format as TextFormat, { columns: result.columns, chunks: counted() }, options);
  const part = `${path}.${process.pid}.part`;
  const hash = createHash("sha256");
  let size_bytes = 0;
  try {
    const file = await open(part, "wx");
    try {
      for await (const piece of pieces) {
        signal.throwIfAborted();
        const bytes = Buffer.from(piece);
        hash.update(bytes);
        size_bytes += bytes.length;
        await file.write(bytes);
      }
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true });
    throw writingError(path, error);
  }
  return { n_rows, size_bytes, sha256: hash.digest("hex") };
}

type Rows = ResultTable["chunks"] extends AsyncIterable<infer T> ? T : never;

function writingError(path: string, error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === undefined || (error as Error).name === "AbortError") return error;
  return new CaseError({
    what: "The export could not be written",
    where: path,
    fix: `Choose another folder (${code}).`,
  });
}
