import { readScope } from "../../../queries/views/query-form.ts";
import { manyQueriesCommand } from "../../../queries/query-command.ts";
import type { QueryOutcome } from "../../../queries/run-library.ts";
import type { App, Command, ScreenDefinition } from "../../state/contract.ts";
import type { Level } from "../../state/types.ts";
import { EXPORT_FORMATS } from "../../services/write-export.ts";
import { plural } from "../../text/format.ts";
import { pageRows } from "../drawn-pages.ts";
import { stepCommands } from "../list-commands.ts";
import { isClosed, openForm, openQuery } from "./open-query.ts";
import { exportSummary } from "./result-export.ts";
import { drawRun } from "./run-draw.ts";
import { orderedOutcomes, type RunState } from "./run-state.ts";

const SCREEN = "query-run";

const top = (app: App): Level<RunState> => app.top() as Level<RunState>;

function patch(app: App, changes: Partial<RunState>): void {
  app.replaceState<RunState>(app.top().id, (state) => ({ ...state, ...changes }));
}

function outcomes(app: App): readonly QueryOutcome[] {
  const { id, state } = top(app);
  const many = app.services.library.runs.stateOf(id);
  return many === null ? [] : orderedOutcomes(many, state.order);
}

function indexOf(app: App): number {
  const { cursor } = top(app).state;
  return Math.max(
    0,
    outcomes(app).findIndex(({ query }) => query.id === cursor),
  );
}

function move(app: App, by: number): void {
  const all = outcomes(app);
  const next = all[Math.max(0, Math.min(all.length - 1, indexOf(app) + by))];
  if (next !== undefined) patch(app, { cursor: next.query.id });
}

function open(app: App): void {
  const outcome = outcomes(app)[indexOf(app)];
  const { scope: texts, left_out } = top(app).state;
  if (outcome === undefined) app.toast("No query has ended yet", "warning");
  else if (outcome.state === "needs-parameter") openForm(app, outcome.query, { texts, left_out });
  else openQuery(app, outcome.query, { texts, left_out });
}

function start(level: Level<RunState>, app: App): void {
  const { library } = app.services;
  const { phase, scope } = level.state;
  const queries = library.queries.filter((query) => phase === null || query.phase === phase);
  void library.runs.start(level.id, queries, readScope(scope).scope);
}

const page = (app: App): number => pageRows(`run ${app.top().id}`);

const COMMANDS: readonly Command[] = [
  ...stepCommands({ scope: SCREEN, page, step: move }),
  { id: `${SCREEN}.open`, title: "rows of the query", hint: "open", scope: SCREEN, keys: ["enter"], run: open },
  {
    id: `${SCREEN}.sort`,
    title: "worst first, or in the order of an investigation",
    hint: "order",
    scope: SCREEN,
    keys: ["s"],
    run: (app) => {
      const { id, state } = top(app);
      const isRunning = app.services.library.runs.stateOf(id)?.status === "running";
      const isByWorst = state.order === "worst" || (state.order === "auto" && !isRunning);
      patch(app, { order: isByWorst ? "run" : "worst" });
    },
  },
  {
    id: `${SCREEN}.again`,
    title: "run all of them again",
    scope: SCREEN,
    keys: ["r"],
    run: (app) => start(top(app), app),
  },
  {
    id: `${SCREEN}.copy`,
    title: "copy the command that runs the same",
    hint: "copy command",
    scope: SCREEN,
    keys: ["y"],
    run: (app) => {
      const { phase, scope } = top(app).state;
      app.copy(manyQueriesCommand(phase, readScope(scope).scope, app.caseFacts().folder), "command");
    },
  },
];

/** A run over the whole library or one phase: progress, and what needs to be looked at. */
export const QUERY_RUN_SCREEN: ScreenDefinition<RunState> = {
  id: SCREEN,
  name: "queries, run together",
  commands: COMMANDS,
  draw: drawRun,
  hints: () => ["open", "sort", "copy"].map((id) => `${SCREEN}.${id}`),
  enter: (level, app) => {
    if (app.services.library.runs.stateOf(level.id) === null) start(level, app);
  },
  exportable: ({ id, state }, app) => {
    const many = app.services.library.runs.stateOf(id);
    if (many === null || many.status === "running") return null;
    return {
      title: `summary of ${plural(many.outcomes.length, "query", "queries")}`,
      file_stem: state.phase === null ? "all-queries" : `${state.phase}-queries`,
      formats: EXPORT_FORMATS,
      write: async ({ path, format }, signal) =>
        exportSummary({ ...many, caseFolder: app.caseFacts().folder }, { path, format, signal }),
    };
  },
  leave: ({ id }, app) => {
    if (isClosed(app, id)) app.services.library.runs.closed(id);
  },
  describe: async ({ state }, app) => {
    const { scope } = readScope(state.scope);
    const { library } = app.services;
    const ids = library.queries
      .filter(({ phase }) => state.phase === null || phase === state.phase)
      .map(({ id }) => id);
    return {
      sql: `-- ${ids.length} queries, one after the other; \`coldtrail query show ID --sql\` prints the SQL of each.\n-- ${ids.join(", ")}`,
      command: manyQueriesCommand(state.phase, scope, app.caseFacts().folder),
    };
  },
};
