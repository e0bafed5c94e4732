import type { ProblemFile } from "../../../queries/views/coverage-files.ts";
import { rejectedRecordsSql } from "../../../queries/views/coverage-files.ts";
import { isFilter } from "../../../queries/views/filter.ts";
import { sqlCommand } from "../../../queries/views/view-command.ts";
import type { App, Command, DrawContext, ScreenDefinition } from "../../state/contract.ts";
import type { Level, Line, Rect } from "../../state/types.ts";
import { fit, fitLines, fitValue, span } from "../../text/fit.ts";
import { formatNumber } from "../../text/format.ts";
import { topOf } from "../drawn-pages.ts";
import { sqlExport } from "../events/export-view.ts";
import { openEvents } from "../events/open-events.ts";
import { moveCommands, type MovedList } from "../list-commands.ts";
import { fileWords } from "./files-draw.ts";

const SCREEN = "coverage-file";

/** A file with problems, and its cursor among the rejected records. */
interface FileState {
  readonly file: ProblemFile;
  readonly cursor: number;
}

/** Opens a file with problems above the present view. */
export function openFile(app: App, file: ProblemFile): void {
  const state: FileState = { file, cursor: 0 };
  app.push(SCREEN, file.path.split("/").at(-1) ?? "file", state);
}

const listName = (level: Level): string => `coverage file ${level.id}`;

function drawFile(level: Level<FileState>, rect: Rect, context: DrawContext): Line[] {
  const { file, cursor: wanted } = level.state;
  const { width } = rect;
  const head = fileWords(file, width - 2);
  const asked = context.app.services.coverage.rejected(file.file_id);
  const rows = asked.value ?? [];
  const height = Math.max(1, rect.height - head.length - 2);
  const cursor = Math.min(wanted, Math.max(0, rows.length - 1));
  const top = topOf(listName(level), cursor, { count: rows.length, height });
  const { ellipsis, horizontal } = context.theme.glyphs;
  const reason = Math.floor((width - 24) / 2);
  const lines = rows.slice(top, top + height).map((row, i): Line => {
    const isAtCursor = top + i === cursor;
    const number = (n: number | null): string => fit(n === null ? "" : formatNumber(n), 9, { align: "right" });
    const place = `${number(row.record_index)} ${number(row.byte_offset)}  `;
    const says = `${fitValue(row.reason, reason, { ellipsis })} ${fitValue(row.excerpt, width - 24 - reason, { ellipsis })}`;
    return [span(isAtCursor ? "> " : "  ", "key"), span(place + says, isAtCursor ? "cursor" : "plain")];
  });
  const none = asked.status === "complete" ? "  No single record was rejected." : "  counting ...";
  return fitLines(
    [
      ...head,
      [span(horizontal.repeat(width), "border")],
      [
        span(
          `  ${fit("record", 9, { align: "right" })} ${fit("byte", 9, { align: "right" })}  ${fit("reason", reason)} begins with`,
          "bold",
        ),
      ],
      ...(rows.length === 0 ? [[span(none, "dim")]] : lines),
    ],
    rect,
  );
}

function listOf(app: App): MovedList {
  const level = app.top() as Level<FileState>;
  const rows = app.services.coverage.rejected(level.state.file.file_id).value ?? [];
  return { list: listName(level), cursor: level.state.cursor, n_rows: rows.length };
}

const COMMANDS: readonly Command[] = [
  ...moveCommands(SCREEN, listOf, (app, cursor) =>
    app.replaceState<FileState>(app.top().id, (state) => ({ ...state, cursor })),
  ),
  {
    id: `${SCREEN}.events`,
    title: "events that were read from the file",
    hint: "events",
    scope: SCREEN,
    keys: ["enter"],
    run: (app) => {
      const { file } = (app.top() as Level<FileState>).state;
      openEvents(app, [isFilter("file_id", file.file_id)], { title: "events of the file" });
    },
  },
  {
    id: `${SCREEN}.copy`,
    title: "copy the path",
    hint: "copy",
    scope: SCREEN,
    keys: ["y"],
    run: (app) => app.copy((app.top() as Level<FileState>).state.file.path, "path"),
  },
];

/** One file that could not be used, wholly or in part, with the records that were rejected. */
export const COVERAGE_FILE_SCREEN: ScreenDefinition<FileState> = {
  id: SCREEN,
  name: "file with problems",
  commands: COMMANDS,
  draw: drawFile,
  hints: () => [`${SCREEN}.events`, `${SCREEN}.copy`],
  describe: async ({ state: { file } }, app) => {
    const sql = rejectedRecordsSql(file.file_id);
    return { sql, command: sqlCommand(sql, app.caseFacts().folder) };
  },
  exportable: ({ state: { file } }, app) =>
    sqlExport(app, {
      title: "rejected records",
      file_stem: "rejected-records",
      sql: rejectedRecordsSql(file.file_id),
    }),
};
