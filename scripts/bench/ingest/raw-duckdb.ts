import { DuckDBInstance } from "@duckdb/node-api";
import { RECORD_FIELDS, RECORD_STRUCTURE, type StructureNode } from "../../../src/cloudtrail/record-fields.ts";
import { RECORD_COLUMNS } from "../../../src/store/case-schema.ts";
import { quoteText } from "../../../src/store/database.ts";
import { evidenceFiles } from "./evidence-files.ts";

/**
 * `raw-duckdb.ts FOLDER DATABASE LARGEST_JSON_BYTES ordered|unordered`: what DuckDB alone does with the same files. `read_json` into a
 * struct of the known fields, unnested into the same typed base columns with the same storage settings; no hash, no
 * CRC, no provenance, no duplicates, no derived columns, no unknown keys. Prints the number of rows as JSON.
 *
 * Keeping the order of insertion is DuckDB's default and costs it dearly here: each file stays in memory as a batch of
 * its own until its turn comes (measured on 6,200 small files: 4.2 GB and 12.7 CPU-s against 0.33 GB and 4.0).
 */

/** Batches of 20,000 files were the fastest of those tried. */
const BATCH_FILES = 20_000;

const [folder = "", database = "", largest = "0", order = "unordered"] = process.argv.slice(2);

const columns = new Map(RECORD_COLUMNS);
const fields = RECORD_FIELDS.map(({ column, path }) => ({ column, path, type: columns.get(column)! }));

/** The type of a record, or of an object in it, as DuckDB writes struct types. */
function structType(node: StructureNode): string {
  const members = [...node.members].map(([name, member]) => `"${name}" ${memberType(member)}`);
  return `STRUCT(${members.join(", ")})`;
}

function memberType(node: StructureNode): string {
  if (node.fieldIndex === -1) return structType(node);
  return fields[node.fieldIndex]!.type.replace(/ USING.*/, "");
}

function insertStatement(files: readonly string[]): string {
  const values = fields.map(({ path }) => `r.${path.map((name) => `"${name}"`).join(".")}`);
  return `
    INSERT INTO event_rows SELECT ${values.join(", ")} FROM (
      SELECT unnest(Records) AS r FROM read_json([${files.map(quoteText).join(", ")}],
        format = 'unstructured', compression = 'gzip', columns = {Records: '${structType(RECORD_STRUCTURE)}[]'},
        maximum_object_size = ${Math.max(16 * 1024 * 1024, Number(largest) + 1024)}))`;
}

const instance = await DuckDBInstance.create(":memory:");
const connection = await instance.connect();
await connection.run(`ATTACH ${quoteText(database)} AS raw (STORAGE_VERSION 'v1.5.0')`);
await connection.run("USE raw");
await connection.run(`SET preserve_insertion_order = ${order === "ordered"}`);
await connection.run(`CREATE TABLE event_rows (${fields.map(({ column, type }) => `${column} ${type}`).join(", ")})`);
const files = evidenceFiles(folder);
for (let at = 0; at < files.length; at += BATCH_FILES) {
  await connection.run(insertStatement(files.slice(at, at + BATCH_FILES)));
}
await connection.run("CHECKPOINT");
const count = await connection.runAndReadAll("SELECT count(*) FROM event_rows");
connection.closeSync();
instance.closeSync();
console.log(JSON.stringify({ records: Number(count.getRows()[0]![0]) }));
