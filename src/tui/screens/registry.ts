import { confirmOverlay } from "../overlays/confirm.ts";
import { helpOverlay } from "../overlays/help.ts";
import { MARK_EDITOR_OVERLAY } from "../overlays/mark-editor.ts";
import { menuOverlay } from "../overlays/menu.ts";
import { paletteOverlay } from "../overlays/palette.ts";
import { promptOverlay } from "../overlays/prompt.ts";
import { readingOverlay } from "../overlays/reading.ts";
import type { Command, OverlayDefinition, ScreenDefinition } from "../state/contract.ts";
import { COVERAGE_FILE_SCREEN } from "./coverage/coverage-file.ts";
import { COVERAGE_SCREEN } from "./coverage/coverage.ts";
import { emptyCaseScreen } from "./empty-case.ts";
import { columnsOverlay } from "./events/columns-overlay.ts";
import { eventScreen } from "./events/event-screen.ts";
import { eventsScreen } from "./events/events-screen.ts";
import { frequencyScreen } from "./events/frequency-screen.ts";
import { QUERIES_SCREEN } from "./library/queries.ts";
import { QUERY_FORM_SCREEN } from "./library/query-form.ts";
import { QUERY_RESULT_SCREEN } from "./library/query-result.ts";
import { QUERY_RUN_SCREEN } from "./library/query-run.ts";
import { EXPORT_COMMAND } from "./export-command.ts";
import { MARK_COMMANDS } from "./marks/mark-commands.ts";
import { MARKS_SCREEN } from "./marks/marks-screen.ts";
import { SESSION_SCREEN } from "./sessions/session.ts";
import { SESSIONS_SCREEN } from "./sessions/sessions.ts";

/** Every screen there is. Those with a digit are opened by it. */
export const SCREENS: readonly ScreenDefinition[] = [
  emptyCaseScreen,
  eventsScreen,
  eventScreen,
  frequencyScreen,
  QUERIES_SCREEN,
  QUERY_FORM_SCREEN,
  QUERY_RESULT_SCREEN,
  QUERY_RUN_SCREEN,
  MARKS_SCREEN,
  SESSIONS_SCREEN,
  SESSION_SCREEN,
  COVERAGE_SCREEN,
  COVERAGE_FILE_SCREEN,
] as ScreenDefinition[];

/** Every box there is. */
export const OVERLAYS: readonly OverlayDefinition[] = [
  helpOverlay,
  paletteOverlay,
  confirmOverlay,
  promptOverlay,
  menuOverlay,
  readingOverlay,
  MARK_EDITOR_OVERLAY,
  columnsOverlay,
] as OverlayDefinition[];

/** Global commands of single parts; each has the scope `global`. */
export const MORE_COMMANDS: readonly Command[] = [...MARK_COMMANDS, EXPORT_COMMAND];
