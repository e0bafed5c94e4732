import type { ByteSource } from "../byte-source.ts";
import { derivedStep } from "./derived-step.ts";
import { readCsv } from "./csv-reader.ts";
import type { CsvTable } from "./csv-table.ts";
import { dayComesFirst } from "./excel-damage.ts";
import { flatRecord } from "./flat-record.ts";
import type { Step } from "./found.ts";
import { viewOf, type JsonView } from "./json-view.ts";
import { openRow } from "./table-row.ts";

export type CsvItem =
  | { readonly kind: "steps"; readonly steps: Iterable<Step>; readonly view: JsonView; readonly byteOffset: number }
  | { readonly kind: "broken"; readonly text: string; readonly reason: string; readonly byteOffset: number };

/** Rows that are looked at to find out the order of reformatted dates. */
const SNIFFED_ROWS = 1000;

/** Yields what is in each row below the header. */
export function* readCsvEvents(bytes: ByteSource, from: number, table: CsvTable): Generator<CsvItem> {
  const dayFirst = orderOfDates(bytes, from, table);
  const names = uniqueNames(table.header);
  for (const row of readCsv(bytes, from, table)) {
    if (row.kind === "broken") {
      yield row;
      continue;
    }
    const { cells, byteOffset } = row;
    const text = `{${names.map((name, i) => `${JSON.stringify(name)}:${JSON.stringify(cells[i] ?? "")}`).join(",")}}`;
    const view = viewOf(text)!;
    if (cells.length > names.length) {
      const reason = `a row of ${cells.length} cells where the header has ${names.length}`;
      yield { kind: "broken", text: cells.join(table.delimiter), reason, byteOffset };
    } else if (cells.every((cell) => cell.trim() === "")) continue;
    else yield { kind: "steps", steps: stepsOf(view, table, dayFirst), view, byteOffset };
  }
}

function* stepsOf(view: JsonView, table: CsvTable, dayFirst: boolean | null): Generator<Step> {
  if (table.is !== "console") {
    yield* openRow(view, { format: "flat-columns", dayFirst, isTable: true });
    return;
  }
  const { record, problems } = flatRecord(view, { format: "console-csv", dayFirst, isTable: true });
  if (record.has("eventID") || record.has("eventTime") || record.has("eventName")) yield derivedStep(record);
  else yield { kind: "no event", as: "unknown", text: view.text, reason: "a row without event id, time and name" };
  for (const text of problems) yield { kind: "problem", text };
}

function uniqueNames(header: readonly string[]): string[] {
  const seen = new Map<string, number>();
  return header.map((name) => {
    const n = (seen.get(name) ?? 0) + 1;
    seen.set(name, n);
    return n === 1 ? name : `${name} (${n})`;
  });
}

/** Whether reformatted dates begin with the day, from the first that tells. */
function orderOfDates(bytes: ByteSource, from: number, table: CsvTable): boolean | null {
  const column = table.header.findIndex((name) => /^event[ _]?time$/i.test(name));
  let rows = 0;
  for (const row of readCsv(bytes, from, table)) {
    if ((rows += 1) > SNIFFED_ROWS) return null;
    const cell = row.kind === "row" ? row.cells[column] : undefined;
    if (cell === undefined) continue;
    if (/^\d{4}-/.test(cell)) return null;
    const order = dayComesFirst(cell);
    if (order !== null) return order;
  }
  return null;
}
