import { isRightAligned } from "../../../export/display-cell.ts";
import { displayWidth } from "../../../export/display-width.ts";
import type { Cell, ResultColumn, ResultRow } from "../../../store/result-table.ts";
import { formatNumber } from "../../text/format.ts";
import { safeText } from "../../text/safe-text.ts";

/** A column as it is laid out: which cell of the row it shows, and how wide. */
export interface ShownColumn {
  readonly place: number;
  readonly name: string;
  readonly width: number;
  readonly isRight: boolean;
}

const WIDTH_MAX = 36;
const WIDTH_MIN = 4;
/** Rows that are measured: the first ones and those that are seen. */
const MEASURED_MAX = 100;
export const COLUMN_GAP = 1;

/** What tells one event from another at a glance; accounts and regions, which are often all the same, come later. */
const EVENT_COLUMNS = ["severity", "event_time", "event_name", "outcome", "actor", "target", "source_ip"];

/** Columns in the order in which they are shown: how bad it is first, and the long reason last. */
export function shownOrder(columns: readonly ResultColumn[]): number[] {
  const names = columns.map(({ name }) => name);
  const isOfEvents = names.includes("event_time") && names.includes("event_name");
  const first = isOfEvents ? EVENT_COLUMNS : EVENT_COLUMNS.slice(0, 1);
  const weight = (name: string): number => {
    if (name === "why") return first.length + 1;
    const place = first.indexOf(name);
    return place === -1 ? first.length : place;
  };
  return names.map((_, place) => place).toSorted((a, b) => weight(names[a]!) - weight(names[b]!));
}

/** A width for each column, in the order shown, from its name and what is in it. */
export function layOutShown(columns: readonly ResultColumn[], rows: readonly ResultRow[], top: number): ShownColumn[] {
  const half = MEASURED_MAX / 2;
  const measured = rows.length <= MEASURED_MAX ? rows : [...rows.slice(0, half), ...rows.slice(top, top + half)];
  return shownOrder(columns).map((place) => {
    const column = columns[place]!;
    const widest = measured.reduce(
      (most, row) => Math.max(most, displayWidth(cellText(row[place] ?? null, column, WIDTH_MAX))),
      displayWidth(safeText(column.name, WIDTH_MAX)),
    );
    return {
      place,
      name: column.name === "severity" ? "sev" : column.name,
      width: column.name === "severity" ? WIDTH_MIN : Math.min(WIDTH_MAX, Math.max(WIDTH_MIN, widest)),
      isRight: isRightAligned(column),
    };
  });
}

/** A cell as one line of harmless text of about so many columns. */
export function cellText(cell: Cell, { type }: ResultColumn, columns = 2000): string {
  if (cell === null) return "";
  if (typeof cell === "number" || typeof cell === "bigint")
    return type === "integer" ? formatNumber(cell) : String(cell);
  if (type === "timestamp" && typeof cell === "string")
    return safeText(cell.replace("T", " ").replace("Z", ""), columns);
  return safeText(String(cell), columns);
}

/** The columns that fit, the cursor's among them; the first of them stays while the cursor is inside. */
export function visibleColumns(shown: readonly ShownColumn[], cursor: number, room: number): ShownColumn[] {
  for (let first = 0; first <= cursor; first += 1) {
    let used = 0;
    const kept: ShownColumn[] = [];
    for (const column of shown.slice(first)) {
      const left = room - used - (kept.length > 0 ? COLUMN_GAP : 0);
      if (left < Math.min(column.width, 8)) break;
      const width = Math.min(column.width, left);
      kept.push({ ...column, width });
      used = room - left + width;
      if (width < column.width) break;
    }
    const last = kept.at(-1);
    const isSeen = first + kept.length > cursor;
    const isWhole =
      first + kept.length - 1 > cursor || last === undefined || last.width === shown[first + kept.length - 1]!.width;
    if (isSeen && (isWhole || first === cursor)) return kept;
  }
  const only = shown[cursor];
  return only === undefined ? [] : [{ ...only, width: Math.max(1, Math.min(only.width, room)) }];
}
