import { eventOfRow } from "../../../queries/views/row-pivots.ts";
import { SEVERITIES, type QueryFile } from "../../../queries/query-file.ts";
import type { ResultState as Kept } from "../../services/library-results.ts";
import type { ResultColumn, ResultRow } from "../../../store/result-table.ts";
import type { DrawContext } from "../../state/contract.ts";
import type { Level, Line, Rect } from "../../state/types.ts";
import { fit, fitBoth, fitLines, fitValue, span } from "../../text/fit.ts";
import { formatElapsed, formatNumber } from "../../text/format.ts";
import { safeText } from "../../text/safe-text.ts";
import { topOf } from "../drawn-pages.ts";
import { paragraphLines } from "./query-words.ts";
import { noteLines, whyLines } from "./result-notes.ts";
import { cellText, COLUMN_GAP, layOutShown, visibleColumns, type ShownColumn } from "./result-columns.ts";
import { shownRows, type ResultState } from "./result-state.ts";
import { severityStyle, severityWord } from "../severity.ts";

/** From so many columns on, the row under the cursor is shown whole at the right. */
const SIDE_BY_SIDE_MIN = 110;
const CARD_WIDTH = 42;

export function drawResult(level: Level<ResultState>, rect: Rect, context: DrawContext): Line[] {
  const { library } = context.app.services;
  const { state } = level;
  const query = library.query(state.query);
  const kept = library.results.stateOf(level.id);
  if (query === null || kept === null) return fitLines([[span("")], [span("  asking ...", "dim")]], rect);
  const rows = shownRows(kept, state);
  const row = rows[Math.min(state.row, rows.length - 1)] ?? null;
  const { ellipsis } = context.theme.glyphs;
  const isWhole = state.showsRow || rect.width >= SIDE_BY_SIDE_MIN;
  const notes = [
    ...whyLines(kept, { row: isWhole ? null : row, ellipsis }, rect),
    ...noteLines({ query, kept, left_out: state.left_out }, rect, context),
  ];
  const body = { width: rect.width, height: rect.height - 1 - notes.length };
  const head = headLine({ query, kept, state, shown: rows.length }, rect.width, context);
  return [head, ...bodyLines({ level, query, kept, rows }, body, context), ...notes];
}

interface Drawn {
  readonly level: Level<ResultState>;
  readonly query: QueryFile;
  readonly kept: Kept;
  /** Rows that the search leaves. */
  readonly rows: readonly ResultRow[];
}

function bodyLines(drawn: Drawn, body: Pick<Rect, "width" | "height">, context: DrawContext): Line[] {
  const { level, kept, rows } = drawn;
  const { state } = level;
  const { ellipsis } = context.theme.glyphs;
  if (rows.length === 0) {
    const lines = emptyLines(drawn, body.width);
    // What was recorded matters more than the space around it.
    return fitLines(lines.length <= body.height ? lines : lines.filter((line) => !isBlank(line)), body);
  }
  const row = rows[Math.min(state.row, rows.length - 1)]!;
  if (state.showsRow) return cardLines(kept.columns, row, { ...body, scroll: state.card_scroll, ellipsis });
  if (body.width < SIDE_BY_SIDE_MIN) return tableLines(drawn, body, context);
  const left = body.width - CARD_WIDTH - 3;
  const table = tableLines(drawn, { width: left, height: body.height }, context);
  const card = cardLines(kept.columns, row, { width: CARD_WIDTH, height: body.height, scroll: 0, ellipsis });
  const bar = span(` ${context.theme.glyphs.vertical} `, "border");
  return table.map((line, i): Line => [...line, bar, ...card[i]!]);
}

function headLine(
  { query, kept, state, shown }: { query: QueryFile; kept: Kept; state: ResultState; shown: number },
  width: number,
  context: DrawContext,
): Line {
  const searched =
    state.isSearching || state.search !== ""
      ? [span("  / ", "key"), span(safeText(state.search)), span(state.isSearching ? "_" : "", "bold")]
      : [];
  const at = shown === 0 ? "" : `row ${formatNumber(Math.min(state.row, shown - 1) + 1)} of `;
  const counted = kept.result === null ? `${formatNumber(shown)} so far` : countOf(kept, shown);
  const elapsed =
    kept.status === "running"
      ? `running ${formatElapsed(context.now_ms - kept.started_ms)}`
      : kept.status === "complete"
        ? formatElapsed(kept.elapsed_ms ?? 0)
        : kept.status;
  return fitBoth(
    [span(` ${safeText(query.title)}`, "bold"), ...searched],
    [span(` ${at}${counted}`), span(`  ${elapsed} `, kept.status === "failed" ? "error" : "dim")],
    { width, ellipsis: context.theme.glyphs.ellipsis },
  );
}

/** Never a total that is none: `10,000+` when there are more than are kept. */
function countOf(kept: Kept, shown: number): string {
  const more = kept.result!.isComplete ? "" : "+";
  return shown === kept.rows.length
    ? `${formatNumber(shown)}${more}`
    : `${formatNumber(shown)} found in ${formatNumber(kept.rows.length)}${more}`;
}

function tableLines(drawn: Drawn, { width, height }: Pick<Rect, "width" | "height">, context: DrawContext): Line[] {
  const { level, query, kept, rows } = drawn;
  const { row, column, sort } = level.state;
  const { marks } = context.app.services;
  const cursor = Math.min(row, rows.length - 1);
  const top = topOf(`result ${level.id}`, cursor, { count: rows.length, height: height - 1 });
  const shown = layOutShown(kept.columns, rows, top);
  const atColumn = Math.min(column, shown.length - 1);
  const visible = visibleColumns(shown, atColumn, width - 2);
  const place = shown[atColumn]?.place;
  const { glyphs } = context.theme;
  const { ellipsis } = glyphs;
  const sign = sort === null ? "" : sort.descending ? glyphs.down : glyphs.up;
  const titles = visible.map((title) =>
    headCell(title, place, { sign: title.place === sort?.place ? sign : "", ellipsis }),
  );
  const head: Line = [span("  "), ...titles.flatMap((title, i) => gapped(i, title))];
  const lines = rows.slice(top, top + height - 1).map((cells, i): Line => {
    const isAt = top + i === cursor;
    const id = eventOfRow(kept.columns, cells, query.columns["ref"]);
    const isMarked = id !== null && marks.ofEvent(id) !== null;
    return [
      isAt ? span("> ", "key") : span(isMarked ? "* " : "  ", "mark"),
      ...visible.flatMap((shownColumn, at) =>
        gapped(at, bodyCell(shownColumn, { columns: kept.columns, cells, isAt, place, ellipsis }), isAt),
      ),
    ];
  });
  return fitLines([head, ...lines], { width, height });
}

function gapped(i: number, cell: Line[number], isAt = false): Line {
  return i === 0 ? [cell] : [span(" ".repeat(COLUMN_GAP), isAt ? "cursor" : "plain"), cell];
}

function headCell(
  { name, width, isRight, place }: ShownColumn,
  at: number | undefined,
  { sign, ellipsis }: { sign: string; ellipsis: string },
): Line[number] {
  const text = fitValue(`${sign}${name}`, width, { ellipsis, align: isRight ? "right" : "left" });
  return span(text, place === at ? "title" : "dim");
}

interface CellDrawn {
  readonly columns: readonly ResultColumn[];
  readonly cells: ResultRow;
  readonly isAt: boolean;
  readonly place: number | undefined;
  readonly ellipsis: string;
}

function bodyCell(shown: ShownColumn, { columns, cells, isAt, place, ellipsis }: CellDrawn): Line[number] {
  const column = columns[shown.place]!;
  const cell = cells[shown.place] ?? null;
  const text = cellText(cell, column, shown.width + 1);
  const word = column.name === "severity" ? shortSeverity(text) : text;
  // What tells ARNs apart is their end.
  const fitted =
    typeof cell === "string" && cell.startsWith("arn:")
      ? fitValue(cell, shown.width, { ellipsis, cut: "start" })
      : fit(word, shown.width, { ellipsis, align: shown.isRight ? "right" : "left" });
  if (isAt) return span(fitted, place === shown.place ? "cursor-cell" : "cursor");
  return span(fitted, column.name === "severity" ? severityStyle(text) : outcomeStyle(column.name, text));
}

function shortSeverity(text: string): string {
  const severity = SEVERITIES.find((word) => word === text);
  return severity === undefined ? text : severityWord(severity);
}

function outcomeStyle(name: string, text: string): "error" | "plain" {
  return name === "outcome" && (text === "denied" || text === "failure") ? "error" : "plain";
}

/** A row as a card: every column that has something, its name before it. */
function cardLines(
  columns: readonly ResultColumn[],
  row: ResultRow,
  { width, height, scroll, ellipsis }: { width: number; height: number; scroll: number; ellipsis: string },
): Line[] {
  const label = Math.min(20, Math.floor(width * 0.4));
  const why = columns.findIndex(({ name }) => name === "why");
  const places = columns.map((_, place) => place).toSorted((a, b) => Number(b === why) - Number(a === why));
  const lines = places.flatMap((place): Line[] => {
    const column = columns[place]!;
    const cell = row[place] ?? null;
    if (cell === null || cell === "") return [];
    const text = cellText(cell, column, 2000);
    const style = column.name === "severity" ? severityStyle(text) : "plain";
    return paragraphLines(text, width - label - 1, style).map((line, i): Line => [
      span(`${i === 0 ? fitValue(column.name, label, { ellipsis }) : " ".repeat(label)} `, "dim"),
      ...line,
    ]);
  });
  return fitLines(lines.slice(Math.min(scroll, Math.max(0, lines.length - 1))), { width, height });
}

function isBlank(line: Line): boolean {
  return line.every(({ text }) => text.trim() === "");
}

/** An empty answer says which of the four it is; the words are the query's notes. */
function emptyLines({ query, kept, level }: Drawn, width: number): Line[] {
  const indented = (lines: readonly Line[]): Line[] => lines.map((line) => [span("  "), ...line]);
  const say = (text: string, style: "plain" | "dim" | "error" | "bold" | "warning" = "plain"): Line[] =>
    indented(paragraphLines(text, width - 4, style));
  if (kept.status === "running") return [[span("")], ...say("no row yet ...", "dim")];
  if (kept.status === "cancelled") return [[span("")], ...say("Stopped before the first row. r runs it again.")];
  if (kept.status === "failed") {
    // The engine points at a place with a caret, which is nowhere once the lines are wrapped.
    const said = (kept.problem ?? "").split("\n").filter((line) => !/^\s*\^\s*$/.test(line));
    return [[span("")], ...said.flatMap((line, i) => say(i === 0 ? `! ${line}` : line, i === 0 ? "error" : "plain"))];
  }
  if (kept.rows.length > 0)
    return [[span("")], ...say(`No row has "${level.state.search}". Esc takes the search away.`)];
  const { notes } = kept.result!;
  return [
    [span("")],
    ...say(`No row. ${query.question}`, "bold"),
    ...notes.coverage.flatMap(({ kind, text }) => [
      [span("")] as Line,
      ...say(text, kind === "none-recorded" ? "warning" : "plain"),
    ]),
    ...(notes.coverage.length === 0
      ? [[span("")] as Line, ...say("This query needs no particular kind of record.")]
      : []),
  ];
}
