/** Asks a case a question of the library, in this process. */
import { formatResult } from "../../src/export/write-result.ts";
import { prepareCase } from "../../src/queries/case-views.ts";
import { readLibrary, readQuery } from "../../src/queries/library.ts";
import type { QueryFile } from "../../src/queries/query-file.ts";
import { runQuery, type ResultNotes } from "../../src/queries/run-query.ts";
import { parseScope, type ScopeFlags } from "../../src/queries/scope.ts";
import { CaseReader } from "../../src/store/case-reader.ts";
import type { Cell } from "../../src/store/result-table.ts";

export interface Asked {
  readonly params?: Readonly<Record<string, string>>;
  readonly scope?: ScopeFlags;
  readonly limit?: number;
  readonly threads?: number;
}

export interface Answer {
  readonly columns: readonly string[];
  /** Whole numbers as numbers. */
  readonly rows: readonly Readonly<Record<string, string | number | boolean | null>>[];
  readonly notes: ResultNotes;
}

const { queries, problems } = readLibrary([]);
if (problems.length > 0) throw new Error(problems.map(({ message }) => message).join("\n"));

/** `query` is an id of the bundled library, or the path of a file. */
export async function ask(caseFolder: string, query: string, asked: Asked = {}): Promise<Answer> {
  return await withRun(caseFolder, { query, asked }, async ({ result, notes }) => {
    const names = result.columns.map(({ name }) => name);
    const rows: Answer["rows"][number][] = [];
    for await (const chunk of result.chunks) {
      for (const row of chunk) rows.push(Object.fromEntries(names.map((name, i) => [name, plain(row[i] ?? null)])));
    }
    return { columns: names, rows, notes: await notes() };
  });
}

/** The answer as the CSV that a user gets. */
export async function askAsCsv(caseFolder: string, query: string, asked: Asked = {}): Promise<string> {
  return await withRun(caseFolder, { query, asked }, async ({ result }) => {
    let text = "";
    for await (const piece of formatResult("csv", result)) text += piece;
    return text;
  });
}

async function withRun<T>(
  caseFolder: string,
  { query, asked }: { query: string; asked: Asked },
  use: (run: Awaited<ReturnType<typeof runQuery>>) => Promise<T>,
): Promise<T> {
  const scope = parseScope(asked.scope ?? {});
  const reader = await CaseReader.open(caseFolder, {
    prepare: async (database) => prepareCase(database, scope),
    ...(asked.threads === undefined ? {} : { threads: asked.threads }),
  });
  try {
    const given = new Map(Object.entries(asked.params ?? {}).map(([name, value]) => [name, [value]]));
    return await use(await runQuery(reader, queryOf(query), { scope, given, limit: asked.limit ?? null }));
  } finally {
    reader.close();
  }
}

function queryOf(query: string): QueryFile {
  return query.endsWith(".sql") ? readQuery(query) : queries.get(query)!;
}

function plain(cell: Cell): Answer["rows"][number][string] {
  return typeof cell === "bigint" ? Number(cell) : cell;
}
