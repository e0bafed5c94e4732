import { SHARD_COLUMNS } from "../store/case-schema.ts";
import type { ShardValue } from "./event-row.ts";
import type { FileOutcome, FileTask } from "./file-outcome.ts";
import { FileReading } from "./file-reading.ts";
import { readFirstItems } from "./first-items.ts";
import { readContent, type Content } from "./read-content.ts";
import { readParquet } from "./read-parquet.ts";
import { recognise, type Recognised } from "./recognise.ts";
import { readRecords } from "./record-reader.ts";
import { wrappingOf } from "./shapes/found.ts";
import { readShapes, type Strategy } from "./shapes/shape-reader.ts";
import type { Trace } from "./shapes/unwrap.ts";

const REJECTED_NAMED = 5;
const WRAPPING = SHARD_COLUMNS.findIndex(([name]) => name === "wrapping");
const EVENT_ID = SHARD_COLUMNS.findIndex(([name]) => name === "event_id");

/** How a content is recognised, step by step, and what comes out of it; one line a step. */
export function explainContent(task: FileTask, content: Content): string[] {
  const found = asRead(recognise(content.bytes));
  return [
    ...(content.damage === null ? [] : [`damage: ${content.damage}`]),
    ...("note" in found && found.note !== null ? [`text: ${found.note}`] : []),
    `read as: ${readAs(found)}`,
    ...(found.kind === "shapes" ? testsOf(found) : []),
    ...outcomeOf(task, (reading) => readContent(reading, content)),
  ];
}

/** What comes out of a Parquet file. */
export async function explainParquet(task: FileTask, reported: FileOutcome): Promise<string[]> {
  const counts: Counts = { wrappings: new Map(), first: null };
  const outcome = await readParquet(task, reported, (row) => count(counts, row));
  return ["read as: Parquet, row by row", ...linesOf(outcome, counts)];
}

/** A list of records that are not CloudTrail's is read like any other JSON: the events may be inside them. */
function asRead(found: Recognised): Recognised {
  if (found.kind !== "trail" || readFirstItems(readRecords(found.bytes, found.from)).foreign === null) return found;
  return { ...found, kind: "shapes", from: 0, strategy: { kind: "values" } };
}

function readAs(found: Recognised): string {
  if (found.kind === "trail") return `a trail file: an object whose list Records begins at byte ${found.from - 1}`;
  if (found.kind !== "shapes") return `nothing: ${found.reason}`;
  return strategyOf(found.strategy);
}

function strategyOf(strategy: Strategy): string {
  if (strategy.kind === "values") return "JSON: one value or several, lists item by item";
  if (strategy.kind === "lines") return "lines of text that end in JSON";
  const { delimiter, header, is } = strategy.table;
  const what = is === "console" ? "the console's Event history" : "columns of events";
  return `a table of ${header.length} columns parted by ${JSON.stringify(delimiter)}, ${what}: ${header.join(", ")}`;
}

/** The tests of the decision list on the way to the first event, or on the first value when there is none. */
function testsOf(found: Extract<Recognised, { kind: "shapes" }>): string[] {
  const lines: string[] = [];
  const reading = { isTraced: true };
  let failed: string[] = [];
  const trace: Trace = (shape, matched, { hops }) => {
    if (!matched) failed.push(shape.name);
    else {
      const where = hops.length === 0 ? "the first value" : wrappingOf(hops);
      if (failed.length > 0) lines.push(`  ${where} is none of: ${failed.join("; ")}`);
      const row = shape.row === 0 ? "" : `, row ${shape.row} of the decision list`;
      lines.push(`  ${where} is: ${shape.name} (${shape.says})${row}`);
      failed = [];
    }
  };
  const items = readShapes(found, { trace: () => (reading.isTraced ? trace : null) });
  for (
    let next = items.next(), n = 0;
    next.done !== true && next.value.kind !== "record";
    next = items.next(), n += 1
  ) {
    if (n >= REJECTED_NAMED) reading.isTraced = false;
  }
  if (failed.length > 0) lines.push(`  the value is none of: ${failed.join("; ")}`);
  return lines;
}

interface Counts {
  /** Records by what they are wrapped in; null for the same as the first. */
  readonly wrappings: Map<string | null, number>;
  first: readonly ShardValue[] | null;
}

function count(counts: Counts, row: readonly ShardValue[]): void {
  counts.first ??= row;
  const wrapping = row[WRAPPING] as string | null;
  counts.wrappings.set(wrapping, (counts.wrappings.get(wrapping) ?? 0) + 1);
}

function outcomeOf(task: FileTask, read: (reading: FileReading) => FileOutcome): string[] {
  const counts: Counts = { wrappings: new Map(), first: null };
  const outcome = read(new FileReading(task, (row) => count(counts, row)));
  return linesOf(outcome, counts);
}

function linesOf({ file, rejected }: FileOutcome, { wrappings, first }: Counts): string[] {
  const named = (wrapping: string | null): string => wrapping || file.wrapping || "not wrapped";
  const fidelity = file.source_fidelity === null ? "" : `, the poorest of fidelity ${file.source_fidelity}`;
  return [
    ...(first === null ? [] : [`first event: ${String(first[EVENT_ID] ?? "without an eventID")}, ${named(null)}`]),
    `events: ${file.records - file.rejected}${fidelity}`,
    ...[...wrappings].map(([wrapping, n]) => `  ${n} as ${named(wrapping)}`),
    ...(file.rejected > 0 ? [`rejected: ${file.rejected}`] : []),
    ...rejected.slice(0, REJECTED_NAMED).map((r) => `  ${r.record_index}, byte ${r.byte_offset}: ${r.reason}`),
    `status: ${file.status}${file.reason === null ? "" : ` (${file.reason})`}`,
  ];
}
