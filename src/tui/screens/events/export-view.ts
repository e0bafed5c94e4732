import { filterWords } from "../../../queries/views/filter-words.ts";
import { activeFilters, type EventView } from "../../../queries/views/filter.ts";
import { sqlCommand, timelineCommand, viewSql } from "../../../queries/views/view-command.ts";
import { EXPORT_FORMATS, writeExport } from "../../services/write-export.ts";
import type { App, ExportJob, ViewDescription } from "../../state/contract.ts";
import { formatCount } from "../../text/format.ts";
import { viewOf, type EventsState } from "./events-state.ts";

/** The SQL of a view with the columns on the screen, the command that prints its rows, and an equal timeline. */
export function describeEvents(app: App, state: EventsState): ViewDescription {
  const { folder } = app.caseFacts();
  const view = viewOf(state);
  const sql = viewSql(view, state.columns);
  const timeline = timelineCommand(view, folder);
  const command = sqlCommand(sql, folder);
  return { sql, command: timeline === null ? command : `${command}\n${timeline}` };
}

/** Writes all rows of the view with its columns, as `coldtrail sql` does. */
export function exportEvents(app: App, state: EventsState): ExportJob {
  const view = viewOf(state);
  const { total } = app.services.views.result(view, state.columns);
  return sqlExport(app, {
    title: `events: ${viewWords(view)} (${formatCount(total)} rows)`,
    file_stem: "events",
    sql: viewSql(view, state.columns),
  });
}

/** A job that runs one SELECT in a lane of its own. */
export function sqlExport(
  app: App,
  { title, file_stem, sql }: { title: string; file_stem: string; sql: string },
): ExportJob {
  return {
    title,
    file_stem,
    formats: EXPORT_FORMATS,
    write: async (target, signal) => {
      const answer = await app.services.lanes.ask("export", async (reader, ended) => {
        const either = AbortSignal.any([signal, ended]);
        either.addEventListener("abort", () => reader.interrupt(), { once: true });
        return await writeExport(await reader.query(sql), target, either);
      });
      if (answer.kind === "failed") throw answer.error;
      if (answer.kind !== "answer") throw new DOMException("The export was ended; nothing was written", "AbortError");
      return answer.value;
    },
  };
}

function viewWords({ filters }: EventView): string {
  const words = activeFilters(filters).map(filterWords).join(" ");
  return words === "" ? "all" : words.length > 80 ? `${words.slice(0, 80)}~` : words;
}
