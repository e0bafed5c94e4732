import { coverageTableSql } from "../../../queries/views/coverage-cells.ts";
import { problemFilesSql } from "../../../queries/views/coverage-files.ts";
import { requirementCoverageSql } from "../../../queries/views/coverage-requirements.ts";
import { sqlCommand } from "../../../queries/views/view-command.ts";
import type { App, ScreenDefinition } from "../../state/contract.ts";
import type { Level } from "../../state/types.ts";
import { sqlExport } from "../events/export-view.ts";
import { searchInput } from "../list-commands.ts";
import { markTargets, SCREEN, SEARCHED } from "./coverage-actions.ts";
import { COVERAGE_COMMANDS } from "./coverage-commands.ts";
import { coverageHeader, coverageStatus, drawCoverage } from "./coverage-draw.ts";
import { initialCoverage, type CoverageState } from "./coverage-state.ts";
import { matrixView } from "./matrix-view.ts";

/** The SELECT of all that the tab shows. */
function sqlOf(level: Level<CoverageState>, app: App): string {
  const { tab, search } = level.state;
  if (tab === "files") return problemFilesSql(search.files);
  if (tab === "requires") return requirementCoverageSql(app.services.library.queries);
  const view = matrixView(level.state, app.store.getState().columns, app);
  return coverageTableSql(view?.zoom ?? "day", search.matrix);
}

/** What is in the case by account, region and day, what could not be read, and what the library needs. */
export const COVERAGE_SCREEN: ScreenDefinition<CoverageState> = {
  id: SCREEN,
  digit: 5,
  name: "coverage",
  commands: COVERAGE_COMMANDS,
  initial: initialCoverage,
  header: coverageHeader,
  draw: drawCoverage,
  status: coverageStatus,
  markTargets,
  hints: ({ state: { tab, typed } }) => {
    if (typed !== null) return [`${SCREEN}.search-run`, `${SCREEN}.search-leave`];
    const own = {
      matrix: ["events", "pivot", "sessions", "zoom-in", "category"],
      files: ["file"],
      requires: ["required"],
    }[tab];
    return [...own, "tab", ...(tab === "requires" ? [] : ["search"])]
      .map((id) => `${SCREEN}.${id}`)
      .concat(tab === "matrix" ? ["global.mark"] : []);
  },
  capturesText: ({ state: { typed } }) => typed !== null,
  ...searchInput(SEARCHED),
  describe: async (level, app) => {
    const sql = sqlOf(level, app);
    return { sql, command: sqlCommand(sql, app.caseFacts().folder) };
  },
  exportable: (level, app) => {
    const { tab } = level.state;
    return sqlExport(app, {
      title: `coverage: ${tab}`,
      file_stem: `coverage-${tab}`,
      sql: sqlOf(level, app),
    });
  },
};
