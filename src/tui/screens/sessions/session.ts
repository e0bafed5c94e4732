import { sessionFactsSql } from "../../../queries/views/session-facts.ts";
import { issuedBySessionSql, sessionPartSql } from "../../../queries/views/session-detail.ts";
import { sqlCommand } from "../../../queries/views/view-command.ts";
import type { Command, ScreenDefinition } from "../../state/contract.ts";
import { sqlExport } from "../events/export-view.ts";
import { moveCommands } from "../list-commands.ts";
import {
  entryTargets,
  entryText,
  listOf,
  moved,
  openEntry,
  openOrigin,
  openSessionsAlike,
  pivotEntry,
  top,
  turnTab,
} from "./session-actions.ts";
import { drawSession, sessionStatus } from "./session-draw.ts";
import { openEventsOf, SESSION } from "./sessions-actions.ts";
import { isPart, type SessionState } from "./sessions-state.ts";

const command = (id: string, keys: readonly string[], parts: Omit<Command, "id" | "scope" | "keys">): Command => ({
  id: `${SESSION}.${id}`,
  scope: SESSION,
  keys,
  ...parts,
});

const COMMANDS: readonly Command[] = [
  ...moveCommands(SESSION, listOf, moved),
  command("open", ["enter"], { title: "events of the session with this value", hint: "events", run: openEntry }),
  command("events", ["e"], {
    title: "all events of the session",
    run: (app) => openEventsOf(app, top(app).state.by, top(app).state.session),
  }),
  command("pivot", ["p"], { title: "this value in the whole case", hint: "pivot", run: pivotEntry }),
  command("sessions", ["s"], {
    title: "sessions of this address, else of who acted",
    hint: "sessions",
    run: openSessionsAlike,
  }),
  command("origin", ["o"], { title: "the event that issued it", hint: "issuing event", run: openOrigin }),
  command("tab", ["tab", "right", "l"], { title: "next part", hint: "next part", run: (app) => turnTab(app, 1) }),
  command("tab-back", ["shift-tab", "left", "h"], { title: "the part before", run: (app) => turnTab(app, -1) }),
  command("copy", ["y"], {
    title: "copy the value or the id",
    hint: "copy",
    run: (app) => app.copy(entryText(app), "value"),
  }),
  command("retry", ["r"], {
    title: "ask again what failed or was cancelled",
    run: (app) => {
      app.services.sessions.retry();
      app.dataArrived();
    },
  }),
];

/** The statement of the part that is open. */
function sqlOf({ by, session, tab, cursors }: SessionState): string {
  if (!isPart(tab)) return issuedBySessionSql(by, session);
  return cursors[tab] === 0
    ? sessionFactsSql(by, [session])
    : `${sessionPartSql(by, session, tab)}\nORDER BY records DESC, value NULLS LAST`;
}

/** One session: where it comes from, whence it was used, by what, for what, and what it issued. */
export const SESSION_SCREEN: ScreenDefinition<SessionState> = {
  id: SESSION,
  name: "session",
  commands: COMMANDS,
  draw: drawSession,
  status: sessionStatus,
  markTargets: (_, app) => entryTargets(app),
  hints: () => [
    ...["open", "pivot", "origin", "sessions", "tab", "copy"].map((id) => `${SESSION}.${id}`),
    "global.mark",
  ],
  describe: async ({ state }, app) => {
    const sql = sqlOf(state);
    return { sql, command: sqlCommand(sql, app.caseFacts().folder) };
  },
  exportable: ({ state }, app) =>
    sqlExport(app, {
      title: `session: ${state.tab}`,
      file_stem: `session-${state.tab}`,
      sql: sqlOf(state),
    }),
};
