import { writeFile } from "node:fs/promises";
import type { QueryRequest } from "../../../queries/query-command.ts";
import type { QueryOutcome } from "../../../queries/run-library.ts";
import { notesInLines, runQuery, type ResultNotes } from "../../../queries/run-query.ts";
import { summaryNotes, summaryTable } from "../../../queries/run-summary.ts";
import { scopeInWords, type Scope } from "../../../queries/scope.ts";
import type { CaseReader } from "../../../store/case-reader.ts";
import type { ResultTable } from "../../../store/result-table.ts";
import { writeExport } from "../../services/write-export.ts";
import type { ExportedFile } from "../../state/contract.ts";

export interface ExportPlace {
  readonly path: string;
  readonly format: string;
  readonly signal: AbortSignal;
}

/**
 * Writes all rows of a query, with the same bytes and the same notes beside them as `coldtrail query run ID -o FILE`.
 * Throws as `writeExport` does.
 */
export async function exportResult(
  reader: CaseReader,
  request: QueryRequest,
  { path, format, signal }: ExportPlace,
): Promise<ExportedFile> {
  const { result, notes } = await runQuery(reader, request.query, { ...request, limit: null });
  let said: ResultNotes | null = null;
  const chunks = async function* (): ResultTable["chunks"] extends AsyncIterable<infer T> ? AsyncGenerator<T> : never {
    yield* result.chunks;
    said = await notes();
  };
  const footer = (): string[] => notesInLines(said!);
  const meta = (): Meta => metaOf(said!);
  const written = await writeExport(
    { columns: result.columns, chunks: chunks() },
    { path, format, options: { footer, meta } },
    signal,
  );
  // These formats have no place for notes.
  if (format === "csv" || format === "jsonl")
    await writeFile(`${path}.meta.json`, `${JSON.stringify(metaOf(said!), null, 2)}\n`);
  return written;
}

type Meta = Record<string, string | number | boolean | null | Record<string, string>[]>;

function metaOf(notes: ResultNotes): Meta {
  return { ...notes, coverage: notes.coverage.map((answer) => ({ ...answer })) };
}

/** Writes the summary of a run as `coldtrail query run --all --format …` prints it. Throws as `writeExport` does. */
export async function exportSummary(
  { outcomes, scope, caseFolder }: { outcomes: readonly QueryOutcome[]; scope: Scope; caseFolder: string },
  { path, format, signal }: ExportPlace,
): Promise<ExportedFile> {
  const notes = summaryNotes(outcomes, scope);
  const options = { footer: () => notes, meta: () => ({ scope: scopeInWords(scope), notes }) };
  return await writeExport(summaryTable(outcomes, caseFolder), { path, format, options }, signal);
}
