import { DuckDBInstance } from "@duckdb/node-api";
import { firstLine, quoteText } from "./database.ts";
import { isCutOff } from "./streamed-rows.ts";

/** Thrown for a Parquet file that the engine cannot read. */
export class ParquetFileError extends Error {}

/** Evidence is read by an engine of its own: what a hostile file does to it does not touch the case. */
const SETTINGS = {
  threads: "1",
  memory_limit: "512MB",
  autoinstall_known_extensions: "false",
  autoload_known_extensions: "false",
};

/**
 * The rows of a Parquet file as JSON objects in their order, a page at a time; names, nesting and nulls as in the file.
 * Memory is bounded by the largest row group. Throws ParquetFileError.
 */
export async function* readParquetRows(path: string): AsyncGenerator<string[]> {
  const instance = await DuckDBInstance.create(":memory:", SETTINGS);
  const connection = await instance.connect();
  try {
    await connection.run("SET TimeZone = 'UTC'");
    const source = `read_parquet(${quoteText(withoutPatterns(path))}, binary_as_string = true, hive_partitioning = false)`;
    const result = await connection.stream(`SELECT to_json(t)::VARCHAR FROM ${source} AS t`);
    for (;;) {
      const chunk = await result.fetchChunk();
      if (chunk === null || chunk.rowCount === 0) break;
      yield chunk.getRows().map(([text]) => String(text));
    }
    if (isCutOff(result)) throw new Error("the file breaks off or is damaged");
  } catch (error) {
    throw new ParquetFileError(reasonOf(error as Error), { cause: error });
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** A path in which nothing is a pattern. */
function withoutPatterns(path: string): string {
  return path.replace(/[*?[]/g, "[$&]");
}

/** The engine's message without the path, which is the machine's. */
function reasonOf(error: Error): string {
  return firstLine(error.message)
    .replace(/^[A-Z]\w+(?: \w+)* Error: /, "")
    .replace(/ ?'[^']*'/g, "");
}
