import { escapeControls } from "../../../export/sanitise.ts";
import { filterOf, isFilter, withFilter, type Filter } from "../../../queries/views/filter.ts";
import { columnWord } from "../../../queries/views/filter-words.ts";
import { FREQUENCY_MAX, frequencySql, type FrequencyRow } from "../../../queries/views/frequency.ts";
import { sqlCommand } from "../../../queries/views/view-command.ts";
import type { App, Command, DrawContext, ScreenDefinition } from "../../state/contract.ts";
import type { Level, Line, Rect, StyleName } from "../../state/types.ts";
import { fit, fitLines, fitValue, span } from "../../text/fit.ts";
import { formatElapsed, formatNumber, plural } from "../../text/format.ts";
import { bar } from "../../text/spark.ts";
import { topOf } from "../drawn-pages.ts";
import { moveCommands, searchCommands, searchInput, type SearchedScreen } from "../list-commands.ts";
import { searchSpans } from "../search-line.ts";
import { firstLine, waited } from "./events-notes.ts";
import { pivotFilter } from "./event-pivots.ts";
import { sqlExport } from "./export-view.ts";
import { nextOrder, ORDER_WORDS, rowsShown, type FrequencyState } from "./frequency-state.ts";
import { FREQUENCY } from "./open-frequency.ts";
import { openEvents } from "./open-events.ts";

type FrequencyLevel = Level<FrequencyState>;

const level = (app: App): FrequencyLevel => app.top() as FrequencyLevel;
const edit = (app: App, patch: (state: FrequencyState) => FrequencyState): void => {
  app.replaceState<FrequencyState>(app.top().id, patch);
};
const listKey = (id: number): string => `frequency ${id}`;

function askedOf({ state }: FrequencyLevel, app: App): ReturnType<App["services"]["views"]["frequency"]> {
  return app.services.views.frequency(state.filters, { column: state.column, order: state.order });
}

function shown(app: App): readonly FrequencyRow[] {
  const at = level(app);
  const { value } = askedOf(at, app);
  return value === null ? [] : rowsShown(value, at.state.search);
}

function rowAtCursor(app: App): FrequencyRow | undefined {
  const rows = shown(app);
  return rows[Math.max(0, Math.min(level(app).state.row, rows.length - 1))];
}

function drawFrequency(at: FrequencyLevel, rect: Rect, context: DrawContext): Line[] {
  const { state } = at;
  const asked = askedOf(at, context.app);
  if (asked.status === "failed") return fitLines([[span("")], [span(`  ! ${firstLine(asked.error)}`, "error")]], rect);
  if (asked.status === "cancelled")
    return fitLines([[span("")], [span("  Cancelled: ctrl-r asks again.", "warning")]], rect);
  if (asked.value === null)
    return fitLines([[span("")], [span(`  counting ...${waited(asked.since_ms, context)}`, "dim")]], rect);
  const { n_values, n_events } = asked.value;
  const rows = rowsShown(asked.value, state.search);
  const isPart = n_values > FREQUENCY_MAX;
  const head: Line = [
    span(
      ` ${isPart ? `${formatNumber(FREQUENCY_MAX)}+ of ` : ""}${plural(n_values, "value")}, ${plural(n_events, "event")}${isPart ? "" : " (exact)"}`,
    ),
    span(`   sort: ${ORDER_WORDS[state.order]}`, "dim"),
    ...(state.typed === null && state.search === ""
      ? []
      : [span("   "), ...searchSpans(state.typed, state.search, 30), span(`  ${formatNumber(rows.length)}`, "dim")]),
  ];
  const widths = widthsOf(rect.width);
  const titles = ` ${fit(` ${columnWord(state.column)}`, widths.value)} ${fit("count", 11, { align: "right" })} ${fit("%", 6, { align: "right" })}${widths.bar > 0 ? ` ${" ".repeat(widths.bar)}` : ""}${widths.times > 0 ? ` ${fit("first", widths.times)} ${fit("last", widths.times)}` : ""}`;
  const height = Math.max(1, rect.height - 3);
  const cursor = Math.max(0, Math.min(state.row, rows.length - 1));
  const top = topOf(listKey(at.id), cursor, { count: rows.length, height });
  const most = rows.reduce((max, { n }) => Math.max(max, n), 0);
  const drawn = rows
    .slice(top, top + height)
    .map((row, i) =>
      rowLine(row, { isCursor: top + i === cursor, isTicked: state.ticked.includes(row.value), widths, most, context }),
    );
  const list =
    rows.length === 0
      ? [[span(state.search === "" ? "  No event has a value here." : "  No value has this in it.", "dim")]]
      : drawn;
  return [
    ...fitLines([head, [span(titles, "bold")], ...list], { width: rect.width, height: rect.height - 1 }),
    ...fitLines([tickedLine(state, asked.value.rows)], { width: rect.width, height: 1 }),
  ];
}

interface Widths {
  readonly value: number;
  readonly bar: number;
  /** Of each of the two times; 0 when there is no room. */
  readonly times: number;
}

function widthsOf(width: number): Widths {
  const times = width >= 120 ? 19 : width >= 76 ? 10 : 0;
  const barWidth = width >= 76 ? 12 : 0;
  const rest = width - 3 - 12 - 7 - (barWidth > 0 ? barWidth + 1 : 0) - (times > 0 ? 2 * (times + 1) : 0);
  return { value: Math.max(10, rest), bar: barWidth, times };
}

interface RowOptions {
  readonly isCursor: boolean;
  readonly isTicked: boolean;
  readonly widths: Widths;
  readonly most: number;
  readonly context: DrawContext;
}

function rowLine(row: FrequencyRow, { isCursor, isTicked, widths, most, context }: RowOptions): Line {
  const { ellipsis } = context.theme.glyphs;
  const base: StyleName = isCursor ? "cursor" : "plain";
  const time = (text: string | null): string => fit((text ?? "").replace("T", " "), widths.times);
  const cut = (text: string | null): string => time((text ?? "").slice(0, widths.times));
  return [
    span(isCursor ? ">" : " ", base),
    span(isTicked ? "+" : " ", isCursor ? "cursor" : "mark"),
    span(
      fitValue(row.value === null ? "(none)" : row.value, widths.value - 1, { ellipsis }),
      row.value === null && !isCursor ? "dim" : base,
    ),
    span(
      ` ${fit(formatNumber(row.n), 11, { align: "right" })} ${fit(row.percent.toFixed(1), 6, { align: "right" })}`,
      base,
    ),
    span(widths.bar > 0 ? ` ${bar(row.n, { max: most, width: widths.bar, glyphs: context.theme.glyphs })}` : "", base),
    span(widths.times > 0 ? ` ${cut(row.first)} ${cut(row.last)}` : "", base),
  ];
}

function tickedLine({ ticked }: FrequencyState, rows: readonly FrequencyRow[]): Line {
  if (ticked.length === 0) return [span(" Space ticks values; Enter opens their events", "dim")];
  const n = rows.reduce((sum, row) => sum + (ticked.includes(row.value) ? row.n : 0), 0);
  return [span(` ${plural(ticked.length, "value")} ticked  ${plural(n, "event")}`, "mark")];
}

/** The values ticked, or the one under the cursor. */
function filterOfCursor(app: App, negated: boolean): Filter | null {
  const { state } = level(app);
  const row = rowAtCursor(app);
  const rows =
    state.ticked.length > 0
      ? shown(app).filter(({ value }) => state.ticked.includes(value))
      : row === undefined
        ? []
        : [row];
  if (rows.some(({ is_whole }) => !is_whole)) {
    app.toast("The value is longer than a filter takes; open one of its events instead", "warning");
    return null;
  }
  if (state.ticked.length > 0) return filterOf({ kind: "is", column: state.column, values: state.ticked }, negated);
  return row === undefined ? null : isFilter(state.column, row.value, negated);
}

function narrow(app: App, negated: boolean): void {
  const filter = filterOfCursor(app, negated);
  if (filter !== null) openEvents(app, withFilter(level(app).state.filters, filter));
}

function pivot(app: App): void {
  const row = rowAtCursor(app);
  if (row === undefined) return;
  if (!row.is_whole) app.toast("The value is longer than a filter takes", "warning");
  else openEvents(app, [pivotFilter(level(app).state.column, row.value)]);
}

function tick(app: App): void {
  const row = rowAtCursor(app);
  if (row === undefined) return;
  const { value } = row;
  edit(app, (state) => ({
    ...state,
    ticked: state.ticked.includes(value) ? state.ticked.filter((one) => one !== value) : [...state.ticked, value],
    row: state.row + 1,
  }));
}

const searched: SearchedScreen = {
  scope: FREQUENCY,
  typed: (app) => level(app).state.typed,
  inForce: (app) => level(app).state.search,
  type: (app, typed) => edit(app, (state) => ({ ...state, typed })),
  search: (app, search) => edit(app, (state) => ({ ...state, search, row: 0 })),
};

const COMMANDS: readonly Omit<Command, "scope">[] = [
  { id: "frequency.tick", title: "tick this value", hint: "tick", keys: ["space"], run: tick },
  {
    id: "frequency.open",
    title: "events with this value, or with those ticked",
    hint: "events",
    keys: ["enter"],
    run: (app) => narrow(app, false),
  },
  {
    id: "frequency.only",
    title: "only events with this value",
    hint: "only",
    keys: ["+"],
    run: (app) => narrow(app, false),
  },
  {
    id: "frequency.exclude",
    title: "without events that have this value",
    hint: "exclude",
    keys: ["-"],
    run: (app) => narrow(app, true),
  },
  { id: "frequency.pivot", title: "pivot: only this value, over all time", hint: "pivot", keys: ["p"], run: pivot },
  {
    id: "frequency.sort",
    title: "sort by count, value, first or last time",
    hint: "sort",
    keys: ["s"],
    run: (app) => edit(app, (state) => ({ ...state, order: nextOrder(state.order), row: 0 })),
  },
  {
    id: "frequency.copy",
    title: "copy the value",
    hint: "copy",
    keys: ["y"],
    run: (app) => {
      const row = rowAtCursor(app);
      if (row?.value != null) app.copy(escapeControls(row.value), columnWord(level(app).state.column));
    },
  },
  {
    id: "frequency.retry",
    title: "ask again what failed or was stopped",
    keys: ["ctrl-r"],
    run: (app) => {
      app.services.views.retry();
      app.dataArrived();
    },
  },
];

/** Every value of a column with how often and when it occurs. */
export const frequencyScreen: ScreenDefinition<FrequencyState> = {
  id: FREQUENCY,
  name: "Frequency",
  commands: [
    ...searchCommands(searched, "among the values"),
    ...COMMANDS.map((command) => ({ ...command, scope: FREQUENCY })),
    ...moveCommands(
      FREQUENCY,
      (app) => ({ list: listKey(app.top().id), cursor: level(app).state.row, n_rows: shown(app).length }),
      (app, row) => edit(app, (state) => ({ ...state, row })),
    ),
  ],
  draw: drawFrequency,
  status: (at, { app }) => {
    const asked = askedOf(at, app);
    return asked.status === "complete" ? [span(` counted in ${formatElapsed(asked.elapsed_ms)}`, "dim")] : [];
  },
  hints: () => [
    "frequency.open",
    "frequency.only",
    "frequency.exclude",
    "frequency.pivot",
    "frequency.tick",
    "frequency.sort",
    "frequency.search",
    "frequency.copy",
    "global.back",
  ],
  capturesText: ({ state }) => state.typed !== null,
  ...searchInput(searched),
  describe: async ({ state }, app) => {
    const sql = frequencySql(state.filters, state);
    return await Promise.resolve({ sql, command: sqlCommand(sql, app.caseFacts().folder) });
  },
  exportable: ({ state }, app) =>
    sqlExport(app, {
      title: `values of ${columnWord(state.column)}`,
      file_stem: `values-${state.column.replaceAll(/[^a-z_]+/gi, "-")}`,
      sql: frequencySql(state.filters, state),
    }),
};
