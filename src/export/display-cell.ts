import type { Cell, ColumnType, ResultColumn } from "./result-table.ts";
import { escapeControls, escapeJsonControls } from "./sanitise.ts";

const RIGHT_ALIGNED: ReadonlySet<ColumnType> = new Set(["integer", "float"]);

/** A cell as one line of harmless text; null is empty. */
export function displayCell(cell: Cell, { type }: ResultColumn): string {
  if (cell === null) return "";
  if (typeof cell !== "string") return String(cell);
  return type === "json" ? escapeJsonControls(cell) : escapeControls(cell);
}

export function isRightAligned({ type }: ResultColumn): boolean {
  return RIGHT_ALIGNED.has(type);
}
