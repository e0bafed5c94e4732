import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import { listValue, type DuckDBValue } from "@duckdb/node-api";
import { CaseError } from "../errors.ts";
import { caseFolder, type CaseFolder } from "./case-folder.ts";
import { readState, type CaseState } from "./case-state.ts";
import { Database } from "./database.ts";
import { keptTable } from "./kept-rows.ts";
import { columnTypeOf } from "./result-cells.ts";
import type { ResultRow, ResultTable } from "./result-table.ts";
import { lockDown, prepareSelect, queryError, type SqlSource } from "./sandbox.ts";
import { streamRows, type Interventions } from "./streamed-rows.ts";

const INLINE: SqlSource = { where: "query", line: 1 };

export interface ReaderOptions {
  readonly threads?: number;
  readonly memoryLimit?: string;
  /** Runs before the sandbox closes, to add temp tables, views and macros. */
  readonly prepare?: (database: Database) => Promise<void>;
  /** Runs after the case is closed. */
  readonly onClose?: () => void;
}

/**
 * A case opened for reading: the published generation, read-only and locked down. A writer may publish a new one
 * meanwhile; this one stays as it was.
 */
export class CaseReader {
  readonly folder: CaseFolder;
  readonly state: CaseState;
  /** True while an ingest runs or was killed: its files are not in here. */
  readonly unfinishedIngest: boolean;
  private readonly database: Database;
  private readonly closeParts: () => void;
  private readonly interventions: Interventions = { interrupts: 0, queries: 0 };

  private constructor(parts: { folder: CaseFolder; state: CaseState; database: Database; close: () => void }) {
    this.folder = parts.folder;
    this.state = parts.state;
    this.database = parts.database;
    this.closeParts = parts.close;
    this.unfinishedIngest = existsSync(parts.folder.next) || !parts.state.settled;
  }

  /** Opens a case. Throws CaseError when there is none, or it is of another version. */
  static async open(path: string, options: ReaderOptions = {}): Promise<CaseReader> {
    const folder = caseFolder(path);
    if (!existsSync(folder.published)) throw missingError(folder);
    const tempFolder = mkdtempSync(join(tmpdir(), "coldtrail-"));
    let database: Database | undefined;
    try {
      database = await Database.open(folder.published, {
        readOnly: true,
        tempFolder,
        memoryLimit: options.memoryLimit ?? `${Math.floor(totalmem() / 2 / 1024 / 1024)}MiB`,
        ...(options.threads === undefined ? {} : { threads: options.threads }),
      });
      const state = await readState(database, folder.published);
      await options.prepare?.(database);
      await lockDown(database.connection);
      const opened = database;
      const close = (): void => {
        opened.close();
        rmSync(tempFolder, { recursive: true, force: true });
        options.onClose?.();
      };
      return new CaseReader({ folder, state, database, close });
    } catch (error) {
      database?.close();
      rmSync(tempFolder, { recursive: true, force: true });
      throw error;
    }
  }

  /** Runs one SELECT; rows stream, so a result of any size is bounded in memory. Throws QueryError, also while streaming. */
  async query(sql: string, params: QueryParams = {}, source: SqlSource = INLINE): Promise<ResultTable> {
    const { connection } = this.database;
    this.interventions.queries += 1;
    const statement = await prepareSelect(connection, sql, source);
    try {
      const bound = bindable(statement, params);
      statement.bind({ ...bound });
      const result = await statement.stream();
      const columns = result.columnNames().map((name, i) => ({ name, type: columnTypeOf(result.columnType(i)) }));
      const { interventions } = this;
      return { columns, chunks: streamRows(connection, result, { asked: { sql, bound, source }, interventions }) };
    } catch (error) {
      throw queryError(error as Error, sql, source);
    }
  }

  /** Names of the columns that a SELECT returns, without running it. Throws QueryError. */
  async columnsOf(sql: string, source: SqlSource): Promise<string[]> {
    const statement = await prepareSelect(this.database.connection, sql, source);
    return Array.from({ length: statement.columnCount }, (_, i) => statement.columnName(i));
  }

  /** Whole result as objects, for small internal queries. */
  async rows(sql: string, params: QueryParams = {}): Promise<Record<string, ResultRow[number]>[]> {
    const { columns, chunks } = await this.query(sql, params);
    const objects: Record<string, ResultRow[number]>[] = [];
    for await (const rows of chunks) {
      for (const row of rows) objects.push(Object.fromEntries(columns.map(({ name }, i) => [name, row[i] ?? null])));
    }
    return objects;
  }

  /**
   * A second connection to the same open case, for questions that must not wait for each other: it has its own temp
   * tables, views and macros, which `prepare` makes, and its own `interrupt`. Close it before this one.
   */
  async sibling(prepare?: (database: Database) => Promise<void>): Promise<CaseReader> {
    const database = await this.database.sibling();
    try {
      await prepare?.(database);
    } catch (error) {
      database.disconnect();
      throw error;
    }
    const { folder, state } = this;
    return new CaseReader({ folder, state, database, close: () => database.disconnect() });
  }

  /**
   * Adds the rows of a SELECT to a list in memory (`keptTable`), which every connection to this open case sees until it
   * is closed; returns how many. Nothing is written to the case. Throws QueryError, with none of the rows kept.
   */
  async keep(list: string, sql: string): Promise<number> {
    const { connection } = this.database;
    const table = keptTable(list);
    const statement = await prepareSelect(connection, sql, INLINE);
    try {
      if (statement.parameterCount > 0) throw new Error("A SELECT that is kept takes no parameters");
      this.interventions.queries += 1;
      await connection.run(`CREATE TABLE IF NOT EXISTS ${table} AS FROM (${sql}) LIMIT 0`);
      const { rowsChanged } = await connection.run(`INSERT INTO ${table} ${sql}`);
      return rowsChanged;
    } catch (error) {
      throw queryError(error as Error, sql, INLINE);
    } finally {
      statement.destroySync();
    }
  }

  /** Frees a list; one that is not there is none to free. */
  async forgetKept(list: string): Promise<void> {
    await this.database.run(`DROP TABLE IF EXISTS ${keptTable(list)}`);
  }

  /** Stops the running query; it ends with a QueryError. */
  interrupt(): void {
    this.interventions.interrupts += 1;
    this.database.connection.interrupt();
  }

  close(): void {
    this.closeParts();
  }
}

/** Values by parameter name; a list is for `IN $name`. */
export type QueryParams = Readonly<Record<string, string | number | bigint | boolean | null | readonly string[]>>;

/** DuckDB refuses names that the statement does not have, so only those it has are bound. */
function bindable(statement: Prepared, params: QueryParams): Record<string, DuckDBValue> {
  const bound: Record<string, DuckDBValue> = {};
  for (let i = 1; i <= statement.parameterCount; i += 1) {
    const name = statement.parameterName(i);
    const value = params[name];
    if (value === undefined) throw new Error(`Parameter $${name} has no value`);
    bound[name] = Array.isArray(value) ? listValue([...(value as readonly string[])]) : (value as DuckDBValue);
  }
  return bound;
}

type Prepared = Awaited<ReturnType<typeof prepareSelect>>;

function missingError(folder: CaseFolder): CaseError {
  if (existsSync(folder.next)) {
    return new CaseError({
      what: "The first ingest of this case is not finished",
      where: folder.folder,
      fix: "Wait for it, or run the same `coldtrail ingest` again: it goes on where it stopped.",
    });
  }
  return new CaseError({
    what: "No case here",
    where: folder.folder,
    fix: "Run `coldtrail ingest PATH` first, or name the case folder with --case DIR.",
  });
}
