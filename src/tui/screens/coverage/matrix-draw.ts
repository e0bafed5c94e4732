import { CATEGORY_WORDS, type CoverageCategory } from "../../../queries/views/coverage-days.ts";
import type { CoverageCell } from "../../../queries/views/coverage-cells.ts";
import { columnDays } from "../../../queries/views/coverage-calendar.ts";
import type { CoverageRow } from "../../../queries/views/coverage-rows.ts";
import { joinAlike } from "../../components/table.ts";
import type { MatrixCells } from "../../services/coverage.ts";
import type { DrawContext } from "../../state/contract.ts";
import type { Level, Line, Rect, Span } from "../../state/types.ts";
import { fit, fitLines, fitValue, span } from "../../text/fit.ts";
import { formatNumber, plural } from "../../text/format.ts";
import { safeText } from "../../text/safe-text.ts";
import { topOf } from "../drawn-pages.ts";
import { cellGlyph, daysWithout, eventsOf, isWithinRow } from "./cell-glyph.ts";
import type { CoverageState } from "./coverage-state.ts";
import { columnHeads } from "./matrix-layout.ts";
import { columnInWords, rowInWords, type MatrixView } from "./matrix-view.ts";

/** From so many lines on, the cell under the cursor is described in full. */
const DESCRIBED_MIN = 16;

/** Name of the list of rows for `drawn-pages.ts`. */
export function matrixList(level: Level): string {
  return `coverage ${level.id}`;
}

/** What drawing the matrix needs besides its view. */
interface Drawn {
  readonly level: Level<CoverageState>;
  readonly view: MatrixView;
  readonly cells: MatrixCells;
  readonly left: number;
  readonly context: DrawContext;
}

/** The matrix, the cell under the cursor in words, and what the characters mean. */
export function drawMatrix(
  level: Level<CoverageState>,
  { view, rect }: { view: MatrixView; rect: Rect },
  context: DrawContext,
): Line[] {
  const { layout, rows, first, last } = view;
  const isLarge = rect.height >= DESCRIBED_MIN;
  const below = isLarge ? 6 : 3;
  const height = Math.max(1, rect.height - 2 - below);
  const top = topOf(matrixList(level), view.row, { count: rows.length, height });
  const count = last - first + 1;
  const left = first + topOf(`coverage columns ${level.id}`, view.column - first, { count, height: layout.n_cells });
  const cells = context.app.services.coverage.cells({ zoom: view.zoom, rows, row: top, column: left });
  const drawn: Drawn = { level, view, cells, left, context };
  const lines = rows.slice(top, top + height).map((row, i) => rowLine(drawn, row, top + i === view.row));
  return [
    ...headLines(drawn),
    ...fitLines(lines, { width: rect.width, height }),
    ...fitLines(
      [ruleLine(rect.width, context), ...cellLines(drawn, { isLarge, width: rect.width }), legendLine(rect.width)],
      {
        width: rect.width,
        height: below,
      },
    ),
  ].map((line) => fitLines([line], { width: rect.width, height: 1 })[0]!);
}

function headLines({ view, left }: Drawn): Line[] {
  const { layout, zoom, column } = view;
  // Nothing begins over columns that are behind the last one.
  const [above, days] = columnHeads(zoom, { left, count: view.last - left + 1 }, layout);
  const at = (column - left) * layout.cell;
  const names = [
    fit(" account and region", layout.name + 2),
    fit("events", layout.events, { align: "right" }),
    fit("files", layout.files, { align: "right" }),
    fit("gaps", layout.without, { align: "right" }),
    fit(" proof", layout.proof),
  ].join("");
  return [
    [span(" ".repeat(names.length + 1)), span(above, "dim")],
    // The column of the cursor is marked where no colour is.
    [span(`${names} `, "bold"), span(days.slice(0, at), "dim"), span("v", "cursor"), span(days.slice(at + 1), "dim")],
  ];
}

function rowLine({ level, view, cells, left, context }: Drawn, row: CoverageRow, isAtCursor: boolean): Line {
  const { layout, zoom, column } = view;
  const { category } = level.state;
  const { ellipsis } = context.theme.glyphs;
  const style = isAtCursor ? "cursor" : "plain";
  const name = row.region === null ? row.account || "(no account)" : `  ${row.region || "(no region)"}`;
  const events = category === null ? row.events : row.by_category[category];
  const number = (n: number, width: number): string =>
    width === 0 ? "" : ` ${fit(shortNumber(n, width - 1), width - 1, { align: "right" })}`;
  const spans: Span[] = [
    span(isAtCursor ? "> " : "  ", isAtCursor ? "cursor" : "key"),
    span(fitValue(name, layout.name, { ellipsis }), isAtCursor ? "cursor" : row.region === null ? "bold" : "plain"),
    span(number(events, layout.events) + number(row.files, layout.files), style),
    span(number(row.days_without, layout.without), isAtCursor ? "cursor" : row.days_without > 0 ? "gap" : "dim"),
    span(fit(" not verified", layout.proof), isAtCursor ? "cursor" : "dim"),
    span(" "),
  ];
  for (let i = 0; i < layout.n_cells && left + i <= view.last; i += 1) {
    const place = { row, zoom, column: left + i, category };
    const cell = cells.cellAt(row, left + i);
    const { text, style: own } = cellGlyph(cell, place);
    spans.push(span(text, isAtCursor && left + i === column ? "cursor-cell" : own));
    if (layout.cell > 1) {
      const isPart = cell !== null && daysWithout(cell, place) > 0;
      spans.push(span(fit(isPart ? "-" : " ", layout.cell - 1), isPart ? "gap" : "plain"));
    }
  }
  return joinAlike(spans);
}

/** The number, or how many thousands or millions it is at least. */
function shortNumber(n: number, width: number): string {
  const texts = [formatNumber(n), `${Math.floor(n / 1000)}k+`, `${Math.floor(n / 1_000_000)}M+`];
  return texts.find((text) => text.length <= width) ?? "+";
}

function ruleLine(width: number, { theme }: DrawContext): Line {
  return [span(theme.glyphs.horizontal.repeat(width), "border")];
}

/** The cell under the cursor: what is there, and what is not. */
function cellLines(
  { level, view, cells, context }: Drawn,
  { isLarge, width }: { isLarge: boolean; width: number },
): Line[] {
  const row = view.rows[view.row]!;
  const { zoom, column } = view;
  const cell = cells.cellAt(row, column);
  const name = rowInWords(row);
  const head: Line = [
    span(` ${fitValue(name, Math.min(name.length, Math.floor(width / 2)))}`, "bold"),
    span(`  ${columnInWords(zoom, column)} UTC  `),
    ...answerSpans(cell, level.state, { failed: cells.asked.error, isWithin: isWithinRow({ row, zoom, column }) }),
  ];
  if (!isLarge) return [head];
  const { dot } = context.theme.glyphs;
  const days = columnDays(zoom, column);
  const missing = daysWithout(cell, { row, zoom, column, category: null });
  const files =
    cell == null || cell.files === 0 ? "no file with a date of this" : `${plural(cell.files, "file")} delivered`;
  const problems =
    cell != null && cell.problems > 0 ? `${dot}! ${plural(cell.problems, "file")} with problems (Tab)` : "";
  const gaps = days > 1 && missing > 0 ? `${dot}${missing} of ${days} days with neither` : "";
  return [
    head,
    cell === undefined ? [span(" ...", "dim")] : [span(` ${categoryWords(cell, dot)}`)],
    cell === undefined ? [span("")] : [span(` ${files}${problems}${gaps}${dot}proof: not verified`)],
    [
      span(
        ` whole row: ${row.first_day}..${row.last_day}${dot}${plural(row.events, "event")}${dot}${plural(row.files, "file")}${dot}${plural(row.days_without, "day")} with neither`,
        "dim",
      ),
    ],
  ];
}

/** Every category, also those of which nothing is there. */
function categoryWords(cell: CoverageCell | null, dot: string): string {
  const n = (category: CoverageCategory): string => formatNumber(cell?.by_category[category] ?? 0);
  const other = cell === null || cell.by_category.other === 0 ? "" : `${dot}other ${n("other")}`;
  return `management ${n("management-read")} read, ${n("management-write")} write${dot}data ${n("data")}${dot}Insight ${n("insight")}${dot}network activity ${n("network")}${other}`;
}

function answerSpans(
  cell: CoverageCell | null | undefined,
  { category }: CoverageState,
  { failed, isWithin }: { failed: Error | null; isWithin: boolean },
): Span[] {
  if (cell === undefined)
    return [failed === null ? span("counting", "dim") : span(`! ${safeText(failed.message, 200)}`, "error")];
  const words = category === null ? "" : ` ${CATEGORY_WORDS[category]}`;
  const events = cell === null ? 0 : eventsOf(cell, category);
  if (events > 0) return [span(`${formatNumber(events)}${words} ${events === 1 ? "event" : "events"}`, "bold")];
  // What no file tells is not known: a quiet hour has no file either.
  if (cell === null)
    return [isWithin ? span("no event, no file", "gap") : span("outside of the row's first and last day", "dim")];
  return [span(`no${words} event, but ${cell.events > 0 ? "others" : plural(cell.files, "file")}`, "dim")];
}

function legendLine(width: number): Line {
  const long = " 1-9 digits of the count   o other events or files only   - nothing here   ! file with problems";
  const short = " 1-9 digits of count  o others only  - nothing  ! problem";
  return [span(width >= long.length ? long : short, "dim")];
}
