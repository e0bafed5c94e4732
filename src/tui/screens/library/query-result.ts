import { formatNumber } from "../../text/format.ts";
import { queryCommand } from "../../../queries/query-command.ts";
import type { App, Command, ScreenDefinition } from "../../state/contract.ts";
import { pageRows } from "../drawn-pages.ts";
import { isClosed, openAbout, openForm } from "./open-query.ts";
import { requestSql } from "./request-sql.ts";
import { EXPORT_FORMATS } from "../../services/write-export.ts";
import { exportResult } from "./result-export.ts";
import { cellText } from "./result-columns.ts";
import { drawResult } from "./result-draw.ts";
import { markTargetsOf, nextItems, rowItems } from "./result-pivots.ts";
import { requestOf, type ResultState } from "./result-state.ts";
import { openRowMenu } from "./row-menu.ts";

import {
  ask,
  atRow,
  copyMenu,
  moveColumn,
  movePage,
  moveRow,
  moveToSevere,
  patch,
  pivot,
  showEvent,
  sortByColumn,
  top,
  withRow,
} from "./result-actions.ts";

const SCREEN = "query-result";
const SEARCH_MAX = 200;

const isTyping = (app: App): boolean => top(app).state.isSearching;
const notTyping = (app: App): boolean => !isTyping(app);
const page = (app: App): number => pageRows(`result ${app.top().id}`);

const moves: readonly (readonly [string, readonly string[], (app: App) => void])[] = [
  ["up", ["up", "k"], (app) => moveRow(app, -1)],
  ["down", ["down", "j"], (app) => moveRow(app, 1)],
  ["page-up", ["pageup"], (app) => movePage(app, -page(app))],
  ["page-down", ["pagedown", "space"], (app) => movePage(app, page(app))],
  ["half-up", ["ctrl-u"], (app) => movePage(app, -Math.ceil(page(app) / 2))],
  ["half-down", ["ctrl-d"], (app) => movePage(app, Math.ceil(page(app) / 2))],
  ["first", ["home", "g"], (app) => moveRow(app, -Infinity)],
  ["last", ["end", "G"], (app) => moveRow(app, Infinity)],
  ["left", ["left", "h"], (app) => moveColumn(app, -1)],
  ["right", ["right", "l"], (app) => moveColumn(app, 1)],
];

type Keyed = readonly [id: string, keys: readonly string[], title: string, hint?: string];

const command = ([id, keys, title, hint]: Keyed, run: Command["run"]): Command => ({
  id: `${SCREEN}.${id}`,
  title,
  ...(hint === undefined ? {} : { hint }),
  scope: SCREEN,
  keys,
  available: notTyping,
  run,
});

const COMMANDS: readonly Command[] = [
  ...moves.map(([id, keys, run]): Command => ({ ...command([id, keys, `move ${id}`], run), hidden: true })),
  command(["event", ["enter"], "the event of the row, or what the row leads to", "event"], showEvent),
  command(["pivot", ["p"], "events of the cell under the cursor", "pivot"], pivot),
  command(["row-menu", ["P"], "everything that the row leads to", "row menu"], (app) =>
    withRow(app, (at) => openRowMenu(app, "this row leads to", rowItems(at))),
  ),
  command(["next", ["n"], "next queries, filled in from the row", "next queries"], (app) =>
    withRow(app, (at) => openRowMenu(app, "next queries", nextItems(at))),
  ),
  command(["row", ["i"], "the row whole, or the table", "whole row"], (app) =>
    patch(app, ({ showsRow }) => ({ showsRow: !showsRow, card_scroll: 0 })),
  ),
  command(["severe", ["u"], "next row that is high or critical"], (app) => moveToSevere(app, 1)),
  command(["severe-before", ["U"], "previous row that is high or critical"], (app) => moveToSevere(app, -1)),
  command(["form", ["e"], "parameters and scope of this run", "parameters"], (app) => {
    const { state } = top(app);
    const query = app.services.library.query(state.query);
    if (query !== null) openForm(app, query, state);
  }),
  command(["about", ["d"], "what the query asks, needs and cannot show", "about"], (app) => {
    const { state } = top(app);
    const query = app.services.library.query(state.query);
    if (query !== null) openAbout(app, query, state.texts);
  }),
  command(["again", ["r"], "run it again", "again"], (app) => ask(top(app), app, true)),
  command(["sort", ["s"], "sort by this column: up, down, as the query has it", "sort"], sortByColumn),
  command(["search", ["/"], "search in the rows", "search"], (app) => patch(app, () => ({ isSearching: true }))),
  {
    ...command(["search-done", ["enter"], "end the search and stay", "keep"], (app) =>
      patch(app, () => ({ isSearching: false })),
    ),
    hidden: true,
    available: isTyping,
  },
  {
    ...command(["search-clear", ["esc"], "take the search away", "clear"], (app) =>
      patch(app, () => ({ isSearching: false, search: "" })),
    ),
    hidden: true,
    available: (app) => isTyping(app) || top(app).state.search !== "",
  },
  {
    ...command(["row-close", ["esc"], "back to the table"], (app) => patch(app, () => ({ showsRow: false }))),
    hidden: true,
    available: (app) => top(app).state.showsRow,
  },
  command(["copy", ["y"], "copy the cell", "copy"], (app) =>
    withRow(app, ({ kept, row, place }) => {
      const cell = row[place] ?? null;
      const column = kept.columns[place]!;
      app.copy(typeof cell === "string" ? cell : cellText(cell, column), column.name);
    }),
  ),
  command(["copy-menu", ["Y"], "copy the row, the command or the SQL"], copyMenu),
];

/** Rows of one query, from which everything pivots. */
export const QUERY_RESULT_SCREEN: ScreenDefinition<ResultState> = {
  id: SCREEN,
  name: "query result",
  commands: COMMANDS,
  draw: drawResult,
  hints: ({ id, state }, app) =>
    state.isSearching
      ? [`${SCREEN}.search-done`, `${SCREEN}.search-clear`]
      : (app.services.library.results.stateOf(id)?.rows.length ?? 0) === 0
        ? ["form", "again", "about"].map((name) => `${SCREEN}.${name}`)
        : ["event", "pivot", "row-menu", "next", "row", "search", "form", "copy"].map((id) => `${SCREEN}.${id}`),
  enter: (level, app) => ask(level, app, false),
  leave: ({ id }, app) => {
    if (isClosed(app, id)) app.services.library.results.closed(id);
  },
  capturesText: ({ state }) => state.isSearching,
  onText: (text, app) =>
    patch(app, ({ search }) => ({ search: (search + text.replaceAll(/\s+/g, " ")).slice(0, SEARCH_MAX), row: 0 })),
  onKey: (key, app) => {
    if (key === "backspace") patch(app, ({ search }) => ({ search: Array.from(search).slice(0, -1).join(""), row: 0 }));
    if (key === "ctrl-u" || key === "ctrl-w") patch(app, () => ({ search: "", row: 0 }));
  },
  markTargets: (_, app) => {
    const at = atRow(app);
    return at === null ? [] : markTargetsOf(at);
  },
  describe: async ({ state }, app) => {
    const query = app.services.library.query(state.query);
    if (query === null) return { sql: "", command: "coldtrail query list" };
    const request = requestOf(query, state.texts);
    return { sql: requestSql(request, app), command: queryCommand(request, app.caseFacts().folder) };
  },
  exportable: ({ id, state }, app) => {
    const { library } = app.services;
    const [query, kept] = [library.query(state.query), library.results.stateOf(id)];
    if (query === null || kept?.result == null) return null;
    const request = requestOf(query, state.texts);
    const rows = kept.result.isComplete ? formatNumber(kept.rows.length) : `${formatNumber(kept.rows.length)}+`;
    return {
      title: `${query.id} (${rows} rows)`,
      file_stem: query.id,
      formats: EXPORT_FORMATS,
      write: async ({ path, format }, signal) =>
        library.askApart(request.scope, async (reader, stopped) =>
          exportResult(reader, request, {
            path,
            format,
            signal: AbortSignal.any([signal, stopped]),
          }),
        ),
    };
  },
};
