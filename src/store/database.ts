import { DuckDBInstance, type DuckDBConnection, type DuckDBValue } from "@duckdb/node-api";
import { CaseError } from "../errors.ts";
import "./whole-text.ts";

/** Catalog name of a case in every connection, whatever its file is called. */
const CATALOG = "coldtrail";

export interface DatabaseOptions {
  readonly readOnly: boolean;
  readonly threads?: number;
  /** DuckDB size text such as `1GB`. */
  readonly memoryLimit?: string;
  /** Where large sorts may spill; outside the case. */
  readonly tempFolder?: string;
}

export type Params = Readonly<Record<string, DuckDBValue>>;
export type Row = Record<string, DuckDBValue>;

/** One open case database: an in-memory instance with the case file attached, so that temp objects stay outside it. */
export class Database {
  readonly connection: DuckDBConnection;
  private readonly instance: DuckDBInstance;

  private constructor(instance: DuckDBInstance, connection: DuckDBConnection) {
    this.instance = instance;
    this.connection = connection;
  }

  /** A second connection to the same instance, for reads that must not wait for a running commit. */
  async sibling(): Promise<Database> {
    const connection = await this.instance.connect();
    await connection.run(`USE ${CATALOG}`);
    return new Database(this.instance, connection);
  }

  /** Closes this connection alone: for a sibling. */
  disconnect(): void {
    this.connection.closeSync();
  }

  /** Opens or (unless read-only) creates a file. Throws CaseError when it is locked, damaged or no database. */
  static async open(file: string, options: DatabaseOptions): Promise<Database> {
    const instance = await DuckDBInstance.create(":memory:", settings(options));
    const connection = await instance.connect();
    const database = new Database(instance, connection);
    const mode = options.readOnly ? "READ_ONLY" : "STORAGE_VERSION 'v1.5.0'";
    try {
      await connection.run(`ATTACH ${quoteText(file)} AS ${CATALOG} (${mode})`);
      // For every connection of the instance: once the case is locked down, none can set it for itself.
      await connection.run(`USE ${CATALOG}; SET GLOBAL TimeZone = 'UTC'`);
    } catch (error) {
      database.close();
      throw openingError(file, error as Error);
    }
    return database;
  }

  async run(sql: string, params?: Params): Promise<void> {
    await (params === undefined ? this.connection.run(sql) : this.connection.run(sql, { ...params }));
  }

  /** Whole result as objects: for small internal queries only. */
  async rows(sql: string, params?: Params): Promise<Row[]> {
    const reader =
      params === undefined
        ? await this.connection.runAndReadAll(sql)
        : await this.connection.runAndReadAll(sql, { ...params });
    return reader.getRowObjects();
  }

  /** First column of the first row, or null. */
  async value(sql: string, params?: Params): Promise<DuckDBValue> {
    const [row] = await this.rows(sql, params);
    return row === undefined ? null : (Object.values(row)[0] ?? null);
  }

  /** Runs `work` in a transaction; rolls back when it throws. */
  async transaction<T>(work: () => Promise<T>): Promise<T> {
    await this.run("BEGIN");
    try {
      const result = await work();
      await this.run("COMMIT");
      return result;
    } catch (error) {
      await this.run("ROLLBACK").catch(() => undefined);
      throw error;
    }
  }

  close(): void {
    this.connection.closeSync();
    this.instance.closeSync();
  }
}

function settings(options: DatabaseOptions): Record<string, string> {
  return {
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
    ...(options.threads === undefined ? {} : { threads: String(options.threads) }),
    ...(options.memoryLimit === undefined ? {} : { memory_limit: options.memoryLimit }),
    ...(options.tempFolder === undefined ? {} : { temp_directory: options.tempFolder }),
  };
}

/** A text as an SQL literal. */
export function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A name as an SQL identifier. */
export function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function openingError(file: string, error: Error): CaseError {
  const locked = /Conflicting lock is held in .*?\(PID (\d+)\)/.exec(error.message);
  if (locked !== null || /Could not set lock/.test(error.message)) {
    return new CaseError({
      what: "The case is in use",
      where: locked === null ? file : `${file}, open for writing in process ${locked[1]!}`,
      fix: "Wait for it to finish, or stop that process and try again.",
    });
  }
  return new CaseError(
    {
      what: "Could not open the case database",
      where: file,
      fix: `${firstLine(error.message)}\n  If it is damaged, move it away and run \`coldtrail ingest\` again: it is rebuilt from the evidence.`,
    },
    { cause: error },
  );
}

/** First line of an engine message, without its class prefix. */
export function firstLine(message: string): string {
  return (message.split("\n")[0] ?? message).trim();
}
