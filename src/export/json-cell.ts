import type { Cell, ResultColumn } from "./result-table.ts";
import { escapeJsonControls } from "./sanitise.ts";

/** The columns with each name once: a second `arn` becomes `arn_2`, since an object can hold a key only once. */
export function uniqueColumns(columns: readonly ResultColumn[]): ResultColumn[] {
  const taken = new Set(columns.map((column) => column.name));
  const seen = new Set<string>();
  return columns.map((column) => {
    let name = column.name;
    for (let count = 2; seen.has(name); count += 1) {
      const candidate = `${column.name}_${count}`;
      if (!taken.has(candidate)) name = candidate;
    }
    seen.add(name);
    taken.add(name);
    return { name, type: column.type };
  });
}

/** Makes one compact object per row; its keys are in column order, without those of null cells if `omitNull`. */
export function rowFormatter(columns: readonly ResultColumn[], omitNull = false): (row: readonly Cell[]) => string {
  const keys = columns.map(({ name }) => `${jsonText(name)}:`);
  return (row) => {
    const members = columns.map((column, index) =>
      omitNull && row[index] == null ? "" : `${keys[index]}${formatCell(row[index] ?? null, column)}`,
    );
    return `{${(omitNull ? members.filter((member) => member !== "") : members).join(",")}}`;
  };
}

/** Compact JSON in which no character can drive a terminal. */
export function jsonText(value: unknown): string {
  return escapeJsonControls(JSON.stringify(value));
}

/**
 * Integers of any size are written exactly, with all their digits. JSON has no NaN and no infinity: they become null.
 * The JSON of a cell is embedded as it is, number text included; a cell that turns out to be none becomes a string.
 */
function formatCell(cell: Cell, { type }: ResultColumn): string {
  if (typeof cell === "bigint") return cell.toString();
  if (typeof cell === "string" && type === "json" && isJson(cell)) return escapeJsonControls(compactJson(cell));
  return jsonText(cell);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    // The question was whether it parses.
    return false;
  }
}

const SPACE_BETWEEN_TOKENS = /[:,{}[\]]\s|\s[:,{}[\]]|^\s|\s$/;

/** Without the white space between its tokens; nothing else changes, so that numbers keep their text. */
export function compactJson(text: string): string {
  // Most evidence is compact already. Inside strings this test may be wrong, which only costs time.
  if (!SPACE_BETWEEN_TOKENS.test(text)) return text;
  let compact = "";
  for (let position = 0; position < text.length;) {
    const quote = text.indexOf('"', position);
    const start = quote === -1 ? text.length : quote;
    const end = endOfString(text, start);
    compact += text.slice(position, start).replace(/\s+/g, "") + text.slice(start, end);
    position = end;
  }
  return compact;
}

function endOfString(text: string, start: number): number {
  for (let position = start + 1; position < text.length; position += 1) {
    const character = text[position];
    if (character === '"') return position + 1;
    if (character === "\\") position += 1;
  }
  return text.length;
}
