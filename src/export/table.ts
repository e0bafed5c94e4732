import { displayCell, isRightAligned } from "./display-cell.ts";
import { displayWidth, truncateToWidth } from "./display-width.ts";
import { type AtEnd, resolveAtEnd, type ResultColumn, type Row, type RowChunks } from "./result-table.ts";
import { escapeControls, escapeNonAscii } from "./sanitise.ts";
import { cardFormatter } from "./table-cards.ts";
import { COLUMN_GAP, isNeverCut, layOutColumns, type RowLayout } from "./table-layout.ts";

export interface TableOptions {
  /** Columns of the terminal; null, the default, for no limit, where nothing is cut. */
  readonly width?: number | null;
  /** Nothing but ASCII, in cells too. */
  readonly ascii?: boolean;
  /** A bold header. */
  readonly color?: boolean;
  /** Lines under the table. */
  readonly footer?: AtEnd<readonly string[]>;
}

/** Rows held back to size the columns; the rest streams in these widths. */
const SAMPLE_ROWS = 1_000;
const FLUSH_CHARACTERS = 64 * 1024;

/**
 * A table for the eye, at most `width` columns wide: long texts are cut with `…` (an ARN at its beginning, where all are
 * alike), numbers and times never. When the columns do not fit side by side, every row becomes a card of `name  value`
 * lines with nothing cut. Null cells are empty.
 */
export async function* formatTable(
  columns: readonly ResultColumn[],
  chunks: RowChunks,
  options: TableOptions = {},
): AsyncGenerator<string> {
  const toText =
    options.ascii === true ? (text: string): string => escapeNonAscii(text) : (text: string): string => text;
  const shown = columns.map(({ name, type }) => ({ name: toText(escapeControls(name)), type }));
  const formatCells = (row: Row): string[] =>
    shown.map((column, index) => toText(displayCell(row[index] ?? null, column)));

  let sample: string[][] = [];
  let layout: RowLayout | null = null;
  for await (const chunk of chunks) {
    let text = "";
    for (const row of chunk) {
      if (layout !== null) text += layout.formatRow(formatCells(row));
      else if (sample.push(formatCells(row)) === SAMPLE_ROWS) {
        layout = chooseLayout(shown, sample, options);
        text = layout.header + sample.map(layout.formatRow).join("");
        sample = [];
      }
      if (text.length < FLUSH_CHARACTERS) continue;
      yield text;
      text = "";
    }
    if (text !== "") yield text;
  }
  const atEnd = layout ?? chooseLayout(shown, sample, options);
  if (layout === null) yield atEnd.header + sample.map(atEnd.formatRow).join("");

  const footer = resolveAtEnd(options.footer ?? []);
  if (footer.length > 0) yield atEnd.end + footer.map((line) => `${toText(escapeControls(line))}\n`).join("");
}

function chooseLayout(
  columns: readonly ResultColumn[],
  sample: readonly (readonly string[])[],
  options: TableOptions,
): RowLayout {
  const width = options.width ?? null;
  const glyphs = options.ascii === true ? { rule: "-", cut: "..." } : { rule: "─", cut: "…" };
  const widths = layOutColumns(columns, sample, width);
  if (widths === null) return cardFormatter(columns, width ?? 0, glyphs);

  const isLimited = width !== null;
  const formatNames = lineFormatter(columns, widths, () => (isLimited ? glyphs.cut : null));
  const formatRow = lineFormatter(columns, widths, (column) => (isLimited && !isNeverCut(column) ? glyphs.cut : null));
  const names = formatNames(columns.map((column) => column.name)).slice(0, -1);
  const rule = `${widths.map((columnWidth) => glyphs.rule.repeat(columnWidth)).join(" ".repeat(COLUMN_GAP))}\n`;
  const header = options.color === true ? `\u001b[1m${names}\u001b[22m` : names;
  return { header: `${header}\n${rule}`, formatRow, end: rule };
}

function lineFormatter(
  columns: readonly ResultColumn[],
  widths: readonly number[],
  /** What marks a cut cell of this column, or null when it is not to be cut. */
  markOf: (column: ResultColumn) => string | null,
): (cells: readonly string[]) => string {
  const places = columns.map((column, index) => ({
    width: widths[index] ?? 0,
    mark: markOf(column),
    isRight: isRightAligned(column),
  }));
  return (cells) => {
    const padded = places.map(({ width, mark, isRight }, index) => {
      const cell = cells[index] ?? "";
      const shown = mark === null ? cell : truncateToWidth(cell, width, { mark, cut: cutOf(cell) });
      const space = " ".repeat(Math.max(0, width - displayWidth(shown)));
      return isRight ? space + shown : shown + space;
    });
    return `${padded.join(" ".repeat(COLUMN_GAP)).trimEnd()}\n`;
  };
}

// All ARNs begin alike and differ in their last part.
function cutOf(cell: string): "start" | "end" {
  return cell.startsWith("arn:") ? "start" : "end";
}
