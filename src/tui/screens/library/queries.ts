import { readScope } from "../../../queries/views/query-form.ts";
import type { Availability } from "../../../queries/views/query-availability.ts";
import type { QueryFile } from "../../../queries/query-file.ts";
import { manyQueriesCommand, queryCommand } from "../../../queries/query-command.ts";
import { scopeInWords } from "../../../queries/scope.ts";
import type { App, Command, ScreenDefinition } from "../../state/contract.ts";
import type { Level } from "../../state/types.ts";
import { pageRows } from "../drawn-pages.ts";
import { stepCommands } from "../list-commands.ts";
import { drawQueries } from "./queries-draw.ts";
import { listedQueries, movedCursor, queryAtCursor, type QueriesState } from "./queries-list.ts";
import { openAbout, openForm, openProblems, openQuery } from "./open-query.ts";
import { requestOf } from "./result-state.ts";
import { requestSql } from "./request-sql.ts";
import type { RunState } from "./run-state.ts";
import { scopeOfViews } from "./view-scope.ts";

const SCREEN = "queries";

const top = (app: App): Level<QueriesState> => app.top() as Level<QueriesState>;

function listed(app: App): QueryFile[] {
  const { library } = app.services;
  const { state } = top(app);
  const found = library.availabilityIn(readScope(state.scope).scope);
  return listedQueries(
    library.queries,
    state,
    found instanceof Map ? (found as ReadonlyMap<string, Availability>) : null,
  );
}

function patch(app: App, changes: Partial<QueriesState>): void {
  app.replaceState<QueriesState>(app.top().id, (state) => ({ ...state, ...changes }));
}

function move(app: App, by: number): void {
  const queries = listed(app);
  patch(app, { cursor: movedCursor(queries, queryAtCursor(queries, top(app).state.cursor)?.id ?? null, by) });
}

function withQuery(app: App, use: (query: QueryFile) => void): void {
  const query = queryAtCursor(listed(app), top(app).state.cursor);
  if (query !== null) use(query);
}

function textsOf(app: App): { texts: QueriesState["scope"]; left_out: readonly string[] } {
  const { scope, scope_left_out } = top(app).state;
  return { texts: scope, left_out: scope_left_out };
}

function runMany(app: App, phase: string | null): void {
  const { texts, left_out } = textsOf(app);
  const state: RunState = { phase, scope: texts, left_out, cursor: null, order: "auto" };
  app.push("query-run", phase === null ? "all queries" : `all of ${phase}`, state);
}

const isTyping = (app: App): boolean => top(app).state.isSearching;
const notTyping = (app: App): boolean => !isTyping(app);
const page = (app: App): number => pageRows(`queries ${app.top().id}`);

const COMMANDS: readonly Command[] = [
  ...stepCommands({
    scope: SCREEN,
    page,
    step: move,
    available: (app, by) => notTyping(app) || by === "up" || by === "down",
  }),
  {
    id: "queries.run",
    title: "run the query, or fill in what it needs",
    hint: "run",
    scope: SCREEN,
    keys: ["enter"],
    available: notTyping,
    run: (app) => withQuery(app, (query) => openQuery(app, query, textsOf(app))),
  },
  {
    id: "queries.form",
    title: "parameters of the query",
    hint: "parameters",
    scope: SCREEN,
    keys: ["e"],
    run: (app) => withQuery(app, (query) => openForm(app, query, textsOf(app))),
  },
  {
    id: "queries.about",
    title: "all that is known of the query: what it asks, needs, takes and cannot show",
    hint: "about",
    scope: SCREEN,
    keys: ["d"],
    run: (app) => withQuery(app, (query) => openAbout(app, query, top(app).state.scope)),
  },
  {
    id: "queries.run-all",
    title: "run every query",
    hint: "run all",
    scope: SCREEN,
    keys: ["A"],
    run: (app) => runMany(app, null),
  },
  {
    id: "queries.run-phase",
    title: "run every query of this phase",
    hint: "run phase",
    scope: SCREEN,
    keys: ["P"],
    run: (app) => withQuery(app, (query) => runMany(app, query.phase)),
  },
  {
    id: "queries.search",
    title: "search in the library",
    hint: "search",
    scope: SCREEN,
    keys: ["/"],
    run: (app) => patch(app, { isSearching: true }),
  },
  {
    id: "queries.search-done",
    title: "end the search and stay",
    hint: "keep",
    scope: SCREEN,
    keys: ["enter"],
    hidden: true,
    available: isTyping,
    run: (app) => patch(app, { isSearching: false }),
  },
  {
    id: "queries.search-clear",
    title: "take the search away",
    hint: "clear",
    scope: SCREEN,
    keys: ["esc"],
    hidden: true,
    available: (app) => isTyping(app) || top(app).state.search !== "",
    run: (app) => patch(app, { isSearching: false, search: "" }),
  },
  {
    id: "queries.hide",
    title: "hide or show what can find nothing here",
    hint: "hide not logged",
    scope: SCREEN,
    keys: ["h"],
    run: (app) => patch(app, { hidesNotLogged: !top(app).state.hidesNotLogged }),
  },
  {
    id: "queries.scope",
    title: "scope of every run: time, account, region, principal, outcome",
    hint: "scope",
    scope: SCREEN,
    keys: ["t"],
    run: (app) => openForm(app, null, textsOf(app)),
  },
  {
    id: "queries.scope-of-events",
    title: "take over the scope of the view of events",
    scope: SCREEN,
    keys: ["T"],
    run: (app) => {
      const { texts, left_out } = scopeOfViews(app);
      patch(app, { scope: texts, scope_left_out: left_out });
      app.services.library.needAvailability(readScope(texts).scope);
      app.toast(`Scope: ${scopeInWords(readScope(texts).scope)}`);
    },
  },
  {
    id: "queries.left-out",
    title: "files that are no valid query, and why",
    scope: SCREEN,
    keys: ["L"],
    available: (app) => app.services.library.problems.length > 0 || "every file of the library is a query",
    run: (app) => openProblems(app, app.services.library.problems),
  },
  {
    id: "queries.copy",
    title: "copy the command that runs the query",
    hint: "copy",
    scope: SCREEN,
    keys: ["y"],
    run: (app) =>
      withQuery(app, (query) => {
        const command = queryCommand(requestOf(query, top(app).state.scope), app.caseFacts().folder);
        app.copy(command, "command");
      }),
  },
  {
    id: "queries.copy-all",
    title: "copy the command that runs every query",
    scope: SCREEN,
    keys: ["Y"],
    run: (app) => {
      const { scope } = readScope(top(app).state.scope);
      app.copy(manyQueriesCommand(null, scope, app.caseFacts().folder), "command");
    },
  },
];

/** The library of questions, by phase of an investigation. */
export const QUERIES_SCREEN: ScreenDefinition<QueriesState> = {
  id: SCREEN,
  digit: 3,
  name: "queries",
  commands: COMMANDS,
  initial: (app) => {
    const { texts, left_out } = scopeOfViews(app);
    return {
      cursor: null,
      search: "",
      isSearching: false,
      hidesNotLogged: false,
      scope: texts,
      scope_left_out: left_out,
    };
  },
  draw: drawQueries,
  hints: ({ state }) =>
    state.isSearching
      ? ["queries.search-done", "queries.search-clear"]
      : [
          "queries.run",
          "queries.form",
          "queries.run-all",
          "queries.run-phase",
          "queries.search",
          "queries.scope",
          "queries.hide",
        ],
  enter: ({ state }, app) => app.services.library.needAvailability(readScope(state.scope).scope),
  capturesText: ({ state }) => state.isSearching,
  onText: (text, app) =>
    patch(app, { search: (top(app).state.search + text.replaceAll(/\s+/g, " ")).slice(0, SEARCH_MAX), cursor: null }),
  onKey: (key, app) => {
    const { search } = top(app).state;
    if (key === "backspace") patch(app, { search: Array.from(search).slice(0, -1).join(""), cursor: null });
    if (key === "ctrl-u" || key === "ctrl-w") patch(app, { search: "", cursor: null });
  },
  describe: async ({ state }, app) => {
    const query = queryAtCursor(listed(app), state.cursor);
    if (query === null) return { sql: "", command: "coldtrail query list" };
    const request = requestOf(query, state.scope);
    return { sql: requestSql(request, app), command: queryCommand(request, app.caseFacts().folder) };
  },
};

const SEARCH_MAX = 200;
