import { DERIVED_FIELDS, INTERNAL_FIELDS } from "../../src/cloudtrail/derived-fields.ts";
import { RECORD_FIELDS } from "../../src/cloudtrail/record-fields.ts";
import { DECISION_LIST } from "../../src/ingest/shapes/decision-list.ts";
import { EVENT_COLUMNS } from "../../src/store/case-schema.ts";
import { readCatalog, type CatalogColumn, type CatalogEntry } from "./case-catalog.ts";
import { markdownTable } from "./markdown-table.ts";
import { replaceBlock } from "./marked-block.ts";
import { SETTLED_MEANINGS, TABLE_MEANINGS } from "./settled-columns.ts";

/** docs/formats.md with its generated blocks: the decision list, the columns of `events`, the tables and views of a case. */
export async function renderFormats(present: string): Promise<string> {
  const catalog = await readCatalog();
  const shapes = replaceBlock(present, "shapes", shapeTable());
  const columns = replaceBlock(shapes, "columns", columnTables(typesOf(catalog, "events")));
  return replaceBlock(columns, "tables", tableList(catalog));
}

/** The decision list, in its order. */
function shapeTable(): string {
  const rows = DECISION_LIST.map(({ row, name, says }) => [row === 0 ? "" : String(row), name, says]);
  return markdownTable(["Row", "Shape", "Told by"], rows);
}

function columnTables(types: ReadonlyMap<string, string>): string {
  const typeOf = (column: string): string => types.get(column) ?? missing(`type of ${column}`);
  const recorded = RECORD_FIELDS.map(({ column, path }) => [code(column), typeOf(column), code(path.join("."))]);
  const recordedNames = new Set(RECORD_FIELDS.map(({ column }) => column));
  const meanings = new Map<string, string>([
    ...DERIVED_FIELDS.filter(({ column }) => !INTERNAL_FIELDS.has(column)).map((f) => [f.column, f.meaning] as const),
    ...Object.entries(SETTLED_MEANINGS),
  ]);
  const others = EVENT_COLUMNS.filter((column) => !recordedNames.has(column));
  const derived = others.map((column) => [
    code(column),
    typeOf(column),
    meanings.get(column) ?? missing(`meaning of ${column}`),
  ]);
  return [
    `${recorded.length} columns hold what AWS wrote:`,
    markdownTable(["Column", "Type", "Field of the record"], recorded),
    `${derived.length} columns are coldtrail's:`,
    markdownTable(["Column", "Type", "Meaning"], derived),
  ].join("\n\n");
}

/** Columns that a reader has just seen are not listed again. */
const LIKE_EVENTS = new Set(["events", "all_events", "undated_events"]);

function tableList(catalog: readonly CatalogEntry[]): string {
  const order = Object.keys(TABLE_MEANINGS);
  const named = catalog.map((entry) => ({ ...entry, place: order.indexOf(entry.name) }));
  for (const { name, place } of named) if (place === -1) missing(`meaning of the table ${name}`);
  const sorted = named.toSorted((a, b) => a.place - b.place);
  const rows = sorted.map(({ name, kind }) => [code(name), kind, TABLE_MEANINGS[name] ?? ""]);
  const events = typesOf(catalog, "events");
  const namesByColumns = new Map<string, string[]>();
  for (const entry of sorted.filter(({ name }) => !LIKE_EVENTS.has(name))) {
    const columns = columnsOf(entry, events);
    namesByColumns.set(columns, [...(namesByColumns.get(columns) ?? []), code(entry.name)]);
  }
  const columns = [...namesByColumns].map(([list, names]) => `- ${names.join(", ")}: ${list}`);
  return [
    markdownTable(["Name", "Kind", "What it holds"], rows),
    "`all_events` and `undated_events` have the columns of `events`. The others have:",
    columns.join("\n"),
  ].join("\n\n");
}

function columnsOf({ name, columns }: CatalogEntry, events: ReadonlyMap<string, string>): string {
  const list = (shown: readonly CatalogColumn[]): string =>
    shown.map((column) => `${code(column.name)} ${column.type}`).join(", ");
  if (name !== "event_rows") return list(columns);
  return `what \`events\` is made from, and for coldtrail's own use ${list(columns.filter((c) => !events.has(c.name)))}`;
}

function typesOf(catalog: readonly CatalogEntry[], table: string): Map<string, string> {
  const { columns } = catalog.find(({ name }) => name === table) ?? missing(`the view ${table}`);
  return new Map(columns.map(({ name, type }) => [name, type]));
}

function code(text: string): string {
  return `\`${text}\``;
}

function missing(what: string): never {
  throw new Error(`The generator of docs/formats.md lacks the ${what}.`);
}
